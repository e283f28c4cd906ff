"""One worker's run over due rows."""

import logging
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.db import DatabaseError, connection, transaction

from courant.newsletter.errors import NewsletterError
from courant.newsletter.ledger import book, journal, rows
from courant.newsletter.ledger.book import Result, Streak
from courant.newsletter.ledger.journal import Journal
from courant.newsletter.ledger.pace import Pace
from courant.newsletter.ledger.report import Report
from courant.newsletter.ledger.rows import Claim, Clock, database_time
from courant.newsletter.message import Mail
from courant.newsletter.outcomes import Outcome, Verdict
from courant.newsletter.transports.base import Term, Transport

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)  # longer than the slowest message
WINDOW = 100
BEGIN_WITHIN = 0.7  # seconds after the check: who leaves gets nothing a second later
MANY = 5
RECORD_TRIES, RECORD_PAUSE = 20, 1.0  # a database that is started anew is back within seconds


class Stopped(NewsletterError):
    """The transport is out of order: going on would only try it again."""


class Skip(NewsletterError):
    """This message is not to be sent; the text says why."""


class Job(Protocol):
    """What is to be worked off, and what only those know who made it."""

    rows: rows.Rows
    once_only: bool

    def choose(self, found: list[tuple[int, str]], at: datetime) -> dict[int, str]:
        """Those of the rows (key, address) that may go now; asked inside the transaction."""

    def without(self) -> set[str]:
        """Domains that wait."""

    def mails(self, claim: Claim) -> Iterator[tuple[int, Mail | Skip]]:
        """Check and write what was claimed; what is left out is given back."""

    def recorded(self, results: Sequence[Result], at: datetime) -> None:
        """After results are written down, in the same transaction."""


@dataclass
class Run:
    """Works until nothing is due, the turn is over, or the transport is out of order."""

    job: Job
    transport: Transport
    clock: Clock = database_time
    report: Report = field(default_factory=Report)
    pace: Pace = field(default_factory=Pace)
    size: int = WINDOW
    lease: timedelta = LEASE
    seconds: float = float("inf")
    progress: Callable[[int], None] | None = None

    def __post_init__(self) -> None:
        self._model = self.job.rows.model
        self._results: deque[Result] = deque()
        self._streak = Streak()
        self._given = self._told = 0
        self._after = 0
        self._not_before, self._asked = 0.0, time.monotonic()

    def go(self) -> Report:
        """Raises Stopped. However it ends, what is known is written down and the rest is free."""
        end = time.monotonic() + self.seconds
        once_only = self._once_only
        with Journal(Path(settings.COURANT_SENDING)) as self._journal:
            rows.recover(self.job.rows, self.clock(), once_only=once_only)
            try:
                while time.monotonic() < end and self._window():
                    pass
            finally:
                self.transport.settle()
                self._record_surely()
            self._journal.remove()
        return self.report

    @property
    def _once_only(self) -> bool:
        """Where the same message twice arrives once, nothing is in doubt."""
        return self.job.once_only and not self.transport.repeatable

    # ── One window ────────────────────────────────────────────────────────────────────────────────

    def _window(self) -> bool:
        """False when there is no more to do."""
        self.transport.ready()
        time.sleep(max(0.0, self._not_before - time.monotonic()))
        claim = self._record_and_claim()
        if claim is None:
            self.transport.settle()
            return bool(self._results)  # what could not begin any more is due again
        term = Term(BEGIN_WITHIN)  # from before the check: it counts from what was seen
        mails = self._checked(claim)
        self._given += len(mails)
        self.transport.submit(mails, term, _Witness(self._journal, claim.fence, self._results))
        return True

    def _record_and_claim(self) -> Claim | None:
        """Write down the results so far and take the next rows, in one transaction."""
        fence = rows.new_fence()
        self._journal.note(journal.OPENED, fence)  # before: a row without it would be in doubt
        at = self.clock()
        done = list(self._results)
        tail = self._streak.follow(done)
        stop = self._streak.too_long
        with transaction.atomic():
            told = self._write(done, at, tail if stop else ())
            claim = None if stop else self._claim(fence, at)
        self._forget(done, told, fence)
        self._keep_pace(done)
        if stop:
            raise Stopped(tail[-1].outcome.text)
        return claim

    def _claim(self, fence: int, at: datetime) -> Claim | None:
        size = self.pace.window(self.size)
        for after in dict.fromkeys((self._after, 0)):  # from where we are, then from the start
            found = rows.candidates(
                self.job.rows, at, size=size, after=after, without=self.job.without()
            )
            if chosen := self.job.choose(found, at):
                self._after = max(chosen)
                return rows.take(self._model, chosen, fence, at + self.lease)
        return None

    def _checked(self, claim: Claim) -> list[Mail]:
        """The mails of a claim. Whatever goes wrong here, its rows do not wait for the lease."""
        mails: list[Mail] = []
        skipped: dict[str, list[int]] = {}
        try:
            for key, mail in self.job.mails(claim):
                if isinstance(mail, Skip):
                    skipped.setdefault(str(mail), []).append(key)
                else:
                    mails.append(mail)
        finally:
            for reason, keys in skipped.items():
                book.skip(self._model, keys, claim.fence, reason)
                self.report.skipped += len(keys)
            left = set(claim.addresses) - {mail.key for mail in mails}
            book.give_back(
                self._model, list(left), claim.fence
            )  # the skipped are no longer inflight
        return mails

    def _keep_pace(self, results: Sequence[Result]) -> None:
        verdicts = Counter(result.outcome.verdict for result in results)
        accepted, slowed = verdicts[Verdict.ACCEPTED], verdicts[Verdict.THROTTLED]
        if verdicts[Verdict.DEFERRED] > max(accepted, MANY):  # not all these mailboxes are full
            slowed += verdicts[Verdict.DEFERRED]
        now = time.monotonic()
        passed = now - self._asked
        self.pace.learn(accepted, slowed, passed)
        self._asked = now
        begun = len(results) - verdicts[Verdict.UNTRIED]
        self._not_before = now + self.pace.pause(begun, passed)

    # ── Writing down ──────────────────────────────────────────────────────────────────────────────

    def _write(self, done: Sequence[Result], at: datetime, spared: Sequence[Result]) -> Report:
        told = book.write(self._model, done, at, once_only=self._once_only, spared=spared)
        if done:
            self.job.recorded(done, at)
        return told

    def _forget(self, done: Sequence[Result], told: Report, fence: int = 0) -> None:
        """What stands in the database need not stay in memory and journal."""
        for _result in done:
            self._results.popleft()
        self.report.add(told)
        if self.progress:
            self.progress(self.report.count)
        self._told += len(done)
        if self._given == self._told:
            self._journal.clear(fence)

    def _record_surely(self) -> None:
        """Try for a while: a database that is started anew must not lose what is known.

        Should it stay away, the journal still has it, for who comes when the lease has run out.
        """
        for attempt in range(1, RECORD_TRIES + 1):
            done = list(self._results)
            try:
                with transaction.atomic():
                    told = self._write(done, self.clock(), ())
                self._forget(done, told)
                return
            except DatabaseError:
                if attempt == RECORD_TRIES or connection.in_atomic_block:
                    raise
                log.warning("The database does not take the results; trying again.", exc_info=True)
                connection.close()
                time.sleep(RECORD_PAUSE)


class _Witness:
    """Writes to the journal what happens, as it happens; from any thread."""

    def __init__(self, to: Journal, fence: int, results: deque[Result]) -> None:
        self._journal, self._fence, self._results = to, fence, results
        self._begun: set[int] = set()

    def begun(self, mail: Mail) -> None:
        """Raises OSError where the journal cannot be written: then the message must not begin."""
        self._journal.note(journal.BEGUN, self._fence, mail.key)
        self._begun.add(mail.key)

    def ended(self, mail: Mail, outcome: Outcome) -> None:
        if mail.key in self._begun and outcome.verdict is not Verdict.UNCERTAIN:
            accepted = outcome.verdict is Verdict.ACCEPTED
            kind = journal.ACCEPTED if accepted else journal.REFUSED
            try:
                self._journal.note(kind, self._fence, mail.key)
            except OSError:
                log.warning("The journal could not be written.", exc_info=True)
        self._results.append(Result(mail, self._fence, outcome))
