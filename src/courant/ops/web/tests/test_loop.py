"""Answers that need no event loop are given without one."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from courant.ops.web.loop import EagerLoop, on_the_loop


@pytest.fixture
def loop() -> Iterator[EagerLoop]:
    loop = EagerLoop()
    yield loop
    loop.close()


def schedule_from_a_thread(loop: EagerLoop, coroutine) -> threading.Thread:
    """As granian does it: the callback makes a task of the coroutine."""
    thread = threading.Thread(
        target=lambda: loop.call_soon_threadsafe(lambda c: loop.create_task(c), coroutine)
    )
    thread.start()
    thread.join()
    return thread


def test_what_needs_no_loop_is_done_in_the_thread_that_asks(loop):
    where = []

    async def from_a_file():
        where.append(threading.current_thread())

    thread = schedule_from_a_thread(loop, from_a_file())  # the loop does not even run
    assert where == [thread]


def test_what_needs_the_loop_goes_on_there_from_its_first_pause(loop):
    where, done = [], asyncio.Event()

    async def from_django():
        where.append(threading.current_thread())
        await on_the_loop()
        where.append(threading.current_thread())
        await asyncio.sleep(0)
        done.set()

    thread = schedule_from_a_thread(loop, from_django())
    loop.run_until_complete(done.wait())
    assert where == [thread, threading.main_thread()]


def test_plain_calls_are_scheduled_as_on_any_loop(loop):
    async def run():
        arrived = asyncio.Event()
        threading.Thread(target=lambda: loop.call_soon_threadsafe(arrived.set)).start()
        await asyncio.wait_for(arrived.wait(), 5)

    loop.run_until_complete(run())
