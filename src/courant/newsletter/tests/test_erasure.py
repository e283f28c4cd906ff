"""Deleting a reader, and what has had its time."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.utils.timezone import now

from courant.newsletter import erasure, retention, send, signup
from courant.newsletter.evidence import Evidence
from courant.newsletter.models import (
    ConsentEvent,
    Delivery,
    SignupRequest,
    Subscriber,
    Subscription,
    Suppression,
)
from courant.newsletter.outcomes import Outcome, Verdict
from courant.newsletter.suppression import is_suppressed, suppress
from courant.newsletter.tests.make import (
    Clock,
    make_edition,
    make_newsletter,
    make_subscription,
)
from courant.newsletter.tests.test_moving import link_in, token_of
from courant.newsletter.tests.test_preferences import url_of
from courant.newsletter.transports.memory import MemoryTransport

pytestmark = [pytest.mark.django_db, pytest.mark.urls("courant.newsletter.tests.urls")]
ANNA = "anna.of.pell@example.org"
EVIDENCE = Evidence("/harbour/", "192.0.2.0/24", "Annas Firefox")


@pytest.fixture
def newsletter():
    return make_newsletter(name="First Tide")


def signed_up(newsletter, clock):
    """By two clicks, as readers do."""
    transport = MemoryTransport()
    signup.ask(ANNA, newsletter, EVIDENCE, clock=clock)
    signup.process_requests(transport=transport, clock=clock)
    return signup.confirm(token_of(link_in(transport.sent[-1])), EVIDENCE, clock=clock)


def everything_stored():
    """All columns of all tables of the newsletter as text."""
    found = []
    with connection.cursor() as cursor:
        for model in apps.get_app_config("newsletter").get_models():
            cursor.execute(f"SELECT * FROM {model._meta.db_table}")  # noqa: S608
            found.append(repr(cursor.fetchall()))
    return "\n".join(found)


def test_nothing_that_names_a_deleted_reader_is_left(newsletter):
    clock = Clock()
    row = signed_up(newsletter, clock)
    refusal = Outcome(Verdict.DEFERRED, f"450 <{ANNA}> later", 450)
    send.pump(make_edition(newsletter), MemoryTransport(faults={ANNA: refusal}), clock=clock)
    assert everything_stored().count(ANNA) > 3
    answer = Client().post(url_of(row.subscriber), {"do": "delete", "sure": "1"})
    assert "You are deleted" in answer.content.decode()
    stored = everything_stored()
    assert ANNA not in stored and "192.0.2" not in stored and "Annas" not in stored
    assert Subscriber.objects.get().is_erased
    assert Client().get(url_of(row.subscriber)).status_code == 410
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.error) == ("skipped", erasure.SKIPPED)


def test_deleting_needs_the_tick(newsletter):
    subscriber = make_subscription(newsletter, ANNA).subscriber
    answer = Client().post(url_of(subscriber), {"do": "delete"})
    assert answer.status_code == 400 and "tick the box" in answer.content.decode()
    assert Subscriber.objects.get().email == ANNA


def test_the_numbers_of_old_editions_still_add_up(newsletter):
    row = make_subscription(newsletter, ANNA)
    edition = make_edition(newsletter)
    erasure.erase(row.subscriber, Evidence())
    send.finish(edition, now())
    edition.refresh_from_db()
    assert edition.state == "finished" and edition.deliveries.count() == edition.prepared == 1


def test_what_was_said_stays_without_its_speaker(newsletter):
    row = signed_up(newsletter, Clock())
    erasure.erase(row.subscriber, Evidence())
    erasure.erase(row.subscriber, Evidence())
    kinds = list(ConsentEvent.objects.values_list("kind", flat=True))
    assert sorted(kinds) == ["asked", "confirmed", "erased", "unsubscribed"]
    assert set(ConsentEvent.objects.values_list("page", "user_agent")) == {("", "")}


def test_a_deleted_reader_comes_back_only_by_two_clicks(newsletter):
    clock = Clock()
    erasure.erase(signed_up(newsletter, clock).subscriber, Evidence(), clock=clock)
    assert is_suppressed(ANNA)
    clock.move(days=2)
    row = signed_up(newsletter, clock)
    assert row.subscriber.email == ANNA and not is_suppressed(ANNA)
    assert Subscriber.objects.count() == 2  # the nameless row is not theirs any more


def test_deleting_does_not_lift_a_stronger_suppression(newsletter):
    row = make_subscription(newsletter, ANNA)
    suppress(ANNA, "complaint")
    erasure.erase(row.subscriber, Evidence())
    signup.ask(ANNA, newsletter, EVIDENCE)
    assert signup.process_requests(transport=MemoryTransport()).skipped == 1
    suppress("bo@example.org", erasure.REASON, until_signup=True)
    suppress("bo@example.org", "complaint")
    assert not Suppression.objects.filter(until_signup=True).exists()


def test_where_a_yes_came_from_is_forgotten_in_time(newsletter, settings):
    settings.COURANT_VISITOR_DAYS = 90
    clock = Clock()
    signed_up(newsletter, clock)
    clock.move(days=89)
    assert retention.tidy_up(clock)
    assert ConsentEvent.objects.filter(network="192.0.2.0/24").count() == 2
    assert not retention.tidy_up(clock)  # once a day
    clock.move(days=2)
    assert retention.tidy_up(clock)
    assert not ConsentEvent.objects.exclude(network="").exists()
    assert "I want to get “First Tide”" in ConsentEvent.objects.first().text
    assert Subscription.objects.get().status == "active"


def test_who_never_confirmed_is_forgotten_after_a_month(newsletter):
    clock = Clock()
    signup.ask(ANNA, newsletter, EVIDENCE, clock=clock)
    signup.process_requests(transport=MemoryTransport(), clock=clock)
    clock.move(days=29)
    retention.tidy_up(clock)
    assert ANNA in everything_stored()
    clock.move(days=2)
    retention.tidy_up(clock)
    assert ANNA not in everything_stored() and not is_suppressed(ANNA)


def test_an_address_that_is_written_while_its_reader_is_deleted_is_blanked(newsletter):
    row = make_subscription(newsletter, ANNA)
    make_edition(newsletter)
    erasure.erase(row.subscriber, Evidence())
    Delivery.objects.update(email=ANNA)  # as a freeze that had read it before
    retention.tidy_up(lambda: now() + timedelta(days=1))
    assert Delivery.objects.get().email == ""
    assert not SignupRequest.objects.exists()
