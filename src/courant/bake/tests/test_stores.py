"""What every store of public files does."""

import errno
import os
from pathlib import Path

import pytest

from courant.bake.stores.base import Store
from courant.bake.stores.folder import FolderStore
from courant.bake.stores.memory import MemoryStore
from courant.bake.stores.s3 import S3Store
from courant.bake.tests import bucket
from courant.lib.compression import variants

PAGE = b"<p>The ferry is back.</p>" * 100


@pytest.fixture(params=["folder", "memory", "s3"])
def store(request, tmp_path: Path) -> Store:
    if request.param == "s3":
        address = request.getfixturevalue("s3_address")
        return S3Store(bucket.make_bucket(address), bucket.NAME, "paper/")
    return FolderStore(tmp_path / "public") if request.param == "folder" else MemoryStore()


def put(store: Store, path: str, data: bytes = PAGE) -> None:
    store.put(path, data, variants(path, data))


def test_a_file_that_was_put_is_there_with_its_content(store):
    put(store, "harbour/ferry/index.html")
    assert list(store.paths()) == ["harbour/ferry/index.html"]
    assert store.read("harbour/ferry/index.html") == PAGE
    assert store.read("harbour/index.html") is None
    assert store.read("harbour/ferry/index.html/below") is None


def test_compressed_variants_hold_the_same_text(store):
    put(store, "index.html")
    assert store.variants_fit("index.html", PAGE)
    assert not store.variants_fit("index.html", PAGE + b"more")


def test_a_page_that_became_short_has_no_old_variants(store):
    put(store, "index.html")
    put(store, "index.html", b"<p>Short.</p>")
    assert store.variants_fit("index.html", b"<p>Short.</p>")


def test_a_private_file_is_copied_by_its_path(store, tmp_path):
    source = tmp_path / "sound.mp3"
    source.write_bytes(b"\xff\xfb" * 1000)
    assert not store.has_file("audio/ferry-0123456789ab.mp3", source)
    store.put_file("audio/ferry-0123456789ab.mp3", source)
    assert store.has_file("audio/ferry-0123456789ab.mp3", source)
    assert store.read("audio/ferry-0123456789ab.mp3") == source.read_bytes()


def test_a_deleted_file_is_gone_with_its_variants_and_its_neighbours_stay(store):
    put(store, "harbour/index.html")
    put(store, "harbour/ferry/index.html")
    store.delete("harbour/index.html")
    store.delete("harbour/index.html")  # a second time does nothing
    assert list(store.paths()) == ["harbour/ferry/index.html"]
    assert store.variants_fit("harbour/index.html", b"")


@pytest.mark.parametrize(
    "path", ["", "/etc/passwd", "../secret", "a/../../b", "a//b", "./a", ".env", "a/.git/x", "a\0b"]
)
def test_a_path_that_leaves_the_tree_or_hides_in_it_is_refused(store, path):
    with pytest.raises(ValueError, match=r"path inside the public tree|would be hidden"):
        store.put(path, b"x", {})


def test_a_folder_that_became_empty_is_removed(tmp_path):
    store = FolderStore(tmp_path / "public")
    put(store, "harbour/ferry/index.html")
    store.delete("harbour/ferry/index.html")
    store.flush()
    assert not (tmp_path / "public" / "harbour").exists()


def test_public_files_can_be_read_by_another_user_whatever_the_umask(tmp_path):
    old = os.umask(0o077)
    try:
        put(FolderStore(tmp_path), "index.html")
    finally:
        os.umask(old)
    assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o644}


def test_when_the_disk_is_full_the_old_file_stays_whole_and_no_leftover_remains(
    tmp_path, monkeypatch
):
    store = FolderStore(tmp_path)
    store.put("index.html", b"old page", {})
    write, calls = os.write, []

    def full_disk(fd: int, data: bytes) -> int:
        calls.append(len(data))
        if len(calls) > 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(fd, data[:3])

    monkeypatch.setattr(os, "write", full_disk)
    with pytest.raises(OSError, match="No space left"):
        store.put("index.html", b"a new page", {})
    assert len(calls) == 2  # the fault happened, after a part was written
    assert (tmp_path / "index.html").read_bytes() == b"old page"
    assert [path.name for path in tmp_path.iterdir()] == ["index.html"]


def test_what_a_killed_baker_left_is_tidied_and_never_listed(tmp_path):
    store = FolderStore(tmp_path)
    store.put("index.html", b"x", {})
    (tmp_path / ".0123456789abcdef.tmp").write_bytes(b"half")
    assert list(store.paths()) == ["index.html"]
    store.tidy()
    assert [path.name for path in tmp_path.iterdir()] == ["index.html"]


def test_a_tree_that_nobody_reads_borrows_pictures_from_the_one_they_read(tmp_path):
    source = tmp_path / "quay.webp"
    source.write_bytes(b"picture")
    old = FolderStore(tmp_path / "old")
    old.put_file("media/quay.webp", source)
    new = FolderStore(tmp_path / "new", live=False, sibling=old.root)
    new.put_file("media/quay.webp", source)
    new.flush()
    twins = [(root / "media/quay.webp").stat().st_ino for root in (old.root, new.root)]
    assert twins[0] == twins[1] != source.stat().st_ino


def test_flush_syncs_each_folder_that_changed_and_those_above_a_new_one(tmp_path, monkeypatch):
    synced: list[str] = []
    monkeypatch.setattr(
        "courant.bake.stores.folder.sync_folder",
        lambda folder: synced.append(folder.relative_to(tmp_path).as_posix()),
    )
    store = FolderStore(tmp_path)
    put(store, "harbour/ferry/index.html")
    put(store, "harbour/ferry/other.html")
    store.flush()
    assert synced == [".", "harbour", "harbour/ferry"]
    store.flush()
    assert len(synced) == 3
