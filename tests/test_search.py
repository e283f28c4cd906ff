"""What readers look for and find, in a real Chromium, on the demo's stories."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from courant.lib.words import fold, stem
from courant.narration.script import script_for
from tests.browser import HOW_TO_GET_ONE, chromium
from tests.search_paper import demo_paper, scattered, served, spoken_stories, write_site

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(not chromium(), reason=HOW_TO_GET_ONE),
]

FERRIES, BELL = 1, 4
PAPER = demo_paper()
LARGE = scattered(PAPER)
SEARCH = (
    "asset", "story", "offline", "manifest", "worker",
    "search", "search-words", "search-cards", "search-index",
)  # fmt: skip
QUERIES = [
    (line[:32].strip(), {int(number) for number in line[32:].split()})
    for line in (Path(__file__).parent / "search_queries.txt").read_text().splitlines()
    if line and not line.startswith("#")
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("site")
    write_site(PAPER, folder, spoken_stories(PAPER, tmp_path_factory.mktemp("sound"), BELL))
    with served(folder) as url:
        yield url


@pytest.fixture(scope="module")
def large_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("large")
    write_site(LARGE, folder, {}, *SEARCH)
    with served(folder) as url:
        yield url


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    yield from search_page(browser, site)


@pytest.fixture
def large_page(browser: Browser, large_site: str) -> Iterator[Page]:
    """Of a paper whose stories lie in four stacks, most of them cut by four letters."""
    yield from search_page(browser, large_site)


def search_page(browser: Browser, site: str) -> Iterator[Page]:
    """The search page; fails its test when the browser complains or asks somebody else."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    context.set_default_timeout(15_000)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda r: None if r.url.startswith(site) else complaints.append(r.url))
    page.goto(f"{site}/search/")
    yield page
    context.close()
    assert complaints == []


def look_for(page: Page, words: str) -> list[str]:
    """The addresses of the results, best first."""
    page.get_by_label("Words").fill(words)
    page.get_by_label("Words").press("Enter")
    page.wait_for_function("() => document.querySelector('[data-said]').dataset.of !== undefined")
    page.wait_for_function(
        "words => document.querySelector('[data-said]').dataset.of === words", arg=words
    )
    links = page.locator("[data-results] .card-headline a")
    return [link.split("#")[0] for link in links.evaluate_all("all => all.map(a => a.pathname)")]


def test_there_are_a_hundred_questions():
    assert len(QUERIES) >= 100


def missed(page: Page, queries: list[tuple[str, set[int]]]) -> str:
    """The questions whose stories are not among the first results, each with what is."""
    lines = []
    for words, wanted in queries:
        paths = {PAPER.by_id[number].path for number in wanted}
        found = look_for(page, words)
        if not paths <= set(found[:3]):
            lines.append(f"{words}: {found[:3]}")
    return "\n".join(lines)


def test_how_many_were_found_is_said_also_where_their_passages_come_late(page):
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(lambda url: "/search/" not in url, hold)
    page.get_by_label("Words").fill("harbour")
    page.get_by_label("Words").press("Enter")
    page.locator("[data-results] li").first.wait_for()
    page.wait_for_timeout(400)  # after 300 ms it would be said that it takes a while
    assert re.fullmatch(r"Found: \d+", page.locator("[data-said]").inner_text())
    assert held
    for route in held:
        route.continue_()


def test_readers_of_a_large_paper_find_the_story_that_they_mean(large_page):
    assert missed(large_page, QUERIES) == ""


def test_readers_of_a_small_paper_find_the_story_that_they_mean(page):
    assert missed(page, QUERIES[::5]) == ""


def test_a_large_paper_answers_a_question_from_few_files(large_page):
    asked: list[str] = []
    large_page.on("request", lambda request: asked.append(request.url))
    look_for(large_page, "squat lobster")
    assert 4 < len([url for url in asked if "/search/words/" in url]) <= 8
    asked.clear()
    large_page.get_by_text("Narrow down").click()
    large_page.get_by_label("From").fill("2020-01-01")
    look_for(large_page, "squat lobster")
    parts = [url.rpartition("-")[2] for url in asked if "/search/words/" in url]
    assert parts and set(parts) == {"d.txt"}


def test_a_search_goes_on_when_words_were_laid_out_anew_meanwhile(browser, site):
    context = browser.new_context(service_workers="block")
    page = context.new_page()
    older = {"stacks": [[0, 0, 7, 8, 31]]}

    def answer(route: Route) -> None:
        now = route.fetch()
        route.fulfill(response=now, json=now.json() | older)
        page.unroute("**/search/index.json")

    page.route("**/search/index.json", answer)
    page.goto(f"{site}/search/")
    assert look_for(page, "custard")[0] == PAPER.by_id[9].path
    context.close()


def test_what_nobody_wrote_is_not_found(page):
    assert look_for(page, "xylophonists") == []
    expect(page.get_by_text("Nothing was found")).to_be_visible()
    assert look_for(page, '"bell the stolen"') == []


def test_the_words_are_marked_in_a_sentence_of_the_story(page):
    look_for(page, "squat lobster")
    marks = page.locator("[data-results] mark")
    expect(marks.first).to_have_text("squat")
    expect(marks.nth(1)).to_have_text("lobsters")
    expect(page.locator(".search-passage").first).to_contain_text("squat lobsters, since rehoused")


def test_a_result_leads_to_the_sentence_and_to_its_second_of_sound(page):
    look_for(page, "squat lobsters")
    row = page.locator("[data-results] .row").first
    row.get_by_role("link", name="Listen from").wait_for()
    row.locator(".card-headline a").click()
    page.wait_for_url("**/bell-found-off-north-arm/**")
    sentence = page.locator("[data-s]", has_text="squat lobsters")
    expect(sentence).to_be_in_viewport()
    assert page.evaluate("location.hash") == f"#{sentence.get_attribute('id')}"
    said = [utterance.text for utterance in script_for(PAPER.by_id[BELL]).utterances]
    second = next(n for n, text in enumerate(said) if "squat lobsters" in text)  # one a sentence
    expect(page.locator(".player-time")).to_contain_text(f"0:{second:02}")


def test_where_there_is_no_sound_the_address_names_the_words(page):
    look_for(page, "clockmaker")
    href = page.locator("[data-results] .card-headline a").first.get_attribute("href")
    expect(page.locator(".search-passage").first).to_be_visible()
    href = page.locator("[data-results] .card-headline a").first.get_attribute("href")
    assert ":~:text=The%20clockmaker%2C%20Ottavio%20Brandt" in href


def test_choices_narrow_the_results(page):
    page.get_by_text("Narrow down").click()
    everything = look_for(page, "library")
    page.get_by_label("Section", exact=True).select_option(label="Opinion")
    in_opinion = look_for(page, "library")
    assert in_opinion and set(in_opinion) < set(everything)
    assert all(path.startswith("/opinion/") for path in in_opinion)
    page.get_by_label("Author").select_option(label="Hal Petherick")
    page.get_by_label("Section", exact=True).select_option(label="All")
    written = {s.path for s in PAPER.stories if any(b.name == "Hal Petherick" for b in s.bylines)}
    assert set(look_for(page, "ferry")) <= written
    page.get_by_label("From").fill("2030-01-01")
    assert look_for(page, "ferry") == []


def test_a_search_has_an_address(page, site):
    page.goto(f"{site}/search/?q=custard&s=1")
    expect(page.get_by_role("link", name="Day ten on Sallow").first).to_be_visible()
    expect(page.get_by_label("Section", exact=True)).to_have_value("1")


def test_a_search_is_told_to_nobody(page):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    look_for(page, "custard")
    assert asked and not [url for url in asked if "custard" in url]


def test_browser_and_press_cut_words_alike(page):
    look_for(page, "custard")
    texts = " ".join(
        Path(file).read_text() for file in Path(__file__).parent.glob("../demo/stories/*.toml")
    )
    ours = {word: stem(fold(word)) for word in sorted({*texts.replace("\n", " ").split(" ")})}
    theirs = page.evaluate(
        """async (words) => {
            const source = document.querySelector('script[src*="search"]').src;
            const { fold, stem } = await import(source);
            return Object.fromEntries(words.map((word) => [word, stem(fold(word))]));
        }""",
        list(ours),
    )
    assert len(ours) > 5000
    assert {w: (s, ours[w]) for w, s in theirs.items() if s != ours[w]} == {}


def test_without_javascript_the_page_says_so_and_leads_on(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/search/")
    expect(page.get_by_text("It needs JavaScript")).to_be_visible()
    expect(page.locator("main").get_by_role("link", name="Harbour", exact=True)).to_be_visible()
    expect(page.get_by_role("search")).to_be_hidden()
    context.close()
