"""What is due, taking it, and looking after what dead workers had taken."""

import secrets
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, F, Min, Q, QuerySet, Value
from django.db.models.functions import StrIndex, Substr
from django.utils.timezone import now

from courant.newsletter.ledger import journal
from courant.newsletter.ledger.book import record_submitted, rows_of
from courant.newsletter.models import SINGLE, Delivery, Edition, Outgoing

State = Outgoing.State
Clock = Callable[[], datetime]
Rows = QuerySet[Any]

AT_ONCE = 500  # lost rows that are looked after in one go
SECOND = timedelta(seconds=1)


def database_time() -> datetime:
    """The database's clock: workers on several machines must agree on when a lease ends."""
    if connection.vendor != "postgresql":
        return now()  # the file is on this machine, and so is its clock
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found: datetime = cursor.fetchone()[0]
    return found


def due(rows: Rows, at: datetime) -> Rows:
    """Rows with something to do at this time."""
    return rows.filter(_ready(at) | _lost(at))


def count_by_state(rows: Rows) -> Counter[str]:
    """How many rows are in which state; one query."""
    return Counter(dict(rows.order_by().values_list("state").annotate(number=Count("pk"))))


def next_time(rows: Rows, at: datetime) -> datetime | None:
    """When something is to do next: `at` for now, None for never."""
    if rows.filter(_ready(at)).exists() or rows.filter(_lost(at)).exists():
        return at
    found = [
        rows.filter(state=State.WAITING).aggregate(time=Min("next_at"))["time"],
        rows.filter(state=State.INFLIGHT).aggregate(time=Min("claimed_until"))["time"],
    ]
    return min((time for time in found if time), default=None)


def end_leases(rows: Rows, at: datetime) -> None:
    """Free what is inflight at once: for the one who knows that every other worker is dead."""
    rows.filter(state=State.INFLIGHT).update(claimed_until=at - SECOND)


def _ready(at: datetime) -> Q:
    return Q(state=State.WAITING) & (Q(next_at=None) | Q(next_at__lte=at))


def _lost(at: datetime) -> Q:
    return Q(state=State.INFLIGHT, claimed_until__lt=at)


# ── Taking ────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Claim:
    """Rows that are ours until the lease ends: key → address."""

    fence: int
    addresses: dict[int, str]


def candidates(
    rows: Rows, at: datetime, *, size: int, after: int, without: Collection[str]
) -> list[tuple[int, str]]:
    """Keys and addresses of the next rows that are due, locked where the database locks rows.

    `after`: a key; what a worker took already lies before it. `without`: domains.
    """
    wanted = rows.filter(_ready(at), pk__gt=after)
    if without:
        domain = Substr("email", StrIndex("email", Value("@")) + 1)
        wanted = wanted.annotate(domain=domain).exclude(domain__in=without)
    if connection.features.has_select_for_update_skip_locked:
        wanted = wanted.select_for_update(skip_locked=True, of=("self",))
    return list(wanted.order_by("pk").values_list("pk", "email")[:size])


def new_fence() -> int:
    return secrets.randbits(62)


def take(model: type[Outgoing], chosen: dict[int, str], fence: int, until: datetime) -> Claim:
    """Make rows ours, inside the transaction that found them. A row is inflight before it goes."""
    rows_of(model, list(chosen)).filter(state=State.WAITING).update(
        state=State.INFLIGHT, fence=fence, claimed_until=until, attempts=F("attempts") + 1
    )
    return Claim(fence, chosen)


def recover(rows: Rows, at: datetime, *, once_only: bool) -> int:
    """Look after rows whose worker is gone; returns how many.

    The journal may know how they ended. Otherwise they are sent again, or uncertain if `once_only`.
    """
    found = rows.filter(_lost(at)).order_by("pk").values_list("pk", "fence")
    folder = Path(settings.COURANT_SENDING)
    count = 0
    while lost := list(found[:AT_ONCE]):
        _recover(rows.model, lost, at, journal.read_all(folder), once_only=once_only)
        count += len(lost)
    if count:
        journal.sweep(folder, fences_inflight())
    return count


def _recover(
    model: type[Outgoing],
    lost: Sequence[tuple[int, int]],
    at: datetime,
    known: journal.Known,
    *,
    once_only: bool,
) -> None:
    ends: dict[str, list[int]] = {journal.ACCEPTED: [], journal.REFUSED: [], journal.BEGUN: []}
    for key, fence in lost:
        ends[known.of(fence, key)].append(key)

    def still(end: str) -> Rows:
        return rows_of(model, ends[end]).filter(_lost(at))

    with transaction.atomic():
        record_submitted(model, ends[journal.ACCEPTED], at)
        still(journal.REFUSED).update(
            state=State.WAITING, claimed_until=None, attempts=F("attempts") - 1
        )
        still(journal.BEGUN).update(
            state=State.UNCERTAIN if once_only else State.WAITING,
            claimed_until=None,
            doubts=F("doubts") + 1,
            error="The worker was gone before the server's answer was written down.",
        )


def fences_inflight() -> set[int]:
    """Of all that is in some worker's hands. An edition that is finished has nothing there."""
    ended = (Edition.State.FINISHED, Edition.State.FAILED)
    letters = Delivery.objects.filter(edition__in=Edition.objects.exclude(state__in=ended))
    found = [
        rows.filter(state=State.INFLIGHT).values_list("fence", flat=True)
        for rows in (letters, *(model._default_manager.all() for model in SINGLE))
    ]
    return {fence for fences in found for fence in fences}
