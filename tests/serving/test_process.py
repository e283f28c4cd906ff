"""The web process itself, while things die around it and people are slow or many."""

import os
import select
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from http.client import HTTPConnection

import pytest

from tests.conftest import Home, free_port, wait_until
from tests.serving import servers
from tests.serving.http import ask, ask_bytes
from tests.serving.servers import Server
from tests.serving.tree import FRONT, GONE, LONG_SOUND, MISSING, PAGE, SOUND, make_tree

pytestmark = pytest.mark.xdist_group("serving")

READ = {"/": (200, FRONT), "/harbour/ferry/": (200, PAGE), "/harbour/killed/": (410, GONE)}
READ |= {"/nothing": (404, MISSING), "/audio/ferry-0123456789ab.mp3": (200, SOUND)}
FORM = b"POST /newsletter/sign-up/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 900\r\n\r\nemail="
LISTEN = b"GET /audio/long-0123456789ab.mp3 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@pytest.fixture
def own_home(home: Home) -> Home:
    make_tree(home.public.parent)
    return home


@pytest.fixture
def own(own_home: Home) -> Iterator[Server]:
    with servers.courant(own_home) as server:
        yield server


def read_everything(server: Server) -> None:
    for path, expected in READ.items():
        answer = ask(server.port, "GET", path)
        assert (answer.status, answer.body) == expected, path


def test_readers_are_served_while_database_and_secrets_are_gone(own: Server, own_home: Home):
    wait_until(lambda: ask(own.port, "GET", "/desk/login/").status == 200, "the desk answers")
    for file in own_home.path.glob("courant.sqlite3*"):
        file.unlink()
    shutil.rmtree(own_home.path / "secrets")
    read_everything(own)
    answer = ask(own.port, "GET", "/newsletter/")
    assert answer.status == 500
    assert b"Traceback" not in answer.body


def test_a_process_that_follows_a_dead_one_into_such_ruins_serves_too(own: Server, own_home: Home):
    key = own_home.path / "secrets" / "secret_key"
    key.unlink()
    key.mkdir()  # unreadable for anybody, root included
    (own_home.path / "courant.toml").write_text("this is no TOML")
    workers = children(own.pid)
    for worker in workers:
        os.kill(worker, signal.SIGKILL)
    wait_until(lambda: children(own.pid) and not {*workers} & {*children(own.pid)}, "others follow")
    wait_until(lambda: answers(own), "they answer")
    read_everything(own)
    answer = ask(own.port, "GET", "/newsletter/")
    assert answer.status == 503
    assert answer.body == b"The desk and the forms do not work just now. The paper does.\n"


def children(pid: int) -> list[int]:
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True)
    return [int(line) for line in found.stdout.split()]


def answers(server: Server) -> bool:
    try:
        return ask(server.port, "GET", "/").status == 200
    except OSError:
        return False


def test_courant_up_serves_the_paper_until_the_database_is_back(own_home: Home):
    database, away = own_home.path / "courant.sqlite3", own_home.path / "away"
    database.rename(away)
    database.mkdir()
    port = free_port()
    up = own_home.start("up", "--port", str(port))
    try:
        server = Server("courant", port, port, up.pid)
        wait_until(lambda: answers(server), "the paper is served")
        assert up.stderr.readline().startswith(b"The database does not answer: unable to open")
        assert up.stderr.readline().startswith(b"The paper is served; the worker starts when")
        read_everything(server)
        database.rmdir()
        away.rename(database)
        wait_until(lambda: len(children(up.pid)) == 2, "the worker has started")
        assert up.poll() is None
    finally:
        up.terminate()
        up.wait(30)
        up.stderr.close()


def test_strangers_cannot_fill_the_log(own_home: Home):
    port = free_port()
    web = own_home.start("web", "--port", str(port))
    try:
        server = Server("courant", port, port, web.pid)
        wait_until(lambda: answers(server), "it answers")
        assert ask(port, "GET", "/desk/", host="other.example").status == 400
        assert ask(port, "GET", "/newsletter/nothing/").status == 404
    finally:
        web.terminate()
        web.wait(30)
        said = web.stderr.read()
        web.stderr.close()
    assert said == b""


def test_no_crowd_of_slow_people_holds_up_a_reader(own: Server):
    with ExitStack() as crowd:
        listeners = [crowd.enter_context(slow(own, LISTEN)) for _ in range(100)]
        senders = [crowd.enter_context(slow(own, FORM)) for _ in range(100)]
        silent = [crowd.enter_context(slow(own, b"GET / HTTP/1.1\r\nHo")) for _ in range(300)]
        wait_until(lambda: all(has_something(each) for each in listeners), "the sound begins")
        waits = []
        for _ in range(50):
            began = time.monotonic()
            read_everything(own)
            waits.append(time.monotonic() - began)
        assert not any(has_something(each) for each in senders + silent)  # they still hang there
        assert sorted(waits)[25] < 1  # seconds for five addresses; unhurt it is a hundredth of that
        assert ask(own.port, "GET", "/newsletter/").status == 200
        assert sum(len(listener.recv(1 << 20)) for listener in listeners) > 0


def slow(server: Server, request: bytes) -> socket.socket:
    """Somebody who sends this much and then does nothing more, with a small window for answers."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(("127.0.0.1", server.port))
    connection.sendall(request)
    return connection


def has_something(connection: socket.socket) -> bool:
    return bool(select.select([connection], [], [], 0)[0])


def test_a_connection_is_good_for_many_answers_of_every_kind(courant: Server):
    asked = [
        ("HEAD", "/", {}),
        ("GET", "/nothing", {}),
        ("HEAD", "/audio/long-0123456789ab.mp3", {}),
    ]
    asked += [("GET", "/", {"If-None-Match": "*"}), ("GET", "/harbour/ferry", {})]
    asked += [("GET", "/audio/long-0123456789ab.mp3", {"Range": "bytes=5-9"})]
    asked += [("GET", "/audio/long-0123456789ab.mp3", {"Range": "bytes=9999999-"})]
    asked += [("GET", "/newsletter/", {}), ("POST", "/", {"Content-Length": "0"})]
    with closing(HTTPConnection("127.0.0.1", courant.port, timeout=60)) as connection:
        connection.connect()
        first = connection.sock
        for method, target, sent in asked * 3:
            connection.request(method, target, headers=sent)
            connection.getresponse().read()
            connection.request("GET", "/harbour/ferry/")
            assert connection.getresponse().read() == PAGE
        assert connection.sock is first


def test_a_long_file_arrives_whole_by_parts(own: Server):
    parts = []
    for first in range(0, len(LONG_SOUND), 700_000):
        sent = {"Range": f"bytes={first}-{first + 699_999}"}
        parts.append(ask(own.port, "GET", "/audio/long-0123456789ab.mp3", sent).body)
    assert b"".join(parts) == LONG_SOUND


@pytest.mark.parametrize(
    "request_",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
        b"GET  /  HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, x\r\nContent-Length: 4\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"\0" * 100 + b"\r\n\r\n",
    ],
    ids=lambda request_: repr(request_[:40]),
)
def test_what_is_no_proper_request_is_refused_and_readers_notice_nothing(courant: Server, request_):
    assert ask_bytes(courant.port, request_ + b"\r\n").status in (200, 400, 414, 431)
    read_everything(courant)
