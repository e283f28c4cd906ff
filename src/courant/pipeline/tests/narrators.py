"""A newsroom whose workers are killed while they speak; says what was wrong, as JSON.

COURANT_HOME=<a fresh home> python -m courant.pipeline.tests.narrators KILLS [TWIN]

Workers are forked, so that the next one costs no start of Django: what is killed is a whole process
all the same. They do what `courant work --once` does. The voice speaks in tones, so that the sound
itself tells of which text it is.
"""

# ruff: noqa: E402 - Django is set up before its models are imported

import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "courant.settings"

import django

django.setup()

import c2pa  # noqa: F401 - once, and not in every worker
from bs4 import BeautifulSoup
from django.conf import settings
from django.db import connections

from courant.narration import produce, shelf
from courant.narration.models import Narration, NarrationQuerySet
from courant.narration.tests.hear import decoded
from courant.narration.tests.tones import asked, is_heard
from courant.pipeline import work
from courant.stories.models import Story
from courant.stories.publication import read_story
from courant.stories.published import PublishedStory
from courant.stories.tests.make import make_desk_story

STORIES = 2
WORDS = [
    *("rain", "river", "harbour", "council", "bridge", "ferry", "mayor", "winter", "summer"),
    *("garden", "window", "market", "paper", "letter", "teacher", "farmer", "doctor", "singer"),
    *("morning", "evening", "silver", "yellow", "quiet", "narrow", "broken", "gentle"),
]
IN_HAND = work.NARRATORS + 1  # sentences that a worker had asked for and may not have kept
PATIENCE = 20  # seconds for a worker that speaks less than was thought
GAP = 0.005  # seconds between two looks


class Desk:
    """Stories that are edited, and what has been asked of the voice."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.chance = folder, random.Random(20261126)
        self.log = folder / "engine"
        self.log.mkdir()
        self.in_hand: Counter[str] = Counter()  # of workers when they were killed
        self.wrong: set[str] = set()
        made = [make_desk_story(*self.texts(), title=self.text()) for _ in range(STORIES)]
        self.paths = {story.pk: read_story(story.pk).path for story in made}

    def text(self) -> str:
        return f"{' '.join(self.chance.sample(WORDS, 5))}.".capitalize()

    def texts(self) -> list[str]:
        return [" ".join(self.text() for _ in range(3)) for _ in range(2)]

    def edit(self) -> None:
        """Another headline and another last paragraph of a story."""
        story = Story.objects.get(pk=self.chance.choice(sorted(self.paths)))
        first, last = (dict(each) for each in story.body.raw_data)
        last["value"] = f"<p>{' '.join(self.text() for _ in range(3))}</p>"
        story.title, story.body = self.text(), json.dumps([first, last])  # blocks keep their ids
        story.save_revision().publish()

    # ── Workers ───────────────────────────────────────────────────────────────────────────────────

    def worker(self) -> int:
        """Its process id. It ends when nothing waits any more."""
        connections.close_all()
        if pid := os.fork():
            return pid
        work.work_off()
        os._exit(0)

    def work_once(self) -> None:
        pid = self.worker()
        assert os.waitpid(pid, 0)[1] == 0
        self.look()

    def kill(self, number: int) -> bool:
        """Kill a worker at its nth sentence or a while after; whether it was narrating then."""
        before = len(asked(self.log))
        self.edit()
        pid = self.worker()
        if number % 2:  # a second edit within the second, while the first one is read
            time.sleep(self.chance.uniform(0, 0.5))
            self.edit()
        sentences = before + 1 + number % 5
        end = time.monotonic() + PATIENCE
        while len(asked(self.log)) < sentences and _runs(pid) and time.monotonic() < end:
            self.look()
            time.sleep(GAP)
        time.sleep(self.chance.choice([0, 0, 0.1, 0.4]))
        os.kill(pid, signal.SIGKILL)
        killed = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL
        struck = killed and Narration.objects.filter(status="speaking").exists()
        self.in_hand.update(asked(self.log)[before:][-IN_HAND:])
        self.look()
        return struck

    # ── Looking ───────────────────────────────────────────────────────────────────────────────────

    def look(self) -> None:
        """Whether any page plays the sound of another text."""
        for story in self.paths:
            self.wrong |= wrong_on_page(self.file_of(story))

    def file_of(self, story_id: int) -> Path:
        """Its page, in the tree that readers see now."""
        tree = (settings.COURANT_PUBLIC / "current").resolve()
        return tree / self.paths[story_id].strip("/") / "index.html"

    def missing(self) -> set[str]:
        """Stories that cannot be heard on their page, of the text that was published last."""
        found = set()
        for story in Story.objects.live():
            page = BeautifulSoup(self.file_of(story.pk).read_bytes(), "html.parser")
            if story.title not in page.get_text():
                found.add(f"not published: {story.title}")
            elif page.audio is None:
                found.add(f"silent: {story.title}")
        return found

    def said_in_vain(self) -> set[str]:
        """Sentences that were asked for more often than once, and once more for a kill."""
        twice = Counter(asked(self.log)) - self.in_hand
        return {text for text, times in twice.items() if times > 1}


def _runs(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"


def wrong_on_page(file: Path) -> set[str]:
    """Sentences of a page whose words do not sound where its cues say so, in any of its files."""
    data = file.read_bytes() if file.exists() else b""
    try:
        return wrong_sound(data, file.parents[2])
    except FileNotFoundError as error:
        if file.read_bytes() == data:
            return {f"no such file: {error.filename}"}
        return wrong_on_page(file)  # the page was replaced meanwhile, and its sound with it


@cache  # files of sound are named by what is in them
def wrong_sound(data: bytes, tree: Path) -> set[str]:
    page = BeautifulSoup(data, "html.parser")
    if page.audio is None:
        return set()
    place = page.find(id="listen")["data-cues"]
    cues = json.loads((tree / place.strip("/")).read_text())["cues"]
    shown = {each["id"]: " ".join(each.get_text().split()) for each in page.select("[data-s]")}
    if {anchor for anchor, *_ in cues} != set(shown):
        return {f"cues of another text: {sorted(shown)}"}
    files = [tree / source["src"].strip("/") for source in page.audio.find_all("source")]
    return {
        f"another text sounds: {shown[anchor]}"
        for file in files
        for anchor, start, *_ in cues
        if not hears(file, shown[anchor], start)
    }


@cache
def hears(file: Path, text: str, start: float) -> bool:
    return is_heard(text, *sound_of(file), start)


@cache
def sound_of(file: Path) -> Any:
    return decoded(file)


# ── Broken twins ──────────────────────────────────────────────────────────────────────────────────


def play_anything() -> None:
    """What was spoken last of a story is taken for its sound."""

    def basis_of(story: PublishedStory) -> str:
        rows = Narration.objects.filter(story_id=story.id, status="ready").order_by("-made_at")
        return rows.values_list("basis", flat=True).first() or ""

    NarrationQuerySet.ready = lambda rows: rows.filter(status="ready")  # type: ignore[method-assign]
    produce.basis_of = basis_of


def keep_nothing() -> None:
    """What a killed worker had said is not kept."""
    shelf.take = lambda key: None  # type: ignore[assignment]


def free_nothing() -> None:
    """What a killed worker had in hand stays in its hand."""
    work._free_what_the_dead_hold = lambda: None  # type: ignore[assignment]


TWINS: dict[str, Callable[[], None]] = {
    "": lambda: None,
    "play-anything": play_anything,
    "keep-nothing": keep_nothing,
    "free-nothing": free_nothing,
}


def main(kills: int, twin: str) -> None:
    home = Path(os.environ["COURANT_HOME"])
    tones = "courant.narration.tests.tones.ToneVoice"
    options = {"folder": str(home / "engine")}
    settings.COURANT_VOICES = {"en": {"BACKEND": tones, "OPTIONS": options}}
    TWINS[twin]()
    desk = Desk(home)
    desk.work_once()
    struck = tried = 0
    while struck < kills and tried < 2 * kills:
        struck += desk.kill(tried)
        tried += 1
    desk.work_once()
    facts = {
        "kills": struck,
        "asked": len(asked(desk.log)),
        "heard": len(Story.objects.live()) - len(desk.missing()),
        "wrong": sorted(desk.wrong),
        "missing": sorted(desk.missing()),
        "said_in_vain": sorted(desk.said_in_vain()),
    }
    print(json.dumps(facts))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "")
