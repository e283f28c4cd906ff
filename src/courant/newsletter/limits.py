"""How much may go out: what providers allow by hour, day and domain, and a new sender's warm-up.

A new address that sends 100,000 letters on its first day looks like a thief of addresses; one that
sends twice as much every day looks like a paper that grows.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.db.models import F

from courant.newsletter.models import Tally

ALL = "*"
SPANS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
FIRST_DAY, DAYS = 200, 10  # 200, 400, … 102,400; then no limit
KEPT = timedelta(days=2)


@dataclass(frozen=True)
class Limit:
    """At most `count` messages in each `span`, to a domain or (`*`) in all."""

    domain: str
    count: int
    span: timedelta

    def start(self, at: datetime) -> datetime:
        """When the stretch began that counts now; stretches begin with the hour or day of UTC."""
        return at - (at - datetime(2000, 1, 1, tzinfo=UTC)) % self.span

    @property
    def name(self) -> str:
        return f"limit {self.domain} {int(self.span.total_seconds())}"


def parse_limit(domain: str, text: str) -> Limit:
    """`500/hour`. Raises ValueError with what to write."""
    count, _, span = text.partition("/")
    if not count.strip().isdigit() or span.strip() not in SPANS:
        raise ValueError(f"{text!r} is no limit; write a number and a span, such as 500/hour")
    return Limit(domain.strip().lower(), int(count), SPANS[span.strip()])


def warm_up(first: date, today: date) -> int | None:
    """How many messages the plan allows today; None when it is over."""
    day = (today - first).days
    if day < 0:
        return 0
    return FIRST_DAY * 2**day if day < DAYS else None


def limits_now(at: datetime) -> list[Limit]:
    """All that hold now, by the settings."""
    found = [parse_limit(domain, text) for domain, text in settings.COURANT_MAIL_LIMITS.items()]
    first: date | None = settings.COURANT_MAIL_WARM_UP
    allowed = warm_up(first, at.astimezone(UTC).date()) if first else None
    if allowed is not None:
        found.append(Limit(ALL, allowed, SPANS["day"]))
    return found


def count_up(name: str, start: datetime, number: int) -> None:
    """Add to a tally, making it if need be."""
    row = Tally.objects.filter(name=name, start=start)
    if not row.update(count=F("count") + number):
        Tally.objects.bulk_create([Tally(name=name, start=start)], ignore_conflicts=True)
        row.update(count=F("count") + number)
        Tally.objects.filter(start__lt=start - KEPT).delete()


def spent_out(at: datetime) -> dict[str, datetime]:
    """Domains (`*`: everything) of which nothing may go now, and when something may again."""
    return {
        limit.domain: limit.start(at) + limit.span
        for limit in limits_now(at)
        if _used(limit, at) >= limit.count
    }


class Budget:
    """What the limits leave, for one worker; kept in the database for all of them."""

    def __init__(self) -> None:
        self.spent_out: dict[str, datetime] = {}
        """Domains (`*`: everything) of which nothing is left, and when there is again."""

    def grant(self, found: list[tuple[int, str]], at: datetime) -> dict[int, str]:
        """Of rows (key, address), those that may go. Counted at once, inside the transaction."""
        limits = limits_now(at)
        self.spent_out = {name: end for name, end in self.spent_out.items() if end > at}
        if not limits:
            return dict(found)
        left = {limit: limit.count - _used(limit, at) for limit in limits}
        granted = {}
        for key, address in found:
            domain = address.rpartition("@")[2].lower()
            mine = [limit for limit in limits if limit.domain in (ALL, domain)]
            over = [limit for limit in mine if left[limit] <= 0]
            for limit in over:
                self.spent_out[limit.domain] = limit.start(at) + limit.span
            if not over:
                granted[key] = address
                for limit in mine:
                    left[limit] -= 1
        self.spend(granted.values(), at)
        return granted

    def spend(self, addresses: Iterable[str], at: datetime, sign: int = 1) -> None:
        """Count messages, or (`sign` -1) take them back that did not go."""
        domains = Counter(address.rpartition("@")[2].lower() for address in addresses)
        for limit in limits_now(at):
            number = domains.total() if limit.domain == ALL else domains[limit.domain]
            if number:
                count_up(limit.name, limit.start(at), sign * number)


def _used(limit: Limit, at: datetime) -> int:
    row = Tally.objects.filter(name=limit.name, start=limit.start(at))
    return row.values_list("count", flat=True).first() or 0
