"""How fast a server takes mail: learned from refusals, as TCP learns from lost packets. Pure."""

from dataclasses import dataclass

SLOWEST = 0.2  # messages a second
UNLIMITED = 2000.0  # above it nothing is held back
LESS, MORE = 0.8, 1.05
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
        """Seconds to wait after a window."""
        return 0.0 if self.rate is None else max(0.0, begun / self.rate - seconds)

    def learn(self, accepted: int, slowed: int, seconds: float) -> None:
        """`slowed`: messages that the server wanted later; `seconds` that the window took."""
        if slowed:
            known = self.rate or UNLIMITED
            seen = accepted / max(seconds, 0.001) if accepted else known / 2
            guess = seen if self.rate or accepted else FIRST_GUESS
            self.rate = max(SLOWEST, min(known, guess) * LESS)
        elif self.rate is not None and accepted:
            faster = self.rate * MORE
            self.rate = faster if faster < UNLIMITED else None
