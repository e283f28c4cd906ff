"""Links to other sites are tried; nothing of one's own network is asked, whoever leads there."""

import socket
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from courant.newsletter import link_tries
from courant.newsletter.letter_checks import Tried
from courant.newsletter.link_tries import is_public, try_all, try_one


class Site(BaseHTTPRequestHandler):
    """Another site: what it answers stands in the path."""

    def answer(self, status, location=""):
        self.server.asked.append((self.command, self.path))
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.end_headers()

    def do_HEAD(self):
        if self.path == "/no-head":
            self.answer(501)
        elif self.path == "/slow":
            time.sleep(0.5)
        elif self.path == "/round":
            self.answer(302, "/round")
        elif self.path.startswith("/to/"):
            self.answer(302, self.path.removeprefix("/to/"))
        else:
            self.answer(int(self.path[1:4]))

    def do_GET(self):
        self.answer(200 if self.path == "/no-head" else int(self.path[1:4]))

    def log_message(self, *_words):
        pass


@pytest.fixture
def site(monkeypatch):
    """On this machine, at an address that counts as public here; its neighbours do not."""
    monkeypatch.setattr(link_tries, "is_public", lambda address: address == "127.0.0.1")
    with serving() as server:
        yield server


@contextmanager
def serving():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.asked = []
    server.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def test_a_page_that_answers_a_head_is_asked_once(site):
    assert try_one(f"{site.url}/200?a=b c") == Tried(f"{site.url}/200?a=b c", 200)
    assert site.asked == [("HEAD", "/200?a=b%20c")]


def test_who_refuses_a_head_is_asked_as_browsers_ask(site):
    assert try_one(f"{site.url}/no-head").status == 200
    assert site.asked == [("HEAD", "/no-head"), ("GET", "/no-head")]


def test_a_missing_page_is_named_with_its_status_and_redirects_are_followed(site):
    found = try_all([f"{site.url}/404", f"{site.url}/to//200", f"{site.url}/403"])
    assert [(one.status, one.gone, one.shy) for one in found] == [
        (404, True, False),
        (200, False, False),
        (403, False, True),
    ]


def test_a_circle_ends(site):
    assert "more than 5 times" in try_one(f"{site.url}/round").problem
    assert len(site.asked) == 6


def test_a_page_that_leads_into_a_private_network_is_not_followed(site):
    with serving() as neighbour:
        leads = f"{site.url}/to/http://127.0.0.2:{neighbour.server_port}/200"
        found = try_one(leads)
    assert found.gone and "127.0.0.2 is an address of a private network" in found.problem
    assert neighbour.asked == []


def test_who_does_not_answer_is_not_waited_for(site, monkeypatch):
    late = try_all([f"{site.url}/slow", f"{site.url}/200"], seconds=0.2)
    assert late[0].problem == "It gave no answer within 0 seconds." and late[1].status == 200


@pytest.mark.parametrize(
    "host",
    [
        *(
            "127.0.0.1",
            "localhost",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "2130706433",
            "0x7f.1",
            "0.0.0.0",  # noqa: S104 - asked, not bound
        ),
        *("10.0.0.8", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "[fe80::1]"),
        *("[fd00::1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "224.0.0.1", "user@127.0.0.1"),
    ],
)
def test_no_address_of_ones_own_network_is_asked(host):
    with serving() as server:
        found = try_one(f"http://{host}:{server.server_port}/200")
        assert server.asked == []
    assert found.gone and "private network" in found.problem


def test_a_name_is_judged_by_its_addresses_and_asked_at_the_one_that_was_judged(monkeypatch):
    """One that leads to the internet at first and into the house at the second question."""
    answers = [["93.184.216.34"], ["127.0.0.1"]]

    def look_up(host, port, **_more):
        return [(0, 0, 0, "", (address, port)) for address in answers.pop(0)]

    asked = []

    def connect(address, timeout):
        asked.append(address)
        raise ConnectionRefusedError("refused")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket, "create_connection", connect)
    assert "cannot be reached: refused" in try_one("http://pier.example/").problem
    assert asked == [("93.184.216.34", 80)]
    assert "private network (127.0.0.1)" in try_one("http://pier.example/").problem
    assert len(asked) == 1


@pytest.mark.parametrize(
    "address", ["http://[::1/", "http:///x", "ftp://pier.example/", "http://a:b/"]
)
def test_what_is_no_address_is_said_to_be_none(address):
    assert "is no address" in try_one(address).problem


def test_of_very_many_links_some_are_not_tried_and_said_to_be(monkeypatch):
    monkeypatch.setattr(link_tries, "MOST", 1)
    found = try_all(["http://127.0.0.1/", "http://127.0.0.1/b", "http://127.0.0.1/"])
    assert len(found) == 2 and found[1].problem == "Not tried: only the first 1 are."


def test_public_addresses_are_public():
    assert is_public("93.184.216.34") and is_public("2606:2800:220:1::1")
