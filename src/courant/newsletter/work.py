"""What the worker asks: is there something to do, and when next?"""

from datetime import datetime

from django.utils.timezone import now

from courant.newsletter import ledger, send
from courant.newsletter.models import Delivery, SignupRequest


def next_time(at: datetime | None = None) -> datetime | None:
    """When something is to do next: a time not later than now means now, None means never."""
    moment = at or now()
    found = [
        ledger.next_time(SignupRequest.objects.all(), moment),
        send.next_delivery(moment),
    ]
    return min((time for time in found if time), default=None)


def waiting(at: datetime | None = None) -> bool:
    """Whether something is to do now."""
    moment = at or now()
    time = next_time(moment)
    return time is not None and time <= moment


def end_leases() -> None:
    """Free what dead workers had claimed; only for a process that knows that it is the only one."""
    for model in (SignupRequest, Delivery):
        ledger.end_leases(model.objects.all(), now())
