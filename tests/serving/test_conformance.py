"""The same requests to our server, nginx and Caddy, over real sockets."""

import random

import pytest

from courant.ops.web.headers import SECURITY
from tests.conftest import Home
from tests.serving.http import ask
from tests.serving.servers import Server
from tests.serving.table import CASES, Case
from tests.serving.tree import CANARY, FRONT, coded, put

pytestmark = pytest.mark.xdist_group("serving")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_server_answers_as_the_table_says(server: Server, case: Case):
    method, target = case.request.split(" ", 1)
    known = facts_of_the_file(server, target) if needs_facts(case) else {}
    sent = {name: value.format(**known) for name, value in case.sent.items()}
    found, expected = ask(server.port, method, target, sent), case.expected_of(server.name)
    assert found.status == expected.status
    assert expected.body is None or found.body == expected.body
    for name, value in expected.headers.items():
        assert found.headers.get(name) == (value and value.format(**known)), name
    # What is no request has no address, and so no policy; and to 416 nginx says all of them twice.
    if found.status not in (400, 416):
        for name, value in SECURITY:
            assert found.headers.get(name) == value
    assert CANARY not in found.body
    assert b"Traceback" not in found.body
    assert "set-cookie" not in found.headers


def needs_facts(case: Case) -> bool:
    used = (*case.sent.values(), *filter(None, case.expected.headers.values()))
    return any("{etag}" in value or "{modified}" in value for value in used)


def facts_of_the_file(server: Server, target: str) -> dict[str, str]:
    plain = ask(server.port, "GET", target)
    return {"etag": plain.headers["etag"], "modified": plain.headers["last-modified"]}


def test_the_table_is_as_long_as_was_promised():
    assert len({(case.request, str(case.sent)) for case in CASES}) >= 60
    assert all(reason for case in CASES for reason, _ in case.unlike.values())


def test_each_coding_has_a_tag_of_its_own(server: Server):
    accepted = ("identity", "gzip", "br")
    tags = {ask(server.port, "GET", "/", {"Accept-Encoding": a}).headers["etag"] for a in accepted}
    assert len(tags) == len(accepted)
    assert not any(tag.startswith("W/") for tag in tags)


def test_a_page_that_is_replaced_is_seen_by_the_next_reader(server: Server, served_home: Home):
    folder = served_home.public / "harbour" / f"changing-for-{server.name}"
    for number in range(20):
        page = b"<p>Version %d of the page" % number
        put(folder / "index.html.br", coded(page, "br"))
        put(folder / "index.html", page)
        for accepted, body in (("br", coded(page, "br")), ("identity", page)):
            sent = {"Accept-Encoding": accepted}
            assert ask(server.port, "GET", f"/harbour/{folder.name}/", sent).body == body


def test_a_new_generation_is_seen_by_the_next_reader(server: Server, served_home: Home):
    current, old = served_home.public, served_home.public.resolve()
    new = current.parent / f"generation-for-{server.name}"
    put(new / "index.html", b"<p>All new")
    put(new / "robots.txt", b"")
    assert ask(server.port, "GET", "/").body == FRONT
    try:
        switch(current, new.name)
        assert ask(server.port, "GET", "/").body == b"<p>All new"
        assert ask(server.port, "GET", "/harbour/ferry/").status == 404
    finally:
        switch(current, old.name)
    assert ask(server.port, "GET", "/").body == FRONT


def switch(current, generation: str) -> None:
    following = current.with_name("next")
    following.symlink_to(generation, target_is_directory=True)
    following.rename(current)


def test_no_query_and_no_header_of_a_stranger_changes_a_page_or_shows_in_an_answer(server: Server):
    chance, bodies = random.Random(7), set()
    names = (
        "X-Forwarded-Host",
        "X-Forwarded-Proto",
        "X-Original-URL",
        "X-Rewrite-URL",
        "Forwarded",
    )
    names += ("Origin", "Referer", "Cookie", "Authorization", "User-Agent", "Via", "X-Real-IP")
    for _ in range(60):
        sent = {name: f"{CANARY.decode()}{chance.random()}" for name in chance.sample(names, 6)}
        target = f"/harbour/ferry/?{CANARY.decode()}={chance.random()}&utm=%3Cscript%3E"
        answer = ask(server.port, "GET", target, sent)
        bodies.add(answer.body)
        assert CANARY.decode() not in str(answer.headers)
    assert len(bodies) == 1


def test_pages_report_that_they_were_read_behind_every_server(server: Server):
    report = b"story=1&did=or"
    page = {
        "User-Agent": "Mozilla/5.0 Firefox/140.0",
        "Sec-Fetch-Site": "same-origin",
        "Content-Type": "application/x-www-form-urlencoded",
        "Content-Length": str(len(report)),
    }
    answer = ask(server.port, "POST", "/figures/", page, body=report)
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["cache-control"] == "no-store"
    assert "set-cookie" not in answer.headers
    elsewhere = page | {"Sec-Fetch-Site": "cross-site"}
    assert ask(server.port, "POST", "/figures/", elsewhere, body=report).status == 403
    assert ask(server.port, "GET", "/figures/").status == 405
    much = page | {"Content-Length": "2000"}
    assert ask(server.port, "POST", "/figures/", much, body=b"x" * 2000).status == 413


def test_the_desk_and_the_forms_answer_behind_every_server(server: Server):
    login = ask(server.port, "GET", "/desk/login/")
    assert login.status == 200
    assert b"csrfmiddlewaretoken" in login.body
    assert "script-src" not in login.headers.get("content-security-policy", "")
    assert "Cookie" in login.headers["vary"]
    form = ask(server.port, "GET", "/newsletter/")
    assert form.status == 200
    assert form.headers["x-robots-tag"] == "noindex"
    assert form.headers["cache-control"] == "no-store"
    assert ask(server.port, "GET", "/desk").headers["location"] == "/desk/"
    style = ask(server.port, "GET", "/desk/static/wagtailadmin/css/core.css")
    assert (style.status, style.headers["content-type"]) == (200, "text/css; charset=utf-8")
