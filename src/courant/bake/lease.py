"""One baker at a time, on one machine or many. It trusts its own clock only to pass."""

import os
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from courant.bake.models import Lease

NAME = "bake"
LENGTH = timedelta(seconds=60)
MARGIN = 10.0  # seconds before its end in which a holder no longer trusts it
RENEW = 5.0  # seconds between two renewals
LOOK = 0.05  # seconds between two tries to take it


class LeaseLost(Exception):
    """Somebody else may be writing: whoever raises this has stopped."""


class Held:
    """A lease in hand. Ask `check` before anything that others could see."""

    def __init__(self, fence: int) -> None:
        self.fence = fence
        self._extend(time.monotonic())

    def check(self) -> None:
        """Raises LeaseLost when the lease may have ended, as after a long stop of this process.

        The clock is monotonic and was read before the row was written: this side ends first.
        """
        at = time.monotonic()
        if at >= self.ends:
            raise LeaseLost("The lease on the public files has run out; another baker may have it.")
        if at >= self.renew_at:
            self.renew()

    def renew(self) -> None:
        """Hold it longer. Raises LeaseLost; inside a transaction that undoes what is in it."""
        asked = time.monotonic()
        if not Lease.renew(NAME, self.fence, LENGTH):
            raise LeaseLost("Another baker has taken over the public files.")
        self._extend(asked)

    def _extend(self, asked: float) -> None:
        self.ends = asked + LENGTH.total_seconds() - MARGIN
        self.renew_at = asked + RENEW


def a_holder() -> str:
    """A name for whoever takes a lease: that of no other, in this process or elsewhere."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


@contextmanager
def hold(*, wait: float = 3600.0) -> Iterator[Held]:
    """Be the baker while the block runs. Raises TimeoutError when another one stays too long."""
    holder = a_holder()
    end = time.monotonic() + wait
    while True:
        asked = time.monotonic()
        if fence := Lease.take(NAME, holder, LENGTH):
            break
        if time.monotonic() > end:
            raise TimeoutError("Another process is baking and does not come to an end.")
        time.sleep(LOOK)
    held = Held(fence)
    held._extend(asked)
    try:
        yield held
    finally:
        Lease.release(NAME, fence)
