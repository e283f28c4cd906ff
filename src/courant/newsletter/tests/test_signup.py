"""Signing up, confirming, leaving."""

import re
from email import message_from_bytes
from email.policy import SMTP

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courant.newsletter import leaving, signup
from courant.newsletter.errors import AddressError, TokenError, TransportError
from courant.newsletter.evidence import Evidence
from courant.newsletter.models import ConsentEvent, SignupRequest, Subscriber, Subscription
from courant.newsletter.outcomes import Outcome, Verdict
from courant.newsletter.suppression import suppress
from courant.newsletter.tests.make import make_newsletter, make_subscription
from courant.newsletter.tokens import unsubscribe_token
from courant.newsletter.transports.memory import MemoryTransport

pytestmark = pytest.mark.django_db
EVIDENCE = Evidence("/harbour/ferry/", "192.0.2.0/24", "Firefox")


@pytest.fixture
def newsletter(db):
    return make_newsletter()


def ask(newsletter, clock, email="anna@example.org", evidence=EVIDENCE, **facts):
    return signup.ask(email, newsletter, evidence, clock=clock, **facts)


def work(transport, clock):
    return signup.process_requests(transport=transport, clock=clock)


def token_in(mail):
    text = message_from_bytes(mail.data, policy=SMTP).get_body(("plain",)).get_content()
    return re.search(r"/newsletter/\w+/([\w-]+)/", text).group(1)


def subjects(transport):
    return [str(message_from_bytes(m.data, policy=SMTP)["Subject"]) for m in transport.sent]


def test_a_reader_subscribes_with_two_clicks(newsletter, transport, clock):
    ask(newsletter, clock)
    assert not Subscriber.objects.exists()
    assert work(transport, clock).submitted == 1
    row = Subscription.objects.get()
    assert row.status == "pending"
    mail = transport.sent[0]
    assert mail.recipient == "anna@example.org"
    assert message_from_bytes(mail.data, policy=SMTP)["Auto-Submitted"] == "auto-generated"
    signup.confirm(token_in(mail), EVIDENCE, clock=clock)
    row.refresh_from_db()
    assert (row.status, row.confirmed_at) == ("active", clock())


def test_each_yes_and_no_is_kept_with_its_words(newsletter, transport, clock):
    ask(newsletter, clock)
    work(transport, clock)
    signup.confirm(
        token_in(transport.sent[0]), Evidence("/newsletter/confirm", "", "Safari"), clock=clock
    )
    row = Subscription.objects.get()
    leaving.unsubscribe(unsubscribe_token(row.subscriber_id, newsletter.pk), EVIDENCE, clock=clock)
    events = list(ConsentEvent.objects.all())
    assert [e.kind for e in events] == ["asked", "confirmed", "unsubscribed"]
    assert (events[0].page, events[0].network, events[0].user_agent) == (
        "/harbour/ferry/",
        "192.0.2.0/24",
        "Firefox",
    )
    assert "I want to get “First Tide” by e-mail." in events[0].text
    assert (events[0].text_version, events[0].text_language) == ("2026-12", "en")


def test_evidence_cannot_be_changed(newsletter, transport, clock):
    ask(newsletter, clock)
    work(transport, clock)
    event = ConsentEvent.objects.get()
    for attempt in (event.save, event.delete, ConsentEvent.objects.all().delete):
        with pytest.raises(TypeError, match="evidence"):
            attempt()


def test_a_second_click_changes_nothing(newsletter, transport, clock):
    ask(newsletter, clock)
    work(transport, clock)
    token = token_in(transport.sent[0])
    signup.confirm(token, EVIDENCE, clock=clock)
    signup.confirm(token, EVIDENCE, clock=clock)
    assert ConsentEvent.objects.filter(kind="confirmed").count() == 1


def test_a_used_link_does_not_bring_back_who_has_left(newsletter, transport, clock):
    ask(newsletter, clock)
    work(transport, clock)
    token = token_in(transport.sent[0])
    row = signup.confirm(token, EVIDENCE, clock=clock)
    leaving.unsubscribe(unsubscribe_token(row.subscriber_id, newsletter.pk), EVIDENCE, clock=clock)
    with pytest.raises(TokenError, match="withdrawn"):
        signup.confirm(token, EVIDENCE, clock=clock)
    clock.move(days=2)
    ask(newsletter, clock)
    work(transport, clock)
    with pytest.raises(TokenError):
        signup.confirm(token, EVIDENCE, clock=clock)
    signup.confirm(token_in(transport.sent[-1]), EVIDENCE, clock=clock)
    assert Subscription.objects.get().status == "active"


def test_one_confirmation_a_day_and_three_in_all(newsletter, transport, clock):
    for _day in range(6):
        for spelling in ("anna@example.org", "ANNA@EXAMPLE.ORG"):
            ask(newsletter, clock, spelling)
        work(transport, clock)
        clock.move(hours=24, seconds=1)
    assert len(transport.sent) == 3
    assert SignupRequest.objects.filter(state="skipped").count() == 9
    assert "used none" in SignupRequest.objects.latest("pk").error or SignupRequest.objects.filter(
        error__contains="used none"
    )


def test_ten_thousand_requests_for_one_address_make_one_mail(newsletter, transport, clock):
    for n in range(150):
        ask(newsletter, clock, evidence=Evidence(network=f"198.51.{n}.0/24"))
    work(transport, clock)
    assert len(transport.sent) == 1


def test_one_network_gets_twenty_requests_an_hour(newsletter, transport, clock):
    for n in range(25):
        ask(newsletter, clock, f"reader{n}@example.org")
    work(transport, clock)
    assert len(transport.sent) == 20
    clock.move(hours=1, seconds=1)
    ask(newsletter, clock, "late@example.org")
    work(transport, clock)
    assert transport.sent[-1].recipient == "late@example.org"


def test_who_is_subscribed_already_is_told_once_a_day(newsletter, transport, clock):
    make_subscription(newsletter, "anna@example.org")
    for _n in range(3):
        ask(newsletter, clock)
        work(transport, clock)
    assert subjects(transport) == ["You are already subscribed: First Tide"]
    assert Subscription.objects.get().status == "active"


def test_a_suppressed_address_gets_nothing_and_leaves_nothing(newsletter, transport, clock):
    suppress("anna@example.org", "bounced")
    ask(newsletter, clock, "Anna@example.org")
    assert work(transport, clock).skipped == 1
    assert not transport.sent and not Subscriber.objects.exists()


def test_a_filled_trap_gets_nothing(newsletter, transport, clock):
    ask(newsletter, clock, trapped=True)
    work(transport, clock)
    assert not transport.sent and not Subscriber.objects.exists()


def test_a_wrong_address_is_not_noted(newsletter, clock):
    with pytest.raises(AddressError):
        ask(newsletter, clock, "anna@")
    assert not SignupRequest.objects.exists()


def test_asking_looks_nothing_up(newsletter, transport, clock):
    make_subscription(newsletter, "known@example.org")
    suppress("refused@example.org", "bounced")
    seen = []
    for email in ("new@example.org", "known@example.org", "refused@example.org"):
        with CaptureQueriesContext(connection) as queries:
            ask(newsletter, clock, email)
        seen.append([q["sql"].split(" ")[:3] for q in queries])
    assert seen == [[["INSERT", "INTO", '"newsletter_signuprequest"']]] * 3


def test_a_refused_mail_is_tried_again_with_the_same_name(newsletter, transport, clock):
    transport.faults["anna@example.org"] = Outcome(Verdict.DEFERRED, "450 later", 450)
    ask(newsletter, clock)
    assert work(transport, clock).put_off == 1
    assert work(transport, clock).count == 0
    name = SignupRequest.objects.get().message_id
    transport.faults.clear()
    clock.move(minutes=2)
    assert work(transport, clock).submitted == 1
    assert transport.sent[0].message_id == name
    assert SignupRequest.objects.get().state == "submitted"
    assert ConsentEvent.objects.count() == 1


def test_a_mail_of_uncertain_end_is_not_sent_again(newsletter, transport, clock):
    transport.faults["anna@example.org"] = Outcome(Verdict.UNCERTAIN, "no answer")
    ask(newsletter, clock)
    assert work(transport, clock).uncertain == 1
    clock.move(days=3)
    assert work(transport, clock).count == 0


def test_a_server_out_of_reach_touches_no_request_and_is_left_alone_for_a_while(
    newsletter, transport, clock
):
    transport.trouble = TransportError("connection refused")
    ask(newsletter, clock)
    report = work(transport, clock)
    assert report.stopped and report.errors == ["connection refused"]
    row = SignupRequest.objects.get()
    assert (row.state, row.attempts) == ("waiting", 0)
    assert work(transport, clock).count == 0
    transport.trouble = None
    clock.move(minutes=2)
    assert work(transport, clock).submitted == 1


def test_a_request_that_a_killed_worker_held_is_done_by_the_next(newsletter, transport, clock):
    class Killed(BaseException):
        pass

    class Dying(MemoryTransport):
        def submit(self, mails, term, witness):
            raise Killed

    request = ask(newsletter, clock)
    with pytest.raises(Killed):
        work(Dying(), clock)
    request.refresh_from_db()
    assert request.state == "inflight"
    assert work(transport, clock).count == 0
    clock.move(minutes=11)
    assert work(transport, clock).submitted == 1
    assert transport.sent[0].message_id == request.message_id
    assert ConsentEvent.objects.count() == 1


def test_leaving_is_for_ever_and_idempotent(newsletter, clock):
    row = make_subscription(newsletter)
    token = unsubscribe_token(row.subscriber_id, newsletter.pk)
    clock.move(days=4000)
    for _n in range(2):
        assert leaving.unsubscribe(token, EVIDENCE, clock=clock) == newsletter
    row.refresh_from_db()
    assert row.status == "unsubscribed"
    assert ConsentEvent.objects.count() == 1


def test_a_ukrainian_newsletter_answers_in_ukrainian(transport, clock):
    ask(make_newsletter(language="uk", name="Приплив"), clock)
    work(transport, clock)
    assert subjects(transport) == ["Підтвердьте підписку: Приплив"]
    assert "Хочу отримувати «Приплив»" in ConsentEvent.objects.get().text
