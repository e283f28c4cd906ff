"""What an SMTP server's reply means, by where in the talk it came. Pure.

RFC 5321 (replies), RFC 3463 (enhanced codes). The same code means different things at different
stages: a 5xx at MAIL is about us, at RCPT about the address.
"""

from enum import StrEnum
from typing import NamedTuple

from courant.newsletter.outcomes import STATUS, Outcome, Verdict, is_of_us

CLOSING = 421
SLOWER = (421, 452, 454)
SLOWER_STATUS = ("4.3.", "4.4.", "4.5.3", "4.7.")  # full, overloaded, too many, policy


class Stage(StrEnum):
    """How far the talk was. From BODY on the server may have the message."""

    CONNECT = "connection"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    BODY = "message"


class Reply(NamedTuple):
    """`code` 0: what came was no SMTP reply."""

    code: int
    text: str


def judged(host: str, reply: Reply, stage: Stage) -> Outcome:
    """The verdict on a reply that is not the good one."""
    text = f"{host} refused ({stage}): {reply.code or ''} {reply.text}".rstrip()
    found = STATUS.search(reply.text)
    status = found[1] if found else ""
    of_server = stage in (Stage.CONNECT, Stage.MAIL) or reply.code == CLOSING
    kind = reply.code // 100
    if kind == 4:
        verdict = (
            Verdict.THROTTLED if of_server or _slower(reply.code, status) else Verdict.DEFERRED
        )
    elif kind == 5:
        verdict = Verdict.BLOCKED if of_server or is_of_us(status) else Verdict.REJECTED
    elif stage is Stage.BODY:
        text = f"{host} had the whole message and answered {reply.code or ''} {reply.text}"
        verdict = Verdict.UNCERTAIN
    else:
        verdict, of_server = Verdict.BROKEN, True
    return Outcome(verdict, text, reply.code or None, of_server)


def _slower(code: int, status: str) -> bool:
    return code in SLOWER or status.startswith(SLOWER_STATUS)
