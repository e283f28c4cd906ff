"""Every kind of page, by eye, by keyboard, enlarged, and by weight, in a real Chromium."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import brotli
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from courant.front.tests.make import Reader
from tests.browser import HOW_TO_GET_ONE, chromium
from tests.every_page import PAGES, STORIES, write_every_page
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(open_page, path, scheme):
    page = open_page(path, color_scheme=scheme, bypass_csp=True, reduced_motion="reduce")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("path", PAGES)
def test_nothing_runs_over_the_edge_of_a_small_or_enlarged_page(open_page, path):
    page = open_page(path, 320)
    wide = "() => document.documentElement.scrollWidth"
    assert page.evaluate(wide) <= 320
    page.set_viewport_size({"width": 640, "height": 450})  # as 1280 is at 200 %
    page.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
    assert page.evaluate(wide) <= 640


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
  .filter(e => e.tabIndex >= 0 && e.checkVisibility())
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
    """Text, style and scripts as they travel; typefaces and pictures come once and are kept."""
    asked: list[str] = []
    page = open_page("/lite/")  # without scripts of its own
    page.on("request", lambda request: asked.append(request.url))
    page.route("**/media/**", lambda route: route.abort())
    page.goto(site + path)
    page.wait_for_load_state("networkidle")
    names = [url.split("/", 3)[3] for url in asked if "/media/" not in url]
    # The page once: to keep it, its script takes it from the browser's cache, which routes turn off.
    counted = {name for name in names if "icon" not in name and "cyrillic" not in name}
    assert len(counted) <= 8, counted  # a name in another script brings a typeface of its own
    sizes = {name: packed(folder, name) for name in names}
    scripts = sum(size for name, size in sizes.items() if name.endswith(".js"))
    assert scripts <= 12 * KB
    assert sum(size for name, size in sizes.items() if "fonts/" not in name) <= 45 * KB


def packed(folder: Path, name: str) -> int:
    file = folder / name
    data = (file / "index.html" if file.is_dir() else file).read_bytes()
    return len(data) if name.endswith(".woff2") else len(brotli.compress(data))
