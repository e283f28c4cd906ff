"""Many things, some at a time: for queries that take so many values, and work that is looked at."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """In their order, `size` at a time, the last ones fewer; as `itertools` has it from 3.12 on."""
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some
