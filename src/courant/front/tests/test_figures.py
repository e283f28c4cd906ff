"""What a story's page tells of a visit, in a real browser, behind the strict policy."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from courant.figures.beacon import Beacon, parse
from courant.front.pictures import Pictures
from courant.front.tests.make import make_spoken, site
from courant.front.tests.test_player import ORIGIN, answer, write_silence
from courant.stories.tests.make import make_paper, make_published_story, paragraph
from tests.browser import HOW_TO_GET_ONE, chromium

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not chromium(), reason=HOW_TO_GET_ONE),
]
SOUND = "1a2b3c4d5e6f"
LONG = "The river rose in the night, and by morning it had gone down again. " * 6
HIDE = """() => {
  Object.defineProperty(document, "hidden", { value: true, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
  delete document.hidden;
}"""
END = "document.querySelector('.story-body').scrollIntoView({ block: 'end' })"
Open = Callable[..., tuple[Any, list[Beacon]]]


@pytest.fixture
def opened(browser: Any, tmp_path: Path, pictures: Pictures) -> Iterator[Open]:
    """Opens a spoken story; gives its tab, and what it tells."""
    contexts = []
    story = make_published_story(*(paragraph(LONG, f"b{n}") for n in range(10)), id=7)

    def open_story(*, counted: bool = True, before: str = "") -> tuple[Any, list[Beacon]]:
        cues = f"/audio/story-7-{SOUND}.json"
        spoken = make_spoken(story, tmp_path, seconds=12.0, cues_path=cues)
        write_silence(spoken.file, 12)
        files: dict[str, bytes] = {}
        for target in site(make_paper(story), {7: spoken}, pictures, counted=counted):
            files |= target.made.files
        context = browser.new_context(viewport={"width": 360, "height": 740})
        contexts.append(context)
        tab, told = context.new_page(), list[Beacon]()
        tab.route("**/*", lambda route: answer(route, files))

        def hear(route: Any) -> None:
            fields = parse_qs(route.request.post_data, strict_parsing=True, keep_blank_values=True)
            told.append(parse({name: value for name, (value,) in fields.items()}))
            route.fulfill(status=204)

        tab.route("**/figures/", hear)
        tab.add_init_script(before)
        tab.clock.install()
        tab.goto(f"{ORIGIN}/harbour/story-7/")
        return tab, told

    yield open_story
    for context in contexts:
        context.close()


def until(tab: Any, condition: str) -> None:
    """The policy lets the browser wait for no text that is a program."""
    for _ in range(200):
        if tab.evaluate(condition):
            return
        tab.wait_for_timeout(25)
    raise AssertionError(f"never: {condition}")


def test_a_story_that_was_read_to_its_end_is_told_once(opened: Open) -> None:
    tab, told = opened()
    tab.clock.run_for(1500)
    tab.evaluate(HIDE)
    tab.evaluate(END)
    tab.clock.run_for(10_000)
    tab.evaluate(HIDE)
    tab.clock.run_for(60_000)
    for _ in range(3):
        tab.evaluate(HIDE)
    tab.wait_for_timeout(50)
    assert [one.did for one in told] == [("opened",), ("read",), ("finished",)]
    assert {one.story for one in told} == {7}
    assert tab.context.cookies() == []


def test_without_the_papers_wish_or_against_the_readers_nothing_is_sent(opened: Open) -> None:
    refusal = "Object.defineProperty(navigator, '{}', {{ value: {} }})"
    for facts in (
        {"counted": False},
        {"before": refusal.format("doNotTrack", "'1'")},
        {"before": refusal.format("globalPrivacyControl", "true")},
    ):
        tab, told = opened(**facts)
        tab.evaluate(END)
        tab.clock.run_for(90_000)
        tab.evaluate(HIDE)
        tab.wait_for_timeout(50)
        assert told == []


def test_the_sentences_that_were_played_are_told_and_that_the_sound_was_heard_out(
    opened: Open,
) -> None:
    tab, told = opened()
    until(tab, "document.documentElement.classList.contains('can-seek')")
    audio = "document.querySelector('audio')"
    tab.evaluate(f"{audio}.playbackRate = 8, {audio}.play()")
    until(tab, f"{audio}.currentTime > 3.2")
    tab.evaluate(f"{audio}.pause()")
    until(tab, f"{audio}.paused")
    tab.evaluate(f"{audio}.play()")
    until(tab, f"{audio}.ended || {audio}.currentTime === 0")
    for _ in range(100):  # what is told last comes a moment later
        if told and "heard_out" in told[-1].did:
            break
        tab.wait_for_timeout(50)
    first, last = told[0], told[-1]
    assert first.sound == SOUND and first.sentences[:3] == (0, 1, 2)
    assert not set(first.sentences) & {n for one in told[1:] for n in one.sentences}
    heard = sorted(n for one in told for n in one.sentences)
    assert heard == list(range(len(heard))) and len(heard) >= 11
    assert {what for one in told for what in one.did} >= {"listened", "heard_out"}
    assert "heard_out" in last.did
