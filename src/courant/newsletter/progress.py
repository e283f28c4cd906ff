"""How editions fare: numbers that add up, messages a second, time left, and what is wrong."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from courant.newsletter import restored
from courant.newsletter.deliveries import rate
from courant.newsletter.ledger import count_by_state, database_time
from courant.newsletter.models import Delivery, Edition
from courant.newsletter.routes import troubles

State = Delivery.State
TOLD_FOR = timedelta(days=2)
UNDER_WAY = (
    Edition.State.PREPARING,
    Edition.State.HELD,
    Edition.State.SENDING,
    Edition.State.PAUSED,
)


@dataclass(frozen=True)
class Fares:
    """One edition: `counts` by state; `rate` in messages a second."""

    edition: Edition
    counts: dict[str, int]
    doubtful: int
    """Submitted, perhaps more than once."""
    rate: float

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def balances(self) -> bool:
        """Every candidate is prepared or excluded, every prepared one has exactly one state."""
        one = self.edition
        if one.state == Edition.State.PREPARING:
            return True
        return one.candidates == one.prepared + one.excluded and one.prepared == self.total

    @property
    def left(self) -> int:
        return self.counts[State.WAITING] + self.counts[State.INFLIGHT]

    @property
    def done(self) -> int:
        return self.total - self.left

    @property
    def time_left(self) -> timedelta | None:
        """At the rate of the last half minute; None when nothing moves."""
        return timedelta(seconds=round(self.left / self.rate)) if self.rate and self.left else None

    def __str__(self) -> str:
        told = ", ".join(f"{number:,} {state}" for state, number in self.counts.items() if number)
        line = f"{self.total:,} letters: {told or 'nobody is subscribed'}"
        if self.doubtful:
            line += f"; {self.doubtful:,} perhaps twice"
        if self.rate and self.left:
            line += f"; {self.rate:,.0f} a second, {self.time_left} left"
        return line + "."


def fares(edition: Edition, at: datetime) -> Fares:
    counts = dict.fromkeys(State.values, 0)
    rows = Delivery.objects.filter(edition=edition)
    counts |= count_by_state(rows)
    doubtful = rows.filter(state=State.SUBMITTED, doubts__gt=0).count()
    speed = rate(edition.pk, at) if edition.state == Edition.State.SENDING else 0.0
    return Fares(edition, counts, doubtful, speed)


def under_way(at: datetime) -> list[Fares]:
    """Editions that are being sent, or wait for something."""
    return [fares(edition, at) for edition in Edition.objects.filter(state__in=UNDER_WAY)]


def problems() -> list[str]:
    """One sentence for each thing that keeps letters from readers."""
    found = []
    if locked := restored.reason():
        found.append(
            f"Deliver: nothing is sent. {locked} "
            "When you have looked: `courant newsletter unlock`, or the button at the desk."
        )
    found += [f"Deliver: {trouble}" for trouble in troubles()]
    for edition in Edition.objects.filter(_new(database_time()) | ~Q(error="")):
        counts = _in_trouble(edition)
        if counts or edition.error:
            found.append(
                f"Deliver: “{edition.subject}”: {counts[State.FAILED]} letters failed, "
                f"{counts[State.UNCERTAIN]} are uncertain. {edition.error} "
                "The desk lists them under Deliveries."
            )
    return found


def _new(at: datetime) -> Q:
    """Editions on their way, or sent a short while ago: later, letters that failed are history."""
    return Q(state__in=UNDER_WAY) | Q(finished_at__gt=at - TOLD_FOR)


def _in_trouble(edition: Edition) -> Counter[str]:
    rows = Delivery.objects.filter(edition=edition, state__in=(State.FAILED, State.UNCERTAIN))
    return count_by_state(rows)
