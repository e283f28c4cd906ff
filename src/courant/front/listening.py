"""What a page needs to play a spoken story: addresses, length, cues."""

import json
from collections.abc import Iterable, Mapping
from typing import Protocol

from courant.front.made import PublicFile
from courant.front.times import clock, iso_duration
from courant.narration.script import anchor, script_for
from courant.narration.spoken import SpokenStory
from courant.stories.published import PublishedStory


class Audio(Protocol):
    """What can be heard."""

    def spoken(self, story: PublishedStory) -> SpokenStory | None:
        """The sound of a story, if it has been spoken."""

    def heard(self, story_ids: Iterable[int]) -> set[int]:
        """Which of these stories have been spoken."""


class MemoryAudio:
    """Sound at hand, by story id: for tests and previews."""

    def __init__(self, stories: Mapping[int, SpokenStory] | None = None) -> None:
        self.stories = stories or {}

    def spoken(self, story: PublishedStory) -> SpokenStory | None:
        return self.stories.get(story.id)

    def heard(self, story_ids: Iterable[int]) -> set[int]:
        return set(story_ids) & set(self.stories)


def spoken_of(story: PublishedStory, audio: Audio) -> SpokenStory | None:
    """The audio of exactly this text, or None: a page never plays the sound of another one."""
    found = audio.spoken(story)
    return found if found and found.digest == script_for(story).digest else None


def audio_files(spoken: SpokenStory) -> tuple[PublicFile, PublicFile]:
    """The sound and its cues."""
    return (
        PublicFile(spoken.path.lstrip("/"), spoken.file),
        PublicFile(spoken.cues_path.lstrip("/"), cues_json(spoken)),
    )


def cues_json(spoken: SpokenStory) -> bytes:
    """{"v": 1, "seconds": …, "cues": [[anchor, start, end], …]}, as player.js reads it."""
    cues = [
        [anchor(cue.block, cue.sentence), round(cue.start, 3), round(cue.end, 3)]
        for cue in spoken.cues
    ]
    facts = {"v": 1, "seconds": round(spoken.seconds, 3), "cues": cues}
    return json.dumps(facts, separators=(",", ":")).encode()


def length(spoken: SpokenStory) -> str:
    """4:12"""
    return clock(spoken.seconds)


def duration(spoken: SpokenStory) -> str:
    """PT4M12S"""
    return iso_duration(spoken.seconds)
