"""Which files a bake writes, in which order, and what it leaves alone."""

import errno
from pathlib import Path

import pytest

from courant.bake.build import bake
from courant.bake.stores.folder import FolderStore
from courant.bake.stores.memory import MemoryStore
from courant.front.made import Made, PublicFile
from courant.front.targets import Target


def target(path: str, data: bytes = b"page", *assets: PublicFile) -> Target:
    return Target(path, "page", lambda: Made(data, assets))


def broken(path: str) -> Target:
    def fail() -> Made:
        raise ZeroDivisionError("a fault in a template")

    return Target(path, "page", fail)


def test_a_first_bake_writes_everything_and_a_second_one_nothing():
    store = MemoryStore()
    pages = [target("a/index.html"), target("index.html")]
    assert bake(pages, store).written == ["a/index.html", "index.html"]
    again = bake(pages, store)
    assert (again.rendered, again.written, again.deleted) == (2, [], [])


def test_only_a_page_with_other_bytes_is_written():
    store = MemoryStore()
    bake([target("a/index.html"), target("index.html")], store)
    assert bake([target("a/index.html", b"new"), target("index.html")], store).written == [
        "a/index.html"
    ]


def test_pictures_and_sounds_are_there_before_the_page_that_shows_them_and_deletions_come_last():
    store = MemoryStore()
    bake([target("old/index.html")], store)
    store.log.clear()
    picture = PublicFile("media/quay-800.webp", b"picture")
    bake([target("new/index.html", b"x", picture), target("index.html")], store)
    assert store.log == [
        ("put", "media/quay-800.webp"),
        ("put", "new/index.html"),
        ("put", "index.html"),
        ("delete", "old/index.html"),
    ]


def test_a_page_that_cannot_be_rendered_keeps_its_old_file_and_its_pictures_and_is_reported():
    store = MemoryStore()
    picture = PublicFile("media/quay-800.webp", b"picture")
    bake([target("a/index.html", b"old", picture), target("b/index.html")], store)
    report = bake([broken("a/index.html")], store)
    assert report.failures == {"a/index.html": "ZeroDivisionError: a fault in a template"}
    assert store.files == {"a/index.html": b"old", "media/quay-800.webp": b"picture"}


def test_a_full_disk_stops_the_bake_and_the_next_one_goes_on(tmp_path: Path, monkeypatch):
    store = FolderStore(tmp_path)
    pages = [target("a/index.html", b"new"), target("b/index.html", b"new")]
    put = FolderStore.put

    def full(self, path, content):
        if path.startswith("b"):
            raise OSError(errno.ENOSPC, "No space left on device", path)
        put(self, path, content)

    monkeypatch.setattr(FolderStore, "put", full)
    with pytest.raises(OSError, match="No space left on device"):
        bake(pages, store)
    monkeypatch.undo()
    assert bake(pages, store).written == ["b/index.html"]


def test_what_a_page_has_to_do_without_is_reported_though_it_is_written():
    store = MemoryStore()
    made = Made(b"page", problems=("The photo quay.jpg cannot be read.",))
    report = bake([Target("a/index.html", "story", lambda: made)], store)
    assert report.problems == {"a/index.html": "The photo quay.jpg cannot be read."}
    assert "a/index.html" in store.files


def test_progress_counts_up_to_the_number_of_targets():
    seen: list[tuple[int, int]] = []
    pages = [target("a/index.html"), target("b/index.html")]
    bake(pages, MemoryStore(), lambda *numbers: seen.append(numbers))
    assert seen == [(1, 2), (2, 2)]
