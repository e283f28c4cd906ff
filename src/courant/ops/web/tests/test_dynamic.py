"""The desk and the forms, when many or slow or hostile people ask."""

import asyncio
import logging
import threading

import pytest

from courant.ops.web.dynamic import Dynamic, Room
from courant.ops.web.tests.make import Body, Scope, headers


def echo(environ, start_response):
    body = environ["wsgi.input"].read()
    start_response("200 OK", [("x-length", environ["CONTENT_LENGTH"])])
    return [environ["REQUEST_METHOD"].encode(), b" ", body]


def room(**limits):
    return Room("test", **{"threads": 1, "waiting": 1, "largest": 1000, "patience": 5} | limits)


def ask(*pieces: bytes, application=echo, limits=None, **sent: str):
    dynamic = Dynamic(lambda: application, [("x-ours", "yes")])
    scope = Scope(method="POST", headers=headers(**sent))
    return asyncio.run(dynamic.answer(scope, Body(*pieces), room(**limits or {})))


def test_a_request_reaches_the_application_whole():
    answer = ask(b"email=", b"a%40b.org")
    assert (answer.status, answer.body) == (200, b"POST email=a%40b.org")
    assert ("x-length", "15") in answer.headers


def test_a_large_body_goes_through_the_disk_and_arrives():
    answer = ask(*[b"x" * 100_000] * 30, limits={"largest": 4 << 20})
    assert answer.body == b"POST " + b"x" * 3_000_000


@pytest.mark.parametrize("sent", [{"content_length": "1001"}, {}])
def test_too_much_is_refused_whether_or_not_it_is_announced(sent):
    answer = ask(b"x" * 600, b"x" * 401, **sent)
    assert answer.status == 413
    assert b"cannot be sent here" in answer.body
    assert ("x-ours", "yes") in answer.headers


def test_a_body_that_broke_off_is_not_taken_for_the_whole():
    answer = ask(b"amount=1", content_length="10")
    assert (answer.status, answer.body) == (400, b"Only 8 of 10 bytes came.\n")


def test_who_sends_too_slowly_is_let_go_and_had_no_thread():
    class Slow(Body):
        async def __aiter__(self):
            yield b"a"
            await asyncio.sleep(60)

    dynamic, busy = Dynamic(lambda: echo, []), room(patience=0.05)
    answer = asyncio.run(dynamic.answer(Scope(method="POST"), Slow(), busy))
    assert answer.status == 408
    assert not busy.threads._threads


def test_when_too_many_wait_the_next_is_told_to_come_again():
    go_on = threading.Event()

    def slow(environ, start_response):
        go_on.wait(10)
        return echo(environ, start_response)

    async def four():
        dynamic, small = Dynamic(lambda: slow, []), room()
        tasks = [asyncio.create_task(dynamic.answer(Scope(), Body(), small)) for _ in range(4)]
        refused, _ = await asyncio.wait(tasks, return_when="FIRST_COMPLETED")
        go_on.set()
        answers = await asyncio.gather(*tasks)
        again = await dynamic.answer(Scope(), Body(), small)
        return [answer.status for answer in answers], again.status, refused.pop().result()

    statuses, again, refused = asyncio.run(four())
    assert sorted(statuses) == [200, 200, 503, 503]
    assert again == 200
    assert ("retry-after", "5") in refused.headers


def test_what_cannot_be_loaded_is_said_logged_and_tried_again(caplog, monkeypatch):
    attempts = []

    def load():
        attempts.append(1)
        if len(attempts) == 1:
            raise PermissionError("secrets/secret_key")
        return echo

    async def thrice():
        dynamic = Dynamic(load, [])
        first = await dynamic.answer(Scope(), Body(), room())
        second = await dynamic.answer(Scope(), Body(), room())
        dynamic.lazy.not_before = 0.0  # five seconds later
        third = await dynamic.answer(Scope(), Body(), room())
        return [first.status, second.status, third.status], len(attempts)

    with caplog.at_level(logging.ERROR):
        assert asyncio.run(thrice()) == ([503, 503, 200], 2)
    assert "secrets/secret_key" in caplog.text
