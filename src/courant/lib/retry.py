"""How long to wait before something that failed is tried again."""

from dataclasses import dataclass
from datetime import timedelta

ENOUGH = 6  # tries that are counted: by then the longest wait is reached


@dataclass(frozen=True)
class Backoff:
    """Waits that grow from the first to the longest."""

    first: timedelta
    growth: int
    longest: timedelta

    def after(self, tries: int) -> timedelta:
        """The wait after a failure, when this many had failed before."""
        return min(self.first * self.growth ** min(tries, ENOUGH), self.longest)


def counted(tries: int) -> int:
    """The tries to note after one more: not more than are counted."""
    return min(tries + 1, ENOUGH)
