"""What reading a text gives: a story, and an account of every line of the copy."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

BlockKind = Literal["paragraph", "subheading", "quote", "list"]
Language = Literal["en", "uk"]


class UnreadableText(Exception):
    """No story can be read from a file; the message names the file and what to do."""


@dataclass(frozen=True)
class ImportedByline:
    """One name over a story. `role` is a role of PublishedByline: by, with, photos, editing…"""

    name: str
    role: str = "by"
    place: str = ""  # "By A in Kyiv"


@dataclass(frozen=True)
class ImportedBlock:
    """One piece of the body. A list has its words in `items` and no `text`."""

    kind: BlockKind
    text: str
    items: tuple[str, ...] = ()
    speaker: str = ""
    ordered: bool = False  # the copy numbered the items 1, 2, 3…


@dataclass(frozen=True)
class DroppedLine:
    """A line, or a part of one, that is not in the story. `number` counts from 1."""

    number: int
    text: str
    reason: str


@dataclass(frozen=True)
class RecognisedLine:
    """A line, or a part of one, that was understood: `what` is headline, byline, date…"""

    number: int
    text: str
    what: str


@dataclass(frozen=True)
class ImportedStory:
    """A story as its copy has it. The words of every line of the copy are in exactly one of
    `recognised`, `blocks` and `dropped`; the other fields say what was recognised."""

    headline: str
    standfirst: str
    bylines: tuple[ImportedByline, ...]
    published: datetime | None  # times are aware
    updated: datetime | None
    embargo: datetime | None
    dateline: str  # "KYIV, Jan 3 (Agency)"; it also stays in the first paragraph
    caption: str
    credit: str
    language: Language
    blocks: tuple[ImportedBlock, ...]
    dropped: tuple[DroppedLine, ...]
    recognised: tuple[RecognisedLine, ...] = ()

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The texts of paragraphs and quotes, in order."""
        return tuple(b.text for b in self.blocks if b.kind in ("paragraph", "quote"))
