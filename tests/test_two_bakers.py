"""Two bakers on one home: one writes at a time, and one that slept too long writes nothing more."""

import os
import signal
from itertools import groupby
from pathlib import Path

import pytest

from tests.conftest import Home
from tests.newsroom import ONE_PROCESS, Newsroom, newsroom_of, wrong_in_tree
from tests.postgresql import copied_database, server_answers, url_of

pytestmark = pytest.mark.slow

LOST = 3 << 8  # the wait status of a baker who found that it had lost the lease
STOPS = (1, 11)  # at which of its files a baker is stopped


@pytest.fixture
def newsroom(home: Home):
    home.variables |= ONE_PROCESS
    with newsroom_of(home, 8) as newsroom:
        yield newsroom


def tree(home: Home) -> dict[str, tuple[int, int]]:
    """Every public file with what changes when it is put anew; temporary ones are not public."""
    found = {}
    for file in (home.path / "public").rglob("[!.]*"):
        facts = file.lstat()
        if not file.is_dir() or file.is_symlink():
            found[str(file)] = facts.st_ino, facts.st_mtime_ns
    return found


def changed_by_one_who_slept(newsroom: Newsroom, stop: int) -> tuple[str, bool]:
    """How a baker ends that is stopped until another has done its work; whether it changed a file.

    Proves that it was stopped and the other one took the lease over.
    """
    newsroom.edit()
    sleeper = newsroom("bake_stopping", stop)
    state = Path(f"/proc/{sleeper}/stat").read_text().rpartition(")")[2].split()[0]
    assert state == "T", "the first baker was not stopped"
    newsroom.edit()
    newsroom.bake()  # waits until the lease has run out
    before = tree(newsroom.home)
    os.kill(int(sleeper), signal.SIGCONT)
    status = newsroom("wait", sleeper)
    return status, tree(newsroom.home) != before


def sleeps_harmlessly(newsroom: Newsroom) -> None:
    newsroom("hurry")
    for stop in STOPS:
        assert changed_by_one_who_slept(newsroom, stop) == (str(LOST), False)
        assert wrong_in_tree(newsroom.home) == set()


def fences_of_two(newsroom: Newsroom, log: Path) -> tuple[list[tuple[str, str]], set[str]]:
    """Who put files in place under which fence, one entry for each change; how they ended."""
    newsroom.edits += 1
    newsroom("rename", newsroom.edits)
    pids = [newsroom("bake_watched", log) for _ in range(2)]
    newsroom("news", newsroom.edits)
    pids.append(newsroom("bake_watched", log))
    ends = {newsroom("wait", pid) for pid in pids}
    lines = [line.split() for line in log.read_text().splitlines()] if log.exists() else []
    assert len(lines) > 20 or ends != {"0"}, "too little was written to tell"
    return [(fence, pid) for (fence, pid), _ in groupby(map(tuple, lines))], ends


def test_a_baker_that_slept_past_its_lease_changes_no_file(newsroom):
    sleeps_harmlessly(newsroom)
    newsroom("twin", "trusting")  # the broken one, which the same looking catches
    assert changed_by_one_who_slept(newsroom, STOPS[0])[1]


def test_of_bakers_that_start_together_one_writes_at_a_time(newsroom, tmp_path):
    turns, ends = fences_of_two(newsroom, tmp_path / "log")
    assert ends == {"0"}
    assert len({fence for fence, _ in turns}) == len(turns)
    assert turns == sorted(turns, key=lambda turn: int(turn[0]))
    newsroom("twin", "sharing")  # the broken one
    turns, ends = fences_of_two(newsroom, tmp_path / "of-broken-ones")
    assert len({fence for fence, _ in turns}) < len(turns) or ends != {"0"}  # they met


@pytest.mark.soak
@pytest.mark.skipif(not server_answers(), reason="no PostgreSQL at 127.0.0.1:5432")
def test_on_postgresql_one_that_slept_changes_no_file_either(tmp_path):
    with copied_database() as name:
        home = Home(tmp_path / "on-postgresql")
        home.variables |= ONE_PROCESS | {"COURANT_DATABASE_URL": url_of(name)}
        home.run("init")
        with newsroom_of(home, 8) as newsroom:
            sleeps_harmlessly(newsroom)
            turns, ends = fences_of_two(newsroom, tmp_path / "log")
        assert ends == {"0"}
        assert len({fence for fence, _ in turns}) == len(turns)
        home.run("bake", "--check")
