"""What every store of public files does."""

import errno
import os
from pathlib import Path

import pytest

from courant.bake.stores.base import Store
from courant.bake.stores.folder import FolderStore
from courant.bake.stores.memory import MemoryStore


@pytest.fixture(params=["folder", "memory"])
def store(request, tmp_path: Path) -> Store:
    return FolderStore(tmp_path / "public") if request.param == "folder" else MemoryStore()


def test_a_file_that_was_put_is_there_with_its_content(store):
    store.put("harbour/ferry/index.html", b"<p>The ferry is back.</p>")
    assert list(store.paths()) == ["harbour/ferry/index.html"]
    assert store.holds("harbour/ferry/index.html", b"<p>The ferry is back.</p>")
    assert not store.holds("harbour/ferry/index.html", b"<p>The ferry is late.</p>")
    assert not store.holds("harbour/index.html", b"")


def test_a_private_file_is_copied_by_its_path(store, tmp_path):
    source = tmp_path / "sound.mp3"
    source.write_bytes(b"\xff\xfb" * 1000)
    store.put("audio/ferry-0123456789ab.mp3", source)
    assert store.holds("audio/ferry-0123456789ab.mp3", source)


def test_a_deleted_file_is_gone_and_its_neighbours_stay(store):
    store.put("harbour/index.html", b"section")
    store.put("harbour/ferry/index.html", b"story")
    store.delete("harbour/index.html")
    store.delete("harbour/index.html")  # a second time does nothing
    assert list(store.paths()) == ["harbour/ferry/index.html"]


@pytest.mark.parametrize(
    "path", ["", "/etc/passwd", "../secret", "a/../../b", "a//b", "./a", ".env", "a/.git/x", "a\0b"]
)
def test_a_path_that_leaves_the_tree_or_hides_in_it_is_refused(store, path):
    with pytest.raises(ValueError, match=r"path inside the public tree|would be hidden"):
        store.put(path, b"x")


def test_a_folder_that_became_empty_is_removed(tmp_path):
    store = FolderStore(tmp_path / "public")
    store.put("harbour/ferry/index.html", b"story")
    store.delete("harbour/ferry/index.html")
    assert not (tmp_path / "public" / "harbour").exists()


def test_public_files_can_be_read_by_another_user_whatever_the_umask(tmp_path):
    old = os.umask(0o077)
    try:
        FolderStore(tmp_path).put("index.html", b"x")
    finally:
        os.umask(old)
    assert (tmp_path / "index.html").stat().st_mode & 0o777 == 0o644


def test_when_the_disk_is_full_the_old_file_stays_whole_and_no_leftover_remains(
    tmp_path, monkeypatch
):
    store = FolderStore(tmp_path)
    store.put("index.html", b"old page")
    write, calls = os.write, []

    def full_disk(fd: int, data: bytes) -> int:
        calls.append(len(data))
        if len(calls) > 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(fd, data[:3])

    monkeypatch.setattr(os, "write", full_disk)
    with pytest.raises(OSError, match="No space left"):
        store.put("index.html", b"a new page")
    assert len(calls) == 2  # the fault happened, after a part was written
    assert (tmp_path / "index.html").read_bytes() == b"old page"
    assert [path.name for path in tmp_path.iterdir()] == ["index.html"]


def test_what_a_killed_baker_left_is_tidied_and_never_listed(tmp_path):
    store = FolderStore(tmp_path)
    store.put("index.html", b"x")
    (tmp_path / ".index.html.0123456789ab.tmp").write_bytes(b"half")
    assert list(store.paths()) == ["index.html"]
    store.tidy()
    assert [path.name for path in tmp_path.iterdir()] == ["index.html"]
