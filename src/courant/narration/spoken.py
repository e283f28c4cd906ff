"""A spoken story as pages, feeds and mails see it."""

from dataclasses import dataclass
from pathlib import Path

from courant.narration.container import Chapter
from courant.narration.words import WordCue

__all__ = ["Chapter", "Cue", "SoundFile", "SpokenStory", "WordCue"]


@dataclass(frozen=True)
class Cue:
    """When one sentence is heard. Times in seconds from the start of the file, of every file."""

    block: str  # "headline", "byline" or the id of a block of the body
    sentence: int  # its number inside the block, from 0
    start: float
    end: float  # of the speech; the pause behind it is nobody's
    text: str = ""  # as it is written, whatever words a voice gets for it
    words: tuple[WordCue, ...] = ()


@dataclass(frozen=True)
class SoundFile:
    """One file of a narration. The cues hold in all of them."""

    media_type: str  # "audio/mpeg"
    file: Path  # outside the public root
    path: str  # where readers get it: "/audio/ferry-returns-1a2b3c4d5e6f.mp3"
    size: int  # bytes


@dataclass(frozen=True)
class SpokenStory:
    """The audio of exactly the text of one PublishedStory (`digest` is that of its script)."""

    story_id: int
    digest: str
    files: tuple[SoundFile, ...]  # MP3 first
    cues_path: str  # "/audio/ferry-returns-1a2b3c4d5e6f.json"
    captions_path: str  # "/audio/ferry-returns-1a2b3c4d5e6f.vtt"
    chapters_path: str  # "/audio/ferry-returns-1a2b3c4d5e6f.chapters.json"; "" without chapters
    seconds: float  # decoded length
    voice: str
    source_type: str  # IPTC: algorithmicMedia, trainedAlgorithmicMedia; "" for a human voice
    cues: tuple[Cue, ...] = ()
    chapters: tuple[Chapter, ...] = ()

    @property
    def synthetic(self) -> bool:
        """Made by a machine: it must be said wherever it can be heard."""
        return bool(self.source_type)

    @property
    def sound(self) -> str:
        """The sound's own name in its public files: twelve figures of its digest."""
        return self.cues_path.removesuffix(".json").rpartition("-")[2]

    @property
    def file(self) -> Path:
        return self.files[0].file

    @property
    def path(self) -> str:
        return self.files[0].path

    @property
    def size(self) -> int:
        return self.files[0].size
