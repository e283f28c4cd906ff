"""Fails when something is read past the notes while a public file or a frozen story is made.

Every query on a table of the newsroom must come through the paper (lists) or through the modules
that freeze stories (rows), and every row that becomes an object must have its tag noted.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.db.models.signals import post_init

from courant.bake import make
from courant.lib import reads as lib_reads
from courant.lib.reads import Reads
from courant.pipeline.changes import subject_of
from courant.stories import publication
from courant.stories.models import Person, Photo, Section, Story, Topic

ROWS = (Person, Photo, Section, Story, Topic)
CONTENT = re.compile(
    r'\b(?:FROM|JOIN) "(stories_(?!public|gone)\w+|wagtailcore_\w+|wagtailredirects_\w+'
    r'|newsletter_\w+)"'
)
# Who may ask: the paper for lists; those who freeze for rows and what belongs to them.
ARCHIVE = "courant.newsletter.archive"
MAY_ASK = (
    ARCHIVE,
    "courant.stories.paper.tables",
    "courant.stories.publication",
    "courant.stories.links",
    "courant.stories.body",
)


EDITIONS = ("newsletter:", "newsletters", "edition:", "editions:")


class UnnotedRead(AssertionError):
    """Something was read that nobody will notice when it changes."""


@contextmanager
def no_unnoted_reads(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with ExitStack() as stack, monkeypatch.context() as patch:
        patch.setattr(make, "recording", checked_recording)
        for model in ROWS:
            post_init.connect(_built, sender=model)
            stack.callback(post_init.disconnect, _built, sender=model)
        stack.enter_context(connection.execute_wrapper(_asked))
        yield


@contextmanager
def checked_recording() -> Iterator[Reads]:
    """As `recording`, and complains about rows that became objects without a note."""
    with lib_reads.recording() as reads:
        yield reads
    if unnoted := getattr(reads, "built", set()) - reads.tags:
        raise UnnotedRead(f"Read and not noted: {', '.join(sorted(unnoted))}")


def _built(instance: Model, **_: Any) -> None:
    reads = lib_reads._open.get()
    if reads is not None and instance.pk and not _is_freezing_for_another():
        reads.__dict__.setdefault("built", set()).add(subject_of(instance))


def _is_freezing_for_another() -> bool:
    """Rows read for a whole story are that story's reads; who asked for it has noted the story."""
    frame = sys._getframe(2)
    while frame is not None:
        if frame.f_code is publication.read_stories.__code__:
            return True
        frame = frame.f_back
    return False


def _asked(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    reads = lib_reads._open.get()
    if reads is not None and (tables := CONTENT.findall(sql)):
        caller = _who_asks()
        if caller not in MAY_ASK:
            raise UnnotedRead(f"{caller} asks {', '.join(tables)} past the paper: {sql[:200]}")
        if caller == ARCHIVE and not any(tag.startswith(EDITIONS) for tag in reads.tags):
            raise UnnotedRead(f"Read and not noted: {', '.join(tables)}: {sql[:200]}")
    return execute(sql, params, many, context)


def _who_asks() -> str:
    """The nearest module of ours that is not a model or a test of this."""
    frame = sys._getframe(2)
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        ours = name.startswith("courant.") and ".models" not in name
        if ours and name != __name__:
            return name
        frame = frame.f_back
    return "nobody of ours"
