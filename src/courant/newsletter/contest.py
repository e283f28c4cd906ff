"""Two subjects tried against each other: who gets which first, and when one has won; pure."""

from dataclasses import dataclass
from hashlib import sha256
from math import exp, lgamma

LEAST = 100  # readers a subject: with fewer, only a difference that nobody needs a test for shows
SHARES = (1, 45)  # percent of the readers, each
MINUTES = (5, 24 * 60)
LEVEL = 0.05  # how often two subjects that are as good as each other may seem to differ
ROUNDING = 1 + 1e-7  # as likely, but for the last digits


@dataclass(frozen=True)
class Wish:
    """That a second subject is tried on `share` percent of the readers, as the first is."""

    subject: str
    share: int = 10
    minutes: int = 60


def refusal(wish: Wish, first: str, readers: int, *, clicks_counted: bool) -> str:
    """Why this cannot be tried; empty when it can."""
    if not clicks_counted:
        return (
            "Two subjects can only be compared where clicks are counted, and this newsletter does "
            "not count them. Turn “count clicks” on, or take the second subject out."
        )
    if wish.subject.strip() == first.strip():
        return f"Both subjects are “{first}”. Write another one, or take the second out."
    for name, unit, number, (least, most) in (
        ("share of readers for each subject", "%", wish.share, SHARES),
        ("time until the subjects are compared", "minutes", wish.minutes, MINUTES),
    ):
        if not least <= number <= most:
            return f"The {name} is {number} {unit}: it must be from {least} to {most}."
    return _too_few(wish, readers)


def _too_few(wish: Wish, readers: int) -> str:
    each = readers * wish.share // 100
    if each >= LEAST:
        return ""
    told = (
        f"{wish.share} % of {readers:,} readers are {each:,}; with fewer than {LEAST} for each "
        "subject nothing can be told from chance."
    )
    needed = -(-LEAST * 100 // readers) if readers else 100
    if needed <= SHARES[1]:
        return f"{told} Give each {needed} % at least, or take the second subject out."
    return f"{told} The newsletter has too few readers: take the second subject out."


def place_of(seed: str, subscriber: int, share: int) -> int | None:
    """0 or 1: this reader gets the first or the second subject at once; None: waits.

    By a digest of the edition's seed: another edition chooses others, and a second run the same.
    """
    drawn = int.from_bytes(sha256(f"{seed}/{subscriber}".encode()).digest()[:8], "big")
    place = drawn * 100 // (share << 64)  # which share of all the numbers this one lies in
    return place if place < 2 else None


@dataclass(frozen=True)
class Tried:
    """Letters that went out under one subject, and clicks on the link most followed in them."""

    letters: int
    clicks: int

    @property
    def followed(self) -> int:
        """One of two proportions: who clicks twice is more than one reader can be."""
        return min(self.clicks, self.letters)


@dataclass(frozen=True)
class Judgement:
    """`chance`: how often a difference of this size, or a less likely one, comes by chance."""

    chance: float
    second_won: bool

    @property
    def differs(self) -> bool:
        return self.chance < LEVEL


def judge(first: Tried, second: Tried) -> Judgement:
    """The second subject wins if more of its letters were followed, and chance is no reason."""
    chance = fisher(first.followed, first.letters, second.followed, second.letters)
    more = second.followed * first.letters > first.followed * second.letters
    return Judgement(chance, second_won=more and chance < LEVEL)


def fisher(hits: int, of: int, other_hits: int, of_other: int) -> float:
    """Fisher's exact test of two proportions, two-sided: all that is not likelier than this."""
    both = hits + other_hits
    known = _log_chance(hits, of, both, of_other)
    limit = exp(known) * ROUNDING
    possible = range(max(0, both - of_other), min(of, both) + 1)
    chances = (exp(_log_chance(count, of, both, of_other)) for count in possible)
    return min(1.0, sum(chance for chance in chances if chance <= limit))


def _log_chance(hits: int, of: int, both: int, of_other: int) -> float:
    """That of `both` hits among all letters this many fall on the first."""
    all_ways = _log_ways(of + of_other, both)
    return _log_ways(of, hits) + _log_ways(of_other, both - hits) - all_ways


def _log_ways(of: int, count: int) -> float:
    return lgamma(of + 1) - lgamma(count + 1) - lgamma(of - count + 1)
