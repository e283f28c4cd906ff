"""The path on PostgreSQL, and two workers at once, which SQLite's single writer hides."""

import os
import secrets
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import Home
from tests.template_home import ROOT

HOST, PORT = "127.0.0.1", 5432
USER = os.environ.get("PGUSER", "postgres")


def server_answers() -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, PORT)) == 0


pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("postgresql"),  # one migrated database for all
    pytest.mark.skipif(
        not server_answers() and not os.environ.get("CI"),
        reason=f"no PostgreSQL at {HOST}:{PORT}",
    ),
]


@contextmanager
def database(like: str = "template1") -> Iterator[str]:
    """The name of a database of its own, a copy of another."""
    import psycopg

    name = f"courant_test_{secrets.token_hex(4)}"
    server = f"host={HOST} port={PORT} user={USER} dbname=postgres"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {like}")
    yield name
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def home_with(folder: Path, name: str) -> Home:
    return Home(folder, {"COURANT_DATABASE_URL": f"postgresql://{USER}@{HOST}:{PORT}/{name}"})


@pytest.fixture(scope="module")
def new(tmp_path_factory) -> Iterator[tuple[Path, str]]:
    """A home as `courant init` makes it and the name of its database; each test gets copies."""
    with database() as name:
        home = home_with(tmp_path_factory.mktemp("new") / "home", name)
        home.run("init")
        yield home.path, name


@pytest.fixture
def home(tmp_path, new) -> Iterator[Home]:
    folder, like = new
    with database(like) as name:
        yield home_with(shutil.copytree(folder, tmp_path / "home", symlinks=True), name)


def test_a_text_file_is_published_spoken_and_its_database_is_not_in_the_home(home, story_file):
    path = home.run("publish", str(story_file)).stdout.strip()
    home.run("work", "--once")
    assert ".mp3" in home.page(path)
    assert not (home.path / "courant.sqlite3").exists()
    assert "Failed\n  nothing" in home.run("status").stdout


def test_two_workers_at_once_do_everything_once(home, tmp_path):
    files = [tmp_path / f"{number}.txt" for number in range(6)]
    for number, file in enumerate(files):
        file.write_text(
            f"Boat number {number} is launched\n\nBy Ottilie Marsh\n\nShe floats. All is well.\n"
        )
    paths = home.run("publish", *map(str, files)).stdout.split()
    assert len(paths) == 6
    workers = [
        subprocess.Popen(home.command("work", "--once"), env=home.environment(), cwd=ROOT)
        for _ in range(2)
    ]
    assert [worker.wait(120) for worker in workers] == [0, 0]
    home.run("work", "--once")
    for path in paths:
        assert ".mp3" in home.page(path)
    counted = (
        "from courant.narration.models import Narration as N\n"
        "print(N.objects.count(), N.objects.filter(status='ready', attempts=0, fence=1).count())"
    )
    assert home.django(counted) == "6 6"
