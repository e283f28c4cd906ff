"""The player in a real browser: what is marked is what is heard."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from courant.front.made import file_of
from courant.front.pictures import Pictures
from courant.front.sheet import NewsletterBox
from courant.front.tests.make import make_spoken, site
from courant.stories.tests.make import make_paper, make_published_story, paragraph
from tests.browser import HOW_TO_GET_ONE, chromium

ORIGIN = "http://127.0.0.1:8000"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self';"
    " media-src 'self'; connect-src 'self'; form-action 'self'"
)
THANKS = "Thank you for signing up for this newsletter. We've sent you a confirmation email."
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not chromium(), reason=HOW_TO_GET_ONE),
]


def write_silence(file: Path, seconds: int) -> None:
    with av.open(str(file), "w") as sound:
        stream = sound.add_stream("mp3", rate=24000)
        frame = av.AudioFrame.from_ndarray(
            np.zeros((1, 24000), dtype="float32"), format="fltp", layout="mono"
        )
        frame.sample_rate = 24000
        for _ in range(seconds):
            sound.mux(stream.encode(frame))
        sound.mux(stream.encode(None))


@pytest.fixture
def page(browser: Any, tmp_path: Path, pictures: Pictures) -> Iterator[Any]:
    """A spoken story of five sentences, a second each, behind the strict policy."""
    story = make_published_story(
        paragraph("One is here. Two is here.", "b1"), paragraph("Three is. Four is.", "b2"), id=7
    )
    spoken = make_spoken(story, tmp_path, seconds=12.0)
    write_silence(spoken.file, 12)
    files: dict[str, bytes] = {}
    box = NewsletterBox("daily", "First Tide", "")
    for target in site(make_paper(story), {7: spoken}, pictures, box=box):
        files |= target.made.files
    tab = browser.new_page()
    tab.route("**/*", lambda route: answer(route, files))
    yield tab
    tab.close()


def answer(route: Any, files: dict[str, bytes]) -> None:
    path = route.request.url.removeprefix(ORIGIN)
    if route.request.method == "POST":
        known = "a@example.org" in (route.request.post_data or "")
        said = {"message": THANKS} if known else {"error": "No."}
        route.fulfill(status=200 if known else 400, json=said)
        return
    name = file_of(path)
    kinds = {"html": "text/html", "js": "text/javascript", "css": "text/css", "mp3": "audio/mpeg"}
    headers = {
        "Content-Security-Policy": POLICY,
        "Content-Type": kinds.get(name.rpartition(".")[2], "application/octet-stream"),
        "Accept-Ranges": "bytes",
    }
    data, status = files[name], 200
    if asked := route.request.headers.get("range"):
        start = int(asked.removeprefix("bytes=").split("-")[0])
        headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
        data, status = data[start:], 206
    route.fulfill(status=status, headers=headers, body=data)


def reading(page: Any) -> str:
    return str(page.evaluate("document.querySelector('.reading')?.textContent ?? ''"))


def test_the_sentence_being_read_is_marked_in_time(page: Any) -> None:
    page.goto(f"{ORIGIN}/harbour/story-7/")
    page.click(".player-play")
    page.locator("#s-headline-0.reading").wait_for()
    page.locator("#s-b1-0.reading").wait_for()
    heard = page.evaluate("document.querySelector('audio').currentTime")
    assert 2 <= heard < 2.9  # headline, byline, then this one
    assert page.get_attribute("#s-b1-0", "aria-current") == "true"


def test_a_click_on_a_sentence_plays_it(page: Any) -> None:
    page.goto(f"{ORIGIN}/harbour/story-7/")
    page.wait_for_selector(".can-seek")
    page.click("#s-b2-0")
    page.locator("#s-b2-0.reading").wait_for()
    assert reading(page) == "Three is."
    page.click("[aria-label='Next sentence']")
    page.locator("#s-b2-1.reading").wait_for()


def test_a_sound_that_cannot_be_loaded_is_told(page: Any) -> None:
    page.route("**/*.mp3", lambda route: route.abort())
    page.goto(f"{ORIGIN}/harbour/story-7/")
    page.click(".player-play")
    page.get_by_text("The audio could not be loaded").wait_for()


def test_the_place_is_remembered(page: Any) -> None:
    page.goto(f"{ORIGIN}/harbour/story-7/")
    page.wait_for_selector(".can-seek")
    page.evaluate("document.querySelector('.player-bar').value = 500")
    page.evaluate("document.querySelector('.player-bar').dispatchEvent(new Event('input'))")
    page.reload()
    page.get_by_text("0:06 / 0:12").wait_for()


def test_signing_up_is_answered_on_the_page(page: Any) -> None:
    page.goto(f"{ORIGIN}/harbour/story-7/")
    page.fill("#newsletter-email", "b@example.org")
    page.click("text=Sign up")
    page.get_by_text("No.").wait_for()
    assert page.input_value("#newsletter-email") == "b@example.org"
    page.fill("#newsletter-email", "a@example.org")
    page.click("text=Sign up")
    page.get_by_text(THANKS).wait_for()
    assert page.input_value("#newsletter-email") == ""
