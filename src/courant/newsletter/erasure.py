"""Deleting a reader. What stays is a nameless row, so that the ledgers still balance, and a keyed
digest, so that no import brings the address back.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.timezone import now

from courant.newsletter import consent, leaving
from courant.newsletter.evidence import Evidence, add_statement, forget_origins
from courant.newsletter.ledger import Clock
from courant.newsletter.models import (
    ConsentEvent,
    Delivery,
    Outgoing,
    Return,
    SignupRequest,
    Subscriber,
    WelcomeMail,
)
from courant.newsletter.suppression import suppress

REASON = "deleted at the reader's wish"
SKIPPED = "The reader was deleted before this message was sent."


def erase(subscriber: Subscriber, evidence: Evidence, *, clock: Clock = now) -> None:
    """Forget a reader, all in one step. A second call changes nothing."""
    with transaction.atomic():
        subscriber = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
        if subscriber.is_erased:
            return
        _leave_everything(subscriber, evidence, clock())
        suppress(subscriber.email_key, REASON, until_signup=True)
        _forget(subscriber)


def forget_unconfirmed(subscriber: Subscriber) -> None:
    """Whoever never confirmed leaves nothing behind that names them, nor a digest."""
    with transaction.atomic():
        _forget(Subscriber.objects.select_for_update().get(pk=subscriber.pk))


def blank_late_addresses() -> int:
    """Of letters that were being written down while their reader was deleted."""
    rows: tuple[QuerySet[Any], ...] = (
        Delivery.objects.filter(subscriber__email=""),
        WelcomeMail.objects.filter(subscription__subscriber__email=""),
    )
    return sum(each.exclude(email="").update(email="") for each in rows)


def _leave_everything(subscriber: Subscriber, evidence: Evidence, at: datetime) -> None:
    for subscription in subscriber.subscriptions.select_related("newsletter", "subscriber"):
        leaving.end(subscription, evidence, at)
    said = consent.erasure(subscriber.language)
    add_statement(ConsentEvent.Kind.ERASED, subscriber, said, evidence, at)


def _forget(subscriber: Subscriber) -> None:
    SignupRequest.objects.filter(
        Q(email_key=subscriber.email_key) | Q(subscription__subscriber=subscriber)
    ).delete()
    subscriber.notices.all().delete()
    _blank(subscriber.deliveries.all())
    _blank(WelcomeMail.objects.filter(subscription__subscriber=subscriber))
    Return.objects.filter(delivery__subscriber=subscriber).update(detail="")
    forget_origins(Q(subscriber=subscriber))
    Subscriber.objects.filter(pk=subscriber.pk).update(
        email="",
        email_key=f"deleted {subscriber.pk}",
        links_round=F("links_round") + 1,
        paused_until=None,
        without_sections=[],
        time_zone="",
    )


def _blank(letters: QuerySet[Any]) -> None:
    """They still count; where they went is forgotten."""
    letters.filter(state=Outgoing.State.WAITING).update(state=Outgoing.State.SKIPPED, error=SKIPPED)
    letters.exclude(error=SKIPPED).update(error="")  # servers repeat the address in refusals
    letters.update(email="")
