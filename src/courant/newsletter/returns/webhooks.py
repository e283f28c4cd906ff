"""What a provider tells about our mail: django-anymail checks its signature and calls us.

https://anymail.dev/en/stable/sending/tracking/. Nothing is done in the request but to record.
"""

from hashlib import sha256
from typing import Any

from courant.newsletter.models import Return
from courant.newsletter.returns.parse import LONGEST, STATUS, Kind, Reported
from courant.newsletter.returns.record import record
from courant.newsletter.transports.anymail import DELIVERY

KINDS = {
    "bounced": Kind.BOUNCED,
    "rejected": Kind.BOUNCED,
    "failed": Kind.BOUNCED,
    "deferred": Kind.DELAYED,
    "delivered": Kind.DELIVERED,
    "complained": Kind.COMPLAINED,
}
FAULTS = {
    "invalid": Return.Fault.ADDRESS,
    "spam": Return.Fault.OURS,
    "blocked": Return.Fault.OURS,
}


def connect() -> None:
    """Hear what django-anymail receives."""
    from anymail.signals import tracking

    tracking.connect(take_event, dispatch_uid="courant.newsletter.returns")


def take_event(sender: Any, event: Any, esp_name: str, **_more: Any) -> None:
    """One event of a provider."""
    if report := reported(event):
        record([report], source=esp_name.lower()[:20], at=event.timestamp)


def reported(event: Any) -> Reported | None:
    """None for what is no report: that a mail was queued, opened, clicked."""
    kind = KINDS.get(event.event_type)
    if kind is None:
        return None
    words = " ".join(str(event.mta_response or event.description or "").split())[:LONGEST]
    status = STATUS.search(words)
    name = str((event.metadata or {}).get(DELIVERY, ""))
    known = event.event_id or sha256(f"{name} {kind} {event.timestamp}".encode()).hexdigest()
    return Reported(
        str(known)[:100],
        kind,
        (name, str(event.message_id or "")),
        status[0] if status else "",
        words,
        FAULTS.get(str(event.reject_reason or ""), ""),
    )
