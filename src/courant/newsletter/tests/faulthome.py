"""A home of a fault test's own, on the database that this run is about, with its workers."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from django.db import connection

from tests.postgresql import copied_database, url_of
from tests.template_home import ROOT, copy_of_template


class Shop:
    """The home, its database and its workers."""

    def __init__(self, home: Path, url: str) -> None:
        self.home, self.url = home, url
        self.workers: list[int] = []
        variables = {
            "COURANT_HOME": str(home),
            "DJANGO_SETTINGS_MODULE": "courant.settings",
            "PYTHONPATH": f"{ROOT}/src:{ROOT}",
        }
        if url:
            variables["COURANT_DATABASE_URL"] = url
        self._process = subprocess.Popen(
            [sys.executable, "-m", "courant.newsletter.tests.nursery"],
            env={**os.environ, **variables},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def tell(self, do: str, **facts: object) -> object:
        self._process.stdin.write(json.dumps({"do": do, **facts}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the nursery has died: see its words above"
        return json.loads(line)

    def start(self, **options: object) -> int:
        pid = self.tell("start", **options)
        self.workers.append(pid)
        return pid

    def kill(self, pid: int) -> None:
        """Ends a worker with SIGKILL, and proves that it lived until then."""
        os.kill(pid, signal.SIGKILL)
        self.workers.remove(pid)
        assert self.tell("gone", pid=pid) == -signal.SIGKILL

    def wait(self) -> None:
        """For every worker to be done."""
        while self.workers:
            assert self.tell("gone", pid=self.workers[0]) == 0
            self.workers.pop(0)

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def query(self, sql: str) -> list[tuple]:
        if self.url:
            import psycopg

            with psycopg.connect(self.url) as connection:
                return connection.execute(sql).fetchall()
        with closing(sqlite3.connect(self.home / "courant.sqlite3", timeout=20)) as connection:
            return connection.execute(sql).fetchall()

    def states(self) -> Counter:
        rows = self.query("select state, count(*) from newsletter_delivery group by state")
        return Counter(dict(rows))

    def doubtful(self) -> dict[str, int]:
        """Addresses whose row admits that more than one copy may have gone."""
        return dict(self.query("select email, doubts from newsletter_delivery where doubts > 0"))

    def disturb(self) -> None:
        """Cut every connection to the database, or keep it locked for a moment."""
        if self.url:
            cut = (
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
            )
            self.wait_for(lambda: self.query(cut), "somebody is connected")
            return
        with closing(sqlite3.connect(self.home / "courant.sqlite3", timeout=20)) as connection:
            connection.isolation_level = None
            connection.execute("begin exclusive")
            time.sleep(0.5)
            connection.execute("rollback")

    def wait_for(self, condition, what: str, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, f"After {seconds:.0f} s still not: {what}"
            time.sleep(0.01)


@contextmanager
def shop(folder: Path):
    """A copy of the template home; on PostgreSQL also one of the template database."""
    home = copy_of_template(folder / "home")
    with _database() as url:
        made = Shop(home, url)
        try:
            yield made
        finally:
            for pid in made.workers:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            made.close()


@contextmanager
def _database():
    if connection.vendor == "sqlite":
        yield ""
        return
    with copied_database() as name:
        yield url_of(name)


def nap(least: float, most: float) -> None:
    time.sleep(random.uniform(least, most))
