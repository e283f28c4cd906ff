"""What the worker asks: is there something to do, and when next?"""

from datetime import datetime

from courant.newsletter import ledger, restored, send
from courant.newsletter.models import ANSWERS, SINGLE, Delivery, Outgoing
from courant.newsletter.routes import resting_until


def next_time(at: datetime | None = None) -> datetime | None:
    """When something is to do next: a time not later than now means now, None means never."""
    moment = at or ledger.database_time()
    rest = resting_until(moment)
    single = ANSWERS if restored.reason() else SINGLE  # a restore holds back all but answers
    answers = [ledger.next_time(model._default_manager.all(), moment) for model in single]
    found = [max(time, rest) if rest else time for time in answers if time]
    if editions := send.next_delivery(moment):
        found.append(editions)
    return min(found, default=None)


def waiting(at: datetime | None = None) -> bool:
    """Whether something is to do now."""
    moment = at or ledger.database_time()
    time = next_time(moment)
    return time is not None and time <= moment


def end_leases() -> None:
    """Free what dead workers had claimed; only for a process that knows that it is the only one."""
    models: tuple[type[Outgoing], ...] = (*SINGLE, Delivery)
    for model in models:
        ledger.end_leases(model._default_manager.all(), ledger.database_time())
