"""Editions on their way: sent to everybody who is on the list, each once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.db.models import Exists, Min, OuterRef, Q, QuerySet, Value
from django.db.models.functions import StrIndex, Substr

from courant.newsletter import contests, restored
from courant.newsletter.addressed import Addressed
from courant.newsletter.audience import freeze
from courant.newsletter.controls import go_out, skip_waiting
from courant.newsletter.deliveries import EditionJob
from courant.newsletter.errors import EditionError
from courant.newsletter.ledger import (
    LEASE,
    WINDOW,
    Clock,
    Report,
    Run,
    database_time,
    due,
    next_time,
)
from courant.newsletter.ledger.pace import Pace
from courant.newsletter.limits import ALL, spent_out
from courant.newsletter.models import Contest, Delivery, Edition
from courant.newsletter.routes import over_route, resting_until
from courant.newsletter.transports import get_transport
from courant.newsletter.transports.base import Transport

UNDER_WAY = (Delivery.State.WAITING, Delivery.State.INFLIGHT)
Progress = Callable[[int, int], None]
MayBegin = Callable[[Edition], bool]
"""Whether what its letters lead to is there for readers."""


def due_editions(at: datetime | None = None) -> QuerySet[Edition]:
    """Editions with something to do now, oldest first."""
    moment = at or database_time()
    deliveries = Delivery.objects.filter(edition=OuterRef("pk"))
    to_send = Exists(due(deliveries, moment)) | ~Exists(deliveries.filter(state__in=UNDER_WAY))
    sending = Q(state=Edition.State.SENDING) & _free(moment) & to_send
    to_clear = Q(state=Edition.State.CANCELLED) & Exists(
        deliveries.filter(state=Delivery.State.WAITING)
    )
    # Digests are prepared by those who know the paper.
    found = Q(state=Edition.State.PREPARING, digestslot=None) | sending | to_clear
    return Edition.objects.filter(found).order_by("created_at", "pk")


def next_delivery(at: datetime) -> datetime | None:
    """When an edition has something to do next: `at` for now, None for never."""
    if restored.reason():
        return None
    if due_editions(at).exists():
        return resting_until(at) or at
    sending = Edition.objects.filter(state=Edition.State.SENDING)
    found = [
        next_time(Delivery.objects.filter(edition__in=sending.filter(_free(at))), at),
        sending.filter(next_at__gt=at).aggregate(time=Min("next_at"))["time"],
    ]
    return min((time for time in found if time), default=None)


def _free(at: datetime) -> Q:
    """Editions that no limit makes wait."""
    return Q(next_at=None) | Q(next_at__lte=at)


def pump_all(
    progress: Progress | None = None,
    *,
    transport: Transport | None = None,
    clock: Clock = database_time,
    seconds: float = float("inf"),
    may_begin: MayBegin = lambda edition: True,
) -> Report:
    """Do what is due, for some seconds, shared by the editions; whoever comes again goes on.

    `progress` hears how many of this run's deliveries are done, of all. An edition that may not
    begin yet is out all the same: it is asked for again at the next round.
    """
    report = Report()
    found = list(due_editions(clock()))
    if not found and not restored.is_time_to_look(clock()):
        return report
    if refusal := restored.refusal(clock()):
        report.note([refusal])
        report.stopped = True
        return report
    editions = [one for one in _made_ready(found, report, clock) if may_begin(one)]
    if not editions:
        return report
    total = sum(due(EditionJob(edition).rows, clock()).count() for edition in editions)
    way = transport or get_transport()

    def act(pace: Pace) -> None:
        for edition in editions:
            tell = _shifted(progress, report.count, total)
            one = Run(EditionJob(edition), way, clock, report=Report(), pace=pace)
            one.seconds, one.progress = seconds / len(editions), tell
            _go(one, report)

    over_route(way, clock, report, act)
    for edition in editions:
        finish(edition, clock())
    return report


def pump(
    edition: Edition,
    transport: Transport | None = None,
    *,
    clock: Clock = database_time,
    window: int = WINDOW,
    lease: timedelta = LEASE,
) -> Report:
    """Send what is due of one edition. Workers may do so at once: one claims each message."""
    report = Report()
    way = transport or get_transport()

    def act(pace: Pace) -> None:
        _go(Run(EditionJob(edition), way, clock, pace=pace, size=window, lease=lease), report)

    if due(Delivery.objects.filter(edition=edition), clock()).exists():
        go_out(edition, clock())
        contests.settle(edition, clock())
        over_route(way, clock, report, act)
    finish(edition, clock())
    return report


def _go(run: Run, report: Report) -> None:
    try:
        run.go()
    finally:
        report.add(run.report)


def _made_ready(editions: list[Edition], report: Report, clock: Clock) -> list[Edition]:
    """Those to send; what else is due for an edition is done here."""
    ready = []
    for edition in editions:
        if edition.state == Edition.State.CANCELLED:
            skip_waiting(edition, "The edition was cancelled before this was sent.")
            continue
        if edition.state == Edition.State.PREPARING:
            edition = _frozen_again(edition, report, clock)
        waits = edition.next_at is not None and edition.next_at > clock()
        if edition.state == Edition.State.SENDING and not waits:
            go_out(edition, clock())
            contests.settle(edition, clock())
            ready.append(edition)
    return ready


def _frozen_again(edition: Edition, report: Report, clock: Clock) -> Edition:
    """Go on where a process died between the edition's row and its last delivery."""
    try:
        return freeze(edition.pk, clock, Addressed(edition))
    except EditionError as error:
        report.note([str(error)])
        return edition


def finish(edition: Edition, at: datetime) -> None:
    """By count, not by having found nothing more to do."""
    sending = Edition.objects.filter(pk=edition.pk, state=Edition.State.SENDING)
    current = sending.first()
    if current is None:
        return
    under_way = current.deliveries.filter(state__in=UNDER_WAY)
    if not under_way.exists():
        sending.update(state=Edition.State.FINISHED, finished_at=at, next_at=None, error="")
    elif current.held and not _outside(under_way, current.held).exists():
        sending.update(state=Edition.State.PAUSED, next_at=None, error=refused_by(current.held))
    elif (contest := contests.undecided(current)) and current.out_at:
        sending.update(next_at=_when_contest_goes_on(current, contest, current.out_at, at))
    else:
        sending.update(next_at=_when_there_is_room(current, at))


def refused_by(held: dict[str, str]) -> str:
    """Which domains refuse us, and what to do."""
    told = " ".join(f"{domain}: {reason}." for domain, reason in sorted(held.items()))
    return (
        f"Refused for our standing, not for an address; their readers wait: {told} "
        "See `courant newsletter check`, mend it, then resume the edition."
    )


def _outside(rows: QuerySet[Delivery], domains: dict[str, str]) -> QuerySet[Delivery]:
    named = rows.annotate(domain=Substr("email", StrIndex("email", Value("@")) + 1))
    return named.exclude(domain__in=domains)


def _when_there_is_room(edition: Edition, at: datetime) -> datetime | None:
    """When a limit lets the edition go on; None when none holds it up."""
    ends = spent_out(at)
    if ALL in ends:
        return ends[ALL]
    waiting = edition.deliveries.filter(state=Delivery.State.WAITING)
    if ends and not _outside(due(waiting, at), dict.fromkeys([*ends, *edition.held], "")).exists():
        return min(ends.values())
    return None


def _when_contest_goes_on(
    edition: Edition, contest: Contest, out_at: datetime, at: datetime
) -> datetime | None:
    """When one of its first letters may go, or it is decided; None for now. The rest waits."""
    ends = spent_out(at)
    rows = contests.to_send(edition.deliveries.filter(state__in=UNDER_WAY), contest)
    times = [contest.ends(out_at)]
    if rows.exists():
        times += ends.values()
    if ALL not in ends:
        free = _outside(rows, dict.fromkeys([*ends, *edition.held], ""))
        times += filter(None, [next_time(free, at)])
    return earliest if (earliest := min(times)) > at else None


def _shifted(progress: Progress | None, before: int, total: int) -> Callable[[int], None] | None:
    return partial(_tell, progress, before, total) if progress else None


def _tell(progress: Progress, before: int, total: int, done: int) -> None:
    progress(before + done, max(total, before + done))
