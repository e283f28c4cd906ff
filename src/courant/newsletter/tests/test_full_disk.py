"""The disk fills up in the middle of an edition: nobody is lost, and with room it goes on."""

import os
import subprocess
import time
from collections import Counter

import pytest
from django.conf import settings

from courant.newsletter.tests.faulthome import shop
from courant.newsletter.tests.smtp_faults import FaultyServer

READERS = 600


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 24 MB of its own."""
    if os.getuid():
        pytest.skip("mounting a small file system needs root")
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", folder], capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


@pytest.mark.soak
@pytest.mark.skipif("sqlite" not in settings.DATABASES["default"]["ENGINE"], reason="SQLite's file")
def test_a_full_disk_stops_the_sending_and_room_lets_it_go_on(
    small_disk, django_db_setup, django_db_blocker
):
    with (
        django_db_blocker.unblock(),
        shop(small_disk) as place,
        FaultyServer("none", "chunking", delay=0.03) as server,
    ):
        place.tell("setup", readers=READERS)
        place.start(port=server.port, connections=2)
        place.wait_for(lambda: len(server.accepted) > 100, "some are sent")
        ballast = small_disk / "ballast"
        with ballast.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space"):
            while True:
                file.write(b"x" * 4096)
        place.wait_for(lambda: stands_still(server), "the sending stops")
        at_rest = len(server.accepted)
        assert at_rest < READERS
        ballast.unlink()
        place.wait_for(lambda: len(server.accepted) > at_rest, "it goes on")
        place.wait()
        got, doubts = Counter(server.accepted), place.doubtful()
        assert place.states() == {"submitted": READERS} and len(got) == READERS
        assert all(copies <= 1 + doubts.get(one, 0) for one, copies in got.items())


def stands_still(server):
    before = len(server.accepted)
    time.sleep(1.5)
    return len(server.accepted) == before
