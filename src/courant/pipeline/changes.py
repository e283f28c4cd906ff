"""Listen to every change that readers could see, and write a row about it in the same transaction.

Handlers only say that something changed. Whether it is public is asked later, of committed rows:
Wagtail sends `page_published` for scheduled pages that are not live.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, PageViewRestriction, Site
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from courant.figures.models import FiguresSettings
from courant.lib.wake import wake
from courant.narration.models import LexiconEntry, ReadingSettings, SpokenLines
from courant.narration.signals import narration_failed, narration_ready
from courant.newsletter.models import Newsletter
from courant.pipeline.absorb import FRAME
from courant.pipeline.models import Change
from courant.pipeline.narrating import LEXICON, READING
from courant.stories.models import FrontPage, Person, Photo, Section, StandingPage, Story, Topic

PAGES = (FrontPage, Section, StandingPage, Story)
PARTS = (
    *(Person, Photo, Topic, Redirect, Site, PageViewRestriction, Newsletter),
    *(LexiconEntry, ReadingSettings, SpokenLines, FiguresSettings),
)

# What Wagtail saves on the row of a live page while somebody only writes a draft of it.
DRAFT_FIELDS = {
    "latest_revision",
    "has_unpublished_changes",
    "draft_title",
    "latest_revision_created_at",
    "locked",
    "locked_by",
    "locked_at",
    "wagtail_admin_comments",
}


def note_change(subject: str) -> None:
    """Ask for work: the worker will look at what this is about."""
    Change.objects.create(subject=subject[:100])
    _wake_worker()


def touch(things: Iterable[Any]) -> None:
    """Note that rows were changed past the signals, as by QuerySet.update() or raw SQL."""
    subjects = {subject_of(thing) for thing in things}
    Change.objects.bulk_create(Change(subject=subject) for subject in sorted(subjects))
    _wake_worker()


def _wake_worker() -> None:
    """Once it is committed. The row is what counts: the worker also looks by itself."""
    transaction.on_commit(lambda: wake(Path(settings.COURANT_WAKE)), robust=True)


def subject_of(thing: Any) -> str:
    """What a row of the desk is called when it is read: see `lib.reads`."""
    if isinstance(thing, Page):
        return f"page:{thing.pk}"
    if isinstance(thing, PageViewRestriction):
        return f"page:{thing.page_id}"
    if isinstance(thing, (Site, Newsletter, FiguresSettings)):
        return FRAME
    if isinstance(thing, (ReadingSettings, SpokenLines)):
        return READING
    if isinstance(thing, LexiconEntry):
        return f"{LEXICON}:{thing.language}:{thing.grapheme}"
    return f"{thing._meta.model_name}:{thing.pk}"


def _page_saved(
    instance: Any, raw: bool = False, update_fields: Iterable[str] | None = None, **_: Any
) -> None:
    draft_only = update_fields is not None and set(update_fields) <= DRAFT_FIELDS
    if instance.live and not raw and not draft_only:
        note_change(subject_of(instance))


def _changed(instance: Any, **_: Any) -> None:
    note_change(subject_of(instance))


def _narrated(story_id: int, **_: Any) -> None:
    note_change(f"spoken:{story_id}")


def connect() -> None:
    """Called once, when Django starts."""
    for page in PAGES:
        post_save.connect(_page_saved, sender=page, dispatch_uid=f"pipeline-save-{page.__name__}")
        post_delete.connect(_changed, sender=page, dispatch_uid=f"pipeline-delete-{page.__name__}")
        for name, signal in (
            ("published", page_published),
            ("unpublished", page_unpublished),
            ("moved", post_page_move),
            ("slug", page_slug_changed),
        ):
            signal.connect(_changed, sender=page, dispatch_uid=f"pipeline-{name}-{page.__name__}")
    for part in PARTS:
        post_save.connect(_changed, sender=part, dispatch_uid=f"pipeline-save-{part.__name__}")
        post_delete.connect(_changed, sender=part, dispatch_uid=f"pipeline-delete-{part.__name__}")
    narration_ready.connect(_narrated, dispatch_uid="pipeline-narrated")
    narration_failed.connect(_narrated, dispatch_uid="pipeline-narration-failed")
