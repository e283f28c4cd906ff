"""How the handing on of one message ended, as those who decide what follows need to know it."""

import re
from dataclasses import dataclass
from enum import Enum, auto

STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")  # RFC 3463


class Verdict(Enum):
    ACCEPTED = auto()
    REJECTED = auto()  # for good, and it is about this message or address
    DEFERRED = auto()  # for now, and it is about this message or address
    THROTTLED = auto()  # the server wants fewer, slower, or later
    BLOCKED = auto()  # about us: policy, reputation, our own address
    BROKEN = auto()  # the connection or the server failed before it had the message
    UNCERTAIN = auto()  # it had the whole message, and nobody knows what it did with it
    UNTRIED = auto()  # not begun: there was no time left, or no connection


@dataclass(frozen=True, slots=True)
class Outcome:
    """`text` is for people. `of_server`: the next message is likely to fare no better."""

    verdict: Verdict
    text: str = ""
    code: int | None = None
    of_server: bool = False

    @property
    def status(self) -> str:
        """The enhanced code of RFC 3463 in the server's words, or nothing."""
        found = STATUS.search(self.text)
        return found[1] if found else ""

    @property
    def suppresses(self) -> bool:
        """Whether the address is to get nothing more."""
        return self.verdict is Verdict.REJECTED and is_of_address(self.status)


ACCEPTED = Outcome(Verdict.ACCEPTED)
UNTRIED = Outcome(Verdict.UNTRIED)

# RFC 3463, 3.2 and 3.3. 5.1.7 and 5.1.8 are about the sender's address: not these.
OF_ADDRESS = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
OF_SENDER = frozenset({"5.1.7", "5.1.8"})


def is_of_address(status: str) -> bool:
    """That the mailbox or its domain does not exist: sending again is of no use, ever."""
    return status in OF_ADDRESS


def is_of_us(status: str) -> bool:
    """That the sender is refused: 5.7.x is security and policy."""
    return status.startswith("5.7.") or status in OF_SENDER
