"""What the worker asks: is there something to do, and when next?"""

from datetime import datetime

from courant.newsletter import ledger, send
from courant.newsletter.models import Delivery, SignupRequest
from courant.newsletter.routes import resting_until


def next_time(at: datetime | None = None) -> datetime | None:
    """When something is to do next: a time not later than now means now, None means never."""
    moment = at or ledger.database_time()
    signups = ledger.next_time(SignupRequest.objects.all(), moment)
    rest = resting_until(moment)
    found = [
        max(signups, rest) if signups and rest else signups,
        send.next_delivery(moment),
    ]
    return min((time for time in found if time), default=None)


def waiting(at: datetime | None = None) -> bool:
    """Whether something is to do now."""
    moment = at or ledger.database_time()
    time = next_time(moment)
    return time is not None and time <= moment


def end_leases() -> None:
    """Free what dead workers had claimed; only for a process that knows that it is the only one."""
    for model in (SignupRequest, Delivery):
        ledger.end_leases(model.objects.all(), ledger.database_time())
