"""Bakers are killed while a paper changes and readers read: no dead link, no page of another tree."""

import random
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import pytest

from tests.conftest import Home, free_port, wait_until
from tests.newsroom import (
    DYNAMIC,
    LINK,
    NAME,
    ONE_PROCESS,
    Newsroom,
    newsroom_of,
    wrong_in_tree,
)

TRIES = 12  # kills in which a broken twin must have shown itself


@dataclass
class Reader:
    """Follows links all the time; looks never go back, since trees do not."""

    url: str
    chance: random.Random
    wrong: set[str] = field(default_factory=set)
    pages: int = 0
    looks: set[int] = field(default_factory=set)

    def read_on(self, stop: threading.Event) -> None:
        path = "/"
        while not stop.wait(0.004):
            links = self.read(path)
            path = self.chance.choice(links) if links else "/"

    def read(self, path: str) -> list[str]:
        status, data = self.get(path)
        if status == 404:
            self.wrong.add(f"dead link: {path}")
        if status != 200 or path.endswith((".css", ".js", ".xml", ".svg", ".jpg", ".png")):
            return []
        if not data.rstrip().endswith(b"</html>") and b"<html" in data:
            self.wrong.add(f"torn: {path}")
        self.pages += 1
        looks = {int(number) for number in NAME.findall(data)}
        if len(looks) > 1 or (looks and self.looks and max(looks) < max(self.looks)):
            self.wrong.add(f"mixed: {path} has {looks} after {max(self.looks)}")
        self.looks |= looks
        links = {link.decode() for link in LINK.findall(data)}
        return sorted(link for link in links if not link.startswith(DYNAMIC))

    def get(self, path: str) -> tuple[int, bytes]:
        try:
            with urllib.request.urlopen(self.url + path, timeout=20) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()


@contextmanager
def reader_of(home: Home) -> Iterator[Reader]:
    """Somebody who reads over HTTP while the block runs."""
    port, stop = free_port(), threading.Event()
    web = home.start("web", "--port", str(port))
    reader = Reader(f"http://127.0.0.1:{port}", random.Random(7))

    def answers() -> bool:
        with suppress(OSError):
            return reader.get("/")[0] == 200
        return False

    thread = threading.Thread(target=reader.read_on, args=(stop,))
    try:
        wait_until(answers, "the server answers")
        thread.start()
        yield reader
    finally:
        stop.set()
        if thread.ident:
            thread.join()
        web.terminate()
        web.wait(30)
        web.stderr.close()


def kill_bakes(newsroom: Newsroom, kills: int) -> set[str]:
    """What is wrong in the tree after any of so many kills, each proved to have met a baker."""
    struck, found = 0, set[str]()
    while struck < kills:
        newsroom.edit()
        struck += newsroom.kill_a_bake(newsroom.chance.uniform(0, newsroom.seconds))
        found |= wrong_in_tree(newsroom.home)
    return found


def is_right_through(home: Home, stories: int, kills: int) -> None:
    """Kills while somebody reads, and one bake that mends all of it."""
    with newsroom_of(home, stories) as newsroom:
        with reader_of(home) as reader:
            assert kill_bakes(newsroom, kills) == set()
            newsroom.bake()
            time.sleep(0.3)
        assert reader.wrong == set()
        assert reader.pages >= kills, "the reader read too little to tell"
        assert len(reader.looks) > 1, "no tree was switched while somebody read"
    assert wrong_in_tree(home) == set()
    assert not list((home.path / "public").rglob(".*.tmp"))
    home.run("bake", "--check")


@pytest.mark.slow
def test_kills_in_a_bake_leave_readers_no_dead_link_and_one_look(home: Home):
    home.variables |= ONE_PROCESS
    is_right_through(home, 15, 8)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_200_kills_in_a_bake_of_500_pages_leave_readers_no_dead_link_and_one_look(home: Home):
    is_right_through(home, 440, 200)
    assert len(list(home.public.resolve().rglob("*.html"))) >= 500


@pytest.mark.soak
@pytest.mark.parametrize(("twin", "sign"), [("early", "dead link: "), ("in-place", "mixed: ")])
def test_a_broken_baker_is_caught_by_the_same_kills(home: Home, twin: str, sign: str):
    home.variables |= ONE_PROCESS
    with newsroom_of(home, 12) as newsroom:
        newsroom("twin", twin)
        found: set[str] = set()
        for _ in range(TRIES):
            found |= kill_bakes(newsroom, 1)
            if any(line.startswith(sign) for line in found):
                return
    pytest.fail(f"{TRIES} kills of a baker that is broken ({twin}) showed only: {found}")
