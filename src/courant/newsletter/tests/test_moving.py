"""Changing an address: asked at the new one, told to the old one, done by a button."""

import re
from datetime import timedelta
from email import message_from_bytes
from email.policy import SMTP

import pytest
from django.test import Client

from courant.newsletter import moving, notify
from courant.newsletter.errors import AddressError, TokenError
from courant.newsletter.evidence import Evidence
from courant.newsletter.models import ConsentEvent, ReaderNotice, Subscriber
from courant.newsletter.suppression import suppress
from courant.newsletter.tests.make import (
    Clock,
    make_edition,
    make_newsletter,
    make_subscription,
    states,
)
from courant.newsletter.transports.memory import MemoryTransport

pytestmark = [pytest.mark.django_db, pytest.mark.urls("courant.newsletter.tests.urls")]
NEW = "anna@new.example.org"


@pytest.fixture
def anna():
    return make_subscription(make_newsletter(), "anna@example.org").subscriber


def sent(clock):
    """What goes out now: recipient → the path of its link."""
    transport = MemoryTransport()
    notify.process_notices(transport=transport, clock=clock)
    return {mail.recipient: link_in(mail) for mail in transport.sent}


def link_in(mail):
    text = message_from_bytes(mail.data, policy=SMTP).get_body(("plain",)).get_content()
    return re.search(r"/newsletter/[\w/-]+/", text).group(0)


def token_of(link):
    return link.split("/")[-2]


def test_letters_move_once_the_new_address_agrees(anna, clock):
    edition = make_edition(anna.subscriptions.get().newsletter)
    moving.ask(anna, NEW, clock=clock)
    links = sent(clock)
    assert links.keys() == {NEW, "anna@example.org"}
    anna.refresh_from_db()
    assert anna.email == "anna@example.org"
    for _n in range(2):
        moving.move(token_of(links[NEW]), Evidence(), clock=clock)
    anna.refresh_from_db()
    assert (anna.email, anna.links_round) == (NEW, 2)
    assert states(edition) == {NEW: "waiting"}
    event = ConsentEvent.objects.get()
    assert event.kind == "moved" and "example.org" not in event.text


def test_only_the_button_moves(anna):
    moving.ask(anna, NEW)
    link = sent(Clock(ReaderNotice.objects.first().created))[NEW]
    reader = Client(enforce_csrf_checks=True)
    for method in (reader.get, reader.head):
        assert method(link).status_code == 200
        assert Subscriber.objects.get().email == "anna@example.org"
    assert "Your address is changed" in reader.post(link).content.decode()
    assert Subscriber.objects.get().email == NEW
    assert "Your address is changed" in reader.get(link).content.decode()


def test_links_of_the_old_mailbox_are_dead_afterwards(anna, clock):
    from courant.newsletter import preferences

    moving.ask(anna, NEW, clock=clock)
    links = sent(clock)
    old = token_of(links["anna@example.org"])
    assert preferences.subscriber_of(old, clock=clock) == anna
    moving.move(token_of(links[NEW]), Evidence(), clock=clock)
    with pytest.raises(TokenError, match="replaced"):
        preferences.subscriber_of(old, clock=clock)


def test_an_earlier_question_does_not_count_after_the_move(anna, clock):
    moving.ask(anna, "anna@other.example.org", clock=clock)
    first = sent(clock)
    moving.ask(anna, NEW, clock=clock)
    moving.move(token_of(sent(clock)[NEW]), Evidence(), clock=clock)
    with pytest.raises(TokenError, match="replaced"):
        moving.move(token_of(first["anna@other.example.org"]), Evidence(), clock=clock)


def test_a_question_lasts_seven_days(anna, clock):
    moving.ask(anna, NEW, clock=clock)
    link = sent(clock)[NEW]
    clock.move(days=7, seconds=1)
    with pytest.raises(TokenError, match="seven days"):
        moving.move(token_of(link), Evidence(), clock=clock)


def test_an_address_that_is_another_readers_is_refused_only_to_its_owner(anna, clock):
    make_subscription(make_newsletter(), NEW)
    assert moving.ask(anna, NEW, clock=clock) == NEW  # who asks learns nothing
    with pytest.raises(TokenError, match="preferences of its own"):
        moving.move(token_of(sent(clock)[NEW]), Evidence(), clock=clock)
    anna.refresh_from_db()
    assert anna.email == "anna@example.org"


def test_a_stranger_is_asked_once_a_day_and_three_times_in_all(clock):
    newsletter = make_newsletter()
    asked = 0
    for _day in range(6):
        for _n in range(2):
            moving.ask(make_subscription(newsletter).subscriber, NEW, clock=clock)
        asked += NEW in sent(clock)
        clock.move(days=1, seconds=1)
    assert asked == 3


def test_one_reader_asks_three_times_a_day_at_most(anna, clock):
    for n in range(3):
        moving.ask(anna, f"anna{n}@example.net", clock=clock)
    with pytest.raises(AddressError, match="several times today"):
        moving.ask(anna, NEW, clock=clock)
    clock.time += timedelta(hours=25)
    moving.ask(anna, NEW, clock=clock)


def test_a_suppressed_address_is_not_asked(anna, clock):
    suppress(NEW, "bounced")
    moving.ask(anna, NEW, clock=clock)
    assert NEW not in sent(clock)
