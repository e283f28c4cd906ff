"""Live coverage that goes on, in a real browser behind the strict policy."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from courant.front.pictures import Pictures
from courant.front.render import story_page
from courant.front.tests.make import press_of, site
from courant.front.tests.test_player import ORIGIN, answer
from courant.lib.digests import digest_of_bytes
from courant.stories import published as out
from courant.stories.tests.make import NOON, make_paper, make_published_story, paragraph
from tests.browser import HOW_TO_GET_ONE, chromium

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not chromium(), reason=HOW_TO_GET_ONE),
]
LONG = " ".join(["Eleven are on board, and the cake is ashore."] * 60)
PATH = "/harbour/story-7/"


def coverage(updates: int, **facts: Any) -> out.PublishedStory:
    """So many updates, each with a screenful below it, the newest first."""
    body: list[out.Block] = []
    for n in reversed(range(updates)):
        body.append(out.Update(f"n{n}", NOON + timedelta(minutes=n), f"Boat {n}"))
        body.append(paragraph(LONG, f"p{n}"))
    return make_published_story(*body, id=7, path=PATH, kind="live", published=NOON, **facts)


class House:
    """A server that a test changes; what it was asked for, and how it answered."""

    def __init__(self, pictures: Pictures) -> None:
        self.pictures, self.files = pictures, dict[str, bytes]()
        self.asked: list[int] = []
        self.status = 0  # what it answers instead, where it is in trouble
        for target in site(make_paper(coverage(2)), {}, pictures):
            self.files[target.path] = target.made.data
        self.publish(coverage(2))

    def publish(self, story: out.PublishedStory) -> None:
        self.page = story_page(press_of(make_paper(story), {}, self.pictures), story).data
        self.files["harbour/story-7/index.html"] = self.page

    def answer(self, route: Any) -> None:
        request = route.request
        if not request.url.endswith(PATH) or request.is_navigation_request():
            answer(route, self.files)
            return
        etag = f'"{digest_of_bytes(self.page)[:8]}"'
        same = request.headers.get("if-none-match") == etag
        status = self.status or (304 if same else 200)
        self.asked.append(status)
        body = self.page if status == 200 else b""
        route.fulfill(status=status, headers={"ETag": etag, "content-type": "text/html"}, body=body)


@pytest.fixture
def house(pictures: Pictures) -> House:
    return House(pictures)


@pytest.fixture
def page(browser: Any, house: House) -> Iterator[Any]:
    """The coverage in front of a reader who has read down to its second update."""
    context = browser.new_context(viewport={"width": 390, "height": 740}, service_workers="block")
    context.route("**/*", house.answer)
    tab = context.new_page()
    tab.clock.install()
    tab.goto(f"{ORIGIN}{PATH}")
    tab.evaluate("document.getElementById('u-n0').scrollIntoView()")
    yield tab
    context.close()


def pass_by(page: Any, seconds: int) -> None:
    page.clock.run_for(seconds * 1000)
    page.wait_for_timeout(50)


def test_new_updates_are_announced_and_nothing_moves_until_the_reader_wants(
    house: House, page: Any
) -> None:
    news = page.get_by_role("status").filter(has_text="New updates")
    place = page.evaluate("scrollY")
    pass_by(page, 40)
    assert house.asked == [200]
    assert news.count() == 0
    house.publish(coverage(4))
    pass_by(page, 40)
    news.wait_for()
    assert news.inner_text().split("\n")[0] == "New updates: 2"
    assert page.evaluate("scrollY") == place
    assert page.locator("#u-n3").count() == 0
    page.get_by_role("button", name="Show").focus()
    page.keyboard.press("Enter")
    page.locator("#u-n3").wait_for()
    top = "() => Math.abs(document.getElementById('u-n3').getBoundingClientRect().top)"
    for _ in range(250):
        if page.evaluate(top) < 60:
            break
        page.wait_for_timeout(20)
    assert page.evaluate(top) < 60
    assert page.url.endswith(f"{PATH}#u-n3")


def test_a_page_that_stays_is_asked_for_in_few_bytes(house: House, page: Any) -> None:
    for _ in range(3):
        pass_by(page, 40)
    assert house.asked == [200, 304, 304]


def test_a_page_that_nobody_looks_at_asks_for_nothing(house: House, page: Any) -> None:
    page.evaluate(HIDE, True)
    pass_by(page, 200)
    assert house.asked == []
    page.evaluate(HIDE, False)
    pass_by(page, 10)
    assert house.asked == [200]


HIDE = """hidden => {
  Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
  document.dispatchEvent(new Event('visibilitychange'));
}"""


def test_a_server_in_trouble_is_asked_less_and_less(house: House, page: Any) -> None:
    house.status = 503
    for _ in range(7):
        pass_by(page, 40)
    assert house.asked == [503, 503, 503]  # after half a minute, one, two


def test_coverage_that_ended_or_was_taken_back_is_asked_for_no_more(
    house: House, page: Any
) -> None:
    house.publish(coverage(3, ended=True))
    for _ in range(3):
        pass_by(page, 40)
    assert house.asked == [200]
    assert page.get_by_text("New updates: 1").count() == 1


def test_only_coverage_that_goes_on_has_the_script(pictures: Pictures, tmp_path: Path) -> None:
    for story, there in (
        (coverage(2), True),
        (coverage(2, ended=True), False),
        (make_published_story(id=8), False),
    ):
        html = story_page(press_of(make_paper(story), {}, pictures), story).data.decode()
        assert ("/static/live." in html) is there
        assert ("data-live" in html) is there
