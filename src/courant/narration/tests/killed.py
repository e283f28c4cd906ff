"""Kills narrations at every fsync and rename and lets workers race, over a home of its own.

COURANT_HOME=<a fresh home> python killed.py
"""

# ruff: noqa: E402 - Django is set up before its models are imported

import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta

os.environ["DJANGO_SETTINGS_MODULE"] = "courant.settings"

import django

django.setup()

from django.conf import settings
from django.db import connections
from django.utils.timezone import now

from courant.narration import produce
from courant.narration.models import Narration
from courant.narration.tests.hear import decoded
from courant.stories.published import PublishedStory
from courant.stories.tests.make import make_published_story

settings.COURANT_VOICES = {
    "en": {"BACKEND": "courant.narration.voices.memory.MemoryVoice", "OPTIONS": {}}
}


def in_child(act: Callable[[], int]) -> int:
    """The process id of a child that does it and ends with its result."""
    connections.close_all()
    if pid := os.fork():
        return pid
    os._exit(act())


def status_of(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def narrate_until(point: int, story: PublishedStory) -> int:
    """Narrate; die of SIGKILL at the fsync or rename with that number."""
    calls = 0

    def counted(act: Callable[..., None]) -> Callable[..., None]:
        def acting(*arguments: object) -> None:
            nonlocal calls
            if calls == point:
                os.kill(os.getpid(), signal.SIGKILL)
            calls += 1
            act(*arguments)

        return acting

    os.fsync, os.rename = counted(os.fsync), counted(os.rename)
    produce.narrate(story)
    return 0


def killed_everywhere() -> int:
    """Returns how many points there were."""
    point = 0
    while True:
        story = make_published_story(f"Story number {point}. It rained.")
        if status_of(in_child(lambda n=point, s=story: narrate_until(n, s))) == 0:
            return point
        assert produce.spoken(story) is None
        Narration.objects.update(claimed_until=now() - timedelta(seconds=1))
        assert produce.narrate(story).status == "ready", point
        spoken = produce.spoken(story)
        samples, rate = decoded(spoken.file)
        assert abs(len(samples) / rate - spoken.seconds) < 0.03
        assert Narration.objects.filter(story_id=story.id).count() == 1
        assert len([p for p in spoken.file.parent.iterdir() if p.suffix != ".tmp"]) == 3
        point += 1


def race(rows: int, workers: int) -> int:
    """Returns how many claims were won by all workers together."""
    stories = [make_published_story(f"Race {n}.") for n in range(rows)]
    waiting = [produce.request(story) for story in stories]
    start, go = os.pipe()

    def work() -> int:
        os.close(go)
        os.read(start, 1)  # ends when the last writer closes: all begin at once
        return sum(row.claim() for row in waiting)

    pids = [in_child(work) for _ in range(workers)]
    os.close(go)
    return sum(status_of(pid) for pid in pids)


if __name__ == "__main__":
    print("points", killed_everywhere())
    print("claims", race(rows=20, workers=4))
    sys.exit(0)
