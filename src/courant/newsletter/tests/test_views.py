"""The pages behind the newsletter box."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from courant.newsletter.links import confirm_url, unsubscribe_url
from courant.newsletter.models import ConsentEvent, Newsletter, SignupRequest, Subscription
from courant.newsletter.suppression import suppress
from courant.newsletter.tests.make import make_newsletter, make_subscription
from courant.newsletter.tokens import confirm_token, unsubscribe_token
from courant.newsletter.visitors import network_of

pytestmark = [pytest.mark.django_db, pytest.mark.urls("courant.newsletter.tests.urls")]
THANKS = "Thank you for signing up for this newsletter. We've sent you a confirmation email."
SIGN_UP = "/newsletter/sign-up/"


@pytest.fixture
def newsletter(db):
    Newsletter.objects.update(is_default=False)
    return make_newsletter(slug="tide", is_default=True)


@pytest.fixture
def reader():
    return Client(enforce_csrf_checks=True, REMOTE_ADDR="192.0.2.77", HTTP_USER_AGENT="Firefox")


def test_a_new_a_known_and_a_refused_address_get_the_same_answer(newsletter, reader):
    make_subscription(newsletter, "known@example.org")
    suppress("refused@example.org", "bounced")
    reader.get(SIGN_UP)
    answers, works = [], []
    for email in ("brandnew@example.org", "known@example.org", "refused@example.org"):
        with CaptureQueriesContext(connection) as queries:
            answer = reader.post(SIGN_UP, {"email": email, "newsletter": "tide", "page": "/a/"})
        answers.append((answer.status_code, answer.content, dict(answer.headers)))
        works.append([q["sql"].split(" ")[0:3] for q in queries])
    assert answers[0] == answers[1] == answers[2]
    assert works[0] == works[1] == works[2]
    assert answers[0][0] == 200
    assert THANKS.replace("'", "&#x27;") in answers[0][1].decode()


def test_the_boxs_script_gets_the_sentence(newsletter, reader):
    answer = reader.post(
        SIGN_UP, {"email": "a@example.org"}, headers={"Accept": "application/json"}
    )
    assert answer.json() == {"message": THANKS}


def test_what_was_typed_wrong_is_kept_and_named(newsletter, reader):
    answer = reader.post(SIGN_UP, {"email": 'anna"<x>@', "newsletter": "tide"})
    assert answer.status_code == 400
    text = answer.content.decode()
    assert "is not an e-mail address" in text
    assert 'value="anna&quot;&lt;x&gt;@"' in text
    assert not SignupRequest.objects.exists()
    answer = reader.post(SIGN_UP, {"email": "anna@"}, headers={"Accept": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["message"].startswith("“anna@” is not an e-mail address.")


def test_the_form_notes_where_it_was_and_only_the_network(newsletter, reader):
    reader.post(SIGN_UP, {"email": "a@example.org", "page": "/harbour/ferry/\x00\n"})
    row = SignupRequest.objects.get()
    assert (row.page, row.network, row.user_agent) == ("/harbour/ferry/", "192.0.2.0/24", "Firefox")
    assert row.newsletter == newsletter


def test_a_filled_trap_gets_the_same_answer(newsletter, reader):
    plain = reader.post(SIGN_UP, {"email": "a@example.org"})
    trapped = reader.post(SIGN_UP, {"email": "b@example.org", "website": "http://spam"})
    assert plain.content == trapped.content
    assert SignupRequest.objects.get(email="b@example.org").trapped


def test_an_unknown_newsletter_is_named_as_such(newsletter, reader):
    answer = reader.post(SIGN_UP, {"email": "a@example.org", "newsletter": "no\x00such"})
    assert answer.status_code == 404
    assert "There is no such newsletter" in answer.content.decode()


def test_only_the_button_confirms(newsletter, reader):
    row = make_subscription(newsletter, status="pending")
    url = confirm_url("", confirm_token(row.pk, 1, now()))
    for method in (reader.get, reader.head):
        answer = method(url)
        assert answer.status_code == 200
        assert Subscription.objects.get().status == "pending"
    assert "One more click" in reader.get(url).content.decode()
    answer = reader.post(url)
    assert "You are subscribed" in answer.content.decode()
    assert Subscription.objects.get().status == "active"
    assert "You are subscribed" in reader.get(url).content.decode()  # no second click is asked for
    assert reader.post(url).status_code == 200
    assert ConsentEvent.objects.count() == 1
    assert url.split("/")[-2] not in ConsentEvent.objects.get().page


def test_only_the_button_unsubscribes(newsletter, reader):
    row = make_subscription(newsletter)
    url = unsubscribe_url("", unsubscribe_token(row.subscriber_id, newsletter.pk))
    for method in (reader.get, reader.head, reader.options, reader.put, reader.delete):
        method(url)
        assert Subscription.objects.get().status == "active"
    assert "You are unsubscribed" in reader.post(url).content.decode()
    assert Subscription.objects.get().status == "unsubscribed"


@pytest.mark.parametrize("multipart", [True, False])
def test_a_mail_program_unsubscribes_with_one_click(newsletter, reader, multipart):
    row = make_subscription(newsletter)
    url = unsubscribe_url("", unsubscribe_token(row.subscriber_id, newsletter.pk))
    for _n in range(2):
        if multipart:
            answer = reader.post(url, {"List-Unsubscribe": "One-Click"})
        else:
            body, kind = "List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"
            answer = reader.generic("POST", url, body, content_type=kind)
        assert answer.status_code == 200
        assert not answer.cookies
    assert Subscription.objects.get().status == "unsubscribed"
    assert ConsentEvent.objects.count() == 1


def test_a_broken_link_says_what_to_do(newsletter, reader):
    for url in ("/newsletter/confirm/nonsense/", "/newsletter/unsubscribe/nonsense/"):
        for answer in (reader.get(url), reader.post(url)):
            assert answer.status_code == 404
            assert "copy the whole address" in answer.content.decode()


def test_an_old_link_offers_to_sign_up_again(newsletter, reader):
    row = make_subscription(newsletter, status="pending")
    url = confirm_url("", confirm_token(row.pk, 1, now() - timedelta(days=8)))
    for answer in (reader.get(url), reader.post(url)):
        assert answer.status_code == 410
        assert "Please sign up again" in answer.content.decode()
        assert 'name="email"' in answer.content.decode()
    assert Subscription.objects.get().status == "pending"


def test_pages_are_kept_by_nobody_and_can_load_nothing_foreign(newsletter, reader):
    row = make_subscription(newsletter)
    url = unsubscribe_url("", unsubscribe_token(row.subscriber_id, newsletter.pk))
    for answer in (
        reader.get(SIGN_UP),
        reader.post(SIGN_UP, {"email": "x"}),
        reader.get(url),
        reader.get("/newsletter/confirm/x/"),
    ):
        assert answer["Cache-Control"] == "no-store"
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["Content-Security-Policy"] == (
            "default-src 'none'; style-src 'self'; font-src 'self'; form-action 'self'; "
            "base-uri 'none'; frame-ancestors 'none'; img-src 'self'"
        )
        assert not answer.cookies
        text = answer.content.decode()
        assert "<script" not in text and "style=" not in text


def test_no_session_is_read(newsletter, reader):
    reader.cookies["session"] = "a" * 32
    with CaptureQueriesContext(connection) as queries:
        answer = reader.get(SIGN_UP)
    assert not any("django_session" in q["sql"] for q in queries)
    assert not answer.cookies and "Cookie" not in answer.get("Vary", "")


def test_pages_speak_the_language_of_their_newsletter(newsletter, reader):
    make_newsletter(slug="pryplyv", language="uk", name="Приплив")
    page = reader.get(SIGN_UP, {"newsletter": "pryplyv"}, headers={"Accept-Language": "en"})
    assert "Підписка на Приплив" in page.content.decode()
    assert '<html lang="uk">' in page.content.decode()
    assert page["Content-Language"] == "uk"
    answer = reader.post(SIGN_UP, {"newsletter": "pryplyv", "email": "a@example.org"})
    assert "Дякуємо за підписку" in answer.content.decode()


def test_every_page_has_one_heading_and_labels(newsletter, reader):
    text = reader.get(SIGN_UP).content.decode()
    assert len(re.findall("<h1", text)) == 1
    assert 'for="email"' in text and 'id="email"' in text


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("127.0.0.1", ""),
        ("", ""),
        ("unix:", ""),
    ],
)
def test_of_an_address_only_the_network_is_kept(address, network):
    assert network_of(address) == network


def test_behind_a_proxy_the_last_address_is_the_visitors(newsletter, reader, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    headers = {"X-Forwarded-For": "203.0.113.9, 198.51.100.7"}
    reader.post(SIGN_UP, {"email": "a@example.org"}, headers=headers)
    assert SignupRequest.objects.get().network == "198.51.100.0/24"


@pytest.mark.parametrize("rest", ["confirm/", "confirm/abc/x", "unsubscribe/", "nothing"])
def test_a_link_that_lost_a_piece_gets_a_page_that_says_what_to_do(newsletter, reader, rest):
    answer = reader.get(f"/newsletter/{rest}")
    assert answer.status_code == 404
    assert "Please copy the whole address from the mail" in answer.content.decode()


def test_the_bare_address_shows_the_sign_up_form(newsletter, reader):
    assert 'name="email"' in reader.get("/newsletter/").content.decode()
