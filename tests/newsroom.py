"""A newsroom in another process, as tests give it orders, and what may be wrong in its tree."""

import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.conftest import Home
from tests.template_home import ROOT
from tests.test_crash import query, torn

NAME = re.compile(rb"Lantern (\d+)")
LINK = re.compile(rb'(?:href|src)="(/[^"#?]*)')
DYNAMIC = ("/desk/", "/newsletter/")  # answered by a program, not by a file
ONE_PROCESS = {"COURANT_BAKE_PROCESSES": "1"}  # starting more costs more than a small paper


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
                found.add(f"dead link: {path} in {file.relative_to(tree)}")
    if len(names) > 1:
        found.add(f"mixed: {sorted(names)}")
    return found


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
