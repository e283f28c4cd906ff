"""Whoever starts Courant may be killed at any instant: nothing that it started goes on without it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import Home, free_port, wait_until

TO_END = 12.0  # seconds; less than those after which a child that does not end is killed
# In times that `courant up` takes to its first child, which a slow machine makes long:
LATEST = 5.0  # by then the server serves and the worker works
FORK = (0.8, 1.5)  # about when the server forks: a signal must not get lost in between


def family(home: Home) -> list[int]:
    """Every living process of this home, whoever its parent is now: what it was started with tells."""
    mark, found = str(home.path).encode(), []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            told = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
            state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
        except OSError:  # it has just ended
            continue
        if mark in told and state != "Z":
            found.append(int(folder.name))
    return found


def until_first_child(home: Home) -> float:
    """How many seconds `courant up` takes to its first child here and now."""
    up, start = home.start("up", "--port", str(free_port())), time.monotonic()
    wait_until(lambda: len(family(home)) > 1, "it has a child", 60)
    seconds = time.monotonic() - start
    up.kill()
    up.wait(10)
    up.stderr.close()
    wait_until(lambda: not family(home), "all have ended", TO_END)
    return seconds


def kill_after(home: Home, delay: float) -> int:
    """Kill `courant up` a while after its start; how many of its children it left at that instant."""
    up = home.start("up", "--port", str(free_port()))
    time.sleep(delay)
    up.kill()
    assert up.wait(10) == -signal.SIGKILL, "it had ended before it was killed"
    up.stderr.close()
    return len(family(home))


def instants(kills: int) -> list[float]:
    """Half of them over all of the start, half about the fork, in times of the first child."""
    earliest, latest = FORK
    steps = [(number + 0.5) / (kills // 2) for number in range(kills // 2)]
    about = [earliest + (latest - earliest) * step for step in steps]
    return about + [LATEST * step for step in steps]


def orphans_of_kills(home: Home, kills: int) -> dict[float, list[int]]:
    """By the instant of the kill: who still lives. Proves that kills met children."""
    left, orphans = [], {}
    first = until_first_child(home)
    for delay in (first * instant for instant in instants(kills)):
        left.append(kill_after(home, delay))
        try:
            wait_until(lambda: not family(home), "all have ended", TO_END)
        except AssertionError:
            orphans[delay] = family(home)
            for pid in orphans[delay]:
                os.kill(pid, signal.SIGKILL)
    assert sum(count > 0 for count in left) >= kills / 2, f"too few kills met a child: {left}"
    return orphans


@pytest.mark.slow
def test_no_child_outlives_a_courant_up_that_is_killed_at_any_instant(home: Home):
    assert orphans_of_kills(home, 8) == {}


@pytest.mark.soak
def test_no_child_outlives_one_of_many_that_are_killed(home: Home):
    assert orphans_of_kills(home, 120) == {}


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_server_process_ends_when_both_above_it_are_killed(home: Home, number: int):
    up = home.start("up", "--port", str(free_port()))
    wait_until(lambda: forked(home), "the server has forked", 30)
    web = forked(home)[0]
    up.kill()
    os.kill(web, number)
    assert up.wait(10) == -signal.SIGKILL
    up.stderr.close()
    wait_until(lambda: not family(home), "all have ended", TO_END)


def forked(home: Home) -> list[int]:
    """Members of the family that have a child with the same command line."""
    lines = {pid: command(pid) for pid in family(home)}
    return [pid for child, line in lines.items() if lines.get(pid := parent(child)) == line]


def command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:  # it has just ended
        return b""


def parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


DEAF = """
from courant.ops import children
children.LIFELINE = "COURANT_ANOTHER"  # the broken twin: its children know of no lifeline
from courant.__main__ import main
main()
"""


def test_children_without_a_lifeline_are_found_to_go_on(home: Home):
    line = [sys.executable, "-c", DEAF, *home.command("up", "--port", str(free_port()))[3:]]
    with subprocess.Popen(line, env=home.environment()) as up:
        wait_until(lambda: forked(home), "the server has forked", 30)
        up.kill()
    time.sleep(1)
    left = family(home)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert left
