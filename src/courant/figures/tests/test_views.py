"""Where pages report: what is taken, what is refused, and what is never kept."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from courant.figures import keeping
from courant.figures.models import FiguresSettings

pytestmark = pytest.mark.django_db
PAGE = {"User-Agent": "Mozilla/5.0 Firefox/140.0", "Sec-Fetch-Site": "same-origin"}
REPORT = {"story": "15", "did": "or"}


def send(report=REPORT, **headers):
    sent = {k: v for k, v in (PAGE | headers).items() if v is not None}
    return Client(enforce_csrf_checks=True).post("/figures/", report, headers=sent)


def counted():
    return sum(keeping.ABACUS._counts.values())


def test_a_report_is_counted_without_a_cookie_and_without_a_table():
    keeping.SWITCH.is_on()
    with CaptureQueriesContext(connection) as queries:
        answer = send()
    assert (answer.status_code, answer.content) == (204, b"")
    assert counted() == 2 and len(queries) == 0
    assert not answer.cookies and answer["Cache-Control"] == "no-store"


def test_nothing_of_a_reader_is_in_what_is_kept():
    send(REPORT | {"email": "ada@example.org"}, Referer="https://127.0.0.1/secret")
    for _day, story, what in keeping.ABACUS._counts:
        assert (story, what) in {(15, "opened"), (15, "read")}


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": None},
        {"User-Agent": "Googlebot/2.1 (+http://www.google.com/bot.html)"},
        {"User-Agent": "curl/8.5"},
        {"DNT": "1"},
        {"Sec-GPC": "1"},
        {"Sec-Purpose": "prefetch;prerender"},
    ],
)
def test_programs_and_readers_who_refuse_are_not_counted(headers):
    assert send(**headers).status_code == 204
    assert counted() == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": None},
        {"Sec-Fetch-Site": None, "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": None, "Origin": "https://[evil"},
        {"Sec-Fetch-Site": None, "Origin": "null"},
    ],
)
def test_only_pages_of_the_paper_report(headers):
    assert send(**headers).status_code == 403
    assert counted() == 0


def test_an_older_browser_says_by_its_origin_where_it_is():
    assert send(**{"Sec-Fetch-Site": None, "Origin": "http://testserver"}).status_code == 204
    assert counted() == 2


def test_switched_off_there_is_nothing_at_the_address():
    FiguresSettings.objects.create(reading=False)
    assert send().status_code == 404
    assert Client().get("/figures/").status_code == 404
    assert counted() == 0


def test_bad_reports_are_refused_with_a_sentence():
    assert Client().get("/figures/", headers=PAGE).status_code == 405
    answer = send({"story": "x"})
    assert (answer.status_code, answer.content) == (400, b"story must be the number of a story.")
    assert send(REPORT | {"heard": "1" * 1100}).status_code == 413
    assert send({"story": "<script>"})["Content-Type"].startswith("text/plain")
    assert counted() == 0


def test_too_many_are_turned_away(monkeypatch):
    monkeypatch.setattr(keeping.ABACUS, "a_minute", 1)
    assert [send().status_code for _ in range(2)] == [204, 429]
