"""The paper without a line, in a real Chromium."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from tests.browser import ARGUMENTS, HOW_TO_GET_ONE, chromium
from tests.search_paper import demo_paper, served, spoken_stories, write_site

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(not chromium(), reason=HOW_TO_GET_ONE),
]

BELL = 4
PAPER = demo_paper()
STORY = PAPER.by_id[BELL].path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("site")
    write_site(PAPER, made, spoken_stories(PAPER, tmp_path_factory.mktemp("sound"), BELL))
    return made


@pytest.fixture
def site(folder: Path, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The address and a folder of its own."""
    own = tmp_path / "site"
    shutil.copytree(folder, own)
    with served(own) as url:
        yield url, own


@pytest.fixture
def context() -> Iterator[BrowserContext]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        context = browser.new_context(viewport={"width": 360, "height": 800}, locale="en-GB")
        context.set_default_timeout(15_000)
        yield context
        browser.close()


def open_paper(context: BrowserContext, url: str) -> Page:
    """The front page, with the worker at work."""
    page = context.new_page()
    page.goto(url + "/")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    page.wait_for_function("async () => Boolean(await caches.match('/'))")
    return page


def test_the_front_page_and_what_was_read_are_there_without_a_line(context, site):
    url, _ = site
    page = open_paper(context, url)
    page.goto(url + STORY)
    context.set_offline(True)
    page.goto(url + "/")
    expect(page.get_by_role("heading", name="The Test Lantern")).to_be_visible()
    page.goto(url + STORY)
    expect(page.get_by_role("heading", name="The stolen bell was 31 metres away")).to_be_visible()
    family = page.evaluate("document.fonts.check('16px \"Courant Serif\"')")
    assert family


def test_another_page_says_what_there_is(context, site):
    url, _ = site
    page = open_paper(context, url)
    page.goto(url + STORY)
    context.set_offline(True)
    page.goto(url + PAPER.by_id[9].path)
    expect(page.get_by_role("heading", name="You are offline")).to_be_visible()
    page.get_by_role("link", name="The stolen bell was 31 metres away").click()
    expect(page.get_by_text("squat lobsters")).to_be_visible()


def test_a_page_for_secrets_leaves_no_trace(context, site):
    url, folder = site
    (folder / "tips").mkdir()
    whole = (folder / "index.html").read_text()
    (folder / "tips" / "index.html").write_text(whole.replace("<html", "<html data-unkept", 1))
    page = open_paper(context, url)
    page.goto(url + "/tips/")
    page.goto(url + STORY)  # kept, and after the page for secrets
    page.wait_for_function("async (path) => Boolean(await caches.match(path))", arg=STORY)
    assert not page.evaluate("async () => Boolean(await caches.match('/tips/'))")


def test_a_saved_story_is_there_with_its_sound(context, site):
    url, _ = site
    page = open_paper(context, url)
    page.goto(url + STORY)
    page.get_by_role("button", name="Save to read and hear offline").click()
    expect(page.get_by_role("button", name="Saved – remove")).to_be_visible()
    context.set_offline(True)
    page.goto(url + STORY)
    part = page.evaluate(
        """async () => {
            const source = [...document.querySelectorAll("source")]
                .find((one) => document.createElement("audio").canPlayType(one.type));
            const answer = await fetch(source.src, { headers: { Range: "bytes=2-5" } });
            return [answer.status, answer.headers.get("content-range"), (await answer.blob()).size];
        }"""
    )
    assert part == [206, "bytes 2-5/100", 4]
    expect(page.locator("html.can-seek")).to_be_attached()  # its cues are there too
    page.get_by_role("button", name="Saved – remove").click()
    expect(page.get_by_role("button", name="Save to read and hear offline")).to_be_visible()
    assert (
        page.evaluate("async () => (await (await caches.open('courant-saved')).keys()).length") == 0
    )


def test_a_story_that_was_taken_back_is_forgotten(context, site):
    url, folder = site
    page = open_paper(context, url)
    page.goto(url + STORY)
    page.get_by_role("button", name="Save to read and hear offline").click()
    expect(page.get_by_role("button", name="Saved – remove")).to_be_visible()
    shutil.rmtree(folder / STORY.strip("/"))
    page.goto(url + STORY)
    context.set_offline(True)
    page.goto(url + STORY)
    expect(page.get_by_role("heading", name="You are offline")).to_be_visible()


def test_a_correction_is_read_while_there_is_a_line(context, site):
    url, folder = site
    page = open_paper(context, url)
    page.goto(url + STORY)
    file = folder / STORY.strip("/") / "index.html"
    file.write_text(file.read_text().replace("squat lobsters", "spider crabs"))
    page.goto(url + STORY)
    expect(page.get_by_text("spider crabs")).to_be_visible()


def test_the_paper_can_be_installed(context, site):
    url, _ = site
    page = open_paper(context, url)
    devtools = context.new_cdp_session(page)
    told = devtools.send("Page.getAppManifest")
    assert told["errors"] == []
    assert told["url"] == f"{url}/manifest.webmanifest"
