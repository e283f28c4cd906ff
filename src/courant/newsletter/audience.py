"""Freezing who gets an edition: in chunks, once each, with numbers that must add up."""

import time
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Protocol

from django.db import transaction
from django.db.models import F, Max, QuerySet
from django.utils.timezone import localdate

from courant.lib.database import insert_rows
from courant.newsletter.addresses import parse_address
from courant.newsletter.errors import AddressError, EditionError
from courant.newsletter.ledger import Clock, database_time
from courant.newsletter.models import Delivery, Edition, Newsletter, Subscription
from courant.newsletter.suppression import Suppressed

TAKE_BACK = timedelta(seconds=60)  # in which an edition can be taken back
CHUNK = 1000
# Who waits for SQLite's one writer looks again after 1, 2, 5, 10, … ms: it needs a gap to find.
GAP = 0.5  # of the time that a chunk had the database to itself
FACTS = (
    "pk",
    "subscriber_id",
    "subscriber__email",
    "subscriber__email_key",
    "subscriber__paused_until",
    "subscriber__without_sections",
)
Reader = tuple[int, int, str, str, date | None, list[int]]
"""The FACTS of a subscription."""


def newest_subscription() -> int:
    """Who subscribes later gets the next edition."""
    return Subscription.objects.aggregate(newest=Max("pk"))["newest"] or 0


def active_subscribers(newsletter: Newsletter, rhythm: str = Subscription.Rhythm.EACH) -> int:
    """How many an edition would go to now, or a digest for those who chose a rhythm."""
    return active(newsletter).filter(rhythm=rhythm).count()


def active(newsletter: Newsletter) -> QuerySet[Subscription]:
    """Who has a newsletter, however often."""
    return newsletter.subscriptions.filter(status=Subscription.Status.ACTIVE)


def audience(edition: Edition) -> QuerySet[Subscription]:
    """Whom an edition is for."""
    return active(edition.newsletter).filter(pk__lte=edition.ceiling)


class Sorting(Protocol):
    """Tells, where readers get different letters, who is meant and which letter each one gets."""

    def narrow(self, rows: QuerySet[Subscription]) -> QuerySet[Subscription]: ...

    def variants(self, readers: Sequence[Reader]) -> dict[int, int | None]:
        """Subscriber → variant; who is not named gets nothing."""

    def stand(self) -> bool:
        """Whether the last answer still holds, inside the transaction that writes it down."""


class Everybody:
    """One letter for all, but for those who get digests of what they missed."""

    def narrow(self, rows: QuerySet[Subscription]) -> QuerySet[Subscription]:
        return rows.filter(rhythm=Subscription.Rhythm.EACH)

    def variants(self, readers: Sequence[Reader]) -> dict[int, int | None]:
        return {reader[1]: None for reader in readers}

    def stand(self) -> bool:
        return True


def freeze(
    edition_id: int, clock: Clock = database_time, sorting: Sorting | None = None
) -> Edition:
    """Write a delivery for every active subscription, then let the edition go. Raises EditionError.

    One with a reason to `hold` waits for a person instead, one with a `next_at` for `TAKE_BACK`.

    Any process may call it again after a crash, or at the same time: a chunk counts once. A million
    readers take a quarter of a minute; the desk writes meanwhile.
    """
    edition = Edition.objects.select_related("newsletter").get(pk=edition_id)
    without = Suppressed()
    sort = sorting or Everybody()
    while edition.state == Edition.State.PREPARING:
        readers = _next_readers(edition, sort)
        if not readers:
            break
        deliveries = _deliveries(edition, readers, without, sort.variants(readers))
        busy = time.perf_counter()
        _write_chunk(edition, readers, deliveries, sort)
        time.sleep(GAP * (time.perf_counter() - busy))
        edition.refresh_from_db(fields=["state", "watermark"])
    if edition.state == Edition.State.PREPARING:
        edition.refresh_from_db()
        _check(edition)
        Edition.objects.filter(pk=edition_id, state=Edition.State.PREPARING).update(
            state=Edition.State.HELD
            if edition.hold and edition.prepared
            else Edition.State.SENDING,
            next_at=clock() + TAKE_BACK if edition.next_at else None,
            once_only=edition.newsletter.once_only,
            clicks_counted=edition.newsletter.count_clicks,
            error="",
        )
    return Edition.objects.get(pk=edition_id)


def _next_readers(edition: Edition, sort: Sorting) -> list[Reader]:
    found = sort.narrow(audience(edition)).filter(pk__gt=edition.watermark).order_by("pk")
    return list(found.values_list(*FACTS)[:CHUNK])


def _write_chunk(
    edition: Edition,
    readers: Sequence[Reader],
    deliveries: Sequence[dict[str, object]],
    sort: Sorting,
) -> None:
    """Rows and watermark in one transaction; nothing if another process has written this chunk,
    or something that changes who gets what: then these readers are asked about again.
    """
    with transaction.atomic():
        if not sort.stand():
            return
        ours = Edition.objects.filter(
            pk=edition.pk, state=Edition.State.PREPARING, watermark=edition.watermark
        ).update(
            watermark=readers[-1][0],
            candidates=F("candidates") + len(readers),
            prepared=F("prepared") + len(deliveries),
            excluded=F("excluded") + len(readers) - len(deliveries),
        )
        if ours:
            insert_rows(Delivery, {"edition_id": edition.pk}, deliveries)


def _deliveries(
    edition: Edition,
    readers: Sequence[Reader],
    without: Suppressed,
    variants: dict[int, int | None],
) -> list[dict[str, object]]:
    today, section = localdate(), edition.section_id
    return [
        {"subscriber_id": subscriber, "email": address, "variant_id": variants[subscriber]}
        for _subscription, subscriber, email, key, paused_until, unwanted in readers
        if subscriber in variants
        and key not in without
        and not (paused_until and today < paused_until)
        and section not in unwanted
        and (address := ascii_of(email))
    ]


def ascii_of(email: str) -> str:
    """The address as mail servers need it, or none; stored ones are checked, so most are done."""
    if email.isascii():
        return email
    try:
        return parse_address(email).ascii
    except AddressError:
        return ""


def _check(edition: Edition) -> None:
    written = edition.deliveries.count()
    if edition.candidates != edition.prepared + edition.excluded or edition.prepared != written:
        problem = (
            f"The numbers of “{edition}” do not add up: {edition.candidates} candidates, "
            f"{edition.excluded} excluded, {edition.prepared} prepared, {written} written. "
            "Nothing was sent; please report this."
        )
        Edition.objects.filter(pk=edition.pk).update(state=Edition.State.FAILED, error=problem)
        raise EditionError(problem)
