"""What a page needs to play a spoken story: addresses, length, cues."""

import json
from collections.abc import Mapping

from courant.front.made import PublicFile
from courant.front.times import clock, iso_duration
from courant.narration.script import anchor, script_for
from courant.narration.spoken import SpokenStory
from courant.stories.published import PublishedStory


def spoken_of(story: PublishedStory, spoken: Mapping[int, SpokenStory]) -> SpokenStory | None:
    """The audio of exactly this text, or None: a page never plays the sound of another one."""
    found = spoken.get(story.id)
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
