"""Refused, put off, uncertain, out of order: what becomes of a message, and of the others."""

import pytest

from courant.newsletter import routes, send, work
from courant.newsletter.controls import resend_missing, resume
from courant.newsletter.errors import TransportError
from courant.newsletter.ledger import GIVE_UP
from courant.newsletter.ledger.decide import DOUBT_WAIT, MOST_DOUBTS, WAITS
from courant.newsletter.models import (
    Delivery,
    Route,
    Suppression,
)
from courant.newsletter.outcomes import Outcome, Verdict
from courant.newsletter.progress import fares, problems
from courant.newsletter.tests.make import (
    make_edition,
    make_newsletter,
    make_subscription,
    states,
)
from courant.newsletter.transports.memory import MemoryTransport

pytestmark = pytest.mark.django_db


@pytest.fixture
def newsletter(db):
    return make_newsletter()


def pump(edition, transport, clock, **facts):
    report = send.pump(edition, transport, clock=clock, **facts)
    edition.refresh_from_db()
    return report


def test_one_bad_address_holds_up_nobody(newsletter, transport, clock):
    rows = [make_subscription(newsletter) for _n in range(10)]
    bad = rows[4].subscriber.email
    transport.faults[bad] = Outcome(Verdict.REJECTED, "550 5.1.1 No such mailbox", 550)
    edition = make_edition(newsletter)
    report = pump(edition, transport, clock)
    assert (report.submitted, report.failed) == (9, 1)
    row = Delivery.objects.get(email=bad)
    assert (row.state, row.smtp_code, row.error) == ("failed", 550, "550 5.1.1 No such mailbox")
    assert edition.state == "finished"


def test_an_address_that_does_not_exist_gets_nothing_more(newsletter, transport, clock):
    bad = make_subscription(newsletter).subscriber.email
    transport.faults[bad] = Outcome(Verdict.REJECTED, "550 5.1.1 No such mailbox", 550)
    pump(make_edition(newsletter, id=910), transport, clock)
    edition = make_edition(newsletter, id=911)
    assert (edition.candidates, edition.excluded) == (1, 1)


def test_a_refusal_that_is_about_us_suppresses_nobody(newsletter, transport, clock):
    address = make_subscription(newsletter).subscriber.email
    transport.faults[address] = Outcome(Verdict.BLOCKED, "550 5.7.1 blocked", 550)
    assert pump(make_edition(newsletter, id=912), transport, clock).put_off == 1
    assert make_edition(newsletter, id=913).excluded == 0


def test_a_message_that_cannot_be_written_holds_up_nobody(newsletter, transport, clock):
    make_subscription(newsletter)
    bad = make_subscription(newsletter)
    edition = make_edition(newsletter)
    Delivery.objects.filter(edition=edition, subscriber=bad.subscriber).update(email="a b@c.d")
    report = pump(edition, transport, clock)
    assert (report.submitted, report.skipped) == (1, 1)
    assert "could not be written" in Delivery.objects.get(state="skipped").error
    assert edition.state == "finished"


def test_a_temporary_refusal_is_tried_again_later_and_later_for_two_days(
    newsletter, transport, clock
):
    address = make_subscription(newsletter).subscriber.email
    transport.faults[address] = Outcome(Verdict.DEFERRED, "450 4.2.1 try later", 450)
    edition = make_edition(newsletter, clock=clock)
    begin = clock()
    for wait in WAITS:
        assert pump(edition, transport, clock).put_off == 1
        assert edition.state == "sending"
        assert pump(edition, transport, clock).count == 0
        assert work.next_time(clock()) == clock() + wait
        clock.time += wait
    while clock() - begin <= GIVE_UP:
        assert pump(edition, transport, clock).put_off == 1
        clock.time += WAITS[-1]
    assert pump(edition, transport, clock).failed == 1
    assert edition.state == "finished"


def test_an_uncertain_end_is_tried_again_under_its_name_and_counted(newsletter, clock):
    make_subscription(newsletter)
    names = []

    class Silent(MemoryTransport):
        def hand_on(self, mail):
            names.append(mail.message_id)
            return Outcome(Verdict.UNCERTAIN, "no answer after the dot")

    edition = make_edition(newsletter, clock=clock)
    for _attempt in range(MOST_DOUBTS - 1):
        assert pump(edition, Silent(), clock).put_off == 1
        clock.time += DOUBT_WAIT
    assert pump(edition, Silent(), clock).uncertain == 1
    row = Delivery.objects.get(edition=edition)
    assert (row.state, row.doubts, edition.state) == ("uncertain", MOST_DOUBTS, "finished")
    assert len(names) == MOST_DOUBTS and len(set(names)) == 1


def test_an_uncertain_end_that_turns_out_well_is_shown_as_perhaps_doubled(
    newsletter, transport, clock
):
    address = make_subscription(newsletter).subscriber.email
    transport.faults[address] = Outcome(Verdict.UNCERTAIN, "no answer after the dot")
    edition = make_edition(newsletter, clock=clock)
    pump(edition, transport, clock)
    transport.faults.clear()
    clock.time += DOUBT_WAIT
    assert pump(edition, transport, clock).submitted == 1
    assert str(fares(edition, clock())) == "1 letters: 1 submitted; 1 perhaps twice."


def test_where_nobody_may_get_two_an_uncertain_end_is_left_to_the_editor(transport, clock):
    newsletter = make_newsletter(once_only=True)
    address = make_subscription(newsletter).subscriber.email
    transport.faults[address] = Outcome(Verdict.UNCERTAIN, "no answer after the dot")
    edition = make_edition(newsletter)
    assert pump(edition, transport, clock).uncertain == 1
    transport.faults.clear()
    clock.move(days=1)
    assert pump(edition, transport, clock).count == 0
    assert states(edition) == {address: "uncertain"} and edition.state == "finished"
    assert resend_missing(edition) == 1
    assert pump(edition, transport, clock).submitted == 1


def test_a_server_that_fails_for_everybody_is_left_alone_longer_and_longer(
    newsletter, transport, clock
):
    fault = Outcome(Verdict.BROKEN, "the connection broke", of_server=True)
    for _n in range(40):
        transport.faults[make_subscription(newsletter).subscriber.email] = fault
    edition = make_edition(newsletter, clock=clock)
    for wait in routes.RESTS[:3]:
        report = pump(edition, transport, clock)
        assert report.stopped and "the connection broke" in report.errors
        assert set(states(edition).values()) == {"waiting"}
        assert Route.objects.get(name="memory").next_at == clock() + wait
        assert pump(edition, transport, clock).put_off == 0
        clock.time += wait
    assert not Delivery.objects.filter(attempts__gt=0).exists()  # it was no message's own fault
    transport.faults.clear()
    assert send.pump_all(transport=transport, clock=clock).submitted == 40
    edition.refresh_from_db()
    assert edition.state == "finished"
    assert Route.objects.get(name="memory").error == ""


def test_a_domain_that_refuses_us_waits_and_the_others_go_on(newsletter, transport, clock):
    for number in range(30):
        for domain in ("strict.example", "mild.example"):
            make_subscription(newsletter, f"reader{number}@{domain}")
        transport.faults[f"reader{number}@strict.example"] = Outcome(
            Verdict.BLOCKED, "550 5.7.1 blocked", 550
        )
    edition = make_edition(newsletter, clock=clock)
    report = pump(edition, transport, clock, window=8)
    assert report.submitted == 30 and report.put_off <= 8
    assert edition.held == {"strict.example": "550 5.7.1 blocked"}
    assert edition.state == "paused" and "strict.example: 550 5.7.1 blocked" in edition.error
    assert any("courant newsletter check" in problem for problem in problems())
    transport.faults.clear()
    clock.move(hours=1)
    resume(edition)
    assert pump(edition, transport, clock).submitted == 30
    assert edition.state == "finished" and not Suppression.objects.exists()


def test_a_server_out_of_reach_touches_no_delivery(newsletter, transport, clock):
    make_subscription(newsletter)
    transport.trouble = TransportError("connection refused")
    edition = make_edition(newsletter)
    assert pump(edition, transport, clock).errors == ["connection refused"]
    assert Delivery.objects.get(edition=edition).attempts == 0
    assert "Deliver: connection refused" in problems()


def test_a_server_that_knows_nobody_today_takes_nobody_off_the_list(newsletter, transport, clock):
    for number in range(30):
        address = make_subscription(newsletter, f"reader{number}@lost.example").subscriber.email
        transport.faults[address] = Outcome(Verdict.REJECTED, "550 5.1.1 No such mailbox", 550)
        make_subscription(newsletter, f"reader{number}@well.example")
    edition = make_edition(newsletter, clock=clock)
    report = pump(edition, transport, clock, window=10)
    assert report.submitted == 30 and report.failed <= 20
    assert "10 addresses in a row" in edition.held["lost.example"]
    assert Suppression.objects.count() <= 10 and edition.state == "paused"
