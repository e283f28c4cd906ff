"""Stopping and going on, limits, and what is done after a restore."""

from datetime import timedelta

import pytest

from courant.newsletter import restored, send, work
from courant.newsletter.controls import cancel, pause, resend_missing, resume
from courant.newsletter.errors import EditionError, TransportError
from courant.newsletter.models import (
    Delivery,
    Edition,
    SendingHome,
)
from courant.newsletter.outcomes import Outcome, Verdict
from courant.newsletter.progress import problems
from courant.newsletter.tests.make import (
    make_edition,
    make_newsletter,
    make_subscription,
    make_subscriptions,
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
