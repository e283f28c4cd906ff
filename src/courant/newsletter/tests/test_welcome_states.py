"""Whatever happens to readers and to a series: each letter once, in order, to those who want it."""

import random
from collections import defaultdict
from datetime import timedelta

import pytest
from django.db import transaction

from courant.newsletter import erasure, leaving, preferences
from courant.newsletter.evidence import Evidence
from courant.newsletter.models import Subscriber, Subscription, WelcomeLetter
from courant.newsletter.outcomes import Outcome, Verdict
from courant.newsletter.preferences import Wishes
from courant.newsletter.suppression import is_suppressed, suppress
from courant.newsletter.tests.make import (
    Clock,
    make_newsletter,
    make_subscription,
    make_welcome,
)
from courant.newsletter.tests.test_welcomes import read_mail, work_off
from courant.newsletter.transports.memory import MemoryTransport

pytestmark = [pytest.mark.django_db, pytest.mark.urls("courant.newsletter.tests.urls")]
PEOPLE = tuple(f"{name}@example.org" for name in ("anna", "bo", "cy", "dan", "eva", "finn"))
LISTED = "listed@example.org"
LATER = Outcome(Verdict.DEFERRED, "450 later", 450)
LETTERS = 7
EVENTS = {  # how often each happens, of all
    "say_yes": 12,
    "leave": 3,
    "pause": 3,
    "bounce": 1,
    "erase": 1,
    "write": 3,
    "take_out": 1,
    "nobody_works": 3,
    "work": 20,
}


class Room:
    """`got`: reader → (confirmation, day of the letter, time, subject) of all that came."""

    def __init__(self, chance):
        self.chance = chance
        self.newsletter = make_newsletter()
        self.clock, self.transport = Clock(), MemoryTransport()
        self.got = defaultdict(list)
        self.letters = 0
        make_subscription(self.newsletter, LISTED)
        for _ in range(3):
            self.write()

    def happen(self):
        [name] = self.chance.choices(list(EVENTS), list(EVENTS.values()))
        getattr(self, name)()

    def _person(self):
        return self.chance.choice(PEOPLE)

    def say_yes(self):
        facts = {"email": (person := self._person()), "created": self.clock()}
        reader, _new = Subscriber.objects.get_or_create(email_key=person, defaults=facts)
        wishes = Wishes(
            newsletters=[self.newsletter.pk],
            offered_newsletters=[self.newsletter.pk],
            paused_until=reader.paused_until,
        )
        preferences.change(reader, wishes, Evidence(), clock=self.clock)

    def leave(self):
        if row := _row(self._person()):
            leaving.end(row, Evidence(), self.clock())

    def pause(self):
        days = self.chance.randrange(6)
        until = (self.clock() + timedelta(days=days)).date() if days else None
        Subscriber.objects.filter(email_key=self._person()).update(paused_until=until)

    def bounce(self):
        suppress(self._person(), "bounced")

    def erase(self):
        if reader := Subscriber.objects.filter(email_key=self._person()).first():
            erasure.erase(reader, Evidence(), clock=self.clock)

    def write(self):
        if self.letters < LETTERS:
            self.letters += 1
            days = self.chance.choice((0, 1, 1, 2, 3, 5, 12))
            subject = f"{self.letters} for day {days}"
            made = self.clock() - timedelta(minutes=1)
            make_welcome(self.newsletter, days, subject=subject, created=made)

    def take_out(self):
        if rows := list(WelcomeLetter.objects.order_by("pk")):
            self.chance.choice(rows).delete()

    def nobody_works(self):
        self.clock.move(hours=self.chance.choice((9, 15, 80)))

    def work(self):
        refused = self.chance.sample(PEOPLE, self.chance.choice((0, 0, 1)))
        self.transport.faults = dict.fromkeys(refused, LATER)
        self.look()
        self.clock.move(hours=self.chance.choice((0, 1, 3, 7)))

    def look(self):
        before = len(self.transport.sent)
        may = {person for person in PEOPLE if self._may(person)}
        work_off(self.transport, self.clock)
        for mail in self.transport.sent[before:]:
            assert mail.recipient in may
            self._check(mail)
        self.clock.move(minutes=7)

    def _may(self, person):
        row = _row(person)
        today = self.clock().date()
        return (
            row is not None
            and row.status == "active"
            and not row.subscriber.pauses(today)
            and not is_suppressed(person)
        )

    def _check(self, mail):
        subject = read_mail(mail)["Subject"]
        row = _row(mail.recipient)
        day = int(subject.split()[-1])
        assert self.clock() >= row.welcome_from + timedelta(days=day)
        reader = (row.subscriber_id, mail.recipient)
        for began, earlier_day, time, other in self.got[reader]:
            assert other != subject
            assert self.clock() - time >= timedelta(days=1)
            assert began != row.welcome_from or earlier_day <= day
        self.got[reader].append((row.welcome_from, day, self.clock(), subject))

    def end(self):
        """In the end everybody has every letter that they should have."""
        self.transport.faults = {}
        Subscriber.objects.update(paused_until=None)
        for _look in range(60):
            self.clock.move(hours=self.chance.choice((5, 11, 25)))
            self.look()
        for row in Subscription.objects.filter(status="active", welcome_from__isnull=False):
            if not is_suppressed(row.subscriber.email_key):
                assert self._wanted(row) <= self._had(row)

    def _wanted(self, row):
        refused = row.welcomes.filter(state="failed").values_list("letter", flat=True)
        letters = WelcomeLetter.objects.exclude(pk__in=[pk for pk in refused if pk])
        return {one.subject for one in letters if row.welcome_from > one.floor}

    def _had(self, row):
        reader = (row.subscriber_id, row.subscriber.email)
        return {subject for *_facts, subject in self.got[reader]}


def _row(person):
    return Subscription.objects.filter(subscriber__email_key=person).first()


def walk(seed, settings, tmp_path):
    """Each walk starts from an empty database, and from a home that has sent nothing."""
    settings.COURANT_SENDING = tmp_path / f"sending-{seed}"
    with transaction.atomic():
        room = Room(random.Random(seed))
        for _ in range(120):
            room.happen()
        room.end()
        count = len(room.transport.sent)
        transaction.set_rollback(True)
    return count


@pytest.mark.parametrize("seed", range(6))
def test_no_order_of_events_sends_a_letter_twice_early_or_to_who_said_no(seed, settings, tmp_path):
    assert walk(seed, settings, tmp_path) > 5


@pytest.mark.soak
def test_nor_does_any_of_many_more_orders(settings, tmp_path):
    assert sum(walk(seed, settings, tmp_path) for seed in range(100, 200)) > 500
