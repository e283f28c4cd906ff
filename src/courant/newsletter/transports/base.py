"""The seam to everything that takes mail."""

import time
from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import ClassVar, Protocol, Self

from courant.newsletter.errors import TransportError
from courant.newsletter.message import Mail
from courant.newsletter.outcomes import ACCEPTED, UNTRIED, Outcome, Verdict

__all__ = [
    "ACCEPTED",
    "UNTRIED",
    "Mail",
    "Outcome",
    "Term",
    "Transport",
    "TransportError",
    "Verdict",
]

A_MINUTE = 60.0
DRIFT = 5.0  # seconds by which the clock may differ from itself before it was set anew


def _running() -> float:
    """Seconds that also pass while the machine sleeps."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class Term:
    """A short time in which messages may begin; who comes later must ask again.

    It is also over when the machine's clock was set: the leases that count by it may have ended.
    """

    def __init__(self, seconds: float) -> None:
        self._start, self._wall = _running(), time.time()
        self._seconds = seconds

    def over(self) -> bool:
        passed = _running() - self._start
        return passed >= self._seconds or abs(time.time() - self._wall - passed) > DRIFT


class Witness(Protocol):
    """Is told of every message; from any thread."""

    def begun(self, mail: Mail) -> None:
        """From now on nobody but the server knows. Not told for one that is never tried.

        Raises OSError when it cannot write that down; then the message must not begin.
        """

    def ended(self, mail: Mail, outcome: Outcome) -> None: ...


class Transport(ABC):
    """Takes messages between `open` and `close`; both may be called again."""

    route: str = ""
    """The name of this way out: what is learned about it is kept under this name."""
    repeatable: ClassVar[bool] = False  # the same message twice arrives once

    @classmethod
    def from_settings(cls) -> Self:
        """One as the settings describe it."""
        return cls()

    def open(self) -> None:  # noqa: B027 - most have nothing to open
        """Make ready, so that a server out of reach is found before a message is claimed.

        Raises TransportError.
        """

    def ready(self) -> None:  # noqa: B027 - most always are
        """Wait until a message could begin."""

    @abstractmethod
    def submit(self, mails: Iterable[Mail], term: Term, witness: Witness) -> None:
        """Hand on what can begin within the term. The witness hears of each how it ended.

        Some may be told later, at the latest by `settle`.
        """

    def settle(self) -> None:  # noqa: B027 - most have told all
        """Wait until every message that was begun has ended."""

    def close(self) -> None:  # noqa: B027 - nor to close
        """Let go. Never raises: what was accepted stays accepted."""

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def send(self, mail: Mail) -> Outcome:
        """One message by itself, such as a test: nothing is written down."""
        found = _Last()
        self.submit([mail], Term(A_MINUTE), found)
        self.settle()
        return found.outcome


class OneByOne(Transport):
    """A transport that does one thing at a time."""

    @abstractmethod
    def hand_on(self, mail: Mail) -> Outcome: ...

    def submit(self, mails: Iterable[Mail], term: Term, witness: Witness) -> None:
        for mail in mails:
            if term.over():
                witness.ended(mail, UNTRIED)
                continue
            try:
                witness.begun(mail)
            except OSError as error:
                witness.ended(mail, not_noted(error))
                continue
            witness.ended(mail, self._outcome(mail))

    def _outcome(self, mail: Mail) -> Outcome:
        try:
            return self.hand_on(mail)
        except Exception as error:  # a fault of the transport's own code: who knows how far it got
            return Outcome(Verdict.UNCERTAIN, f"The transport broke: {error!r}")


def not_noted(error: OSError) -> Outcome:
    """A message that could not be written down as begun was not begun."""
    text = f"Nothing is sent, because it could not be written down: {error}. Make room on the disk."
    return Outcome(Verdict.BROKEN, text, of_server=True)


class _Last:
    """Remembers how the last message ended."""

    outcome = UNTRIED

    def begun(self, mail: Mail) -> None:
        pass

    def ended(self, mail: Mail, outcome: Outcome) -> None:
        self.outcome = outcome
