"""Bakers are killed while a paper changes and readers read: no dead link, no page of another tree."""

import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.conftest import Home, free_port, wait_until
from tests.template_home import ROOT
from tests.test_crash import query, torn

NAME = re.compile(rb"Lantern (\d+)")
LINK = re.compile(rb'(?:href|src)="(/[^"#?]*)')
DYNAMIC = ("/desk/", "/newsletter/")  # answered by a program, not by a file
ONE_PROCESS = {"COURANT_BAKE_PROCESSES": "1"}  # starting more costs more than a small paper
TRIES = 12  # kills in which a broken twin must have shown itself


class Newsroom:
    """The other end of `newsroom_process`."""

    def __init__(self, home: Home) -> None:
        self.home, self.edits, self.seconds = home, 0, 0.0
        self.chance = random.Random(20261126)
        env = home.environment(
            COURANT_HOME=str(home.path), DJANGO_SETTINGS_MODULE="courant.settings"
        )
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.newsroom_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=env,
            cwd=ROOT,
        )

    def __call__(self, *order: object) -> str:
        print(*order, file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline().strip()
        assert answer, f"the newsroom died at: {order}"
        return answer

    def edit(self) -> None:
        """By turns another look, and news in the look that there is."""
        self.edits += 1
        self("rename" if self.edits % 3 == 1 else "news", self.edits)

    def bake(self) -> None:
        """A bake to its end; how long the longest took is when kills may come."""
        began = time.monotonic()
        assert self("wait", self("bake")) == "0"
        self.seconds = max(self.seconds, time.monotonic() - began)

    def kill_a_bake(self, delay: float) -> bool:
        """Whether the kill proved to fall into the baker's work: its lease is left."""
        pid = self("bake")
        time.sleep(delay)
        with suppress(ProcessLookupError):
            os.kill(int(pid), signal.SIGKILL)
        self("wait", pid)
        held = query(self.home, "SELECT 1 FROM bake_lease WHERE holder LIKE ?", f"%:{pid}:%")
        return bool(held)

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()


def leads_somewhere(tree: Path, path: str) -> bool:
    """To a file, or to the page that says that a story was taken back."""
    place = tree / path.strip("/")
    names = ("index.html", "gone.html") if path.endswith("/") else ("",)
    return any((place / name).is_file() for name in names)


def wrong_in_tree(home: Home) -> set[str]:
    """Links to files that are not there, pages of more than one look, pieces of files."""
    tree, names = home.public.resolve(), set()
    found = {f"torn: {file}" for file in torn(home)}
    for file in tree.rglob("*.html"):
        data = file.read_bytes()
        names |= set(NAME.findall(data))
        for link in set(LINK.findall(data)):
            path = link.decode()
            if not path.startswith(DYNAMIC) and not leads_somewhere(tree, path):
                found.add(f"dead link: {path}")
    if len(names) > 1:
        found.add(f"mixed: {sorted(names)}")
    return found


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
def newsroom_of(home: Home, count: int) -> Iterator[Newsroom]:
    """A paper that has been baked once, and can be changed."""
    newsroom = Newsroom(home)
    try:
        newsroom("stories", count)
        newsroom("rename", 0)
        newsroom.bake()
        assert wrong_in_tree(home) == set()
        yield newsroom
    finally:
        newsroom.close()


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
def test_200_kills_in_a_bake_of_500_pages_leave_readers_no_dead_link_and_one_look(home: Home):
    is_right_through(home, 440, 200)
    assert len(list(home.public.resolve().rglob("*.html"))) >= 500


@pytest.mark.slow
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
