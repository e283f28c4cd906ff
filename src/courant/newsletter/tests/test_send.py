"""Editions: frozen once, sent to each once, with the truth in the rows."""

import time
from datetime import timedelta
from email import message_from_bytes
from email.policy import SMTP

import pytest

from courant.newsletter import audience, leaving, making, send, signup, work
from courant.newsletter.errors import EditionError
from courant.newsletter.evidence import Evidence
from courant.newsletter.ledger import rows
from courant.newsletter.models import (
    Delivery,
    Edition,
    Subscription,
)
from courant.newsletter.outcomes import ACCEPTED, Outcome, Verdict
from courant.newsletter.suppression import suppress
from courant.newsletter.tests.make import (
    make_edition,
    make_newsletter,
    make_subscription,
    photo_url,
    states,
)
from courant.newsletter.tokens import read_unsubscribe, unsubscribe_token
from courant.newsletter.transports.memory import MemoryTransport
from courant.stories.tests.make import make_paper, make_published_story

pytestmark = pytest.mark.django_db


@pytest.fixture
def newsletter(db):
    return make_newsletter()


def pump(edition, transport, clock, **facts):
    report = send.pump(edition, transport, clock=clock, **facts)
    edition.refresh_from_db()
    return report


def test_every_active_subscriber_gets_one_message(newsletter, transport, clock):
    wanted = [make_subscription(newsletter).subscriber.email for _n in range(60)]
    make_subscription(newsletter, status="pending")
    make_subscription(newsletter, status="unsubscribed")
    make_subscription(make_newsletter())
    edition = make_edition(newsletter, headline="The ferry returns")
    assert pump(edition, transport, clock).submitted == 60
    assert sorted(mail.recipient for mail in transport.sent) == sorted(wanted)
    assert edition.state == "finished" and edition.finished_at == clock()
    assert (edition.candidates, edition.excluded, edition.prepared) == (60, 0, 60)


def test_each_message_has_its_own_name_and_its_own_way_out(newsletter, transport, clock):
    rows = [make_subscription(newsletter) for _n in range(3)]
    pump(make_edition(newsletter), transport, clock)
    assert len({mail.message_id for mail in transport.sent}) == 3
    for row, mail in zip(rows, transport.sent, strict=True):
        link = message_from_bytes(mail.data, policy=SMTP)["List-Unsubscribe"]
        token = link.strip("<>").rstrip("/").rpartition("/")[2]
        assert read_unsubscribe(token).subscriber == row.subscriber_id


def test_a_double_click_makes_one_edition(newsletter, transport, clock):
    make_subscription(newsletter)
    first, second = make_edition(newsletter, id=901), make_edition(newsletter, id=901)
    assert first.pk == second.pk
    pump(first, transport, clock)
    pump(make_edition(newsletter, id=901), transport, clock)
    assert len(transport.sent) == 1


def test_a_story_that_is_not_public_does_not_become_an_edition(newsletter):
    with pytest.raises(EditionError, match="is not public"):
        making.prepare(make_published_story(), make_paper(), newsletter, photo_url=photo_url)


def test_the_letter_is_frozen(newsletter, transport, clock):
    make_subscription(newsletter)
    edition = make_edition(newsletter, "The first text.", id=902)
    make_edition(newsletter, "The second text.", id=902)
    pump(edition, transport, clock)
    assert b"The first text." in transport.sent[0].data


def test_who_subscribes_after_the_freeze_waits_for_the_next_edition(newsletter, transport, clock):
    make_subscription(newsletter)
    edition = make_edition(newsletter)
    make_subscription(newsletter)
    pump(edition, transport, clock)
    assert len(transport.sent) == 1


def test_a_suppressed_address_is_excluded_and_counted(newsletter):
    make_subscription(newsletter)
    suppress(make_subscription(newsletter).subscriber.email_key, "bounced")
    edition = make_edition(newsletter)
    assert (edition.candidates, edition.excluded, edition.prepared) == (2, 1, 1)


def test_a_freeze_that_was_killed_goes_on_where_it_stopped(
    newsletter, transport, clock, monkeypatch
):
    class Killed(BaseException):
        pass

    monkeypatch.setattr(audience, "CHUNK", 4)
    for _n in range(10):
        make_subscription(newsletter)
    real, calls = audience._deliveries, []

    def dying(*args):
        calls.append(1)
        if len(calls) == 3:
            raise Killed
        return real(*args)

    monkeypatch.setattr(audience, "_deliveries", dying)
    with pytest.raises(Killed):
        make_edition(newsletter, id=903)
    edition = Edition.objects.get(story_id=903)
    assert (edition.state, edition.prepared) == ("preparing", 8)
    assert send.pump(edition, transport, clock=clock).submitted == 0
    assert work.waiting(clock())
    assert send.pump_all(transport=transport, clock=clock).submitted == 10
    edition.refresh_from_db()
    assert (edition.candidates, edition.prepared, edition.state) == (10, 10, "finished")


def test_numbers_that_do_not_add_up_stop_the_edition(newsletter, transport, clock, monkeypatch):
    make_subscription(newsletter)
    monkeypatch.setattr(audience, "insert_rows", lambda *rows: None)
    with pytest.raises(EditionError, match="do not add up"):
        make_edition(newsletter, id=904)
    edition = Edition.objects.get(story_id=904)
    assert edition.state == "failed" and "do not add up" in edition.error
    assert pump(edition, transport, clock).count == 0


def test_an_edition_without_readers_is_finished_at_once(newsletter, transport, clock):
    edition = make_edition(newsletter)
    pump(edition, transport, clock)
    assert edition.state == "finished"


def test_who_leaves_while_an_edition_goes_out_gets_none(newsletter, clock):
    rows = [make_subscription(newsletter) for _n in range(30)]
    leavers = rows[1::2]

    class Leaving(MemoryTransport):
        def hand_on(self, mail):
            for row in leavers:
                token = unsubscribe_token(row.subscriber_id, newsletter.pk)
                leaving.unsubscribe(token, Evidence(), clock=clock)
            return super().hand_on(mail)

    transport = Leaving()
    edition = make_edition(newsletter)
    report = pump(edition, transport, clock, window=1)
    assert (report.submitted, report.skipped) == (15, 15)
    assert not {row.subscriber.email for row in leavers} & {m.recipient for m in transport.sent}
    assert "Unsubscribed" in Delivery.objects.filter(state="skipped").first().error


def test_who_is_suppressed_after_the_freeze_gets_none(newsletter, transport, clock):
    row = make_subscription(newsletter)
    edition = make_edition(newsletter)
    suppress(row.subscriber.email_key, "complaint")
    assert pump(edition, transport, clock).skipped == 1
    assert not transport.sent


def test_a_row_is_inflight_before_its_message_goes(newsletter, clock):
    address = make_subscription(newsletter).subscriber.email
    seen = []

    class Looking(MemoryTransport):
        def hand_on(self, mail):
            seen.append(Delivery.objects.get(email=address).state)
            return ACCEPTED

    pump(make_edition(newsletter), Looking(), clock)
    assert seen == ["inflight"]


def test_two_workers_never_claim_the_same_row(newsletter, clock):
    for _n in range(10):
        make_subscription(newsletter)
    edition = make_edition(newsletter)
    taken = []
    for size in (6, 6):
        found = rows.candidates(
            edition.deliveries.all(), clock(), size=size, after=0, without=set()
        )
        rows.take(Delivery, dict(found), rows.new_fence(), clock() + timedelta(minutes=1))
        taken.append(dict(found).keys())
    assert [len(keys) for keys in taken] == [6, 4]
    assert not taken[0] & taken[1]


def test_a_worker_that_slept_through_its_lease_begins_nothing_more(newsletter, clock, monkeypatch):
    """The zombie: it wakes in the middle of its window, and another has sent the rest meanwhile."""
    for _n in range(10):
        make_subscription(newsletter)
    edition = make_edition(newsletter)
    other, asleep = MemoryTransport(), 0.0
    real = time.clock_gettime
    monkeypatch.setattr(time, "clock_gettime", lambda which: real(which) + asleep)

    class Sleeping(MemoryTransport):
        def hand_on(self, mail):
            nonlocal asleep
            if len(self.sent) == 2:
                asleep = 660.0
                clock.move(minutes=11)
                send.pump(edition, other, clock=clock)
            return super().hand_on(mail)

    sleeper = Sleeping()
    pump(edition, sleeper, clock)
    assert len(sleeper.sent) == 3
    assert len(other.sent) == 8  # the journal knew the first two; the third had begun
    doubled = {m.recipient for m in sleeper.sent} & {m.recipient for m in other.sent}
    assert len(doubled) == 1
    assert set(states(edition).values()) == {"submitted"}
    assert Delivery.objects.get(email=doubled.pop()).doubts == 1


def test_a_worker_that_is_stopped_frees_what_it_did_not_reach(newsletter, clock):
    for _n in range(10):
        make_subscription(newsletter)
    edition = make_edition(newsletter)

    class Interrupted(MemoryTransport):
        def hand_on(self, mail):
            if len(self.sent) == 2:
                raise KeyboardInterrupt
            return super().hand_on(mail)

    with pytest.raises(KeyboardInterrupt):
        pump(edition, Interrupted(), clock)
    assert list(states(edition).values()).count("submitted") == 2
    clock.move(minutes=11)
    transport = MemoryTransport()
    assert pump(edition, transport, clock).submitted == 8
    assert Delivery.objects.filter(doubts=1).count() == 1  # the third had begun, nobody knows more


def test_progress_counts_to_the_end_over_all_editions(newsletter, transport, clock):
    for _n in range(30):
        make_subscription(newsletter)
    make_edition(newsletter)
    make_edition(newsletter)
    seen = []
    send.pump_all(lambda done, total: seen.append((done, total)), transport=transport, clock=clock)
    assert seen[-1] == (60, 60)
    assert seen == sorted(seen)


def test_the_worker_is_told_what_waits(newsletter, transport, clock):
    assert not work.waiting(clock()) and work.next_time(clock()) is None
    signup.ask("a@example.org", newsletter, Evidence(), clock=clock)
    assert work.waiting(clock())
    signup.process_requests(transport=transport, clock=clock)
    assert not work.waiting(clock())
    make_subscription(newsletter)
    make_edition(newsletter)
    assert work.waiting(clock())
    send.pump_all(transport=transport, clock=clock)
    assert not work.waiting(clock())


def test_an_edition_goes_to_the_outbox_by_default(newsletter, settings, tmp_path):
    settings.COURANT_OUTBOX = tmp_path
    make_subscription(newsletter)
    make_edition(newsletter)
    assert send.pump_all().submitted == 1
    assert len(list(tmp_path.glob("*.eml"))) == 1


def test_a_delivery_sums_to_its_audience(newsletter, transport, clock):
    rows = [make_subscription(newsletter) for _n in range(9)]
    for row, error in zip(
        rows[:3],
        (
            Outcome(Verdict.REJECTED, "550"),
            Outcome(Verdict.UNCERTAIN, "?"),
            Outcome(Verdict.DEFERRED, "451"),
        ),
        strict=True,
    ):
        transport.faults[row.subscriber.email] = error
    edition = make_edition(newsletter)
    Edition.objects.filter(pk=edition.pk).update(once_only=True)
    edition.refresh_from_db()
    Subscription.objects.filter(pk=rows[3].pk).update(status="unsubscribed")
    pump(edition, transport, clock)
    counts = {state: list(states(edition).values()).count(state) for state in Delivery.State.values}
    assert counts == {
        "waiting": 1,
        "inflight": 0,
        "submitted": 5,
        "failed": 1,
        "uncertain": 1,
        "skipped": 1,
    }
    assert sum(counts.values()) == edition.prepared


def test_a_sender_that_no_mail_can_have_is_told_before_anybody_is_on_the_list(newsletter):
    newsletter.from_address = "letters@lantern.example\nBcc: x@y.example"
    make_subscription(newsletter)
    with pytest.raises(EditionError, match="sender's address"):
        make_edition(newsletter, id=905)
    assert not Edition.objects.filter(story_id=905).exists()


def test_a_sender_at_an_international_domain_is_written_for_mail_servers(
    newsletter, transport, clock
):
    newsletter.from_address = "letters@приклад.укр"
    make_subscription(newsletter)
    pump(make_edition(newsletter), transport, clock)
    assert transport.sent[0].sender == "letters@xn--80aikifvh.xn--j1amh"
