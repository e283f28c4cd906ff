"""Links of mails against who changes, exchanges, repeats or opens them."""

import random
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from courant.newsletter import links, moving, signup
from courant.newsletter.errors import TokenError
from courant.newsletter.evidence import Evidence
from courant.newsletter.models import ConsentEvent, ReaderNotice, SignupRequest, Subscription
from courant.newsletter.tests.make import NOON, make_newsletter, make_subscription
from courant.newsletter.tokens import (
    click_token,
    confirm_token,
    move_token,
    preferences_token,
    read_click,
    read_confirm,
    read_move,
    read_preferences,
    read_unsubscribe,
    unsubscribe_token,
)
from courant.newsletter.transports.memory import MemoryTransport

READERS = {
    "click": read_click,
    "confirm": lambda token: read_confirm(token, NOON),
    "unsubscribe": read_unsubscribe,
    "preferences": lambda token: read_preferences(token, NOON),
    "move": lambda token: read_move(token, NOON),
}
METHODS = ("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "PROPFIND")


def tokens(number):
    """Tokens of all purposes with whatever numbers."""
    chance = random.Random(8058)
    for n in range(number):
        first, second = chance.randrange(1, 2**40), chance.randrange(1, 2**20)
        yield [
            ("confirm", confirm_token(first, second, NOON)),
            ("unsubscribe", unsubscribe_token(first, second)),
            ("preferences", preferences_token(first, second, NOON)),
            ("move", move_token(first, second, NOON)),
            ("click", click_token(first, second)),
        ][n % 5]


def accepted(token):
    """The purposes that a token is good for."""
    return {purpose for purpose, reader in READERS.items() if _reads(reader, token)}


def _reads(reader, token):
    try:
        return reader(token)
    except TokenError:
        return None


def test_no_flipped_bit_of_a_thousand_tokens_passes():
    for purpose, token in tokens(1000):
        raw = urlsafe_b64decode(token)
        for bit in range(len(raw) * 8):
            wrong = bytearray(raw)
            wrong[bit // 8] ^= 1 << bit % 8
            with pytest.raises(TokenError):
                READERS[purpose](urlsafe_b64encode(wrong).decode())


def test_a_thousand_tokens_are_each_good_for_one_purpose():
    for purpose, token in tokens(1000):
        assert accepted(token) == {purpose}


def test_no_halves_of_two_tokens_make_a_third():
    made = list(tokens(200))
    for (_one, first), (_other, second) in zip(made, made[4:], strict=False):
        for cut in range(4, min(len(first), len(second)), 4):
            assert accepted(first[:cut] + second[cut:]) == set()


@pytest.mark.django_db
@pytest.mark.urls("courant.newsletter.tests.urls")
class TestScanners:
    """What opens every link of every mail, as mail servers of companies do."""

    def test_they_change_nothing(self):
        newsletter = make_newsletter()
        active, pending = (
            make_subscription(newsletter),
            make_subscription(newsletter, status="pending"),
        )
        at = now()
        moving.ask(active.subscriber, "anna@new.example.org", clock=lambda: at)
        notice = ReaderNotice.objects.get(kind="move")
        addresses = [
            links.confirm_url("", confirm_token(pending.pk, 1, at)),
            links.unsubscribe_url("", unsubscribe_token(active.subscriber_id, newsletter.pk)),
            links.preferences_url("", preferences_token(active.subscriber_id, 1, at)),
            links.preferences_url(
                "", preferences_token(active.subscriber_id, 1, at - timedelta(300))
            ),
            links.move_url("", move_token(notice.pk, 1, at)),
            "/newsletter/sign-up/?email=eve@example.org&newsletter=" + newsletter.slug,
        ]
        scanner = Client(enforce_csrf_checks=True)
        with CaptureQueriesContext(connection) as queries:
            for address in addresses:
                for method in METHODS:
                    scanner.generic(method, address, data=b"do=delete&sure=1")
        assert not [q["sql"] for q in queries if q["sql"].split()[0] not in ("SELECT",)]
        assert queries

    def test_a_used_confirmation_that_comes_again_after_leaving_subscribes_nobody(self):
        newsletter = make_newsletter()
        row = make_subscription(newsletter, status="pending")
        client, at = Client(), now()
        confirm = links.confirm_url("", confirm_token(row.pk, 1, at))
        leave = links.unsubscribe_url("", unsubscribe_token(row.subscriber_id, newsletter.pk))
        assert client.post(confirm).status_code == 200
        assert client.post(leave).status_code == 200
        assert client.post(confirm).status_code == 410
        assert Subscription.objects.get().status == "unsubscribed"
        assert ConsentEvent.objects.count() == 2


@pytest.mark.django_db
def test_a_thousand_sign_ups_for_one_victim_make_one_mail():
    assert _mails_to_a_victim(1_000) == 1


@pytest.mark.soak
@pytest.mark.django_db
def test_ten_thousand_do_not_make_two():
    assert _mails_to_a_victim(10_000) == 1


def _mails_to_a_victim(number):
    """Through the form, from ever other networks and in ever other spellings."""
    newsletter, chance, transport = make_newsletter(), random.Random(1), MemoryTransport()
    for n in range(number):
        spelling = "".join(chance.choice((c, c.upper())) for c in "victim@example.org")
        origin = Evidence("/", f"198.{n // 250 % 250}.{n % 250}.0/24", f"agent {n}")
        signup.ask(spelling, newsletter, origin)
    while SignupRequest.objects.filter(state="waiting").exists():
        signup.process_requests(transport=transport)
    return len(transport.sent)
