"""The disk is full at one step of a narration after the other: a real file system, really full."""

import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from courant.lib.files import write_whole
from courant.narration import assemble, making, produce, shelf

pytestmark = pytest.mark.django_db

LARGE = 20_000  # kB
# For how much (kB) the disk has room from which step on: nothing, a sentence, half a file, one.
ROOM = [("speaking", 0), ("speaking", 60), ("coding", 0), ("coding", 4)]
ROOM += [("writing", 0), ("writing", 8), ("writing", 52)]


HOW_TO_MOUNT = (
    "A small file system needs root, or user namespaces that may mount: "
    "`unshare -Urm mount -t tmpfs tmpfs /mnt` has to work."
)


class Disk:
    """A file system of its own for the sound, in a mount namespace of its own.

    A shell in there keeps it and ends with it; from outside it is seen through /proc.
    """

    def __init__(self, folder):
        own = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-Urm"]
        self.inside = folder
        self.shell = subprocess.Popen(
            [*own, "sh"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.folder = Path(f"/proc/{self.shell.pid}/root{folder}")

    def mount(self, size, option=""):
        options = f"{option}size={size}k"
        command = f"mount -t tmpfs -o {options} tmpfs '{self.inside}' && echo yes || echo no\n"
        try:
            self.shell.stdin.write(command)
            self.shell.stdin.flush()
            return self.shell.stdout.readline() == "yes\n"
        except OSError:  # no namespace, no shell
            return False

    def leave(self, room):
        """Room for so many kB more than are in use."""
        used = shutil.disk_usage(self.folder).used // 1024
        assert self.mount(max(used + room, 4), "remount,")  # size=0 would mean: without limit

    def end(self):
        self.shell.communicate()


@pytest.fixture
def disk(settings, tmp_path):
    folder = tmp_path / "small"
    folder.mkdir()
    made = Disk(folder)
    try:
        if not made.mount(LARGE):
            (pytest.fail if os.environ.get("CI") else pytest.skip)(HOW_TO_MOUNT)
        settings.COURANT_AUDIO = made.folder
        yield made
    finally:
        made.end()


def narrate_until_full(one_story, disk, step, room):
    """The disk is filled up when that step begins."""
    if step == "speaking":
        disk.leave(room)

    def told(done, total):
        if step == "coding" and done == total:
            disk.leave(room)

    def write_cues(*args):
        if step == "writing":
            disk.leave(room)
        write_whole(*args)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assemble, "write_whole", write_cues)
        return produce.narrate(one_story.story, progress=told)


def fill_up(one_story, disk, step, room):
    """All that was wrong while the disk was full and when it had room again."""
    row = narrate_until_full(one_story, disk, step, room)
    wrong = wrong_when_full(one_story, row, disk.folder)
    assert shutil.disk_usage(disk.folder).free < 60_000, "the disk was never full"
    disk.leave(LARGE)
    produce.again(one_story.story)
    one_story.narrate()
    return wrong | wrong_afterwards(one_story, step)


def wrong_when_full(one_story, row, folder):
    found = {f"half a file: {path.name}" for path in folder.rglob("*.tmp")}
    if row.status != "failed" or "No space left" not in row.error:
        found.add(f"no reason: {row.status} {row.error!r}")
    if row.status == "failed" and row.fault != "full":
        found.add(f"another reason for editors: {row.fault!r}")
    if row.status == "failed" and row.next_at is None:
        found.add(f"given up: {row.error}")
    if produce.spoken(one_story.story):
        found.add("heard")
    return found


def wrong_afterwards(one_story, step):
    """A sentence that there was no room to keep has to be said again; no other has."""
    found = one_story.wrong()
    vain = {line for line in found if line.startswith("said in vain")}
    return found - vain if step == "speaking" and len(vain) == 1 else found


@pytest.mark.parametrize(("step", "room"), ROOM)
def test_a_full_disk_leaves_a_reason_and_no_half_file_and_little_to_be_said_again(
    one_story, disk, step, room
):
    assert fill_up(one_story, disk, step, room) == set()


# ── The same looks find what they look for ────────────────────────────────────────────────────────


def look_away(monkeypatch):
    """A file that could not be written is taken for written."""

    def move(temporary, path):
        with suppress(OSError):
            temporary.rename(path)

    def write(*args):
        with suppress(OSError):
            real(*args)

    real = making.write
    monkeypatch.setattr(assemble, "move_whole", move)
    monkeypatch.setattr(making, "write", write)


def leave_pieces(monkeypatch):
    """Sentences are written where they are looked for."""

    def keep(file, data):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.with_name(f".{file.name}.tmp").write_bytes(data)
        file.with_name(f".{file.name}.tmp").rename(file)

    monkeypatch.setattr(shelf, "_keep", keep)


def say_all_again(monkeypatch):
    monkeypatch.setattr(shelf, "take", lambda key: None)


@pytest.mark.parametrize(
    ("break_it", "step", "room", "sign"),
    [
        (look_away, "writing", 8, "no reason: ready"),
        (leave_pieces, "speaking", 60, "half a file: "),
        (say_all_again, "coding", 0, "said in vain: "),
    ],
)
def test_a_narrator_that_is_broken_on_a_full_disk_is_found(
    one_story, disk, monkeypatch, break_it, step, room, sign
):
    break_it(monkeypatch)
    wrong = fill_up(one_story, disk, step, room)
    assert any(line.startswith(sign) for line in wrong), wrong
