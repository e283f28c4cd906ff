"""The power fails during a bake: what was public is whole, and what is said to be made is there.

ext4 on a file, shut down without writing its log: nothing that was not synced survives. It models
the loss of what is in memory, not a disk that lies about what it wrote.
"""

import fcntl
import os
import random
import shutil
import signal
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import Home, wait_until
from tests.newsroom import ONE_PROCESS, Newsroom, wrong_in_tree
from tests.template_home import copy_of_template

pytestmark = [pytest.mark.soak, pytest.mark.timeout(1800)]

SHUTDOWN, WITHOUT_LOG = 0x8004587D, 2  # EXT4_IOC_SHUTDOWN, EXT4_GOING_FLAGS_NOLOGFLUSH
SIZE = 256 << 20
CUTS = 40


def run(*command: object) -> None:
    subprocess.run([str(each) for each in command], check=True, capture_output=True, text=True)


@dataclass
class Volume:
    """A file system of its own that can lose its power."""

    image: Path
    folder: Path

    def mount(self) -> None:
        run("mount", "-o", "loop,noauto_da_alloc", self.image, self.folder)

    def cut(self) -> None:
        """From here on nothing reaches the disk; proves it."""
        fd = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.ioctl(fd, SHUTDOWN, struct.pack("I", WITHOUT_LOG))
        finally:
            os.close(fd)
        with pytest.raises(OSError):
            (self.folder / "dead").write_text("")

    def unmount(self) -> None:
        """Once those that were killed have let go of it."""
        wait_until(self._unmounted, "the volume is no longer in use", 20, pause=0.05)

    def _unmounted(self) -> bool:
        return subprocess.run(["umount", str(self.folder)], capture_output=True).returncode == 0


@pytest.fixture
def volume(tmp_path: Path) -> Iterator[Volume]:
    volume = Volume(tmp_path / "image", tmp_path / "disk")
    volume.folder.mkdir()
    with volume.image.open("wb") as image:
        image.truncate(SIZE)
    try:
        run("mkfs.ext4", "-q", "-F", volume.image)
        volume.mount()
    except (OSError, subprocess.CalledProcessError) as error:
        reason = getattr(error, "stderr", "") or error
        pytest.skip(f"no file system can be mounted here: {reason}")
    yield volume
    if volume.folder.is_mount():
        volume.unmount()


def wrong_after_cuts(volume: Volume, cuts: int, twin: str = "") -> set[str]:
    """What is wrong after any of so many cuts, each within the time that a bake takes."""
    home, chance = Home(copy_of_template(volume.folder / "home")), random.Random(20261126)
    home.variables |= ONE_PROCESS
    newsroom, found = Newsroom(home), set[str]()
    newsroom("stories", 12)
    newsroom("rename", 0)
    newsroom.bake()
    os.sync()
    for number in range(cuts):
        if twin:
            newsroom("twin", twin)
        newsroom.edits = number
        newsroom.edit()
        pid = int(newsroom("bake"))
        time.sleep(chance.uniform(0.1, 0.9))
        volume.cut()
        end(newsroom, pid)
        volume.unmount()
        volume.mount()
        newsroom = Newsroom(home)
        found |= wrong_in_tree(home)
        found |= {f"empty: {f}" for f in files_of(home) if not f.stat().st_size}
        found |= {f"not there: {p}" for p in newsroom("false_marks").split() if p != "none"}
        if found and twin:
            break
        newsroom.bake()
    newsroom.close()
    if not twin:
        home.run("bake", "--check")
    shutil.rmtree(home.path, ignore_errors=True)
    return found


def end(newsroom: Newsroom, pid: int) -> None:
    """Without power no process goes on."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    newsroom.process.kill()
    newsroom.process.wait(10)
    newsroom.process.stdin.close()
    newsroom.process.stdout.close()


def files_of(home: Home) -> list[Path]:
    return [f for f in home.public.resolve().rglob("[!.]*") if f.is_file()]


def test_a_power_cut_in_a_bake_leaves_whole_files_and_true_marks(volume):
    assert wrong_after_cuts(volume, CUTS) == set()


def test_a_baker_that_syncs_nothing_is_caught_by_the_same_cuts(volume):
    assert wrong_after_cuts(volume, CUTS, twin="unsynced")
