"""One process at a time, for work on files of one machine."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


class Busy(Exception):
    """Somebody else holds the lock."""


@contextmanager
def only_one(file: Path, *, wait: bool = True) -> Iterator[None]:
    """Hold a lock that the system lets go when its process ends, however it ends.

    Raises Busy at once when `wait` is False and another process has it.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise Busy(f"Another process holds {file.name}.") from None
        yield


@contextmanager
def in_company(file: Path, when_alone: Callable[[], None]) -> Iterator[None]:
    """Be one of several at work while the block runs; who comes first runs `when_alone`.

    Whoever gets the whole lock knows that all who had it before are dead or done.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w") as handle:
        with suppress(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            when_alone()
        fcntl.flock(handle, fcntl.LOCK_SH)
        yield
