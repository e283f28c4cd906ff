"""Adding up in memory: nothing is lost, nothing counted twice, nothing without bound."""

import threading
from collections import Counter

import pytest

from courant.lib.abacus import Abacus


class Book:
    """Where an abacus writes; `closed` while the database is away."""

    def __init__(self):
        self.counts, self.dropped, self.closed = Counter(), 0, False

    def write(self, counts, dropped):
        if self.closed:
            raise OSError("The database is locked.")
        self.counts += counts
        self.dropped += dropped


@pytest.fixture
def book():
    return Book()


def test_reports_are_added_up_and_written_once(book):
    abacus = Abacus("test", book.write)
    for _ in range(3):
        assert abacus.add([("a",), ("b",)])
    abacus.put_down()
    abacus.put_down()
    assert book.counts == {("a",): 3, ("b",): 3}


def test_what_cannot_be_written_is_kept_and_written_later(book):
    abacus = Abacus("test", book.write, a_minute=2, clock=lambda: 0.0)
    abacus.add([("a",)])
    book.closed = True
    with pytest.raises(OSError, match="locked"):
        abacus.put_down()
    abacus.add([("a",)])
    abacus.add([("a",)])
    book.closed = False
    abacus.put_down()
    assert (book.counts, book.dropped) == ({("a",): 2}, 1)


def test_a_minute_takes_so_many_and_the_next_one_anew(book):
    time = [0.0]
    abacus = Abacus("test", book.write, a_minute=2, clock=lambda: time[0])
    assert [abacus.add([("a",)]) for _ in range(4)] == [True, True, False, False]
    time[0] = 60.0
    assert abacus.add([("a",)])
    abacus.put_down()
    assert (book.counts, book.dropped) == ({("a",): 3}, 2)


def test_memory_is_bounded_whatever_is_told_and_however_long_nothing_is_written(book):
    abacus = Abacus("test", book.write, most=10)
    taken = [abacus.add([(n,), (n, "more")]) for n in range(100)]
    assert sum(taken) == 5
    assert abacus.add([(0,)])  # what is known already finds its place
    book.closed = True
    with pytest.raises(OSError):
        abacus.put_down()
    assert not abacus.add([("new",)])
    book.closed = False
    abacus.put_down()
    assert (len(book.counts), book.dropped) == (10, 96)


def test_threads_lose_no_count_while_others_write(book):
    abacus = Abacus("test", book.write)
    stop = threading.Event()

    def write():
        while not stop.is_set():
            abacus.put_down()

    writer = threading.Thread(target=write)
    readers = [
        threading.Thread(target=lambda: [abacus.add([("a",)]) for _ in range(500)])
        for _ in range(4)
    ]
    writer.start()
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    stop.set()
    writer.join()
    abacus.put_down()
    assert book.counts == {("a",): 2000}
