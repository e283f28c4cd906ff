"""The disk fails, or the process ends, at any step of a bake: readers see whole files all along.

Every call by which a bake changes the public tree is counted; then each in turn fails. Two broken
twins show that the looking would find what it looks for.
"""

import errno
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from copy import copy
from pathlib import Path
from typing import Any

import pytest

from courant.bake import generations, record
from courant.bake.build import Builder
from courant.bake.models import Lease, Target
from courant.bake.stores.folder import FolderStore
from courant.lib import files
from courant.lib.digests import digest_of_bytes
from courant.pipeline import oracle, path
from courant.stories.models import Story
from courant.stories.tests.make import make_desk_photo, make_desk_story

pytestmark = pytest.mark.django_db

CALLS = ("write", "fsync", "fchmod", "rename", "unlink", "link", "rmdir", "mkdir")
FAULTS = (errno.ENOSPC, errno.EIO)
EACH = 37  # in `make test` every 37th call fails; in the long run every one


class Killed(BaseException):
    """The process is no more: nothing of it changes a file from here on."""


class Disk:
    """Stands before the calls that change files; makes the nth of them fail, or all from there."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: Counter[str] = Counter()
        self.broke: list[str] = []  # the calls that were made to fail
        self.plan: tuple[int, int | None] | None = None  # which call, and which fault; None: a kill
        for name in CALLS:
            monkeypatch.setattr(os, name, self._stand_before(name, getattr(os, name)))
        # pathlib asks `os` by itself for these; a volume is synced past `os`
        monkeypatch.setattr(Path, "rename", lambda source, to: os.rename(source, to))
        monkeypatch.setattr(Path, "unlink", unlink)
        monkeypatch.setattr(Path, "rmdir", lambda folder: os.rmdir(folder))
        sync = self._stand_before("syncfs", files.sync_volume)
        monkeypatch.setattr("courant.bake.stores.folder.sync_volume", sync)

    @property
    def count(self) -> int:
        return sum(self.calls.values())

    @contextmanager
    def failing(self, number: int, fault: int | None) -> Iterator[None]:
        self.calls.clear()
        self.broke.clear()
        self.plan = number, fault
        try:
            yield
        finally:
            self.plan = None

    def _stand_before(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **facts: Any) -> Any:
            if self.plan is None:
                return real(*args, **facts)
            number, fault = self.plan
            self.calls[name] += 1
            if self.count < number or (fault is not None and self.count > number):
                return real(*args, **facts)
            self.broke.append(name)
            if name == "write" and len(self.broke) == 1:
                real(args[0], args[1][: len(args[1]) // 2])  # a part of it is on the disk
            if fault is None:
                raise Killed
            raise OSError(fault, os.strerror(fault))

        return call


def unlink(file: Path, missing_ok: bool = False) -> None:
    try:
        os.unlink(file)
    except FileNotFoundError:
        if not missing_ok:
            raise


class Paper:
    """One newsroom whose only story is edited, published and spoken again and again."""

    def __init__(self, public: Path) -> None:
        self.public, self.edits = public, 0
        self.story = make_desk_story(title="Edition 0", lead_photo=make_desk_photo())
        path.publish()
        self.story = Story.objects.get(pk=self.story.pk)

    def edit(self) -> None:
        """Another headline and another address: files are written, moved and deleted."""
        self.edits += 1
        self.story.title, self.story.slug = f"Edition {self.edits}", f"edition-{self.edits}"
        self.story.save_revision().publish()
        while path.narrate_next():
            pass

    def files(self) -> dict[str, bytes]:
        tree = (self.public / "current").resolve()
        found = (f for f in tree.rglob("*") if f.is_file() and not f.name.startswith("."))
        return {f.relative_to(tree).as_posix(): f.read_bytes() for f in found}

    def wrong(self, now: dict[str, bytes]) -> set[str]:
        """What readers must never meet, but for files that only the next bake can tell of."""
        found = {f"empty: {name}" for name, data in now.items() if not data}
        for row in Target.objects.of(generations.current()).filter(stale=False).exclude(digest=""):
            if row.path not in now or digest_of_bytes(now[row.path]) != row.digest:
                found.add(f"not published: {row.path}")
        return found


def torn(before: dict[str, bytes], now: dict[str, bytes], after: dict[str, bytes]) -> set[str]:
    """Files that were neither of the old text nor of the new one."""
    return {
        f"torn: {name}"
        for name, data in now.items()
        if data not in (before.get(name), after.get(name))
    }


@pytest.fixture
def paper(own_folders) -> Paper:
    return Paper(own_folders)


@pytest.fixture
def disk(monkeypatch, paper) -> Disk:
    return Disk(monkeypatch)


def bake_with(paper: Paper, disk: Disk, number: int, fault: int | None) -> set[str]:
    """What is wrong when the nth call of a bake fails; afterwards a whole bake mends everything."""
    before = paper.files()
    paper.edit()
    with disk.failing(number, fault), suppress(OSError, Killed):
        path.publish()
    Lease.end_all()  # as a worker does that starts after one that was killed
    generations.tidy_trees()
    now = paper.files()
    found = paper.wrong(now)
    Target.objects.update(due_at=None)
    Target.objects.exclude(error="").update(stale=True)  # what failed is tried again, at once here
    path.publish()
    after = paper.files()
    found |= {f"not mended: {line}" for line in oracle.findings().lines()}
    found |= {f"left: {file.name}" for file in paper.public.rglob(".*.tmp")}
    return found | torn(before, now, after)


def calls_of_a_bake(paper: Paper, disk: Disk) -> int:
    """How often one bake of an edit asks the disk for something."""
    assert bake_with(paper, disk, 10**9, errno.EIO) == set()
    assert not disk.broke
    assert {"write", "unlink"} <= set(disk.calls)  # a broken twin has no more than these
    return disk.count


def all_that_is_wrong(paper: Paper, disk: Disk, fault: int | None, each: int) -> Iterator[str]:
    """What is wrong after one call failed, and then another; each is proved to have failed."""
    total, number = calls_of_a_bake(paper, disk), 1
    while True:
        found = bake_with(paper, disk, number, fault)
        if not disk.broke:  # bakes differ a little: this one had fewer calls
            break
        yield from (f"call {number}: {line}" for line in found)
        number += each
    assert number > total * 0.9, f"only {number} of {total} calls were made to fail"


@pytest.mark.slow
@pytest.mark.parametrize("fault", [*FAULTS, None], ids=["full", "broken", "killed"])
def test_a_fault_at_a_step_of_a_bake_leaves_whole_files_and_true_marks(paper, disk, fault):
    assert list(all_that_is_wrong(paper, disk, fault, EACH)) == []


@pytest.mark.soak
@pytest.mark.parametrize("fault", [*FAULTS, None], ids=["full", "broken", "killed"])
def test_a_fault_at_any_step_of_a_bake_leaves_whole_files_and_true_marks(paper, disk, fault):
    assert list(all_that_is_wrong(paper, disk, fault, 1)) == []


@pytest.mark.slow
def test_a_store_that_writes_where_readers_read_is_caught(paper, disk, monkeypatch):
    def write_in_place(store: FolderStore, file: Path, data: bytes) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        fd = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        try:
            os.write(fd, data)
        finally:
            os.close(fd)

    monkeypatch.setattr(FolderStore, "_put", write_in_place)
    assert any(": torn: " in line for line in all_that_is_wrong(paper, disk, None, 19))


@pytest.mark.slow
def test_a_baker_that_records_before_it_writes_is_caught(paper, disk, monkeypatch):
    put = Builder._put

    def record_first(builder: Builder, pairs: Any, report: Any) -> None:
        record.record(builder.generation, [(copy(row), result) for row, result in pairs])
        put(builder, pairs, report)

    monkeypatch.setattr(Builder, "_put", record_first)
    assert any(": not published: " in line for line in all_that_is_wrong(paper, disk, None, 19))
