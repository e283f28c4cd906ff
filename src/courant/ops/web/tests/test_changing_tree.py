"""Whatever bake does and in whatever order, a server that runs answers as one that just started."""

import shutil
import tempfile
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from courant.ops.web import public
from courant.ops.web.negotiation import ENDINGS
from courant.ops.web.public import PublicFiles
from courant.ops.web.tests.make import headers, put

ADDRESSES = ("/", "/harbour/ferry/", "/harbour/ferry", "/feed.xml", "/404.html", "/nothing")
NAMES = (
    "index.html",
    "harbour/ferry/index.html",
    "harbour/ferry/gone.html",
    "feed.xml",
    "404.html",
)
ACCEPTED = ("", "gzip", "br, gzip", "zstd;q=0.5, *;q=0.1", "identity")

names, endings = st.sampled_from(NAMES), st.sampled_from(list(ENDINGS.values()))


class ChangingTree(RuleBasedStateMachine):
    """`files` runs all the time, with hardly any memory; the clock stands but for one rule."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.clock, self.count, self.generation = 1000.0, 0, 1
        (self.folder / "1").mkdir()
        (self.folder / "current").symlink_to("1")
        self.files = PublicFiles(self.folder / "current", 5000)

    @property
    def root(self) -> Path:
        return self.folder / "current"

    def content(self, ending: str) -> bytes:
        self.count += 1
        return f"{ending} version {self.count}".encode()

    @rule(name=names, ending=endings)
    def put(self, name: str, ending: str) -> None:
        put(self.root / f"{name}{ending}", self.content(ending))
        self.nothing_old_is_answered()

    @rule(name=names)
    def publish(self, name: str) -> None:
        for ending in reversed(ENDINGS.values()):
            put(self.root / f"{name}{ending}", self.content(ending))
        self.nothing_old_is_answered()

    @rule(name=names, ending=endings)
    def delete(self, name: str, ending: str) -> None:
        (self.root / f"{name}{ending}").unlink(missing_ok=True)
        self.nothing_old_is_answered()

    @rule(empty=st.booleans())
    def switch(self, empty: bool) -> None:
        old, self.generation = self.root.resolve(), self.generation + 1
        new = self.folder / str(self.generation)
        new.mkdir() if empty else shutil.copytree(old, new)
        (self.folder / "next").symlink_to(new.name)
        (self.folder / "next").rename(self.root)
        shutil.rmtree(old)
        self.nothing_old_is_answered()

    def nothing_old_is_answered(self) -> None:
        """At once: whatever is sent is on the disk now, in whichever coding."""
        now = {path.read_bytes() for path in self.root.rglob("*") if path.is_file()}
        for address in ADDRESSES:
            for accepted in ACCEPTED:
                body = self.ask(self.files, address, accepted).body
                assert b" version " not in body or body in now

    @invariant()
    def a_second_later_it_answers_as_a_new_one(self) -> None:
        self.clock += public.TRUSTED
        for address in ADDRESSES:
            for accepted in ACCEPTED:
                fresh = self.ask(PublicFiles(self.root, 1 << 20), address, accepted)
                assert self.ask(self.files, address, accepted) == fresh

    def ask(self, files: PublicFiles, address: str, accepted: str):
        sent = headers(accept_encoding=accepted) if accepted else headers()
        with patch.object(public, "monotonic", lambda: self.clock):
            return files.answer("GET", address, sent)

    def teardown(self) -> None:
        shutil.rmtree(getattr(self, "folder", "/nowhere"), ignore_errors=True)


def run(**how_long: int) -> None:
    chosen = settings(deadline=None, suppress_health_check=list(HealthCheck), **how_long)
    run_state_machine_as_test(ChangingTree, settings=chosen)


def test_a_running_server_answers_as_a_new_one_would():
    run(max_examples=25, stateful_step_count=20)


@pytest.mark.soak
def test_a_running_server_answers_as_a_new_one_would_for_long():
    run(max_examples=500, stateful_step_count=50)
