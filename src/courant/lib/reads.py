"""What is read while something is made, so that it is made again when that changes.

A tag names one thing that was read: "story:15" (a story as it stands), "card:15" (what lists show
of it), "list:section:9:newest:20" (part of a list), "photo:3" (a row of the desk).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime


@dataclass
class Reads:
    """The tags that were noted, and when at the latest the result changes by itself."""

    tags: set[str] = field(default_factory=set)
    until: datetime | None = None


_open: ContextVar[Reads | None] = ContextVar("reads", default=None)


@contextmanager
def recording() -> Iterator[Reads]:
    """Gather what is read inside. A recording inside another one keeps its reads to itself."""
    reads = Reads()
    token = _open.set(reads)
    try:
        yield reads
    finally:
        _open.reset(token)


def note(tag: str) -> None:
    """Something was read; nothing happens where nobody records."""
    if (reads := _open.get()) is not None:
        reads.tags.add(tag)


def note_until(moment: datetime) -> None:
    """What is being made holds no longer than until then: a photo's rights end, news grow old."""
    if (reads := _open.get()) is not None and (reads.until is None or moment < reads.until):
        reads.until = moment
