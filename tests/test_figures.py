"""Counting by two processes at once, with a locked database and a kill."""

import os
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

import pytest

from courant.lib.abacus import EVERY
from tests.conftest import Home, free_port, wait_until
from tests.serving.http import ask

pytestmark = pytest.mark.soak
REPORT = b"story=%d&did=or"
HEADERS = {
    "User-Agent": "Mozilla/5.0 Firefox/140.0",
    "Sec-Fetch-Site": "same-origin",
    "Content-Type": "application/x-www-form-urlencoded",
}
PUBLIC = """
from courant.stories.tests.make import make_desk_story, make_public
story = make_desk_story()
make_public(story)
print(story.pk)
"""


class Web:
    """One web process, and how many reports it took in which second."""

    def __init__(self, home: Home) -> None:
        self.port, self.taken = free_port(), Counter[int]()
        self.process = home.start("web", "--port", str(self.port))
        wait_until(self.answers, "the web process answers")

    def answers(self) -> bool:
        with suppress(OSError):
            return ask(self.port, "GET", "/figures/").status == 405
        return False

    def tell(self, story: int) -> None:
        body = REPORT % story
        sent = HEADERS | {"Content-Length": str(len(body))}
        with suppress(OSError):
            if ask(self.port, "POST", "/figures/", sent, body=body).status == 204:
                self.taken[int(time.monotonic())] += 1

    def kill(self) -> None:
        """The process that answers, and the one that would start it anew."""
        children = subprocess.run(
            ["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True, check=False
        )
        for pid in [self.process.pid, *map(int, children.stdout.split())]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        self.process.stderr.close()


@pytest.fixture
def webs(home: Home) -> Iterator[list[Web]]:
    made: list[Web] = []
    try:
        made += [Web(home), Web(home)]
        yield made
    finally:
        for web in made:
            if web.process.poll() is None:
                web.kill()


def counted(home: Home) -> int:
    with sqlite3.connect(home.path / "courant.sqlite3") as database:
        found = database.execute("SELECT sum(opened), sum(read) FROM figures_readingday")
        opened, read = found.fetchone()
    assert opened == read
    return opened or 0


def test_only_what_a_killed_process_had_not_written_is_lost(home: Home, webs: list[Web]) -> None:
    story = int(home.django(PUBLIC))
    killed, other = webs
    lock = sqlite3.connect(home.path / "courant.sqlite3", isolation_level=None)
    end = time.monotonic() + 3 * EVERY
    while time.monotonic() < end:
        for web in webs:
            web.tell(story)
        if end - time.monotonic() < 2 * EVERY and not lock.in_transaction:
            lock.execute("BEGIN IMMEDIATE")  # nobody writes now; everybody may report
        if end - time.monotonic() < EVERY and lock.in_transaction:
            lock.execute("ROLLBACK")
            break
    while time.monotonic() < end:
        for web in webs:
            web.tell(story)
    at = time.monotonic()
    killed.kill()
    lock.close()
    time.sleep(EVERY + 2)
    whole = sum(other.taken.values())
    late = sum(number for second, number in killed.taken.items() if second >= at - EVERY - 1)
    assert late and whole
    assert whole + sum(killed.taken.values()) - late <= counted(home)
    assert counted(home) <= whole + sum(killed.taken.values())


def test_a_process_that_is_stopped_in_order_loses_nothing(home: Home, webs: list[Web]) -> None:
    story = int(home.django(PUBLIC))
    stopped, _ = webs
    for _ in range(20):
        stopped.tell(story)
    stopped.process.terminate()
    assert stopped.process.wait(30) == 0
    stopped.process.stderr.close()
    assert counted(home) == sum(stopped.taken.values()) == 20
