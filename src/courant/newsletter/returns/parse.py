"""What a returned mail reports. Pure.

Only the machine-readable part counts: delivery status (RFC 3464) and feedback (RFC 5965). A
sentence in a person's language is never read for a verdict.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from hashlib import sha256
from re import compile as pattern
from typing import Any

from courant.newsletter.models import Return
from courant.newsletter.outcomes import is_of_address, is_of_us

Kind = Return.Kind

STATUS = pattern(r"[245]\.\d{1,3}\.\d{1,3}")
KINDS = {
    "failed": Kind.BOUNCED,
    "delayed": Kind.DELAYED,
    "delivered": Kind.DELIVERED,
    "relayed": Kind.DELIVERED,
    "expanded": Kind.DELIVERED,
}
ABUSE = ("abuse", "fraud", "virus")
LONGEST = 500


@dataclass(frozen=True)
class Reported:
    """`about`: texts in which the delivery's name may stand, the surest first."""

    event: str
    kind: str
    about: tuple[str, ...]
    status: str = ""
    detail: str = ""
    known_fault: str = ""
    """Where the reporter says it in words of its own."""

    @property
    def fault(self) -> str:
        if self.kind != Kind.BOUNCED:
            return ""
        return self.known_fault or fault_of(self.status)


def fault_of(status: str) -> str:
    """Whose fault a bounce is. Without a code nothing is held against the address."""
    if is_of_address(status):
        return Return.Fault.ADDRESS
    return Return.Fault.OURS if is_of_us(status) else Return.Fault.PASSING


def reports_in(data: bytes, recipients: tuple[str, ...] = ()) -> list[Reported]:
    """All that a mail reports; nothing for an answer, an out-of-office note, or a person's mail.

    `recipients`: of the envelope, whose address names the delivery (VERP).
    """
    mail = message_from_bytes(data, policy=compat32)
    event = sha256(data).hexdigest()[:40]
    about = (*recipients, *_addressed(mail), *_returned(mail))
    return [*_complaints(mail, event, about), *_statuses(mail, event, about)]


def _complaints(mail: Message, event: str, about: tuple[str, ...]) -> Iterator[Reported]:
    """RFC 5965."""
    for part in mail.walk():
        if part.get_content_type() != "message/feedback-report":
            continue
        for fields in _blocks(part):
            if str(fields.get("Feedback-Type", "")).strip().lower() in ABUSE:
                agent = str(fields.get("User-Agent", ""))
                more = (str(fields.get("Original-Mail-From", "")),)
                yield Reported(event, Kind.COMPLAINED, about + more, detail=agent[:LONGEST])


def _statuses(mail: Message, event: str, about: tuple[str, ...]) -> Iterator[Reported]:
    """RFC 3464: a block about the message, then one a recipient. Ours have one recipient each."""
    for part in mail.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        for number, fields in enumerate(_blocks(part)):
            kind = KINDS.get(str(fields.get("Action", "")).strip().lower())
            if kind is None:
                continue
            status = STATUS.search(str(fields.get("Status", "")))
            words = " ".join(str(fields.get("Diagnostic-Code", "")).split())
            yield Reported(
                f"{event}-{number}", kind, about, status[0] if status else "", words[:LONGEST]
            )


def _blocks(part: Message) -> Iterator[Message]:
    """The header blocks of a report part; some senders write them as plain text."""
    payload: Any = part.get_payload()
    if isinstance(payload, list):
        yield from payload
        return
    text: Any = part.get_payload(decode=True)
    for block in (text or b"").replace(b"\r\n", b"\n").split(b"\n\n"):
        yield message_from_bytes(block + b"\n\n", policy=compat32)


def _addressed(mail: Message) -> Iterator[str]:
    """Where mailboxes keep the envelope's recipient."""
    for name in ("Delivered-To", "X-Original-To", "Envelope-To", "To"):
        yield from (str(value) for value in mail.get_all(name, []))


def _returned(mail: Message) -> Iterator[str]:
    """Headers of our message, which reports carry along."""
    for part in mail.walk():
        payload: Any = part.get_payload()
        kind = part.get_content_type()
        if kind == "message/rfc822" and isinstance(payload, list):
            yield from _names_of(payload[0])
        elif kind == "text/rfc822-headers" and isinstance(payload, str):
            yield from _names_of(message_from_bytes(payload.encode("utf-8", "replace")))


def _names_of(ours: Message) -> Iterator[str]:
    for name in ("Message-ID", "Return-Path"):
        yield from (str(value) for value in ours.get_all(name, []))
