"""Writing down how messages ended: many at once where nothing more is to be said of them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F

from courant.newsletter.ledger.decide import FAULTS_IN_A_ROW, Change, decide
from courant.newsletter.ledger.report import Report
from courant.newsletter.message import Mail
from courant.newsletter.models import Outgoing
from courant.newsletter.outcomes import Outcome, Verdict

State = Outgoing.State


@dataclass(frozen=True, slots=True)
class Result:
    """How one message of one claim ended."""

    mail: Mail
    fence: int
    outcome: Outcome


@dataclass
class Streak:
    """Faults in a row, whoever the messages were for: then the server is the cause."""

    count: int = 0

    def follow(self, results: Sequence[Result]) -> list[Result]:
        """Count on; returns those of the results that stand in the row at the end."""
        tail: list[Result] = []
        for result in results:
            if result.outcome.verdict is Verdict.UNTRIED:
                continue
            if result.outcome.of_server or result.outcome.verdict is Verdict.UNCERTAIN:
                tail.append(result)
                self.count += 1
            else:
                tail.clear()
                self.count = 0
        return tail

    @property
    def too_long(self) -> bool:
        return self.count >= FAULTS_IN_A_ROW


def write(
    model: type[Outgoing],
    results: Sequence[Result],
    at: datetime,
    *,
    once_only: bool,
    spared: Sequence[Result] = (),
) -> Report:
    """Write results into their rows. `spared`: not the message's own attempts."""
    report = Report()
    accepted = [one.mail.key for one in results if one.outcome.verdict is Verdict.ACCEPTED]
    record_submitted(model, accepted, at)
    report.submitted = len(accepted)
    untried: defaultdict[int, list[int]] = defaultdict(list)
    others = []
    for one in results:
        if one.outcome.verdict is Verdict.UNTRIED:
            untried[one.fence].append(one.mail.key)
        elif one.outcome.verdict is not Verdict.ACCEPTED:
            others.append(one)
    for fence, keys in untried.items():
        give_back(model, keys, fence)
    if others:
        attempts = _attempts(model, others)
        free = {id(one) for one in spared}
        for one in others:
            _write_one(
                model, one, attempts, at, report, once_only=once_only, counts=id(one) not in free
            )
    return report


def _write_one(
    model: type[Outgoing],
    result: Result,
    known: dict[int, tuple[int, int]],
    at: datetime,
    report: Report,
    *,
    once_only: bool,
    counts: bool,
) -> None:
    mail, outcome = result.mail, result.outcome
    attempts, doubts = known.get(mail.key, (1, 0))
    change = decide(
        outcome, attempts=attempts, doubts=doubts, age=at - mail.date, once_only=once_only
    )
    _record(model, result, change, at, counts=counts or change.doubt)
    report.note([outcome.text])
    if change.state == State.FAILED:
        report.failed += 1
    elif change.state == State.UNCERTAIN:
        report.uncertain += 1
    else:
        report.put_off += 1


def _record(
    model: type[Outgoing], result: Result, change: Change, at: datetime, *, counts: bool
) -> None:
    """If the row is still ours; whoever took it over knows better than we."""
    rows_of(model, [result.mail.key]).filter(fence=result.fence, state=State.INFLIGHT).update(
        state=change.state,
        error=result.outcome.text,
        smtp_code=result.outcome.code,
        next_at=at + change.wait if change.wait and counts else None,
        claimed_until=None,
        doubts=F("doubts") + int(change.doubt),
        attempts=F("attempts") - int(not counts),
    )


def _attempts(model: type[Outgoing], results: Sequence[Result]) -> dict[int, tuple[int, int]]:
    found = rows_of(model, [one.mail.key for one in results])
    return {key: (n, doubts) for key, n, doubts in found.values_list("pk", "attempts", "doubts")}


def record_submitted(model: type[Outgoing], keys: Sequence[int], at: datetime) -> None:
    """That messages were accepted is a fact: it is written even if the lease was lost meanwhile."""
    if keys:
        rows_of(model, keys).update(
            state=State.SUBMITTED,
            submitted_at=at,
            smtp_code=None,
            error="",
            next_at=None,
            claimed_until=None,
        )


def skip(model: type[Outgoing], keys: Sequence[int], fence: int, reason: str) -> None:
    """Messages that are not to be sent, and why."""
    ours = rows_of(model, keys).filter(fence=fence, state=State.INFLIGHT)
    ours.update(state=State.SKIPPED, error=reason, claimed_until=None, next_at=None)


def give_back(model: type[Outgoing], keys: Sequence[int], fence: int) -> None:
    """Rows that were taken and never begun."""
    if keys:
        rows_of(model, keys).filter(fence=fence, state=State.INFLIGHT).update(
            state=State.WAITING, claimed_until=None, attempts=F("attempts") - 1
        )


def rows_of(model: type[Outgoing], keys: Sequence[int]) -> Any:
    return model._default_manager.filter(pk__in=keys)
