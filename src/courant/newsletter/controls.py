"""What a person may do with an edition on its way: stop it, let it go on, end it, fill its gaps."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from courant.lib.batches import batched
from courant.newsletter.addressed import without_notes_of
from courant.newsletter.audience import TAKE_BACK
from courant.newsletter.errors import EditionError
from courant.newsletter.models import Delivery, Edition, Return
from courant.newsletter.signals import edition_out
from courant.newsletter.suppression import suppressed_among

CHUNK = 2000  # rows in one transaction: the desk writes meanwhile
BY_HAND = "Stopped by hand."
State = Edition.State


def pause(edition: Edition, reason: str = BY_HAND) -> None:
    """Begin no further message, within a second; what is in hand is brought to its end.

    Raises EditionError when the edition is not being sent.
    """
    _change(edition, (State.SENDING,), State.PAUSED, error=reason)


def resume(edition: Edition) -> None:
    """Go on where it was stopped, also to domains that were held back. Raises EditionError."""
    _change(edition, (State.PAUSED,), State.SENDING, error="", next_at=None, held={})


def approve(edition: Edition, by: Any, at: datetime) -> None:
    """Let a held edition go; who made it cannot approve it. Raises EditionError."""
    if edition.created_by_id is not None and edition.created_by_id == by.pk:
        raise EditionError("Somebody else must approve this edition: you have made it.")
    _change(edition, (State.HELD,), State.SENDING, next_at=at + TAKE_BACK, approved_by=by)


def take_back(edition: Edition, at: datetime) -> None:
    """End an edition before its first letter; the same can then be made again.

    Raises EditionError when it is too late.
    """
    found = Edition.objects.filter(pk=edition.pk).filter(_still_here(at))
    begun = edition.deliveries.exclude(state=Delivery.State.WAITING)
    if begun.exists() or not found.update(
        state=State.CANCELLED, next_at=None, key=f"taken back/{edition.pk}"
    ):
        raise EditionError(f"“{edition}” is on its way: pause or cancel it to stop what is left.")
    edition.refresh_from_db()


def may_take_back(edition: Edition, at: datetime) -> bool:
    """Whether its first letter has not gone yet."""
    return Edition.objects.filter(pk=edition.pk).filter(_still_here(at)).exists()


def _still_here(at: datetime) -> Q:
    return Q(state=State.HELD) | Q(state=State.SENDING, next_at__gt=at, out_at=None)


def go_out(edition: Edition, at: datetime) -> None:
    """From now on its letters go: it cannot be taken back, and its page is public. Once is enough.

    The page is asked for in the same transaction: no kill leaves letters whose page nobody makes.
    """
    with transaction.atomic():
        found = Edition.objects.filter(pk=edition.pk, state=State.SENDING, out_at=None)
        if found.update(out_at=at):
            edition.out_at = at
            edition_out.send(Edition, edition=edition)


def cancel(edition: Edition) -> None:
    """Send no more of it, for ever; who has not got it is marked skipped. Raises EditionError."""
    before = (State.PREPARING, State.HELD, State.SENDING, State.PAUSED)
    with transaction.atomic():
        _change(edition, before, State.CANCELLED, next_at=None)
        _take_from_archive(edition)


def _take_from_archive(edition: Edition) -> None:
    """What nobody got was never out."""
    begun = Delivery.objects.filter(edition=OuterRef("pk")).exclude(state=Delivery.State.WAITING)
    rows = Edition.objects.filter(~Exists(begun), pk=edition.pk).exclude(out_at=None)
    edition.refresh_from_db(fields=["out_at"])
    if rows.update(out_at=None):
        edition_out.send(Edition, edition=edition)
        edition.out_at = None


def resend_missing(edition: Edition) -> int:
    """Send again to those who did not get it, or may not have; returns how many.

    These are refused, uncertain and bounced messages to addresses that are still good; the
    Message-ID stays, so that many mail programs show a second copy as one. Raises EditionError.
    """
    if edition.state not in (State.SENDING, State.PAUSED, State.FINISHED):
        raise EditionError(f"“{edition}” is {edition.state}: there is nothing to send again.")
    count = 0
    with transaction.atomic():
        for keys in batched(_missing(edition), CHUNK):
            Delivery.objects.filter(pk__in=keys).update(
                state=Delivery.State.WAITING, attempts=0, next_at=None, error="", returned=""
            )
            count += len(keys)
        if count and edition.state == State.FINISHED:
            _change(edition, (State.FINISHED,), State.SENDING, finished_at=None, error="")
    return count


def missing(edition: Edition) -> int:
    """How many `resend_missing` would send to."""
    return len(_missing(edition))


def skip_waiting(edition: Edition, reason: str, variant: int | None = None) -> int:
    """Mark all that has not begun, or that of one variant, as skipped; in short transactions."""
    waiting = Delivery.objects.filter(edition=edition, state=Delivery.State.WAITING)
    if variant:
        waiting = waiting.filter(variant=variant)
    return _change_all(waiting, state=Delivery.State.SKIPPED, error=reason)


def drop_notes(edition: Edition, story_id: int) -> int:
    """Send letters that have not begun without the corrections of a story; returns how many.

    It was taken back: nobody is told of it any more, and nobody loses a letter for that.
    """
    waiting = Delivery.objects.filter(edition=edition, state=Delivery.State.WAITING)
    count = 0
    for variant in edition.variants.filter(told__story_id=story_id).distinct():
        rows = waiting.filter(variant=variant)
        if rows.exists():
            count += _change_all(rows, variant=without_notes_of(story_id, variant))
    return count


def _change_all(rows: QuerySet[Delivery], **change: object) -> int:
    """A change after which these are no such rows any more; in short transactions."""
    count = 0
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        count += rows.filter(pk__in=keys).update(**change)
    return count


def _missing(edition: Edition) -> list[int]:
    rows = Delivery.objects.filter(edition=edition)
    ended = rows.filter(state__in=(Delivery.State.FAILED, Delivery.State.UNCERTAIN))
    bounced = rows.filter(returned=Delivery.Returned.BOUNCED).exclude(
        returns__fault=Return.Fault.ADDRESS
    )
    found = dict((ended | bounced).values_list("pk", "subscriber__email_key").distinct())
    barred = suppressed_among(found.values())
    return [key for key, email_key in found.items() if email_key not in barred]


def _change(edition: Edition, before: tuple[str, ...], after: str, **more: object) -> None:
    """From one state to another, unless somebody was quicker; the object follows."""
    found = Edition.objects.filter(pk=edition.pk, state__in=before)
    if not found.update(state=after, **more):
        edition.refresh_from_db(fields=["state"])
        raise EditionError(f"“{edition}” is {edition.state}: it cannot become {after} now.")
    edition.refresh_from_db(fields=["state", *more])
