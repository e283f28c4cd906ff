"""Whatever happens to readers in whatever order: who said no last gets nothing."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from courant.newsletter import erasure, leaving, preferences, signup
from courant.newsletter.addresses import parse_address
from courant.newsletter.audience import freeze
from courant.newsletter.evidence import Evidence
from courant.newsletter.lists.read import how, read
from courant.newsletter.lists.take import Taking
from courant.newsletter.models import ConsentEvent, Edition, Newsletter, Subscriber, Subscription
from courant.newsletter.preferences import Wishes
from courant.newsletter.suppression import suppress, suppressed_among
from courant.newsletter.tests.make import Clock, make_newsletter
from courant.newsletter.tests.test_moving import link_in, token_of
from courant.newsletter.tokens import unsubscribe_token
from courant.newsletter.transports.memory import MemoryTransport

PEOPLE = ("anna@example.org", "bo@example.org", "cy@example.org")
people = st.sampled_from(PEOPLE)
words = st.sampled_from(["active", "pending", "unsubscribed", "bounced", "complained", "maybe", ""])
YES = (ConsentEvent.Kind.CONFIRMED, ConsentEvent.Kind.IMPORTED)
NO = (ConsentEvent.Kind.UNSUBSCRIBED, ConsentEvent.Kind.ERASED)


class Readers(RuleBasedStateMachine):
    """`may` is what a plain reading of the rules says; the rows must never say more."""

    @initialize()
    def begin(self):
        Newsletter.objects.update(is_default=False)
        self.newsletter = make_newsletter(is_default=True)
        self.clock = Clock()
        self.may = dict.fromkeys(PEOPLE, "")  # "" new, "yes", "no", "gone", "barred"
        self.links = {}

    @rule(person=people)
    def sign_up(self, person):
        self.clock.move(days=2)
        transport = MemoryTransport()
        signup.ask(person, self.newsletter, Evidence(), clock=self.clock)
        signup.process_requests(transport=transport, clock=self.clock)
        for mail in transport.sent:
            if b"Please confirm" in mail.data:
                assert self.may[person] != "barred"
                self.links[person] = token_of(link_in(mail))

    @rule(person=people)
    def confirm(self, person):
        if person in self.links:
            try:
                signup.confirm(self.links[person], Evidence(), clock=self.clock)
            except signup.TokenError:
                return
            if self.may[person] != "barred":
                self.may[person] = "yes"

    @rule(person=people)
    def unsubscribe(self, person):
        for row in Subscriber.objects.filter(email_key=person):
            token = unsubscribe_token(row.pk, self.newsletter.pk)
            leaving.unsubscribe(token, Evidence(), clock=self.clock)
            if row.subscriptions.exists() and self.may[person] != "barred":
                self.may[person] = "no"

    @rule(person=people, wanted=st.booleans())
    def choose(self, person, wanted):
        row = Subscriber.objects.filter(email_key=person).first()
        if row is None:
            return
        chosen = [self.newsletter.pk] if wanted else []
        had = row.subscriptions.exclude(status="pending").exists()
        wishes = Wishes(newsletters=chosen, offered_newsletters=[self.newsletter.pk])
        preferences.change(row, wishes, Evidence(), clock=self.clock)
        if self.may[person] != "barred" and (wanted or had):
            self.may[person] = "yes" if wanted else "no"

    @rule(person=people)
    def erase(self, person):
        row = Subscriber.objects.filter(email_key=person).first()
        if row:
            erasure.erase(row, Evidence(), clock=self.clock)
            self.links.pop(person, None)
            if self.may[person] != "barred":
                self.may[person] = "gone"

    @rule(person=people)
    def bounce(self, person):
        suppress(person, "bounced")
        self.may[person] = "barred"

    @rule(lines=st.lists(st.tuples(people, words), min_size=1, max_size=4))
    def take_over(self, lines):
        text = "email,status\n" + "".join(f"{person},{word}\n" for person, word in lines)
        taking = Taking(self.newsletter, "list.csv", "csv", clock=self.clock)
        for _done in taking.run(read("list.csv", text.encode(), how("csv"))):
            pass
        assert taking.account.lines == len(lines)
        for person, word in lines:
            self.may[person] = self._after_line(self.may[person], word)

    @staticmethod
    def _after_line(before, word):
        if before in ("barred", "gone") or word in ("pending", "maybe", ""):
            return before
        if word in ("bounced", "complained"):
            return "barred"
        if word == "unsubscribed":
            return "no"
        return before or "yes"

    @invariant()
    def exactly_those_get_letters_who_may(self):
        allowed = {person for person, may in self.may.items() if may == "yes"}
        assert self._audience() == allowed

    @invariant()
    def every_active_subscription_has_its_last_yes(self):
        for row in Subscription.objects.filter(status="active"):
            events = ConsentEvent.objects.filter(
                subscriber=row.subscriber_id, kind__in=(*YES, *NO)
            ).order_by("-pk")
            assert events.first().kind in YES

    @invariant()
    def who_is_gone_is_named_nowhere(self):
        for person, may in self.may.items():
            if may == "gone":
                rows = Subscription.objects.filter(subscriber__email_key=person)
                assert not rows.exclude(status="pending").exists()
                assert parse_address(person).key in suppressed_among([person])

    def _audience(self):
        edition = Edition.objects.create(
            key=str(Edition.objects.count()),
            newsletter=self.newsletter,
            story_id=1,
            artefact={},
            ceiling=2**62,
            created_at=self.clock(),
        )
        return set(freeze(edition.pk).deliveries.values_list("email", flat=True))


class TestReaders(TestCase):
    def test_no_order_of_events_brings_back_who_said_no(self):
        _run(examples=12)

    @pytest.mark.soak
    def test_nor_does_any_of_many_more_orders(self):
        _run(examples=400)


def _run(examples):
    run_state_machine_as_test(
        Isolated,
        settings=settings(
            max_examples=examples,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


class Isolated(Readers):
    """Each example starts from an empty database."""

    def __init__(self):
        super().__init__()
        self._atomic = transaction.atomic()
        self._atomic.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self._atomic.__exit__(None, None, None)
