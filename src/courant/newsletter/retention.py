"""What is kept of readers, and for how long: looked at once a day, when mail is worked off."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.timezone import localdate

from courant.newsletter.clicks import forget_old_clicks
from courant.newsletter.erasure import blank_late_addresses, forget_unconfirmed
from courant.newsletter.evidence import forget_old_origins
from courant.newsletter.ledger import Clock, database_time
from courant.newsletter.models import (
    ANSWERS,
    ConsentEvent,
    Outgoing,
    Subscriber,
    Subscription,
    Tally,
)

ANSWERS_KEPT = timedelta(days=30)  # the limits against floods of confirmations look so far back
UNCONFIRMED_KEPT = timedelta(days=30)
UNDER_WAY = (Outgoing.State.WAITING, Outgoing.State.INFLIGHT)
MARK = "readers tidied"


def tidy_up(clock: Clock = database_time) -> bool:
    """Forget what has had its time. False when that was done today."""
    at = clock()
    today = at.replace(hour=0, minute=0, second=0, microsecond=0)
    if Tally.objects.filter(name=MARK, start=today).exists():
        return False
    forget_old_origins(at)
    _forget_answers(at)
    _forget_unconfirmed(at)
    blank_late_addresses()
    forget_old_clicks(localdate(at))
    Tally.objects.filter(name=MARK).delete()
    Tally.objects.bulk_create([Tally(name=MARK, start=today)], ignore_conflicts=True)
    return True


def _forget_answers(at: datetime) -> None:
    for model in ANSWERS:
        rows: QuerySet[Any] = model._default_manager.exclude(state__in=UNDER_WAY)
        rows.filter(created__lt=at - ANSWERS_KEPT).delete()


def _forget_unconfirmed(at: datetime) -> None:
    """Addresses that somebody typed and nobody confirmed."""
    subscriptions = Subscription.objects.filter(subscriber=OuterRef("pk"))
    known = subscriptions.exclude(status=Subscription.Status.PENDING)
    asked_lately = ConsentEvent.objects.filter(
        subscriber=OuterRef("pk"), time__gt=at - UNCONFIRMED_KEPT
    )
    pending = Subscriber.objects.filter(
        Exists(subscriptions),
        ~Exists(known),
        ~Exists(asked_lately),
        created__lt=at - UNCONFIRMED_KEPT,
    ).exclude(email="")
    for subscriber in pending.iterator():
        forget_unconfirmed(subscriber)
