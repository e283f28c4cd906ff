"""What follows from an outcome. Pure."""

from dataclasses import dataclass
from datetime import timedelta

from courant.newsletter.models import Outgoing
from courant.newsletter.outcomes import Outcome, Verdict

State = Outgoing.State

WAITS = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 120, 240, 480))
SLOW_WAIT, LONGEST_SLOW_WAIT = timedelta(seconds=30), timedelta(minutes=30)
DOUBT_WAIT = timedelta(minutes=15)
GIVE_UP = timedelta(days=2)  # older news is none; mail servers themselves try for five days
MOST_DOUBTS = 3  # then a server that takes messages and never answers has enough copies
FAULTS_IN_A_ROW = 3  # then the server, not the addresses, is taken for the cause
BLOCKS_IN_A_ROW = 3  # then a domain refuses us, not one message


@dataclass(frozen=True, slots=True)
class Change:
    """A row's next state; `wait` until it is tried again."""

    state: str
    wait: timedelta | None = None
    doubt: bool = False


def decide(
    outcome: Outcome, *, attempts: int, doubts: int, age: timedelta, once_only: bool
) -> Change:
    """`attempts` includes this one, `doubts` does not; `age` is the message's."""
    if outcome.verdict is Verdict.ACCEPTED:
        return Change(State.SUBMITTED)
    if outcome.verdict is Verdict.REJECTED:
        return Change(State.FAILED)
    if outcome.verdict is Verdict.UNCERTAIN:
        enough = once_only or doubts + 1 >= MOST_DOUBTS or age > GIVE_UP
        return Change(
            State.UNCERTAIN if enough else State.WAITING, None if enough else DOUBT_WAIT, doubt=True
        )
    if age > GIVE_UP:
        return Change(State.FAILED)
    if outcome.verdict in (Verdict.THROTTLED, Verdict.BROKEN):
        wait = min(SLOW_WAIT * 2 ** min(attempts - 1, 10), LONGEST_SLOW_WAIT)
        return Change(State.WAITING, wait)
    return Change(State.WAITING, WAITS[min(attempts, len(WAITS)) - 1])
