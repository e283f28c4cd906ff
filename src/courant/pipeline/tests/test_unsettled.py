"""Narrations that are never settled: one look at what waits ends all the same, and says so."""

from concurrent.futures import Future

import pytest

from courant.narration import plan, produce
from courant.narration.models import Narration
from courant.pipeline import path, work
from courant.pipeline.state import problems
from courant.stories.publication import read_story
from courant.stories.tests.make import make_desk_story

pytestmark = pytest.mark.django_db


class Here:
    """Runs at once what is for a thread: that would not see what this test has written."""

    def __init__(self, workers):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def submit(self, act):
        done = Future()
        done.set_result(act())
        return done


class Connection:
    """Of a thread that has none of its own."""

    def close(self):
        pass


@pytest.fixture(autouse=True)
def few_rounds(own_folders, monkeypatch):
    monkeypatch.setattr(work, "ROUNDS", 3)
    monkeypatch.setattr(work, "ThreadPoolExecutor", Here)
    monkeypatch.setattr(work, "connection", Connection())


def told() -> str:
    return " ".join(problems())


def test_what_is_wanted_otherwise_at_each_look_does_not_keep_the_worker_for_ever(monkeypatch):
    story, speak = make_desk_story(title="Rain"), path.narrate_next

    def another_voice_by_now():
        found = speak()
        monkeypatch.setattr(plan, "MAKING", plan.MAKING + 1)
        produce.request(read_story(story.pk))
        return found

    monkeypatch.setattr(path, "narrate_next", another_voice_by_now)
    work.work_off()
    assert f"Story {story.pk} still waits after 3 rounds" in told()
    assert "names another version at each look" in told()


def test_a_narration_that_is_obsolete_and_stays_is_not_tried_for_ever(monkeypatch):
    story = make_desk_story(title="Rain")
    Narration.objects.create(story_id=story.pk, digest="of no text of this story")
    monkeypatch.setattr(produce, "_supersede_others", lambda row, basis: None)
    work.work_off()
    assert f"Story {story.pk} still waits after 3 rounds" in told()


def test_what_is_settled_is_told_by_nobody():
    make_desk_story(title="Rain")
    work.work_off()
    assert Narration.objects.ready().count() == 1
    assert told() == ""
