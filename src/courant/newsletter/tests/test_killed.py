"""kill -9 in the middle of an edition: nobody is lost, doubles are counted."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from courant.newsletter.tests.inbox import Inbox, serving
from tests.template_home import ROOT, copy_of_template

READERS = 60
POINTS = [("before", 1), ("after", 7), ("recorded", 12), ("after", 9)]
SETUP = f"""
import django; django.setup()
from courant.newsletter.tests.make import make_edition, make_newsletter, make_subscription
newsletter = make_newsletter()
for n in range({READERS}):
    make_subscription(newsletter, f"reader{{n}}@readers.example")
make_edition(newsletter)
"""


@pytest.fixture
def home(tmp_path):
    folder = copy_of_template(tmp_path / "home")
    _run(folder, "-c", SETUP)
    return folder


@pytest.mark.slow
def test_workers_killed_at_any_point_lose_nobody_over_smtp(home):
    with serving(Inbox()) as inbox:
        for point, number in POINTS:
            assert _work(home, str(inbox.port), point, number) == -signal.SIGKILL
            time.sleep(0.6)  # the lease runs out
        assert _work(home, str(inbox.port), "never", 0) == 0
        got = Counter(recipient for recipient, _data in inbox.got)
    names = Counter(_message_id(data) for _recipient, data in inbox.got)
    assert len(got) == READERS
    # Killed between the server's yes and our row: that one message is doubled, under the same name.
    doubled = sum(got.values()) - READERS
    assert doubled == sum(point == "after" for point, _number in POINTS)
    assert len(names) == READERS
    assert _states(home) == {"submitted": READERS}


@pytest.mark.slow
def test_a_worker_that_records_before_it_acts_would_be_caught_here(home):
    with serving(Inbox()) as inbox:
        assert _work(home, str(inbox.port), "broken", 5) == -signal.SIGKILL
        time.sleep(0.6)
        assert _work(home, str(inbox.port), "never", 0) == 0
    assert len({recipient for recipient, _data in inbox.got}) == READERS - 1
    assert _states(home) == {"submitted": READERS}


@pytest.mark.slow
def test_workers_killed_at_any_point_double_nothing_in_the_outbox(home):
    outbox = home / "outbox"
    for point, number in POINTS[1:3]:
        assert _work(home, str(outbox), point, number) == -signal.SIGKILL
        time.sleep(0.6)
    with _started(home, str(outbox), "never", 0) as process:  # and one at a moment of no choosing
        while len(list(outbox.glob("*.eml"))) < 30 and process.poll() is None:
            time.sleep(0.005)
        process.kill()
        process.wait()
    time.sleep(0.6)
    assert _work(home, str(outbox), "never", 0) == 0
    assert len(list(outbox.glob("*.eml"))) == READERS
    assert _states(home) == {"submitted": READERS}


def _started(home: Path, *args: object) -> subprocess.Popen:
    env = os.environ | {
        "COURANT_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "courant.settings",
        "PYTHONPATH": f"{ROOT}/src:{ROOT}",
    }
    module = () if args[0] == "-c" else ("-m", "courant.newsletter.tests.mail_worker")
    return subprocess.Popen([sys.executable, *module, *map(str, args)], env=env)


def _run(home: Path, *args: object) -> None:
    with _started(home, *args) as process:
        assert process.wait() == 0


def _work(home: Path, *args: object) -> int:
    with _started(home, *args) as process:
        return process.wait()


def _states(home: Path) -> dict[str, int]:
    with sqlite3.connect(home / "courant.sqlite3") as database:
        rows = database.execute("select state, count(*) from newsletter_delivery group by state")
        found = dict(rows.fetchall())
    database.close()
    return found


def _message_id(data: bytes) -> bytes:
    return next(line for line in data.split(b"\r\n") if line.startswith(b"Message-ID:"))
