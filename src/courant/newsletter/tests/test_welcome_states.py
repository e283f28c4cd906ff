"""Whatever happens to readers and to a series: each letter once, in order, to those who want it."""

from collections import defaultdict
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.db import transaction
from django.test import override_settings
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

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

PEOPLE = ("anna@example.org", "bo@example.org", "cy@example.org")
LISTED = "dee@example.org"
people = st.sampled_from(PEOPLE)
LATER = Outcome(Verdict.DEFERRED, "450 later", 450)


class Series(RuleBasedStateMachine):
    """`got`: address → (confirmation, day of the letter, time) of all that came."""

    @initialize()
    def begin(self):
        self.newsletter = make_newsletter()
        self.clock, self.transport = Clock(), MemoryTransport()
        self.got = defaultdict(list)
        self.letters = 0
        make_subscription(self.newsletter, LISTED)
        self.write(0)

    def _reader(self, person):
        return Subscriber.objects.filter(email_key=person).first()

    def _row(self, person):
        return Subscription.objects.filter(subscriber__email_key=person).first()

    @rule(person=people)
    def say_yes(self, person):
        facts = {"email": person, "created": self.clock()}
        reader, _new = Subscriber.objects.get_or_create(email_key=person, defaults=facts)
        self._choose(reader, [self.newsletter.pk])

    def _choose(self, reader, chosen):
        wishes = Wishes(
            newsletters=chosen,
            offered_newsletters=[self.newsletter.pk],
            paused_until=reader.paused_until,
        )
        preferences.change(reader, wishes, Evidence(), clock=self.clock)

    @rule(person=people)
    def leave(self, person):
        if row := self._row(person):
            leaving.end(row, Evidence(), self.clock())

    @rule(person=people, days=st.integers(0, 9))
    def pause(self, person, days):
        until = (self.clock() + timedelta(days=days)).date() if days else None
        Subscriber.objects.filter(email_key=person).update(paused_until=until)

    @rule(person=people)
    def bounce(self, person):
        suppress(person, "bounced")

    @rule(person=people)
    def erase(self, person):
        if reader := self._reader(person):
            erasure.erase(reader, Evidence(), clock=self.clock)

    @precondition(lambda self: self.letters < 6)
    @rule(days=st.integers(0, 12))
    def write(self, days):
        self.letters += 1
        subject = f"{self.letters} for day {days}"
        make_welcome(self.newsletter, days, subject=subject, created=self.clock())

    @rule(number=st.integers(0, 5))
    def take_out(self, number):
        if row := WelcomeLetter.objects.order_by("pk")[number : number + 1].first():
            row.delete()

    @rule(hours=st.sampled_from((1, 11, 25, 80)))
    def time_passes(self, hours):
        self.clock.move(hours=hours)

    @rule(refused=st.sets(people, max_size=2), rounds=st.integers(1, 4))
    def the_worker_comes(self, refused, rounds):
        self.transport.faults = dict.fromkeys(refused, LATER)
        for _ in range(rounds):
            self._work()

    def _work(self):
        before = len(self.transport.sent)
        may = {person for person in PEOPLE if self._may(person)}
        work_off(self.transport, self.clock)
        for mail in self.transport.sent[before:]:
            assert mail.recipient in may
            self._note(mail)
        self.clock.move(minutes=7)

    def _may(self, person):
        row = self._row(person)
        today = self.clock().date()
        return (
            row is not None
            and row.status == "active"
            and not row.subscriber.pauses(today)
            and not is_suppressed(person)
        )

    def _note(self, mail):
        subject = read_mail(mail)["Subject"]
        row = self._row(mail.recipient)
        day = int(subject.split()[-1])
        assert self.clock() >= row.welcome_from + timedelta(days=day)
        reader = (row.subscriber_id, mail.recipient)
        for began, earlier_day, time, other in self.got[reader]:
            assert other != subject
            assert self.clock() - time >= timedelta(days=1)
            assert began != row.welcome_from or earlier_day <= day
        self.got[reader].append((row.welcome_from, day, self.clock(), subject))

    def teardown(self):
        """In the end everybody has every letter that they should have."""
        self.transport.faults = {}
        Subscriber.objects.update(paused_until=None)
        for _day in range(30):
            self.clock.move(hours=25)
            self._work()
        for row in Subscription.objects.filter(status="active", welcome_from__isnull=False):
            if is_suppressed(row.subscriber.email_key):
                continue
            reader = (row.subscriber_id, row.subscriber.email)
            had = {subject for *_facts, subject in self.got[reader]}
            refused = row.welcomes.filter(state="failed").values_list("letter", flat=True)
            letters = WelcomeLetter.objects.exclude(pk__in=refused)
            wanted = {one.subject for one in letters if row.welcome_from > one.floor}
            assert wanted <= had


class TestSeries(TestCase):
    def test_no_order_of_events_sends_a_letter_twice_early_or_to_who_said_no(self):
        _run(examples=12)

    @pytest.mark.soak
    def test_nor_does_any_of_many_more_orders(self):
        _run(examples=300)


def _run(examples):
    run_state_machine_as_test(
        Isolated,
        settings=settings(
            max_examples=examples,
            stateful_step_count=25,
            deadline=None,
            phases=[Phase.generate],  # to make it smaller takes minutes
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


class Isolated(Series):
    """Each example starts from an empty database, and from a home that has sent nothing."""

    def __init__(self):
        super().__init__()
        self._stack = ExitStack()
        folder = self._stack.enter_context(TemporaryDirectory())
        self._stack.enter_context(override_settings(COURANT_SENDING=Path(folder, "sending")))
        self._stack.enter_context(transaction.atomic())

    def teardown(self):
        try:
            super().teardown()
        finally:
            transaction.set_rollback(True)
            self._stack.close()
