"""The path of a story once it is published. Read this file first.

A change at the desk leaves a row (`changes`). Here the worker takes those rows, reads everything
that is public, asks for narrations that are missing, and bakes; a finished narration is a change
like any other, so the page gets its player in the next round. Every step may run twice, late or
never: it compares what is with what should be.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils.timezone import now

from courant.bake.build import Progress, Report, bake
from courant.bake.public import public_store
from courant.front.pictures import Pictures
from courant.front.targets import NewsletterBox, site
from courant.lib.locks import only_one
from courant.narration import produce
from courant.narration.models import Narration
from courant.newsletter import send, signup
from courant.newsletter.controls import skip_waiting
from courant.newsletter.models import Edition, Newsletter
from courant.pipeline.models import BakeRun, Change, Failure
from courant.stories.publication import is_public, read_paper, read_story
from courant.stories.published import Paper

log = logging.getLogger(__name__)

A_QUERY = 1000  # parameters; a large import leaves more changes than one query may name


def publish(progress: Progress | None = None, *, everything: bool = False) -> Report | None:
    """Bring the public files to what is published. None when nothing had changed.

    One process at a time: a second one waits, then finds the work done. Raises OSError when the
    disk fails; the change rows stay, so the next call does it again.
    """
    with only_one(Path(settings.COURANT_PUBLIC) / ".lock"):
        # Listed before the paper is read, so that none is missed.
        changes = list(Change.objects.values_list("pk", flat=True))
        if not changes and not everything:
            return None
        started = now()
        paper = read_paper()
        ask_for_narrations(paper)
        targets = site(
            paper,
            produce.spoken_all(paper.stories),
            Pictures(Path(settings.COURANT_RENDITIONS)),
            box=newsletter_box(),
            now=started,
        )
        report = bake(targets, public_store(), progress)
        _record(report, started)
        for first in range(0, len(changes), A_QUERY):
            Change.objects.filter(pk__in=changes[first : first + A_QUERY]).delete()
        return report


def ask_for_narrations(paper: Paper) -> None:
    """Every public story gets a narration of its present text; what was taken back loses its."""
    produce.request_all(paper.stories)
    public = {story.id for story in paper.stories}
    for story_id in set(Narration.objects.values_list("story_id", flat=True)) - public:
        produce.forget(story_id)


def narrate_next(progress: Callable[[int, int], None] | None = None) -> bool:
    """Speak one story that waits. False when none does; a failure is recorded on its row."""
    row = Narration.objects.due().first()
    if row is None:
        return False
    story = read_story(row.story_id)
    if story is None:
        produce.forget(row.story_id)
    else:
        produce.request(story)
        produce.narrate(story, progress=progress)
    return True


def deliver(progress: Progress | None = None, *, seconds: float = float("inf")) -> bool:
    """Answer sign-ups and send what waits in editions. True when something was done.

    `seconds`: then it returns, so that sign-ups do not wait for a large edition.
    """
    withhold_what_was_taken_back()
    report = signup.process_requests()
    report.add(send.pump_all(progress=progress, seconds=seconds))
    return report.settled > 0


def withhold_what_was_taken_back() -> None:
    """A story that is no longer public goes to nobody more, whatever was frozen before."""
    for edition in Edition.objects.filter(state=Edition.State.SENDING):
        if not is_public(edition.story_id):
            skip_waiting(edition, "The story was taken back before this was sent.")


def newsletter_box() -> NewsletterBox | None:
    """The sign-up box on every page, when the paper has a newsletter."""
    row = Newsletter.objects.filter(is_default=True).first()
    if row is None:
        return None
    facts = row.facts()
    return NewsletterBox(facts.slug, facts.name, facts.description)


def _record(report: Report, started: datetime) -> None:
    for path, reason in (report.failures | report.problems).items():
        Failure.note(Failure.Room.BAKE, path, reason)
    Failure.settle(Failure.Room.BAKE, keep={*report.failures, *report.problems})
    BakeRun.objects.create(
        started_at=started,
        rendered=report.rendered,
        written=len(report.written),
        deleted=len(report.deleted),
        failed=len(report.failures),
    )
    BakeRun.objects.filter(finished_at__lt=now() - BakeRun.KEPT).delete()
