"""The path on PostgreSQL, and two workers at once, which SQLite's single writer hides."""

import os
import shutil
import subprocess
from collections.abc import Iterator

import pytest

from tests.conftest import Home
from tests.postgresql import HOST, PORT, copied_database, server_answers, template, url_of
from tests.template_home import ROOT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not server_answers() and not os.environ.get("CI"),
        reason=f"no PostgreSQL at {HOST}:{PORT}",
    ),
]


@pytest.fixture
def home(tmp_path) -> Iterator[Home]:
    """A copy of a home as `courant init` makes it on PostgreSQL."""
    folder, _ = template()
    with copied_database() as name:
        path = shutil.copytree(folder, tmp_path / "home", symlinks=True)
        yield Home(path, {"COURANT_DATABASE_URL": url_of(name)})


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
