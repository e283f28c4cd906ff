"""Mails that answer one reader each: worked off by the ledger, and never sent twice."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from courant.newsletter.ledger import Clock, Report, Run, Skip, due
from courant.newsletter.ledger.book import Result
from courant.newsletter.ledger.pace import Pace
from courant.newsletter.ledger.rows import Claim
from courant.newsletter.message import Mail
from courant.newsletter.models import Outgoing
from courant.newsletter.routes import over_route
from courant.newsletter.transports import get_transport
from courant.newsletter.transports.base import Transport

Write = Callable[[Any, Clock], Mail]


def answer_all(
    model: type[Outgoing], write: Write, *, transport: Transport | None, clock: Clock
) -> Report:
    """Send what is due of these rows. `write` makes a row's mail, or raises Skip or ValueError."""
    return work_off(AnswerJob(model, write, clock), transport=transport, clock=clock)


def work_off(
    job: "AnswerJob",
    *,
    transport: Transport | None,
    clock: Clock,
    seconds: float = float("inf"),
) -> Report:
    """Send what is due of a job's rows; opens no connection for nothing."""
    report = Report()
    if not due(job.rows, clock()).exists():
        return report
    way = transport or get_transport()

    def act(pace: Pace) -> None:
        Run(job, way, clock, report, pace, seconds=seconds).go()

    over_route(way, clock, report, act)
    return report


class AnswerJob:
    """What the ledger asks about such rows."""

    once_only = True  # whoever got none asks again; a stranger must not get two

    def __init__(self, model: type[Outgoing], write: Write, clock: Clock) -> None:
        self.rows: QuerySet[Any] = model._default_manager.all()
        self.write, self.clock = write, clock

    def without(self) -> set[str]:
        return set()

    def choose(self, found: list[tuple[int, str]], at: datetime) -> dict[int, str]:
        return dict(found)

    def mails(self, claim: Claim) -> Iterator[tuple[int, Mail | Skip]]:
        for row in self.written(claim.addresses):
            try:
                mail = self.write(row, self.clock)
            except Skip as reason:
                yield row.pk, reason
            except ValueError as error:
                yield row.pk, Skip(f"The message could not be written: {error}")
            else:
                mail.key = row.pk
                yield row.pk, mail

    def written(self, keys: Iterable[int]) -> Iterable[Any]:
        """Rows with all that `write` reads of them."""
        return self.rows.select_related("newsletter").filter(pk__in=keys).order_by("pk")

    def recorded(self, results: Sequence[Result], at: datetime) -> None:
        """Nothing more follows from how an answer ended."""
