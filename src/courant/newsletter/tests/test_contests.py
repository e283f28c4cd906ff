"""Two subjects tried on some readers: each gets one letter, and the rest the one that has won."""

import random
from collections import Counter
from datetime import timedelta
from email import message_from_bytes
from email.policy import SMTP

import pytest

from courant.newsletter import archive, contest, contests, controls, leaving, send, work
from courant.newsletter.errors import EditionError
from courant.newsletter.evidence import Evidence
from courant.newsletter.ledger import end_leases
from courant.newsletter.models import (
    ClickDay,
    Contest,
    Delivery,
    Edition,
    EditionLink,
    Variant,
)
from courant.newsletter.mydata import data_of
from courant.newsletter.outcomes import Outcome, Verdict
from courant.newsletter.progress import fares
from courant.newsletter.tests.faulthome import nap, shop
from courant.newsletter.tests.make import make_edition, make_newsletter, make_subscriptions
from courant.newsletter.tests.smtp_faults import FaultyServer
from courant.newsletter.tokens import unsubscribe_token
from courant.newsletter.transports.memory import MemoryTransport

FIRST, SECOND = "The ferry returns", "Back on the river"
LATER = Outcome(Verdict.DEFERRED, "451 4.7.1 Greylisted", 451)


@pytest.fixture(autouse=True)
def few_readers(monkeypatch):
    monkeypatch.setattr(contest, "LEAST", 1)


@pytest.fixture(autouse=True)
def even_draw(request, monkeypatch):
    """Groups of the same size at each run: of some draws no number of clicks here is a proof.

    The draw itself is the subject of test_contest.py, and the long run keeps it.
    """
    if not request.node.get_closest_marker("soak"):
        monkeypatch.setattr("courant.newsletter.addressed.place_of", by_turns)


def by_turns(seed, subscriber, share):
    place = subscriber % 5 * 20 // share
    return place if place < 2 else None


@pytest.fixture
def edition(db, clock):
    return begun(clock)


def begun(clock, readers=60, share=40, **facts):
    newsletter = make_newsletter(count_clicks=True)
    make_subscriptions(newsletter, readers)
    wish = contest.Wish(SECOND, share)
    return make_edition(newsletter, clock=clock, wish=wish, headline=FIRST, **facts)


def pump(transport, clock):
    return send.pump_all(transport=transport, clock=clock)


def click(edition, first, second):
    link, _new = EditionLink.objects.get_or_create(
        edition=edition, digest="x", defaults={"url": "https://lantern.example/"}
    )
    for variant, number in zip(edition.contest.variants, (first, second), strict=True):
        facts = {"link": link, "variant_id": variant, "day": "2026-11-20"}
        ClickDay.objects.update_or_create(**facts, defaults={"clicks": number})


def subject_of(mail):
    return message_from_bytes(mail.data, policy=SMTP)["Subject"]


def subjects(transport):
    return Counter(subject_of(mail) for mail in transport.sent)


def group(edition, number):
    """The addresses of the readers on whom a subject is tried; None: of the others."""
    variant = None if number is None else edition.contest.variants[number]
    rows = edition.deliveries.filter(variant=variant)
    return set(rows.values_list("email", flat=True))


def recipients(transport):
    return [mail.recipient for mail in transport.sent]


def test_two_groups_come_first_and_the_others_get_what_won(edition, transport, clock):
    first, second, others = (group(edition, number) for number in (0, 1, None))
    assert first and second and others and len(first | second | others) == 60
    pump(transport, clock)
    assert set(recipients(transport)) == first | second
    assert subjects(transport) == {FIRST: len(first), SECOND: len(second)}
    click(edition, 2, 15)
    clock.move(minutes=59, seconds=59)
    assert pump(transport, clock).count == 0
    clock.move(seconds=1)
    assert pump(transport, clock).submitted == len(others)
    assert sorted(recipients(transport)) == sorted(first | second | others)
    assert subjects(transport) == {FIRST: len(first), SECOND: len(second) + len(others)}
    edition.refresh_from_db()
    assert (edition.state, edition.subject) == ("finished", SECOND)
    assert archive.letter(archive.key_of(edition.path)).subject == SECOND
    assert fares(edition, clock()).balances
    told = contests.told(Contest.objects.get())
    assert told.startswith("The second subject has won, and went to all others.")
    assert f"2 clicks in {len(first)} letters" in told
    assert f"15 in {len(second)} with the second" in told


def test_what_chance_explains_changes_nothing_and_is_said(edition, transport, clock):
    pump(transport, clock)
    click(edition, 4, 6)
    clock.move(hours=1)
    pump(transport, clock)
    assert subjects(transport)[SECOND] == len(group(edition, 1))
    edition.refresh_from_db()
    assert edition.subject == FIRST
    told = contests.told(Contest.objects.get())
    assert "There is no difference that chance would not explain: the first subject went" in told
    assert "4 clicks in" in told and "6 in" in told


def test_the_first_may_win_too(edition, transport, clock):
    pump(transport, clock)
    click(edition, 15, 1)
    clock.move(hours=1)
    pump(transport, clock)
    assert contests.told(Contest.objects.get()).startswith("The first subject has won")
    assert subjects(transport)[SECOND] == len(group(edition, 1))


def test_one_reader_who_follows_every_link_is_one(edition, transport, clock):
    pump(transport, clock)
    for number in range(15):
        link = EditionLink.objects.create(
            edition=edition, digest=f"{number}", url=f"https://{number}"
        )
        ClickDay.objects.create(
            link=link, variant_id=edition.contest.second_id, day="2026-11-20", clicks=1
        )
    clock.move(hours=1)
    pump(transport, clock)
    found = Contest.objects.get()
    assert (found.second_clicks, found.second_won) == (1, False)


def test_the_worker_sleeps_until_it_is_time(edition, transport, clock):
    begin = clock()
    pump(transport, clock)
    assert not work.waiting(clock())
    assert work.next_time(clock()) == begin + timedelta(hours=1)
    clock.move(hours=1)
    assert work.waiting(clock())


def test_letters_of_the_groups_are_tried_again_meanwhile(edition, transport, clock):
    late = min(group(edition, 1))
    transport.faults[late] = LATER
    pump(transport, clock)
    again = work.next_time(clock())
    assert clock() < again < clock() + timedelta(hours=1)
    transport.faults.clear()
    clock.time = again
    assert pump(transport, clock).submitted == 1
    assert recipients(transport)[-1] == late and subject_of(transport.sent[-1]) == SECOND


def test_it_is_decided_once_however_often_and_late(edition, transport, clock):
    pump(transport, clock)
    click(edition, 2, 15)
    clock.move(days=1)
    edition.refresh_from_db()
    contests.settle(edition, clock())
    made = Contest.objects.values().get()
    click(edition, 15, 2)
    clock.move(days=1)
    contests.settle(Edition.objects.get(pk=edition.pk), clock())
    assert made["decided_at"] and Contest.objects.values().get() == made
    pump(transport, clock)
    assert subjects(transport)[FIRST] == len(group(edition, 0))


def test_of_two_who_decide_at_once_one_does(edition, transport, clock, monkeypatch):
    pump(transport, clock)
    click(edition, 2, 15)
    clock.move(hours=1)
    seen = contests.undecided(edition)
    edition.refresh_from_db()
    contests.settle(edition, clock())
    click(edition, 15, 2)
    monkeypatch.setattr(contests, "undecided", lambda edition: seen)
    contests.settle(edition, clock())
    found = Contest.objects.get()
    assert (found.first_clicks, found.second_clicks, found.second_won) == (2, 15, True)


def test_pause_resume_and_leaving_count_as_ever(edition, transport, clock):
    pump(transport, clock)
    controls.pause(edition)
    click(edition, 2, 15)
    clock.move(hours=2)
    assert pump(transport, clock).count == 0 and Contest.objects.get().decided_at is None
    gone = edition.deliveries.filter(variant=None).first()
    token = unsubscribe_token(gone.subscriber_id, edition.newsletter_id)
    leaving.unsubscribe(token, Evidence())
    controls.resume(edition)
    pump(transport, clock)
    assert gone.email not in recipients(transport)
    states = Counter(edition.deliveries.values_list("state", flat=True))
    assert states == {"submitted": 59, "skipped": 1}
    assert subjects(transport)[FIRST] == len(group(edition, 0))


def test_a_cancelled_contest_ends_with_its_edition(edition, transport, clock):
    pump(transport, clock)
    controls.cancel(edition)
    clock.move(hours=2)
    pump(transport, clock)
    assert Contest.objects.get().decided_at is None
    edition.refresh_from_db()
    assert "never decided" in contests.told(Contest.objects.get())
    skipped = edition.deliveries.filter(state=Delivery.State.SKIPPED)
    assert set(skipped.values_list("email", flat=True)) == group(edition, None)


def test_a_second_copy_has_the_subject_of_the_first(edition, transport, clock):
    lost = min(group(edition, 0))
    transport.faults[lost] = Outcome(Verdict.REJECTED, "550 5.4.1 route lost")
    pump(transport, clock)
    click(edition, 2, 15)
    clock.move(hours=1)
    pump(transport, clock)
    transport.faults.clear()
    assert controls.resend_missing(Edition.objects.get()) == 1
    pump(transport, clock)
    assert recipients(transport)[-1] == lost and subject_of(transport.sent[-1]) == FIRST
    assert len(set(recipients(transport))) == len(transport.sent) == 60


def test_a_reader_is_told_the_subject_that_they_got(edition, transport, clock):
    pump(transport, clock)
    click(edition, 2, 15)
    clock.move(hours=1)
    pump(transport, clock)
    got = dict(zip(recipients(transport), map(subject_of, transport.sent), strict=True))
    for row in edition.deliveries.select_related("subscriber"):
        [letter] = data_of(row.subscriber)["letters"]
        assert letter["subject"] == got[row.email]


def test_who_needs_a_note_takes_no_part_and_gets_the_winner(db, transport, clock, monkeypatch):
    from courant.newsletter import addressed, notes

    monkeypatch.setattr(notes, "needed", lambda _, readers: dict.fromkeys(readers[:5], (0,)))
    monkeypatch.setattr(addressed, "only", lambda letter, mark, numbers: letter)
    with monkeypatch.context() as patch:
        patch.setattr("courant.newsletter.making.freeze", lambda *_: None)
        begun(clock)
    edition = Edition.objects.get()
    edition.artefact |= {
        "noted": edition.artefact["letter"],
        "notes": [[7, clock().isoformat()]],
        "notes_mark": "m",
    }
    edition.save()
    pump(transport, clock)
    rows = edition.deliveries.filter(variant__told__isnull=False)
    noted = set(rows.values_list("email", flat=True))
    assert len(noted) == 5 and not noted & set(recipients(transport))
    click(edition, 2, 15)
    clock.move(hours=1)
    pump(transport, clock)
    got = {mail.recipient: subject_of(mail) for mail in transport.sent}
    assert {got[address] for address in noted} == {SECOND}


def test_without_counted_clicks_no_edition_is_made(db, clock):
    newsletter = make_newsletter()
    make_subscriptions(newsletter, 10)
    with pytest.raises(EditionError, match="this newsletter does not count them"):
        make_edition(newsletter, clock=clock, wish=contest.Wish(SECOND, 40))
    assert not Edition.objects.exists() and not Variant.objects.exists()


class Killed(BaseException):
    """As SIGKILL: nothing after it is done, but what the database has."""


class Mortal(MemoryTransport):
    """Dies at one of its messages, before or after it has gone."""

    def __init__(self, after):
        super().__init__()
        self.after, self.how = after, random.choice(("before", "after"))

    def hand_on(self, mail):
        self.after -= 1
        if self.after == 0 and self.how == "before":
            raise Killed
        outcome = super().hand_on(mail)
        if self.after == 0:
            raise Killed
        return outcome


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.django_db
def test_whatever_happens_in_whatever_order_all_get_one(seed, clock, monkeypatch):
    anything(seed, clock, monkeypatch)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(4, 200))
@pytest.mark.django_db
def test_whatever_happens_two_hundred_times_over(seed, clock, monkeypatch):
    anything(seed, clock, monkeypatch)


def anything(seed, clock, monkeypatch):
    random.seed(seed)
    edition = begun(clock, readers=30)
    real_name = contests._name
    sent, clicked = [], random.choice(((1, 9), (9, 1), (3, 3)))

    def dies(*args):
        real_name(*args)
        raise Killed

    for step in range(40):
        monkeypatch.setattr(contests, "_name", dies if random.random() < 0.3 else real_name)
        worker = Mortal(random.randint(1, 12) if step < 30 else 0)
        try:
            send.pump_all(transport=worker, clock=clock)
        except Killed:
            end_leases(Delivery.objects.all(), clock())
        sent += worker.sent
        act = random.choice(("wait", "pause", "go on", "click", "nothing"))
        edition.refresh_from_db()
        if act == "wait":
            clock.move(minutes=random.choice((1, 20, 70)))
        elif act == "pause" and edition.state == "sending":
            controls.pause(edition)
        elif act == "go on" and edition.state == "paused":
            controls.resume(edition)
        elif act == "click":
            click(edition, *clicked)
        assert fares(edition, clock()).balances
    if edition.state == "paused":
        controls.resume(edition)
    last = MemoryTransport()
    for _ in range(4):
        clock.move(minutes=30)
        send.pump_all(transport=last, clock=clock)
    sent += last.sent
    assert set(edition.deliveries.values_list("state", flat=True)) == {"submitted"}
    doubts = dict(edition.deliveries.values_list("email", "doubts"))
    copies = Counter(mail.recipient for mail in sent)
    assert all(1 <= copies[email] <= 1 + doubts[email] for email in doubts)
    found = Contest.objects.get()
    edition.refresh_from_db()
    assert edition.subject == found.subject
    got = {(mail.recipient, subject_of(mail)) for mail in sent}
    assert {s for email, s in got if email in group(edition, 0)} <= {FIRST}
    assert {s for email, s in got if email in group(edition, 1)} <= {SECOND}
    assert {s for email, s in got if email in group(edition, None)} <= {found.subject}


@pytest.fixture
def place(tmp_path, django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), shop(tmp_path) as made:
        yield made


def test_killed_workers_decide_once_and_every_reader_gets_one(place):
    with FaultyServer("none", "chunking", delay=0.03) as server:
        place.tell("setup", readers=300, second_subject=SECOND)
        for _worker in range(2):
            place.start(port=server.port, contest=1)
        for _kill in range(5):
            nap(0.1, 0.4)
            place.kill(place.workers[0])
            place.start(port=server.port, contest=1)
        place.wait()
        assert place.states() == {"submitted": 300}
        doubtful = place.doubtful()
        copies = Counter(server.accepted)
        assert len(copies) == 300
        assert all(number <= 1 + doubtful.get(email, 0) for email, number in copies.items())
        [(won, *pair)] = place.query(
            "select second_won, first_id, second_id from newsletter_contest"
        )
        rows = place.query("select email, variant_id from newsletter_delivery")
        # On a slow machine too few letters may have gone by then for anything to have won.
        firsts = {pair[0]} if won else {None, pair[0]}
        assert {None, *pair} == {variant for _, variant in rows}
        told = {(email, variant in firsts) for email, variant in rows}
        assert {(email, subject != SECOND) for email, subject in server.subjects} == told
