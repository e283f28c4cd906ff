"""A spoken story as pages and mails see it."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cue:
    """When one sentence is heard. Times in seconds from the start of the file."""

    block: str  # "headline", "byline" or the id of a block of the body
    sentence: int  # its number inside the block, from 0
    start: float
    end: float


@dataclass(frozen=True)
class SpokenStory:
    """The audio of exactly the text of one PublishedStory (`digest` is that of its script)."""

    story_id: int
    digest: str
    file: Path  # MP3, outside the public root
    path: str  # where readers get it: "/audio/ferry-returns-1a2b3c4d5e6f.mp3"
    cues_path: str  # "/audio/ferry-returns-1a2b3c4d5e6f.json"
    seconds: float  # decoded length
    size: int  # bytes
    voice: str
    cues: tuple[Cue, ...] = ()
