"""Publish and take down what is due, each on its own: one broken revision stops no other."""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import chain

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import now
from wagtail.models import Page, Revision

from courant.pipeline.models import Failure

log = logging.getLogger(__name__)

SUBJECT = 255  # characters of a failure's subject
Deed = tuple[str, Callable[[], None]]  # what it is called, and how it is done

TRY_AGAIN = timedelta(seconds=30)  # a revision that failed may be mended meanwhile


def publish_due(*, retry: bool = False) -> int:
    """Do what the clock asks for; returns how many pages changed. Never early.

    What failed less than 30 s ago is left alone unless `retry`.
    """
    time = now()
    revisions = Revision.objects.filter(approved_go_live_at__lte=time).order_by("pk")
    pages = Page.objects.filter(live=True, expire_at__lte=time)
    publications: list[Deed] = [(f"Publishing {_name(r)}", partial(_publish, r)) for r in revisions]
    due = chain(publications, _expiries(pages))
    recent = _failed_since(time - TRY_AGAIN) if not retry else set()
    done, failed = 0, set()
    for subject, act in due:
        if subject[:SUBJECT] in recent:
            failed.add(subject[:SUBJECT])
            continue
        if problem := _attempt(subject, act):
            Failure.note(Failure.Room.SCHEDULE, subject, problem)
            failed.add(subject[:SUBJECT])
        else:
            done += 1
    Failure.settle(Failure.Room.SCHEDULE, keep=failed)
    return done


def _expiries(pages: QuerySet[Page]) -> Iterator[Deed]:
    """Looked up only when the publications are done: one that expired meanwhile goes at once."""
    for page in pages:
        yield f"Taking down story {page.pk} “{page.title}”", partial(_expire, page)


def _failed_since(time: datetime) -> set[str]:
    rows = Failure.objects.filter(room=Failure.Room.SCHEDULE, last_at__gt=time)
    return set(rows.values_list("subject", flat=True))


def _publish(revision: Revision) -> None:
    revision.publish(log_action="wagtail.publish.scheduled")


def _expire(page: Page) -> None:
    page.specific.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")


def _attempt(subject: str, act: Callable[[], None]) -> str:
    """Do one thing; returns why it could not be done, or nothing."""
    try:
        with transaction.atomic():
            act()
    except ValidationError as error:
        return " ".join(error.messages)
    except Exception as error:  # recorded and shown at the desk; the other stories go on
        log.exception("%s failed", subject)
        return f"{type(error).__name__}: {error}"
    return ""


def _name(revision: Revision) -> str:
    return f"story {revision.object_id} “{revision.object_str}”"
