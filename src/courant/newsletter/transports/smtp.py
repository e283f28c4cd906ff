"""Mail over several kept SMTP connections, each in a thread of its own.

While one waits for its server or signs a message (RSA lets other threads go on), the others work.
A connection that stalls holds up its one message and nobody else.
"""

import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Self
from urllib.parse import urlsplit

from django.conf import settings

from courant.newsletter.transports.base import (
    UNTRIED,
    Mail,
    Outcome,
    Term,
    Transport,
    TransportError,
    Verdict,
    Witness,
    not_noted,
)
from courant.newsletter.transports.session import Address, Session, own_name

UNDONE = (Verdict.BROKEN, Verdict.THROTTLED)
LEFT = 2  # messages a connection that are left when the next window is asked for


class Job(NamedTuple):
    mail: Mail
    term: Term
    witness: Witness


@dataclass
class SmtpTransport(Transport):
    """`connections` at once, each given up for a new one after `messages`."""

    host: str
    port: int = 25
    user: str = ""
    password: str = field(default="", repr=False)
    security: Literal["none", "starttls", "tls"] = "none"
    timeout: float = 30
    name: str = "[127.0.0.1]"
    connections: int = 4
    messages: int = 100

    def __post_init__(self) -> None:
        self.route = f"smtp {self.host}:{self.port}"
        self.address = Address(
            self.host, self.port, self.user, self.password, self.security, self.timeout, self.name
        )
        self._lanes: list[Lane] = []
        self._jobs: deque[Job] = deque()
        self._lock = threading.Lock()
        self._work = threading.Condition(self._lock)  # there is something to take
        self._free = threading.Condition(self._lock)  # somebody has nothing to do
        self._closing = False
        self._allowed = self.connections  # fewer when the server takes no more

    @classmethod
    def from_settings(cls) -> Self:
        security: Literal["none", "starttls", "tls"] = (
            "tls" if settings.EMAIL_USE_SSL else "starttls" if settings.EMAIL_USE_TLS else "none"
        )
        return cls(
            settings.EMAIL_HOST,
            settings.EMAIL_PORT,
            settings.EMAIL_HOST_USER,
            settings.EMAIL_HOST_PASSWORD,
            security,
            settings.EMAIL_TIMEOUT,
            own_name(urlsplit(settings.COURANT_URL).hostname or ""),
            settings.COURANT_SMTP_CONNECTIONS,
            settings.COURANT_SMTP_MESSAGES,
        )

    def open(self) -> None:
        if not self._lanes:
            self._closing = False
            self._allowed = self.connections
            self._lanes = [Lane(self, Session.connect(self.address))]

    def ready(self) -> None:
        with self._free:
            self._free.wait_for(lambda: self._room() > 0)

    def submit(self, mails: Iterable[Mail], term: Term, witness: Witness) -> None:
        """Returns when nearly all have begun, so that the next are there when these are done.

        Who is slow is told of later.
        """
        self.open()
        jobs = [Job(mail, term, witness) for mail in mails]
        with self._lock:
            self._jobs.extend(jobs)
            while len(self._lanes) < min(self._allowed, len(jobs)):
                self._lanes.append(Lane(self))
            self._work.notify_all()
            self._free.wait_for(lambda: len(self._jobs) <= self._enough)

    def settle(self) -> None:
        with self._free:
            self._free.wait_for(lambda: not self._jobs and self._all_free())

    def close(self) -> None:
        with self._work:
            self._closing = True
            self._work.notify_all()
        for lane in self._lanes:
            lane.join()
        self._lanes = []

    # ── What lanes call ───────────────────────────────────────────────────────────────────────────

    def take(self, lane: "Lane") -> Job | None:
        """The next message that may still begin; None when there will be none any more."""
        with self._lock:
            lane.busy = False
            while True:
                while self._jobs:
                    job = self._jobs.popleft()
                    if len(self._jobs) == self._enough:
                        self._free.notify_all()
                    if not job.term.over():
                        lane.busy = True
                        return job
                    job.witness.ended(job.mail, UNTRIED)
                self._free.notify_all()
                if self._closing:
                    return None
                self._work.wait()

    def give_back(self, lane: "Lane", job: Job) -> bool:
        """Let another connection do it, and do without this one; False when there is no other."""
        with self._lock:
            if not any(other is not lane and other.stands for other in self._lanes):
                return False
            self._lanes.remove(lane)
            self._allowed = len(self._lanes)
            self._jobs.appendleft(job)
            self._work.notify()
            return True

    @property
    def _enough(self) -> int:
        return LEFT * self._allowed

    def _all_free(self) -> bool:
        return not any(lane.busy for lane in self._lanes)

    def _room(self) -> int:
        return self._allowed - sum(lane.busy for lane in self._lanes)


class Lane(threading.Thread):
    """One connection and who uses it."""

    def __init__(self, transport: SmtpTransport, session: Session | None = None) -> None:
        super().__init__(daemon=True, name="smtp")
        self.transport, self.session = transport, session
        self.busy = False
        self.start()

    @property
    def stands(self) -> bool:
        return self.session is not None and self.session.alive

    def run(self) -> None:
        while job := self.transport.take(self):
            outcome = self._carried(job)
            if outcome is None:
                return
            job.witness.ended(job.mail, outcome)
        if self.session:
            self.session.quit()

    def _carried(self, job: Job) -> Outcome | None:
        """None when another connection does it."""
        try:
            data = job.mail.data
        except Exception as error:  # one message that cannot be written must not hold up the others
            return Outcome(Verdict.REJECTED, f"The message could not be written: {error!r}")
        kept = self.stands
        try:
            outcome = self._tried(job, data)
            if kept and outcome.verdict in UNDONE and not self.stands:
                # The server had closed a kept connection meanwhile: a new one tells more.
                outcome = self._tried(job, data)
        except TransportError as error:
            return None if self.transport.give_back(self, job) else _of_connecting(error)
        return outcome

    def _tried(self, job: Job, data: bytes) -> Outcome:
        session = self._open_session()
        if job.term.over():
            return UNTRIED
        try:
            job.witness.begun(job.mail)
        except OSError as error:
            return not_noted(error)
        return session.send(job.mail.sender, job.mail.recipient, data)

    def _open_session(self) -> Session:
        """Raises TransportError."""
        session = self.session
        if session and session.alive and session.count >= self.transport.messages:
            session.quit()
        if session is None or not session.alive:
            session = self.session = Session.connect(self.transport.address)
        return session


def _of_connecting(error: TransportError) -> Outcome:
    later = error.code is not None and error.code // 100 == 4
    verdict = Verdict.THROTTLED if later else Verdict.BROKEN
    return Outcome(verdict, str(error), error.code, of_server=True)
