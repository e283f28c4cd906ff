"""When a letter of a welcome series may go to a reader; pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

GAP = timedelta(days=1)  # between two letters to one reader, however late they are


@dataclass(frozen=True)
class Other:
    """Another letter of the series for the same reader. `at`: of its end, or of its turn."""

    at: datetime
    went: bool = False  # or may have gone
    inflight: bool = False
    comes_first: bool = False  # waits, and stands before this one in the series


def may_go_at(due: datetime, others: Iterable[Other], now: datetime) -> datetime:
    """The first moment at which a letter may go: not before its day, in order, a day apart."""
    times = [due]
    for other in others:
        if other.went:
            times.append(other.at + GAP)
        elif other.inflight:
            times.append(now + GAP)
        elif other.comes_first:
            times.append(max(other.at, now) + GAP)
    return max(times)
