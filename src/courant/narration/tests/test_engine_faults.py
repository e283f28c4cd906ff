"""An engine goes wrong in the middle of a story: nothing wrong is heard, and little said twice."""

from contextlib import suppress

import pytest

from courant.narration import shelf, takes
from courant.narration.tests.one_story import WORST
from courant.narration.tests.tones import happened
from courant.narration.voices.process import Process

pytestmark = pytest.mark.django_db

FAULTS = {
    "die": "bytes came",
    "hang": "no answer within 3 s",
    "silence": "gave silence for",
    "noise": "gave noise for",
    "nothing": "no sound came back",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_goes_wrong_once_in_a_story_is_not_heard(one_story, fault):
    one_story.plan(fault, 1)
    assert one_story.narrate().status == "ready"
    assert happened(one_story.folder) == [fault]
    assert one_story.wrong() == set()


@pytest.mark.parametrize(
    "fault",
    [pytest.param(f, marks=pytest.mark.soak if f == "hang" else ()) for f in FAULTS],
)
def test_what_goes_wrong_twice_leaves_a_reason_and_a_retry_says_only_what_is_missing(
    one_story, fault
):
    one_story.plan(fault, 2)
    row = one_story.narrate()
    assert (row.status, row.next_at is None) == ("failed", False)
    assert FAULTS[fault] in row.error
    assert WORST in row.error
    assert one_story.wrong() == {"nothing is heard"}
    row.retry()
    assert one_story.narrate().status == "ready"
    assert happened(one_story.folder) == [fault] * 2
    assert one_story.wrong() == set()


# ── The same looks find what they look for ────────────────────────────────────────────────────────


def believe_everything(monkeypatch):
    """What a voice gives is not looked at."""
    monkeypatch.setattr(takes, "fault_of", lambda sound, text: "")


def take_what_comes(monkeypatch):
    """Half an answer is taken for one."""
    exchange = Process._exchange

    def half(process, request):
        with suppress(OSError):
            return exchange(process, request)
        return {"rate": 22050}, b"\0\1" * 20_000

    monkeypatch.setattr(Process, "_exchange", half)


def keep_nothing(monkeypatch):
    """What was said before a failure is forgotten."""
    monkeypatch.setattr(shelf, "take", lambda key: None)


@pytest.mark.parametrize(
    ("break_it", "fault", "times", "sign"),
    [
        (believe_everything, "noise", 1, f"another sound: {WORST}"),
        (take_what_comes, "die", 1, f"another sound: {WORST}"),
        (keep_nothing, "die", 2, "said in vain: The river rose again."),
    ],
)
def test_a_broken_narrator_is_found(one_story, monkeypatch, break_it, fault, times, sign):
    break_it(monkeypatch)
    one_story.plan(fault, times)
    row = one_story.narrate()
    if row.status == "failed":
        row.retry()
        one_story.narrate()
    assert sign in one_story.wrong()
