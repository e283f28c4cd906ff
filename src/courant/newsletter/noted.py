"""Letters with correction notes, pure: all notes are written once, each reader's are left in."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from courant.lib.digests import digest_of
from courant.newsletter.message import one_line
from courant.stories.published import PublishedCorrection, PublishedStory

if TYPE_CHECKING:
    from courant.newsletter.compose import Letter

Key = tuple[int, datetime]
"""A correction, by its story and its time."""
KINDS = ("correction", "clarification")  # an update tells what is new, not what was wrong


@dataclass(frozen=True)
class Note:
    """A correction as letters tell it. Story and time, to the second, tell it from others."""

    story_id: int
    time: datetime
    text: str
    headline: str
    path: str
    language: str

    @property
    def key(self) -> Key:
        return self.story_id, self.time


def notes_of(story: PublishedStory) -> list[Note]:
    """All that could be told of a story."""
    return [
        Note(story.id, _second(one.time), one.text, story.headline, story.path, story.language)
        for one in story.corrections
        if one.kind in KINDS
    ]


def stamps(corrections: Iterable[PublishedCorrection]) -> list[str]:
    """What is noted with a letter, so that it is known which corrections its story had."""
    return [stamp(one.time) for one in corrections]


def stamp(time: datetime) -> str:
    return _second(time).isoformat()


def _second(time: datetime) -> datetime:
    """A revision keeps no smaller part of a time."""
    return time.astimezone(UTC).replace(microsecond=0)


def frame_of(notes: Iterable[Note], site: str, language: str) -> dict[str, object]:
    """What templates need to write them, between marks that no story can hold."""
    found = list(notes)
    return {
        "notes_mark": mark_of(found),
        "notes": [
            {
                "url": f"{site}{note.path}#corrections",
                "headline": one_line(note.headline),
                "text": one_line(note.text),
                "language": "" if note.language == language else note.language,
            }
            for note in found
        ],
    }


def mark_of(notes: Iterable[Note]) -> str:
    """Stands around each note. It is a digest of their words, so none of them holds it."""
    return digest_of([repr(note) for note in notes])[:32]


def only(letter: "Letter", mark: str, keep: Collection[int]) -> "Letter":
    """The letter with some of its notes, told by their places; without any there is no trace."""
    html, text = (_left(part, mark, keep) for part in (letter.html, letter.text))
    return replace(letter, html=html, text=re.sub(r"\n{3,}", "\n\n", text).strip() + "\n")


def _left(part: str, mark: str, keep: Collection[int]) -> str:
    whole = re.compile(rf"<!--{mark}:begin-->(.*?)<!--{mark}:ended-->", re.DOTALL)
    if not keep:
        return whole.sub("", part)
    each = re.compile(rf"<!--{mark}:(\d+)-->(.*?)<!--{mark}:end-->", re.DOTALL)
    part = each.sub(lambda found: found[2] if int(found[1]) in keep else "", part)
    return whole.sub(r"\1", part)
