"""Editions: frozen once, sent to each once, with the truth in the rows."""

import time
from datetime import timedelta
from email import message_from_bytes
from email.policy import SMTP

import pytest

from courant.newsletter import audience, restored, routes, send, signup, work
from courant.newsletter.controls import cancel, pause, resend_missing, resume
from courant.newsletter.errors import EditionError, TransportError
from courant.newsletter.ledger import GIVE_UP, rows
from courant.newsletter.ledger.decide import DOUBT_WAIT, MOST_DOUBTS, WAITS
from courant.newsletter.models import (
    Delivery,
    Edition,
    Route,
    SendingHome,
    Subscription,
    Suppression,
)
from courant.newsletter.outcomes import ACCEPTED, Outcome, Verdict
from courant.newsletter.progress import fares, problems
from courant.newsletter.signup import Evidence
from courant.newsletter.suppression import suppress
from courant.newsletter.tests.make import (
    Clock,
    make_edition,
    make_newsletter,
    make_subscription,
    make_subscriptions,
    photo_url,
    states,
)
from courant.newsletter.tokens import read_unsubscribe, unsubscribe_token
from courant.newsletter.transports.memory import MemoryTransport
from courant.stories.tests.make import make_paper, make_published_story

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def transport():
    return MemoryTransport()


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
        send.prepare(make_published_story(), make_paper(), newsletter, photo_url=photo_url)


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
    leaving = rows[1::2]

    class Leaving(MemoryTransport):
        def hand_on(self, mail):
            for row in leaving:
                token = unsubscribe_token(row.subscriber_id, newsletter.pk)
                signup.unsubscribe(token, Evidence(), clock=clock)
            return super().hand_on(mail)

    transport = Leaving()
    edition = make_edition(newsletter)
    report = pump(edition, transport, clock, window=1)
    assert (report.submitted, report.skipped) == (15, 15)
    assert not {row.subscriber.email for row in leaving} & {m.recipient for m in transport.sent}
    assert "Unsubscribed" in Delivery.objects.filter(state="skipped").first().error


def test_who_is_suppressed_after_the_freeze_gets_none(newsletter, transport, clock):
    row = make_subscription(newsletter)
    edition = make_edition(newsletter)
    suppress(row.subscriber.email_key, "complaint")
    assert pump(edition, transport, clock).skipped == 1
    assert not transport.sent


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


# ── Stopping and going on ─────────────────────────────────────────────────────────────────────────


class Acting(MemoryTransport):
    """Does something before the third message."""

    def __init__(self, act):
        super().__init__()
        self.act = act

    def hand_on(self, mail):
        if len(self.sent) == 2:
            self.act()
        return super().hand_on(mail)


def test_a_pause_stops_the_next_window_and_resuming_sends_the_rest(newsletter, transport, clock):
    for _n in range(10):
        make_subscription(newsletter)
    edition = make_edition(newsletter)
    first = Acting(lambda: pause(edition))
    pump(edition, first, clock, window=3)
    assert len(first.sent) == 3 and edition.state == "paused"
    assert send.pump_all(transport=transport, clock=clock).count == 0
    assert not work.waiting(clock())
    resume(edition)
    assert pump(edition, transport, clock).submitted == 7
    assert edition.state == "finished"


def test_a_cancelled_edition_marks_who_has_not_got_it(newsletter, transport, clock):
    for _n in range(10):
        make_subscription(newsletter)
    edition = make_edition(newsletter)
    pump(edition, Acting(lambda: cancel(edition)), clock, window=3)
    assert work.waiting(clock())
    assert send.pump_all(transport=transport, clock=clock).count == 0
    found = list(states(edition).values())
    assert (found.count("submitted"), found.count("skipped")) == (3, 7)
    assert not work.waiting(clock())
    with pytest.raises(EditionError, match="is cancelled: it cannot become sending now"):
        resume(edition)


def test_what_an_edition_does_not_allow_is_told(newsletter, transport, clock):
    edition = make_edition(newsletter)
    pump(edition, transport, clock)
    with pytest.raises(EditionError, match="is finished: it cannot become paused now"):
        pause(edition)


def test_sending_again_reaches_those_alone_who_may_have_got_nothing(newsletter, transport, clock):
    people = [make_subscription(newsletter).subscriber for _n in range(5)]
    ends = ("550 5.4.1 route lost", "550 5.1.1 nobody here")
    for person, text in zip(people, ends, strict=False):
        transport.faults[person.email] = Outcome(Verdict.REJECTED, text)
    edition = make_edition(newsletter)
    pump(edition, transport, clock)
    assert resend_missing(edition) == 1
    transport.faults.clear()
    pump(edition, transport, clock)
    assert [mail.recipient for mail in transport.sent].count(people[0].email) == 1
    assert len(transport.sent) == 4 and edition.state == "finished"


def wait_awake(clock, **time):
    """The worker looks all the while."""
    clock.move(**time)
    SendingHome.objects.update(seen_at=clock())


def test_limits_let_so_many_go_and_the_rest_when_there_is_room(
    newsletter, transport, clock, settings
):
    settings.COURANT_MAIL_LIMITS = {"*": "12/day", "slow.example": "2/hour"}
    for number in range(10):
        make_subscription(newsletter, f"a{number}@slow.example")
        make_subscription(newsletter, f"a{number}@quick.example")
    edition = make_edition(newsletter, clock=clock)
    assert send.pump_all(transport=transport, clock=clock).submitted == 12
    slow = [mail for mail in transport.sent if mail.recipient.endswith("@slow.example")]
    assert len(slow) == 2
    edition.refresh_from_db()
    assert edition.next_at == clock.time.replace(hour=0) + timedelta(days=1)
    assert work.next_time(clock()) == edition.next_at
    wait_awake(clock, hours=12)
    for _hour in range(4):
        send.pump_all(transport=transport, clock=clock)
        wait_awake(clock, hours=1)
    edition.refresh_from_db()
    assert edition.state == "finished" and len(transport.sent) == 20


def test_a_new_sender_is_warmed_up(newsletter, transport, clock, settings):
    settings.COURANT_MAIL_WARM_UP = clock().date()
    make_subscriptions(newsletter, 700)
    make_edition(newsletter, clock=clock)
    sent = []
    for _day in range(3):
        sent.append(send.pump_all(transport=transport, clock=clock).submitted)
        wait_awake(clock, days=1)
    assert sent == [200, 400, 100]


# ── After a restore ───────────────────────────────────────────────────────────────────────────────


def test_a_database_from_a_backup_sends_nothing_until_a_person_says_so(
    newsletter, transport, clock, django_capture_on_commit_callbacks
):
    make_subscriptions(newsletter, 10)
    make_edition(newsletter, clock=clock)
    with django_capture_on_commit_callbacks(execute=True):
        assert send.pump_all(transport=transport, clock=clock).submitted == 10
    # The backup was made before: the rows wait again, and the count is what it was.
    Delivery.objects.update(state="waiting", attempts=0)
    Edition.objects.update(state="sending")
    SendingHome.objects.update(count=0)
    report = send.pump_all(transport=transport, clock=clock)
    assert report.stopped and "comes from a backup" in report.errors[0]
    assert len(transport.sent) == 10 and not work.waiting(clock())
    assert "courant newsletter unlock" in problems()[0]
    clock.move(minutes=1)
    assert send.pump_all(transport=transport, clock=clock).stopped
    assert restored.unlock("ottilie", clock())
    assert send.pump_all(transport=transport, clock=clock).submitted == 10


def test_a_power_cut_between_database_and_file_does_not_lock(newsletter, transport, clock):
    make_subscription(newsletter)
    make_edition(newsletter, clock=clock, id=920)
    send.pump_all(transport=transport, clock=clock)
    SendingHome.objects.update(count=7)  # the file missed some
    make_edition(newsletter, clock=clock, id=921)
    assert send.pump_all(transport=transport, clock=clock).submitted == 1


def test_a_database_that_was_moved_to_another_home_in_the_middle_asks(
    newsletter, transport, clock, settings, tmp_path
):
    make_subscription(newsletter)
    make_edition(newsletter, clock=clock)
    send.pump_all(transport=transport, clock=clock)
    make_edition(newsletter, clock=clock)
    settings.COURANT_SENDING = tmp_path / "another"
    assert "another home" in send.pump_all(transport=transport, clock=clock).errors[0]


def test_an_edition_that_rested_for_hours_with_its_machine_asks(newsletter, transport, clock):
    make_subscription(newsletter)
    edition = make_edition(newsletter, clock=clock)
    transport.trouble = TransportError("no route to host")
    send.pump_all(transport=transport, clock=clock)
    clock.move(hours=2)
    assert "no route" in send.pump_all(transport=transport, clock=clock).errors[0]
    clock.move(hours=7)
    assert (
        "No worker was here for 7 hours"
        in send.pump_all(transport=transport, clock=clock).errors[0]
    )
    restored.unlock("ottilie", clock())
    transport.trouble = None
    assert send.pump_all(transport=transport, clock=clock).submitted == 1
    edition.refresh_from_db()
    assert edition.state == "finished"
