"""The worker is killed at any moment: nothing is lost, nothing is doubled, nothing is torn."""

import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import time
from contextlib import closing

import av
import pytest

from tests.conftest import Home, free_port, wait_until

STORIES = 10
KILLS = 20
LONGEST = {"bake": 0.5, "narrate": 0.05}  # seconds into the work at which it is killed
AGAIN = "UPDATE narration_narration SET status = 'waiting', claimed_until = NULL, attempts = 0"
SPEAKING = "SELECT id FROM narration_narration WHERE status = 'speaking'"


def stories(folder) -> list:
    files = []
    for number in range(STORIES):
        file = folder / f"story-{number}.txt"
        file.write_text(
            f"Pilot boat number {number} passes her trials\n\nBy Ottilie Marsh\n\n"
            f"Boat number {number} left the slip at noon. Nobody was hurt.\n\n"
            f"The harbour board paid £{number + 1},200 for her. She will be named in spring.\n"
        )
        files.append(file)
    return files


@pytest.mark.slow
def test_kill_9_at_twenty_points_while_ten_stories_are_published(home: Home, tmp_path):
    chance = random.Random(20261123)
    files = iter(stories(tmp_path))
    paths: list[str] = []
    interrupted = {"bake": 0, "narrate": 0}
    while sum(interrupted.values()) < KILLS:
        aim = min(interrupted, key=interrupted.__getitem__)
        if aim == "bake" and len(paths) < STORIES:
            paths += home.run("publish", str(next(files)), str(next(files))).stdout.split()
        make_work_for(home, aim)
        struck = kill_a_worker_at(home, aim, chance.uniform(0, LONGEST[aim]))
        interrupted[aim] += struck
        assert torn(home) == []
    assert interrupted == {"bake": KILLS // 2, "narrate": KILLS // 2}
    assert len(paths) == STORIES
    home.run("work", "--once")
    assert_everything_is_there_once(home, paths)


def make_work_for(home: Home, aim: str) -> None:
    """A kill that came too late left nothing to interrupt: then let the same be done again.

    As with an editor's retry the count of tries begins anew: that nothing kills workers for ever
    is another test's subject.
    """
    if aim == "bake":
        query(home, "UPDATE bake_target SET stale = 1, bulk = 0")
    else:
        query(home, AGAIN)
        shutil.rmtree(home.path / "narration" / "sentences", ignore_errors=True)


def kill_a_worker_at(home: Home, aim: str, delay: float) -> bool:
    """Kill a worker a moment after it began; whether the kill proved to fall into that work.

    What a dead worker leaves tells: a lease that it did not give back, a narration being spoken.
    """
    worker = home.start("worker")
    wait_until(
        lambda: worker.poll() is not None or is_at(home, worker.pid, aim) or not waits(home),
        f"the worker is at: {aim}",
        pause=0.005,
    )
    time.sleep(delay)
    assert worker.poll() is None, worker.stderr.read().decode()
    worker.send_signal(signal.SIGKILL)
    assert worker.wait(10) == -signal.SIGKILL
    worker.stderr.close()
    return is_at(home, worker.pid, aim)


def query(home: Home, sql: str, *values: str) -> list[tuple]:
    with closing(sqlite3.connect(home.path / "courant.sqlite3", timeout=20)) as database, database:
        return database.execute(sql, values).fetchall()


def is_at(home: Home, pid: int, aim: str) -> bool:
    """Whether this worker is at that work, seen from outside: its lease, its claims.

    The lease of one that was killed stays until the next worker ends it: only this one's counts.
    """
    if aim == "bake":
        return bool(query(home, "SELECT 1 FROM bake_lease WHERE holder LIKE ?", f"%:{pid}:%"))
    return bool(query(home, SPEAKING + " AND claimed_until > datetime('now')"))


def waits(home: Home) -> bool:
    """Whether a worker would find something to bake or to narrate."""
    return bool(
        query(home, "SELECT 1 FROM pipeline_change")
        or query(home, "SELECT 1 FROM bake_target WHERE stale")
        or query(home, "SELECT 1 FROM narration_narration WHERE status IN ('waiting', 'speaking')")
    )


def torn(home: Home) -> list[str]:
    """Public files that do not end as they must; temporary files are not public."""
    endings = {".html": b"</html>", ".xml": b">", ".json": b"}"}
    found = []
    for file in home.public.rglob("[!.]*"):
        ending = endings.get(file.suffix)
        if ending and file.is_file() and not file.read_bytes().rstrip().endswith(ending):
            found.append(str(file))
    return found


def assert_everything_is_there_once(home: Home, paths: list[str]) -> None:
    assert len(set(paths)) == STORIES
    feed = (home.public / "feed.xml").read_text()
    for path in paths:
        page = home.page(path)
        sound = re.search(r'src="(/audio/[^"]+\.mp3)"', page)[1][1:]
        cues = json.loads((home.public / sound).with_suffix(".json").read_text())
        with av.open(str(home.public / sound)) as container:
            samples = sum(frame.samples for frame in container.decode(audio=0))
            rate = container.streams.audio[0].rate
        assert samples / rate == pytest.approx(cues["seconds"], abs=0.1)
        assert len(re.findall(rf"<link>[^<]*{path}</link>", feed)) == 1
    counted = (
        "from courant.stories.models import Story; from courant.narration.models import Narration\n"
        "from courant.pipeline.models import Change\n"
        "print(Story.objects.count(), Narration.objects.count(), Change.objects.count())"
    )
    assert home.django(counted) == f"{STORIES} {STORIES} 0"
    assert len(list(home.public.glob("audio/*.mp3"))) == STORIES
    assert list(home.public.rglob(".*.tmp")) == []


def test_the_worker_ends_when_the_one_who_started_it_is_killed(home: Home):
    up = home.start("up", "--port", str(free_port()))
    try:
        wait_until(lambda: len(_descendants(up.pid)) >= 3, "the web, its server and the worker run")
        family = _descendants(up.pid)
    finally:
        up.kill()
        up.wait()
        up.stderr.close()
    wait_until(lambda: not [pid for pid in family if _alive(pid)], "all children have ended", 30)


def test_the_web_server_is_replaced_when_it_is_killed_and_nothing_of_it_is_left(server):
    web = next(pid for pid in _descendants(server.pid) if " web " in _command(pid))
    family = [web, *_descendants(web)]
    assert len(family) >= 2  # the server has a process of its own below it
    os.kill(web, signal.SIGKILL)
    wait_until(lambda: not [pid for pid in family if _alive(pid)], "the old family is gone", 30)
    wait_until(lambda: _answers(server), "the new server answers", 60)


def _answers(server) -> bool:
    try:
        return server.get("/desk/login/")[0] == 200
    except OSError:
        return False


def _command(pid: int) -> str:
    out = subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True)
    return out.stdout


def _descendants(pid: int) -> list[int]:
    out = subprocess.run(["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True).stdout
    pairs = [tuple(map(int, line.split())) for line in out.splitlines()]
    found, todo = [], [pid]
    while todo:
        parent = todo.pop()
        more = [child for child, its_parent in pairs if its_parent == parent]
        found += more
        todo += more
    return found


def _alive(pid: int) -> bool:
    out = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True
    ).stdout
    return bool(out.strip()) and not out.strip().startswith("Z")
