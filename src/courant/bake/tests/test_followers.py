"""A bucket and a cache have what the folder has: all of it, in a safe order, after any fault."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from django.utils.timezone import now

from courant.bake import generations
from courant.bake.build import Builder
from courant.bake.followers import follow
from courant.bake.followers.base import CannotFollow
from courant.bake.followers.cdn import Cloudflare, Fastly, PurgeRequests
from courant.bake.kinds import kinds
from courant.bake.models import Followed, Following, Generation, Lease
from courant.bake.tests import bucket
from courant.bake.tests.make import WORLD, held, make_generation, make_stale, says
from courant.front.made import PublicFile

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree(settings, tmp_path) -> Iterator[Generation]:
    settings.COURANT_PUBLIC = tmp_path / "public"
    settings.COURANT_KINDS = ["courant.bake.tests.make.KINDS"]
    kinds.cache_clear()
    generation = make_generation()
    generations.folder_of(generation).mkdir(parents=True)
    yield generation
    WORLD.clear()
    kinds.cache_clear()


@pytest.fixture
def client(settings, s3_address) -> Any:
    settings.COURANT_BUCKET = {
        "name": bucket.NAME,
        "prefix": "",
        "endpoint": s3_address,
        **bucket.FACTS,
    }
    return bucket.make_bucket(s3_address)


def bake(generation: Generation, *names: str) -> None:
    """Make these targets, as the path does it: the followers are asked first."""
    follow.expect()
    make_stale(generation, *names)
    builder = Builder(generation, generations.store_of(generation), held())
    while builder.bake_stale(bulk=False):
        pass
    builder.clear_away(all_is_made=True)


def catch_up() -> list[str]:
    """Let all follow; what is wrong with them afterwards."""
    while follow.follow_next():
        pass
    return [row.error for row in follow.waiting()]


def objects(client: Any) -> dict[str, bytes]:
    found = client.list_objects_v2(Bucket=bucket.NAME).get("Contents", ())
    keys = [each["Key"] for each in found]
    return {key: client.get_object(Bucket=bucket.NAME, Key=key)["Body"].read() for key in keys}


# ── A bucket ──────────────────────────────────────────────────────────────────────────────────────


def test_a_bucket_gets_what_is_new_and_loses_what_is_gone(tree, client, tmp_path):
    sound = tmp_path / "ferry-0123.mp3"
    sound.write_bytes(b"\xff\xfb" * 100)
    says("story/1/index.html", "ferry", PublicFile("audio/ferry-0123.mp3", sound))
    says("list/1/index.html", "list")
    bake(tree, "story 1", "list 1")
    assert catch_up() == []
    assert objects(client) == {
        "story/1/index.html": b"ferry",
        "list/1/index.html": b"list",
        "audio/ferry-0123.mp3": sound.read_bytes(),
    }
    WORLD.pop("story 1")
    says("list/1/index.html", "an empty list")
    bake(tree, "story 1", "list 1")
    assert catch_up() == []
    assert objects(client) == {"list/1/index.html": b"an empty list"}


def test_what_a_bucket_serves_says_its_type_and_how_long_it_may_be_kept(tree, client, tmp_path):
    sound = tmp_path / "ferry-0123.mp3"
    sound.write_bytes(b"x")
    says("story/1/index.html", "ferry", PublicFile("audio/ferry-0123.mp3", sound))
    bake(tree, "story 1")
    catch_up()
    page = client.head_object(Bucket=bucket.NAME, Key="story/1/index.html")
    assert page["ContentType"] == "text/html; charset=utf-8"
    assert page["CacheControl"] == "public, max-age=0, s-maxage=5, stale-if-error=86400"
    heard = client.head_object(Bucket=bucket.NAME, Key="audio/ferry-0123.mp3")
    assert heard["ContentType"] == "audio/mpeg"
    assert heard["CacheControl"] == "public, max-age=31536000, immutable"


def test_a_bucket_is_told_of_what_others_link_to_first_and_of_deletions_last(
    tree, client, monkeypatch
):
    says("front/index.html", "front")
    says("story/1/index.html", "ferry")
    bake(tree, "front -", "story 1")
    catch_up()
    WORLD.pop("story 1")
    says("story/2/index.html", "quay")
    says("front/index.html", "another front")
    told: list[str] = []
    for deed in ("put", "delete_many"):
        monkeypatch.setattr(
            f"courant.bake.stores.s3.S3Store.{deed}",
            lambda store, what, *more, deed=deed: told.append(f"{deed} {what}"),
        )
    bake(tree, "front -", "story 1", "story 2")
    assert catch_up() == []
    assert told == [
        "put story/2/index.html",
        "put front/index.html",
        "delete_many ['story/1/index.html']",
    ]


def test_after_a_fault_only_what_lacks_is_copied(tree, client, monkeypatch):
    monkeypatch.setattr("courant.bake.followers.bucket.Bucket.batch", 1)
    monkeypatch.setattr("courant.bake.followers.bucket.AT_ONCE", 1)
    for number in range(4):
        says(f"story/{number}/index.html", f"story {number}")
    bake(tree, *(f"story {number}" for number in range(4)))
    from courant.bake.stores.s3 import S3Store

    put, tried = S3Store.put, []

    def broken(store: S3Store, path: str, *more: Any) -> None:
        tried.append(path)
        if len(tried) == 3:
            raise OSError("the line is dead")
        put(store, path, *more)

    monkeypatch.setattr(S3Store, "put", broken)
    assert catch_up() == ["the line is dead"]
    assert len(objects(client)) == 2
    assert Followed.objects.count() == 2
    follow.retry()
    assert catch_up() == []
    assert len(objects(client)) == 4
    assert len(tried) == 3 + 2  # the third was tried twice, the first two only once


def test_a_failure_is_tried_again_later_and_later(tree, client, settings):
    settings.COURANT_BUCKET = {**settings.COURANT_BUCKET, "name": "nowhere"}
    says("story/1/index.html", "ferry")
    bake(tree, "story 1")
    waits = []
    for _ in range(3):
        follow.retry()
        assert catch_up() == [
            "story/1/index.html in the bucket 'nowhere': the service says NoSuchBucket: The "
            "specified bucket does not exist. Make it, or mend `bucket` in courant.toml."
        ]
        waits.append(Following.objects.get().due_at - now())
    assert timedelta(seconds=9) < waits[0] < waits[1] < waits[2]
    assert not follow.follow_next()  # not before its time


def test_a_service_that_does_not_answer_is_said_and_no_secret_with_it(tree, client, settings):
    settings.COURANT_BUCKET = {**settings.COURANT_BUCKET, "endpoint": "http://127.0.0.1:9"}
    says("story/1/index.html", "ferry")
    bake(tree, "story 1")
    (error,) = catch_up()
    assert error.startswith("story/1/index.html in the bucket 'paper': Could not connect to")
    assert error.endswith("It is tried again.")
    assert "hidden" not in error


def test_a_kill_before_the_note_costs_a_second_copy_and_nothing_else(tree, client, monkeypatch):
    says("story/1/index.html", "ferry")
    bake(tree, "story 1")
    record = follow._record

    def killed(*what: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(follow, "_record", killed)
    with pytest.raises(KeyboardInterrupt):
        follow.follow_next()
    assert objects(client) == {"story/1/index.html": b"ferry"}
    assert follow.waiting().exists()
    monkeypatch.setattr(follow, "_record", record)
    assert catch_up() == []


def test_a_change_while_it_follows_is_followed_next(tree, client, monkeypatch):
    says("story/1/index.html", "ferry")
    bake(tree, "story 1")
    record = follow._record

    def meanwhile(*what: Any) -> None:
        record(*what)
        monkeypatch.setattr(follow, "_record", record)
        says("story/1/index.html", "the ferry is back")
        bake(tree, "story 1")

    monkeypatch.setattr(follow, "_record", meanwhile)
    follow.follow_next()
    assert follow.waiting().exists()
    assert catch_up() == []
    assert objects(client) == {"story/1/index.html": b"the ferry is back"}


def test_begun_anew_it_puts_right_what_somebody_did_to_the_bucket(tree, client):
    says("story/1/index.html", "ferry")
    bake(tree, "story 1")
    catch_up()
    client.put_object(Bucket=bucket.NAME, Key="story/1/index.html", Body=b"defaced")
    client.put_object(Bucket=bucket.NAME, Key="planted.html", Body=b"planted")
    follow.start_anew("bucket")
    assert catch_up() == []
    assert objects(client) == {"story/1/index.html": b"ferry"}


def test_two_processes_do_not_follow_at_once(tree, client):
    says("story/1/index.html", "ferry")
    bake(tree, "story 1")
    assert Lease.take("follow bucket", "another", timedelta(minutes=1))
    assert not follow.follow_next()
    assert objects(client) == {}


# ── A cache in front ──────────────────────────────────────────────────────────────────────────────


class Api(HTTPServer):
    """Notes what it is told, and answers as it is set."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.told: list[tuple[str, str, dict[str, str], bytes]] = []
        self.answer: tuple[int, dict[str, str], bytes] = (200, {}, b'{"success": true}')

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Api

    def _take(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.told.append(
            (self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body)
        )
        status, headers, data = self.server.answer
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(data))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    do_POST = do_PURGE = _take  # noqa: N815 - the names of http.server

    def log_message(self, *what: Any) -> None:
        del what


@contextmanager
def running(api: Api) -> Iterator[Api]:
    thread = Thread(target=api.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield api
    finally:
        api.shutdown()
        thread.join()
        api.server_close()


@pytest.fixture
def api() -> Iterator[Api]:
    with running(Api()) as api:
        yield api


def test_cloudflare_is_told_by_tags_a_hundred_at_once_at_most(api):
    cache = Cloudflare("zone1", "secret-token", api.url)
    cache.purge(["/", "/harbour/ferry/"])
    cache.purge_all()
    (method, path, headers, body), (_, _, _, all_) = api.told
    assert (method, path) == ("POST", "/client/v4/zones/zone1/purge_cache")
    assert headers["authorization"] == "Bearer secret-token"
    assert json.loads(body) == {"tags": ["/", "/harbour/ferry/"]}
    assert json.loads(all_) == {"purge_everything": True}
    assert cache.batch == 100


def test_fastly_is_told_by_keys_and_softly(api):
    cache = Fastly("service1", "secret-token", api.url)
    cache.purge(["/", "/harbour/ferry/"])
    cache.purge_all()
    (method, path, headers, body), (_, everything, _, _) = api.told
    assert (method, path) == ("POST", "/service/service1/purge")
    assert headers["fastly-key"] == "secret-token"
    assert headers["fastly-soft-purge"] == "1"
    assert json.loads(body) == {"surrogate_keys": ["/", "/harbour/ferry/"]}
    assert everything == "/service/service1/purge_all"


def test_other_caches_are_asked_to_purge_each_address(api):
    api.answer = (404, {}, b"")  # it had no copy
    PurgeRequests([api.url]).purge(["/", "/%D0%BC%D0%BE%D1%80%D0%B5/"])
    assert [(method, path) for method, path, _, _ in api.told] == [
        ("PURGE", "/"),
        ("PURGE", "/%D0%BC%D0%BE%D1%80%D0%B5/"),
    ]


@pytest.mark.parametrize(
    ("answer", "said", "wait"),
    [
        (
            (429, {"Retry-After": "90"}, b""),
            "Cloudflare takes no more just now; it goes on in 90 s.",
            90,
        ),
        (
            (429, {}, b""),
            "Cloudflare takes no more just now; it goes on in 60 s.",
            60,
        ),
        (
            (403, {}, b'{"errors": [{"message": "Authentication error"}]}'),
            'Cloudflare answers 403: {"errors": [{"message": "Authentication error"}]}. Mend '
            "`cdn_token` in courant.toml: it must be allowed to purge.",
            0,
        ),
        (
            (404, {}, b"no such zone"),
            "Cloudflare answers 404: no such zone. Mend `cdn_zone` in courant.toml.",
            0,
        ),
        ((503, {}, b""), "Cloudflare answers 503: nothing more. It is tried again.", 0),
        (
            (200, {}, b'{"success": false}'),
            'Cloudflare did not purge: {"success": false}. It is tried again.',
            0,
        ),
    ],
)
def test_what_a_cache_refuses_is_said_with_what_to_do(api, answer, said, wait):
    api.answer = answer
    with pytest.raises(CannotFollow) as failed:
        Cloudflare("zone1", "secret-token", api.url).purge(["/"])
    assert str(failed.value) == said
    assert failed.value.wait == wait


def test_a_cache_that_does_not_answer_is_said():
    with pytest.raises(CannotFollow, match=r"Fastly does not answer: .*refused"):
        Fastly("service1", "secret-token", "http://127.0.0.1:9").purge(["/"])


@pytest.fixture
def cloudflare(settings, api) -> Api:
    settings.COURANT_CDN = {
        "kind": "cloudflare",
        "zone": "zone1",
        "token": "secret-token",
        "urls": [api.url],
    }
    return api


def said(api: Api) -> list[Any]:
    found = [json.loads(body) for _, _, _, body in api.told]
    api.told.clear()
    return found


def test_a_cache_is_purged_whole_once_and_then_of_what_changed(tree, cloudflare, tmp_path):
    picture = tmp_path / "quay-0123.webp"
    picture.write_bytes(b"x")
    says("story/1/index.html", "ferry", PublicFile("media/quay-0123.webp", picture))
    says("list/1/index.html", "list")
    bake(tree, "story 1", "list 1")
    assert catch_up() == []
    assert said(cloudflare) == [{"purge_everything": True}]
    says("list/1/index.html", "another list")
    bake(tree, "story 1", "list 1")
    assert catch_up() == []
    assert said(cloudflare) == [{"tags": ["/list/1/"]}]
    WORLD.pop("story 1")
    bake(tree, "story 1")
    assert catch_up() == []
    gone = [tag for what in said(cloudflare) for tag in what["tags"]]
    assert "/story/1/" in gone
    bake(tree)
    assert catch_up() == []
    assert said(cloudflare) == []


def test_a_cache_that_asks_for_time_gets_it_and_everything_afterwards(tree, cloudflare):
    says("story/1/index.html", "ferry")
    bake(tree, "story 1")
    cloudflare.answer = (429, {"Retry-After": "300"}, b"")
    assert catch_up() == ["Cloudflare takes no more just now; it goes on in 300 s."]
    assert Following.objects.get().due_at - now() > timedelta(seconds=290)
    cloudflare.answer = (200, {}, b'{"success": true}')
    follow.retry()
    assert catch_up() == []


def test_a_cache_waits_for_the_bucket_that_it_would_ask(tree, client, cloudflare, settings):
    settings.COURANT_BUCKET = {**settings.COURANT_BUCKET, "name": "nowhere"}
    says("story/1/index.html", "ferry")
    bake(tree, "story 1")
    assert catch_up() == [Following.objects.get(pk="bucket").error, ""]
    assert said(cloudflare) == []


def test_without_followers_nothing_is_noted(tree):
    says("story/1/index.html", "ferry")
    bake(tree, "story 1")
    assert not Following.objects.exists()
    assert not follow.follow_next()


def test_a_file_is_known_by_the_address_that_readers_ask_for():
    from courant.lib.content import address_of

    assert address_of("index.html") == "/"
    assert address_of("harbour/ferry/index.html") == "/harbour/ferry/"
    assert address_of("harbour/ferry/gone.html") == "/harbour/ferry/"
    assert address_of("feed.xml") == "/feed.xml"
    assert address_of("море/index.html") == "/%D0%BC%D0%BE%D1%80%D0%B5/"
