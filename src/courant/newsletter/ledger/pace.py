"""How fast a server takes mail: learned from refusals, as TCP learns from lost packets. Pure."""

from dataclasses import dataclass

SLOWEST = 0.2  # messages a second
UNLIMITED = 2000.0  # above it nothing is held back
JUST_BELOW, LESS = 0.9, 0.7
MORE, AT_LEAST = 0.1, 0.5  # faster by so much a second: a part of the rate, and a minimum
FIRST_GUESS = 16.0
BEAT = 0.5  # seconds that one window should take at most


@dataclass
class Pace:
    """`rate`: messages a second; None: as fast as it goes."""

    rate: float | None = None

    def window(self, most: int) -> int:
        """How many to begin before looking up again."""
        return most if self.rate is None else max(1, min(most, int(self.rate * BEAT)))

    def pause(self, begun: int, seconds: float) -> float:
        """Seconds to wait after a window that took so long."""
        return 0.0 if self.rate is None else max(0.0, begun / self.rate - seconds)

    def learn(self, accepted: int, slowed: int, seconds: float) -> None:
        """`slowed`: messages that the server wanted later; `seconds` since it was last asked."""
        if slowed:
            known = self.rate or (FIRST_GUESS if not accepted else UNLIMITED)
            seen = JUST_BELOW * accepted / max(seconds, 0.001)
            self.rate = max(SLOWEST, min(known, seen) if accepted else known * LESS)
        elif self.rate is not None and accepted:
            self.rate += max(AT_LEAST, MORE * self.rate) * min(seconds, 2.0)
            if self.rate > UNLIMITED:
                self.rate = None
