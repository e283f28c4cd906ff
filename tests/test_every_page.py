"""Every kind of page, by eye, by keyboard, enlarged, and by weight, in a real Chromium."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import brotli
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from courant.front.tests.make import Reader
from tests.aloud import order_faults, read_aloud
from tests.browser import HOW_TO_GET_ONE, chromium
from tests.every_page import LONG, PAGES, STORIES, write_every_page
from tests.search_paper import served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(not chromium(), reason=HOW_TO_GET_ONE),
]
KB = 1024


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("paper")
    write_every_page(folder)
    return folder / "public"


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[str]:
    with served(folder) as url:
        yield url


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[object]:
    """Opens pages. Its test fails when one of them asks anybody else, or leaves a cookie."""
    contexts: list[BrowserContext] = []
    asked: list[str] = []

    def opened(path: str, width: int = 1280, **options: object) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        context.on("request", lambda request: asked.append(request.url))
        page = context.new_page()
        page.goto(site + path)
        return page

    yield opened
    cookies = [cookie for context in contexts for cookie in context.cookies()]
    for context in contexts:
        context.close()
    assert asked and [url for url in asked if not url.startswith((f"{site}/", "data:"))] == []
    assert cookies == []


@pytest.fixture
def video(browser: Browser, site: str) -> Iterator[Page]:
    """A story with a video of YouTube's, whose server answers with a word of ours."""
    context = browser.new_context(viewport={"width": 360, "height": 900})
    answer = {"body": "Playing", "content_type": "text/html"}
    context.route(lambda url: url.startswith("https:"), lambda route: route.fulfill(**answer))
    page = context.new_page()
    page.goto(f"{site}/town/news/")
    yield page
    context.close()


def test_a_video_of_others_is_asked_for_by_the_reader_alone(video: Page, site):
    asked: list[str] = []
    video.on("request", lambda request: asked.append(request.url))
    button = video.get_by_role("button", name="Watch it here")
    expect(button).to_be_visible()
    expect(video.get_by_text("It comes from www.youtube-nocookie.com")).to_be_visible()
    assert not [url for url in asked if not url.startswith(site)]
    button.focus()
    video.keyboard.press("Enter")
    expect(video.frame_locator("iframe").get_by_text("Playing")).to_be_visible()
    assert [url for url in asked if not url.startswith(site)] == [
        "https://www.youtube-nocookie.com/embed/abcdefghijk"
    ]
    assert video.evaluate("() => document.activeElement.title") == "The wall, filmed from the pier"
    assert video.evaluate("() => document.documentElement.scrollWidth") <= 360
    assert video.context.cookies() == []


FRAME = """url => new Promise(done => {
  document.addEventListener('securitypolicyviolation', event => done(event.effectiveDirective));
  const frame = document.createElement('iframe');
  frame.addEventListener('load', () => setTimeout(() => done('loaded'), 50));
  frame.src = url;
  document.body.append(frame);
})"""


def test_a_page_may_show_the_players_that_it_has_and_no_others(video: Page, site):
    assert video.evaluate(FRAME, "https://player.vimeo.com/video/1") == "frame-src"
    assert video.evaluate(FRAME, "https://www.youtube-nocookie.com/embed/abcdefghijk") == "loaded"
    video.goto(f"{site}/archive/")  # where none is, none may be
    assert (
        video.evaluate(FRAME, "https://www.youtube-nocookie.com/embed/abcdefghijk") == "frame-src"
    )


@pytest.fixture(scope="module")
def shown(browser: Browser, site: str) -> Iterator[Callable[[str], Page]]:
    """Shows one page after the other in one tab, which keeps style and typefaces at hand."""
    with browser.new_context(bypass_csp=True, service_workers="block") as context:
        page = context.new_page()

        def show(path: str) -> Page:
            page.emulate_media(color_scheme="light", reduced_motion="reduce")
            page.set_viewport_size({"width": 1280, "height": 900})
            page.goto(site + path)
            return page

        yield show


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_for_everybody(shown, path):
    """All of axe's rules; by night those of colours; then what is small, enlarged, and still."""
    page = shown(path)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(AGAIN, COLOURS) == []
    page.emulate_media(color_scheme="light", forced_colors="active")
    assert page.evaluate(UNSEEN) == []
    page.emulate_media(forced_colors="none")
    assert page.evaluate(MOVING) == []
    page.set_viewport_size({"width": 320, "height": 900})
    assert page.evaluate(WIDTH) <= 320
    page.set_viewport_size({"width": 640, "height": 450})  # as 1280 is at 200 %
    page.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
    assert page.evaluate(WIDTH) <= 640


COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
AGAIN = "options => axe.run(document, options).then(found => found.violations)"
WIDTH = "() => document.documentElement.scrollWidth"
# Where the reader's system chooses all colours, grounds are gone: borders have to show what one
# can press or fill in.
UNSEEN = """() => [...document.querySelectorAll('button, input:not([type=hidden]), select')]
  .filter(e => e.checkVisibility({ visibilityProperty: true }) && e.offsetWidth > 1)
  .filter(e => e.type !== 'range')
  .filter(e => getComputedStyle(e).borderTopStyle === 'none')
  .map(e => e.outerHTML.slice(0, 120))"""
MOVING = """() => document.getAnimations().filter(a => a.effect.getComputedTiming().duration > 0)
  .map(a => a.effect.target.outerHTML.slice(0, 120))"""


READ_ALOUD = ["/town/feature/", "/town/live/", "/", "/town/", "/search/", "/ukrainska/richka/"]


@pytest.mark.parametrize("path", READ_ALOUD)
def test_a_screen_reader_hears_a_page_in_its_order_and_nothing_twice(shown, path):
    heard = read_aloud(shown(path))
    own = [each for each in heard if each[1] != LONG]  # the same words link in each of its blocks
    assert order_faults(own) == []


def test_a_screen_reader_hears_the_headline_then_the_photo_then_the_player(shown):
    heard = read_aloud(shown("/town/feature/"))
    headline = heard.index(("heading", "What the board heard of feature"))
    photo = heard.index(("image", "A wall"))
    player = heard.index(("region", "Listen to this story"))
    text = next(n for n, (_, words) in enumerate(heard) if words.startswith("The harbour board h"))
    assert headline < text < photo < player
    assert heard.count(("heading", "What the board heard of feature")) == 1


@pytest.mark.parametrize("path", ["/", "/town/news/", "/town/live/", "/archive/", "/standards/"])
def test_the_keyboard_reaches_everything_in_the_order_of_the_page(open_page, path):
    page = open_page(path)
    if (keep := page.locator("[data-keep]")).count():
        keep.wait_for()  # its script shows it
    page.evaluate(MARK)
    seen: list[int] = []
    for _ in range(page.evaluate("() => document.querySelectorAll('[data-place]').length")):
        page.keyboard.press("Tab")
        facts = page.evaluate(FOCUSED)
        assert facts["shown"], facts
        seen.append(facts["place"])
    assert seen == sorted(seen)
    assert len(set(seen)) == len(seen)
    assert seen[0] == 0


MARK = """() => [...document.querySelectorAll('a[href], button, input, select, [tabindex]')]
  .filter(e => e.tabIndex >= 0 && e.checkVisibility({ visibilityProperty: true }))
  .forEach((e, n) => { e.dataset.place = n; })"""
FOCUSED = """() => {
  const e = document.activeElement, card = e.closest('.card') || e;
  const shown = [e, card].some(each => getComputedStyle(each).outlineStyle !== 'none');
  return { place: Number(e.dataset.place ?? -1), shown, html: e.outerHTML.slice(0, 120) };
}"""


def test_the_first_stop_leads_past_the_menu(open_page):
    page = open_page("/town/news/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "main"


@pytest.mark.parametrize("path", PAGES)
def test_headings_go_down_one_step_at_a_time(folder, path):
    file = folder / path.strip("/") if path.endswith(".html") else folder / f".{path}index.html"
    tags = [tag for tag, _ in Reader(file.read_text()).tags]
    levels = [int(tag[1]) for tag in tags if tag in ("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


@pytest.mark.parametrize("path", STORIES)
def test_a_story_is_light(open_page, site, folder, path):
    """Text, style, scripts and typefaces as they travel at a first visit; the photo is not counted."""
    asked: list[str] = []
    page = open_page("/lite/")  # without scripts of its own
    page.on("request", lambda request: asked.append(request.url))
    page.route("**/media/**", lambda route: route.abort())
    page.goto(site + path)
    page.wait_for_load_state("networkidle")
    # The page once: to keep it, its script takes it from the browser's cache, which routes turn off.
    names = {url.split("/", 3)[3] for url in asked if "/media/" not in url}
    assert len(names) <= 8, names
    assert [name for name in names if name.endswith(".woff2")]
    sizes = {name: packed(folder, name) for name in names}
    assert sum(size for name, size in sizes.items() if name.endswith(".js")) <= 12 * KB
    assert sum(sizes.values()) <= 45 * KB, sizes


def test_names_from_next_door_need_no_typeface_more_and_those_from_further_one(open_page, site):
    fetched: list[str] = []
    page = open_page(STORIES[0])
    page.on("request", lambda request: fetched.append(request.url.rsplit("/")[-1]))
    for name, more in (
        ("Zoë Müller and José Núñez", 0),
        ("Åsa, François; Übersee, Óscar", 0),
        ("Łódź", 1),
    ):
        page.evaluate("name => { document.querySelector('h1').textContent = name; }", name)
        page.evaluate("() => document.fonts.ready.then(() => {})")
        page.wait_for_load_state("networkidle")
        assert len([file for file in fetched if file.endswith(".woff2")]) == more, fetched


@pytest.mark.parametrize("path", ["/town/news/", "/", "/ukrainska/richka/"])
def test_nothing_moves_when_the_typefaces_come(open_page, site, path):
    page = open_page("/lite/", 360)
    page.route("**/*.woff2", lambda route: (page.wait_for_timeout(400), route.continue_()))
    page.goto(site + path, wait_until="domcontentloaded")
    page.evaluate(MOVED)
    page.wait_for_function("() => document.fonts.status === 'loaded'")
    assert page.evaluate("() => document.fonts.check('16px \"Courant Serif\"')")
    page.wait_for_timeout(100)
    assert page.evaluate("() => moved") < 0.005


MOVED = """() => {
  window.moved = 0;
  new PerformanceObserver(list => list.getEntries().forEach(e => { window.moved += e.value; }))
    .observe({ type: 'layout-shift', buffered: true });
}"""


def packed(folder: Path, name: str) -> int:
    file = folder / name
    data = (file / "index.html" if file.is_dir() else file).read_bytes()
    return len(data) if name.endswith(".woff2") else len(brotli.compress(data))
