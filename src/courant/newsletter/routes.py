"""Ways out: one that is out of order rests, longer and longer; one that is slow is not pushed."""

from collections.abc import Callable
from datetime import datetime, timedelta

from courant.newsletter.errors import TransportError
from courant.newsletter.ledger import Report, Stopped
from courant.newsletter.ledger.pace import Pace
from courant.newsletter.ledger.rows import Clock
from courant.newsletter.models import Route
from courant.newsletter.transports import get_transport
from courant.newsletter.transports.base import Transport

RESTS = tuple(timedelta(seconds=s) for s in (5, 15, 60, 120, 300, 900))


def over_route(
    transport: Transport, clock: Clock, report: Report, act: Callable[[Pace], object]
) -> None:
    """Open the transport and act, unless its route rests. Trouble makes it rest and is reported."""
    route, _new = Route.objects.get_or_create(name=transport.route)
    if route.next_at and route.next_at > clock():
        report.stopped = True
        report.note([route.error])
        return
    pace = Pace(route.rate)
    before = report.submitted
    try:
        with transport:
            act(pace)
    except (TransportError, Stopped) as error:
        report.note([str(error)])
        report.stopped = True
        _rest(route, str(error), clock(), anew=report.submitted > before)
    else:
        if report.submitted > before and (route.rests or route.error):
            Route.objects.filter(pk=route.pk).update(rests=0, next_at=None, error="")
    finally:
        if pace.rate != route.rate:
            Route.objects.filter(pk=route.pk).update(rate=pace.rate)


def resting_until(at: datetime) -> datetime | None:
    """Until when the way out of the settings is not to be tried; None when it is free."""
    name = get_transport().route
    return Route.objects.filter(name=name, next_at__gt=at).values_list("next_at", flat=True).first()


def troubles() -> list[str]:
    """What is wrong with ways out, for people."""
    return list(Route.objects.exclude(error="").values_list("error", flat=True))


def try_again() -> None:
    """Let no way out rest any longer: for a person who has mended it."""
    Route.objects.update(next_at=None, rests=0)


def _rest(route: Route, reason: str, at: datetime, *, anew: bool) -> None:
    rests = 1 if anew else route.rests + 1
    wait = RESTS[min(rests, len(RESTS)) - 1]
    Route.objects.filter(pk=route.pk).update(rests=rests, next_at=at + wait, error=reason)
