"""What a page needs to play a spoken story: addresses, length, cues."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from courant.front.made import PublicFile
from courant.front.times import clock, iso_duration
from courant.narration import captions, disclosure
from courant.narration.script import script_for
from courant.narration.spoken import SoundFile, SpokenStory
from courant.stories.published import PublishedStory


class Audio(Protocol):
    """What can be heard."""

    def warm(self, stories: Sequence[PublishedStory]) -> None:
        """These are asked for next."""

    def spoken(self, story: PublishedStory) -> SpokenStory | None:
        """The sound of a story, if it has been spoken."""

    def heard(self, story_ids: Iterable[int]) -> set[int]:
        """Which of these stories have been spoken."""


class MemoryAudio:
    """Sound at hand, by story id: for tests and previews."""

    def __init__(self, stories: Mapping[int, SpokenStory] | None = None) -> None:
        self.stories = stories or {}

    def warm(self, stories: Sequence[PublishedStory]) -> None:
        """All are at hand."""

    def spoken(self, story: PublishedStory) -> SpokenStory | None:
        return self.stories.get(story.id)

    def heard(self, story_ids: Iterable[int]) -> set[int]:
        return set(story_ids) & set(self.stories)


def spoken_of(story: PublishedStory, audio: Audio) -> SpokenStory | None:
    """The audio of exactly this text, or None: a page never plays the sound of another one."""
    found = audio.spoken(story)
    return found if found and found.digest == script_for(story).digest else None


def audio_files(spoken: SpokenStory) -> tuple[PublicFile, ...]:
    """The sound in every form, its cues, captions and chapters."""
    files = [PublicFile(_name(file.path), file.file) for file in spoken.files]
    files.append(PublicFile(_name(spoken.cues_path), captions.cues_json(spoken)))
    if spoken.captions_path:
        files.append(PublicFile(_name(spoken.captions_path), captions.webvtt(spoken.cues)))
    if spoken.chapters_path:
        data = captions.chapters_json(spoken.chapters)
        files.append(PublicFile(_name(spoken.chapters_path), data))
    return tuple(files)


def _name(path: str) -> str:
    return path.lstrip("/")


def forms(spoken: SpokenStory) -> tuple[SoundFile, ...]:
    """For the player, which takes the first that it can play: MP3, which all of them can, last."""
    return (*spoken.files[1:], spoken.files[0])


def said(spoken: SpokenStory, language: str) -> str:
    """That a machine speaks, where one does and it is to be said."""
    return disclosure.words(language) if spoken.synthetic else ""


def length(spoken: SpokenStory) -> str:
    """4:12"""
    return clock(spoken.seconds)


def duration(spoken: SpokenStory) -> str:
    """PT4M12S"""
    return iso_duration(spoken.seconds)
