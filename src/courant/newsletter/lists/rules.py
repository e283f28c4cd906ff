"""What one entry changes for one reader. A no is never outweighed by a yes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from courant.newsletter.lists.read import Entry
from courant.newsletter.lists.sources import Standing
from courant.newsletter.models import Subscription

Status = Subscription.Status


class Act(StrEnum):
    """What follows for one reader and one newsletter."""

    SUBSCRIBE = "subscribed"
    KEEP_OUT = "taken over as unsubscribed"
    END = "unsubscribed here too"
    NOTHING = "as before"
    REFUSE = "refused"


@dataclass(frozen=True)
class Known:
    """What we know of the same address."""

    status: str = ""
    """Of its subscription; empty: it has none."""
    confirmed_at: datetime | None = None
    suppressed: bool = False


@dataclass(frozen=True)
class Decision:
    act: Act
    suppress: bool = False
    reason: str = ""


def decide(entry: Entry, known: Known) -> Decision:
    if entry.standing is Standing.ACTIVE:
        return _decide_on_a_yes(entry, known)
    if known.suppressed:
        return Decision(Act.NOTHING)
    if known.status == Status.ACTIVE and _ours_is_newer(entry, known):
        return Decision(
            Act.REFUSE,
            reason=f"{entry.address.email} was {entry.standing} there, and confirmed here later.",
        )
    suppress = entry.standing in (Standing.BOUNCED, Standing.COMPLAINED)
    if known.status == Status.UNSUBSCRIBED:
        return Decision(Act.NOTHING, suppress)
    return Decision(Act.END if known.status else Act.KEEP_OUT, suppress)


def _decide_on_a_yes(entry: Entry, known: Known) -> Decision:
    email = entry.address.email
    if known.suppressed:
        return Decision(Act.REFUSE, reason=f"{email} is suppressed here; that always counts.")
    if known.status == Status.UNSUBSCRIBED:
        return Decision(Act.REFUSE, reason=f"{email} has unsubscribed; only they can change that.")
    if known.status == Status.ACTIVE:
        return Decision(Act.NOTHING)
    return Decision(Act.SUBSCRIBE)


def _ours_is_newer(entry: Entry, known: Known) -> bool:
    return bool(entry.left and known.confirmed_at and known.confirmed_at > entry.left)
