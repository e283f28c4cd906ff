"""A story's pictures opened large, in a real browser, behind the strict policy."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from courant.front.pictures import Pictures
from courant.front.tests.make import site
from courant.front.tests.test_player import ORIGIN, answer
from courant.stories.published import Gallery
from courant.stories.tests.make import make_paper, make_published_photo, make_published_story
from tests.browser import HOW_TO_GET_ONE, chromium

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not chromium(), reason=HOW_TO_GET_ONE),
]


@pytest.fixture
def page(browser: Any, tmp_path: Path, pictures: Pictures) -> Iterator[Any]:
    photos = [make_published_photo(tmp_path, alt=f"Boat {n}", tones="1a2f") for n in (1, 2, 3)]
    story = make_published_story(
        "Words.", Gallery("g", tuple(photos[1:])), lead_photo=photos[0], id=7
    )
    files: dict[str, bytes] = {}
    for target in site(make_paper(story), {}, pictures):
        files |= target.made.files
    tab = browser.new_page(viewport={"width": 360, "height": 740})
    tab.route("**/*", lambda route: answer(route, files))
    tab.goto(f"{ORIGIN}/harbour/story-7/")
    yield tab
    tab.close()


def test_pictures_open_turn_and_close_by_keyboard(page: Any) -> None:
    page.focus(".lead-photo .enlarge")
    page.keyboard.press("Enter")
    page.locator("dialog.lightbox[open] img[alt='Boat 1']").wait_for()
    page.keyboard.press("ArrowRight")
    page.locator("dialog img[alt='Boat 2']").wait_for()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.locator("dialog img[alt='Boat 3']").wait_for()
    page.keyboard.press("Escape")
    page.locator("dialog.lightbox").wait_for(state="hidden")
    # The focus follows when the dialog has said that it is closed.
    page.wait_for_function("document.activeElement.querySelector('img').alt == 'Boat 3'")


def test_a_pictures_colours_stand_there_before_it(page: Any) -> None:
    ground = "getComputedStyle(document.querySelector('.lead-photo img')).backgroundImage"
    assert page.evaluate(ground).startswith("linear-gradient(rgb(96, 156, 156)")
