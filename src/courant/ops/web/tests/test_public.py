"""What the public tree answers while bake changes it; the rules of HTTP are in tests/serving."""

import os
import random

import pytest

from courant.ops.web import public
from courant.ops.web.public import PublicFiles
from courant.ops.web.tests.make import headers, put

PAGE, NEWER = b"<p>The ferry is back.", b"<p>The ferry is late."
BR = headers(accept_encoding="br")


@pytest.fixture
def root(tmp_path):
    put(tmp_path / "harbour/ferry/index.html", PAGE)
    put(tmp_path / "harbour/ferry/index.html.br", b"br " + PAGE)
    put(tmp_path / "404.html", b"<p>Nothing here.")
    return tmp_path


@pytest.fixture
def files(root) -> PublicFiles:
    return PublicFiles(root)


def ask(files: PublicFiles, path: str = "/harbour/ferry/", sent=BR):
    return files.answer("GET", path, sent)


def test_a_page_and_its_coding_are_seen_at_once_in_whatever_order_they_come(files, root):
    page, coded = root / "harbour/ferry/index.html", root / "harbour/ferry/index.html.br"
    assert (ask(files).body, ask(files, sent=headers()).body) == (b"br " + PAGE, PAGE)
    put(page, NEWER)
    put(coded, b"br " + NEWER)
    assert (ask(files).body, ask(files, sent=headers()).body) == (b"br " + NEWER, NEWER)
    put(coded, b"br " + PAGE)
    put(page, PAGE)
    assert (ask(files).body, ask(files, sent=headers()).body) == (b"br " + PAGE, PAGE)


def test_a_coding_that_is_no_longer_made_is_not_missed(files, root):
    assert ask(files).body == b"br " + PAGE
    (root / "harbour/ferry/index.html.br").unlink()
    assert ask(files).body == PAGE


def test_a_better_coding_that_comes_later_is_found_within_a_second(files, root, monkeypatch):
    both = headers(accept_encoding="gzip, br")
    put(root / "feed.xml", b"<rss>")
    put(root / "feed.xml.gz", b"gz")
    assert ask(files, "/feed.xml", both).body == b"gz"
    put(root / "feed.xml.br", b"br")
    now = public.monotonic() + public.TRUSTED
    monkeypatch.setattr(public, "monotonic", lambda: now)
    assert ask(files, "/feed.xml", both).body == b"br"


def test_a_coding_that_a_killed_bake_left_does_not_bring_a_story_back(files, root, monkeypatch):
    assert ask(files).body == b"br " + PAGE
    (root / "harbour/ferry/index.html").unlink()
    now = public.monotonic() + public.TRUSTED
    monkeypatch.setattr(public, "monotonic", lambda: now)
    assert ask(files).status == 404
    assert ask(PublicFiles(root)).status == 404


def test_a_killed_story_is_gone_at_once_and_may_come_back(files, root):
    folder = root / "harbour/ferry"
    put(folder / "gone.html", b"<p>Taken back.")
    assert ask(files).status == 200
    (folder / "index.html.br").unlink()
    (folder / "index.html").unlink()
    assert (ask(files).status, ask(files).body) == (410, b"<p>Taken back.")
    put(folder / "index.html", NEWER)
    assert (ask(files).status, ask(files).body) == (200, NEWER)


def test_another_generation_is_served_from_one_request_to_the_next(tmp_path):
    for name, page in (("generation-1", PAGE), ("generation-2", NEWER)):
        put(tmp_path / name / "index.html", page)
        put(tmp_path / name / f"only-in-{name}/index.html", page)
    current = tmp_path / "current"
    current.symlink_to("generation-1")
    files = PublicFiles(current)
    assert ask(files, "/").body == PAGE
    assert ask(files, "/only-in-generation-1/").status == 200
    (tmp_path / "next").symlink_to("generation-2")
    (tmp_path / "next").rename(current)
    assert ask(files, "/").body == NEWER
    assert ask(files, "/only-in-generation-1/").status == 404
    assert ask(files, "/only-in-generation-2/").status == 200


def test_without_a_404_page_and_without_a_tree_there_is_a_sentence(tmp_path):
    answer = ask(PublicFiles(tmp_path / "nothing"))
    assert (answer.status, answer.body) == (404, b"There is nothing at this address.\n")


def test_a_flood_of_missing_addresses_costs_no_memory_and_few_looks_at_the_disk(files, monkeypatch):
    chance, looks = random.Random(1), []
    ask(files, "/nothing")
    kept = dict(files.cache.files)
    real = os.stat
    monkeypatch.setattr(os, "stat", lambda path: (looks.append(path), real(path))[1])
    for _ in range(2000):
        path = "/" + "".join(chance.choices("abc/-.", k=chance.randrange(1, 60)))
        sent = headers(accept_encoding=f"gzip, x{chance.random()}")
        assert ask(files, path, sent).status in (404, 301)
    assert len(looks) / 2000 < 7
    assert files.cache.files == kept
    assert len(files.chosen) <= public.CHOICES


def test_a_cache_that_is_told_of_changes_gets_keys_and_may_keep_pages_longer(root):
    told = PublicFiles(root, told=True)
    page = dict(ask(told).headers)
    assert page["surrogate-key"] == page["cache-tag"] == "/harbour/ferry/"
    assert page["cache-control"] == "public, max-age=0, s-maxage=300, stale-if-error=86400"
    assert dict(ask(told, "/none/").headers)["surrogate-key"] == "/404.html"
    plain = dict(ask(PublicFiles(root)).headers)
    assert "surrogate-key" not in plain and "s-maxage=5," in plain["cache-control"]


def test_the_key_of_a_killed_story_is_its_address(root):
    put(root / "pier/gone.html", b"<p>Taken back.")
    told = PublicFiles(root, told=True)
    answer = ask(told, "/pier/", headers())
    assert answer.status == 410
    assert dict(answer.headers)["surrogate-key"] == "/pier/"
