"""Claim, act, record: how rows of outgoing messages are worked off, whatever the messages are.

A row is `inflight` in the database before its message is handed on, and gets its outcome right
after. A worker that was killed leaves inflight rows; when their lease has run out they are tried
again with the same Message-ID. So nobody is lost, and a killed worker doubles one message at most.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db.models import F, Min, Q, QuerySet

from courant.newsletter.errors import NewsletterError, TransportError
from courant.newsletter.message import Mail
from courant.newsletter.models import Outgoing
from courant.newsletter.transports.base import Transport

LEASE = timedelta(minutes=5)  # longer than the slowest message: seven answers of 30 s
WINDOW = 25
WAITS = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 120, 240, 480))
PAUSE = timedelta(minutes=1)  # after the transport was out of order
FAULTS_IN_A_ROW = 3  # then the server, not the addresses, is taken for the cause

Clock = Callable[[], datetime]
Row = TypeVar("Row", bound=Outgoing)
State = Outgoing.State


@dataclass
class Report:
    """What became of messages in one run."""

    submitted: int = 0
    failed: int = 0
    unknown: int = 0
    skipped: int = 0
    put_off: int = 0  # to be tried again later
    stopped: bool = False  # the transport is out of order; what is left stays due
    errors: list[str] = field(default_factory=list)

    def add(self, other: "Report") -> None:
        self.submitted += other.submitted
        self.failed += other.failed
        self.unknown += other.unknown
        self.skipped += other.skipped
        self.put_off += other.put_off
        for error in other.errors:
            self.note(error)

    @property
    def count(self) -> int:
        """Messages that this run is done with, one way or another."""
        return self.submitted + self.failed + self.unknown + self.skipped + self.put_off

    def note(self, error: str) -> None:
        if error not in self.errors:
            self.errors.append(error)


class Stopped(NewsletterError):
    """The transport is out of order: going on would only try it again."""


class Skip(NewsletterError):
    """This message is not to be sent; the text says why."""


def due(rows: QuerySet[Row], at: datetime) -> QuerySet[Row]:
    """Rows with something to do at this time."""
    ready = Q(state=State.WAITING) & (Q(next_at=None) | Q(next_at__lte=at))
    lost = Q(state=State.INFLIGHT, claimed_until__lt=at)
    return rows.filter(ready | lost)


def end_leases(rows: QuerySet[Any], at: datetime) -> None:
    """Free what is inflight at once: for the one who knows that every other worker is dead."""
    rows.filter(state=State.INFLIGHT).update(claimed_until=at - timedelta(seconds=1))


def next_time(rows: QuerySet[Any], at: datetime) -> datetime | None:
    """When something is to do next: `at` for now, None for never."""
    if due(rows, at).exists():
        return at
    found = [
        rows.filter(state=State.WAITING).aggregate(time=Min("next_at"))["time"],
        rows.filter(state=State.INFLIGHT).aggregate(time=Min("claimed_until"))["time"],
    ]
    return min((time for time in found if time), default=None)


def claim(
    rows: QuerySet[Row], at: datetime, *, size: int = WINDOW, lease: timedelta = LEASE
) -> list[Row]:
    """Take up to `size` due rows. What another worker took first is not among them."""
    fence = secrets.randbits(62)
    wanted = list(due(rows, at).order_by("pk").values_list("pk", flat=True)[:size])
    if not wanted:
        return []
    these = rows.model._default_manager.filter(pk__in=wanted)
    due(these, at).update(
        state=State.INFLIGHT, fence=fence, claimed_until=at + lease, attempts=F("attempts") + 1
    )
    return list(these.filter(fence=fence).order_by("pk"))


def hold(row: Outgoing, at: datetime, lease: timedelta = LEASE) -> bool:
    """Renew the lease of one row just before acting; False when somebody else has it now."""
    return _mine(row).update(claimed_until=at + lease) == 1


def work_off(
    rows: Sequence[Row],
    mail_of: Callable[[Row], Mail],
    transport: Transport,
    clock: Clock,
    report: Report,
    lease: timedelta = LEASE,
) -> None:
    """Submit claimed messages one by one. Raises Stopped when the transport is out of order.

    `mail_of` may raise Skip. However this ends, rows that were not reached are free again.
    """
    faults = 0
    reached = 0
    try:
        for row in rows:
            reached += 1
            if not hold(row, clock(), lease):
                continue
            error = _hand_on(row, mail_of, transport, clock, report)
            faults = faults + 1 if error and error.systemic else 0
            if error and faults == FAULTS_IN_A_ROW:
                raise Stopped(str(error))
    finally:
        _release(rows[reached:])


def _hand_on(
    row: Row,
    mail_of: Callable[[Row], Mail],
    transport: Transport,
    clock: Clock,
    report: Report,
) -> TransportError | None:
    try:
        mail = mail_of(row)
    except Skip as reason:
        _record(row, State.SKIPPED, error=str(reason))
        report.skipped += 1
        return None
    except Exception as error:  # one message that cannot be written must not hold up the others
        problem = TransportError(f"The message could not be written: {error!r}", permanent=True)
        _record_error(row, problem, clock(), report)
        return problem
    try:
        transport.submit(mail)
    except TransportError as error:
        _record_error(row, error, clock(), report)
        return error
    except Exception as error:  # a fault of the transport's own code: nobody knows how far it got
        problem = TransportError(f"The transport broke: {error!r}", outcome_unknown=True)
        _record_error(row, problem, clock(), report)
        return problem
    record_submitted(row, clock())
    report.submitted += 1
    return None


def record_submitted(row: Outgoing, at: datetime) -> None:
    """That a message was accepted is a fact: it is written even if the lease was lost meanwhile."""
    type(row)._default_manager.filter(pk=row.pk).update(
        state=State.SUBMITTED, submitted_at=at, error="", next_at=None, claimed_until=None
    )


def _record_error(row: Outgoing, error: TransportError, at: datetime, report: Report) -> None:
    report.note(str(error))
    if error.outcome_unknown:
        _record(row, State.UNKNOWN, error=str(error), code=error.code)
        report.unknown += 1
    elif (error.permanent and not error.systemic) or row.attempts > len(WAITS):
        _record(row, State.FAILED, error=str(error), code=error.code)
        report.failed += 1
    else:
        wait = WAITS[max(row.attempts, 1) - 1]
        _record(row, State.WAITING, error=str(error), code=error.code, next_at=at + wait)
        report.put_off += 1


def _record(
    row: Outgoing,
    state: State,
    *,
    error: str,
    code: int | None = None,
    next_at: datetime | None = None,
) -> None:
    _mine(row).update(state=state, error=error, smtp_code=code, next_at=next_at, claimed_until=None)


def _release(rows: Sequence[Outgoing]) -> None:
    for row in rows:
        _mine(row).update(state=State.WAITING, claimed_until=None, attempts=F("attempts") - 1)


def _mine(row: Outgoing) -> QuerySet[Any]:
    found = type(row)._default_manager.filter(pk=row.pk, fence=row.fence, state=State.INFLIGHT)
    return found
