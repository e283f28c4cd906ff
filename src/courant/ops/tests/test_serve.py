"""Public files over HTTP, as a browser and a podcast app ask for them."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import RequestFactory

from courant.ops.cache import LARGEST_CACHED
from courant.ops.serve import PublicFiles

PAGE = b"<!doctype html><p>The ferry is back.</p>"
SOUND = bytes(range(256)) * 20


class Answer:
    def __init__(self, status: str, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status, self.headers, self.body = int(status.split()[0]), dict(headers), body


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "harbour" / "ferry").mkdir(parents=True)
    (tmp_path / "harbour" / "ferry" / "index.html").write_bytes(PAGE)
    (tmp_path / "audio").mkdir()
    (tmp_path / "audio" / "ferry-0123456789ab.mp3").write_bytes(SOUND)
    (tmp_path / "404.html").write_bytes(b"<p>Nothing here.</p>")
    (tmp_path / ".secret").write_bytes(b"canary")
    (tmp_path.parent / "outside.txt").write_bytes(b"canary")
    return tmp_path


@pytest.fixture
def ask(root: Path) -> Callable[..., Answer]:
    app = PublicFiles(root)

    def ask(path: str, method: str = "GET", query: str = "", **headers: str) -> Answer:
        environ = RequestFactory()._base_environ(REQUEST_METHOD=method, QUERY_STRING=query)
        environ["PATH_INFO"] = path
        environ |= {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        seen = {}

        def start(status: str, headers: list[tuple[str, str]]) -> None:
            seen.update(status=status, headers=headers)

        return Answer(body=b"".join(app(environ, start)), **seen)

    ask.app = app  # type: ignore[attr-defined]
    return ask


def test_a_folder_is_answered_with_its_index(ask):
    answer = ask("/harbour/ferry/")
    assert (answer.status, answer.body) == (200, PAGE)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Content-Length"] == str(len(PAGE))


def test_a_missing_slash_is_added_and_the_query_kept(ask):
    answer = ask("/harbour/ferry", query="from=mail")
    assert answer.status == 301
    assert answer.headers["Location"] == "/harbour/ferry/?from=mail"


def test_a_redirect_never_leads_to_another_host(ask, root):
    (root / "evil.example").mkdir()
    (root / "evil.example" / "index.html").write_bytes(b"x")
    answer = ask("//evil.example")
    assert answer.status == 404 or answer.headers["Location"].startswith("/evil")


def test_what_is_not_there_is_404_with_the_papers_own_page(ask):
    answer = ask("/harbour/nothing/")
    assert (answer.status, answer.body) == (404, b"<p>Nothing here.</p>")


@pytest.mark.parametrize(
    "path",
    [
        "/.secret",
        "/../outside.txt",
        "/harbour/../../outside.txt",
        "/%2e%2e/outside.txt",
        "/a\0b",
        "//",
    ],
)
def test_nothing_hidden_or_outside_is_served(ask, path):
    answer = ask(path)
    assert answer.status == 404
    assert b"canary" not in answer.body


def test_head_has_the_headers_of_get_and_no_body(ask):
    get, head = ask("/harbour/ferry/"), ask("/harbour/ferry/", "HEAD")
    assert head.headers == get.headers
    assert head.body == b""


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_only_reading_is_allowed(ask, method):
    answer = ask("/harbour/ferry/", method)
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")


def test_a_reader_who_has_the_page_is_not_sent_it_again(ask):
    etag = ask("/harbour/ferry/").headers["ETag"]
    for known in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        answer = ask("/harbour/ferry/", if_none_match=known)
        assert (answer.status, answer.body) == (304, b"")
    assert ask("/harbour/ferry/", if_none_match='"other"').status == 200


def test_by_date_too_and_a_wrong_date_is_ignored(ask):
    modified = ask("/harbour/ferry/").headers["Last-Modified"]
    assert ask("/harbour/ferry/", if_modified_since=modified).status == 304
    assert ask("/harbour/ferry/", if_modified_since="Sat, 01 Jan 2000 00:00:00 GMT").status == 200
    assert ask("/harbour/ferry/", if_modified_since="yesterday").status == 200


def test_a_page_that_is_replaced_is_seen_at_once_even_with_the_same_size_and_time(ask, root):
    page = root / "harbour" / "ferry" / "index.html"
    before = page.stat()
    assert ask("/harbour/ferry/").body == PAGE
    other = root / ".new.tmp"
    other.write_bytes(PAGE.replace(b"back", b"late"))
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.rename(page)
    assert ask("/harbour/ferry/").body == PAGE.replace(b"back", b"late")


@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [
        ("bytes=0-99", 0, 99),
        ("bytes=100-", 100, 5119),
        ("bytes=-10", 5110, 5119),
        ("bytes=0-9999", 0, 5119),
    ],
)
def test_a_part_of_the_sound_can_be_asked_for(ask, wanted, first, last):
    answer = ask("/audio/ferry-0123456789ab.mp3", range=wanted)
    assert answer.status == 206
    assert answer.headers["Content-Range"] == f"bytes {first}-{last}/5120"
    assert answer.body == SOUND[first : last + 1]


def test_a_part_beyond_the_end_is_refused_with_the_length(ask):
    answer = ask("/audio/ferry-0123456789ab.mp3", range="bytes=5120-")
    assert (answer.status, answer.headers["Content-Range"]) == (416, "bytes */5120")


@pytest.mark.parametrize(
    "wanted", ["bytes=0-1,5-6", "lines=1-2", "bytes=a-b", "bytes=-", f"bytes={'9' * 5000}-"]
)
def test_ranges_of_other_kinds_get_the_whole_file(ask, wanted):
    assert ask("/audio/ferry-0123456789ab.mp3", range=wanted).status == 200


def test_a_large_file_is_streamed_whole_and_in_parts(ask, root):
    data = os.urandom(LARGEST_CACHED + 12345)
    (root / "audio" / "long-0123456789ab.mp3").write_bytes(data)
    assert ask("/audio/long-0123456789ab.mp3").body == data
    assert (
        ask("/audio/long-0123456789ab.mp3", range="bytes=70000-200000").body == data[70000:200001]
    )


def test_hashed_names_are_kept_for_ever_and_pages_are_asked_for_again(ask):
    assert "immutable" in ask("/audio/ferry-0123456789ab.mp3").headers["Cache-Control"]
    assert "must-revalidate" in ask("/harbour/ferry/").headers["Cache-Control"]


def test_every_answer_forbids_scripts_from_elsewhere_and_inline(ask):
    for path in ("/harbour/ferry/", "/nothing", "/harbour/ferry"):
        policy = ask(path).headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


def test_the_cache_never_grows_beyond_its_bound(root):
    app = PublicFiles(root, capacity=10_000)
    for number in range(50):
        (root / f"page-{number}.html").write_bytes(b"x" * 900)
        app.cache.get(root / f"page-{number}.html")
    assert app.cache.used <= 10_000
    assert app.cache.used == sum(file.size for file in app.cache.files.values())
