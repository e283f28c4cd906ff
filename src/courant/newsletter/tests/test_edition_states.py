"""Whatever people and servers do to an edition in whatever order: its numbers add up, each state
allows what it should and nothing else, and nobody gets a letter twice, late or after a no.
"""

import random
from collections import Counter
from dataclasses import dataclass, field

import pytest
from django.contrib.auth import get_user_model

from courant.newsletter import controls, leaving, making, send
from courant.newsletter.audience import TAKE_BACK
from courant.newsletter.errors import EditionError
from courant.newsletter.evidence import Evidence
from courant.newsletter.models import Delivery, Edition, Subscription
from courant.newsletter.outcomes import Outcome, Verdict
from courant.newsletter.progress import fares
from courant.newsletter.tests.make import Clock, make_newsletter, make_subscriptions, photo_url
from courant.newsletter.transports.memory import MemoryTransport
from courant.stories.tests.make import make_paper, make_published_story

FULL = Outcome(Verdict.REJECTED, "552 5.2.2 Mailbox full", 552)
LATER = Outcome(Verdict.DEFERRED, "450 4.2.1 Try again", 450)
READERS = 12
# What a person may do in which state; pausing and the like say no in all others.
ALLOWED = {
    "pause": {"sending"},
    "resume": {"paused"},
    "approve": {"held"},
    "cancel": {"preparing", "held", "sending", "paused"},
    "resend": {"sending", "paused", "finished"},
}
AFTER = {"pause": "paused", "resume": "sending", "approve": "sending", "cancel": "cancelled"}


@dataclass
class Play:
    """One edition, and what a plain reading of the rules says about it."""

    edition: Edition
    chance: random.Random
    clock: Clock
    editor: object
    transport: MemoryTransport = field(default_factory=MemoryTransport)
    left: dict[str, int] = field(default_factory=dict)  # address → letters that it had then

    @property
    def state(self) -> str:
        return Edition.objects.values_list("state", flat=True).get(pk=self.edition.pk)

    def copies(self) -> Counter[str]:
        return Counter(mail.recipient for mail in self.transport.sent)

    def act(self, name: str) -> None:
        """By a person; refused in all states but those that allow it, and then nothing changes."""
        before = self.state
        acts = {
            "pause": controls.pause,
            "resume": controls.resume,
            "approve": lambda row: controls.approve(row, self.editor, self.clock()),
            "cancel": controls.cancel,
            "resend": controls.resend_missing,
        }
        try:
            acts[name](Edition.objects.get(pk=self.edition.pk))
        except EditionError as error:
            assert before not in ALLOWED[name], (name, error)
            assert self.state == before
        else:
            assert before in ALLOWED[name], (name, before)
            assert self.state in (AFTER.get(name, before), "sending")

    def take_back(self) -> None:
        row = Edition.objects.get(pk=self.edition.pk)
        possible = controls.may_take_back(row, self.clock())
        try:
            controls.take_back(row, self.clock())
        except EditionError:
            assert not possible
        else:
            assert possible and not self.transport.sent and row.state == "cancelled"

    def pump(self) -> None:
        """The worker comes by; some servers refuse, some want to be asked later."""
        people = list(Delivery.objects.values_list("email", flat=True))
        self.transport.faults = {
            one: self.chance.choice((FULL, LATER)) for one in people if self.chance.random() < 0.4
        }
        before, count = self.state, len(self.transport.sent)
        send.pump_all(transport=self.transport, clock=self.clock)
        if before != "sending":
            assert len(self.transport.sent) == count and self.state == before

    def leave(self) -> None:
        row = self.chance.choice(list(Subscription.objects.filter(status="active")) or [None])
        if row:
            leaving.end(row, Evidence(), self.clock())
            self.left[row.subscriber.email] = self.copies()[row.subscriber.email]

    def step(self) -> None:
        before = self.state
        name = self.chance.choice(
            (*("pump", "pump", "pump", "wait", "leave", "take back"), *ALLOWED, "resume", "approve")
        )
        if name == "wait":
            self.clock.move(minutes=self.chance.choice((1, 5, 20)))
        elif name in ALLOWED:
            if name != "cancel" or self.chance.random() < 0.3:
                self.act(name)
        else:
            {"pump": self.pump, "leave": self.leave, "take back": self.take_back}[name]()
        assert before != "cancelled" or self.state == "cancelled", "a cancelled edition came back"
        self.check()

    def check(self) -> None:
        row = Edition.objects.get(pk=self.edition.pk)
        assert fares(row, self.clock()).balances and row.prepared == READERS
        copies = self.copies()
        assert set(copies.values()) <= {1}, "somebody got two"
        submitted = row.deliveries.filter(state="submitted").values_list("email", flat=True)
        assert set(copies) == set(submitted)
        assert all(copies[address] == had for address, had in self.left.items()), "after a no"
        if row.state == "finished":
            assert not row.deliveries.filter(state__in=("waiting", "inflight")).exists()


def play(seed: int, settings: object) -> str:
    chance, clock = random.Random(seed), Clock()
    settings.COURANT_APPROVAL_ABOVE = chance.choice((0, READERS - 1))  # the second one holds it
    newsletter, story = make_newsletter(), make_published_story(id=1)
    make_subscriptions(newsletter, READERS)
    editor = get_user_model().objects.create_user(f"editor{seed}", "ed@lantern.example", "secret")
    how = {"photo_url": photo_url, "clock": clock, "wait": True}
    made = making.prepare(story, make_paper(story), newsletter, **how)
    assert made.state == ("held" if settings.COURANT_APPROVAL_ABOVE else "sending")
    one = Play(made, chance, clock, editor)
    one.pump()
    assert not one.transport.sent, "it can be taken back for a moment"
    for _step in range(30):
        one.step()
    return _to_the_end(one)


def _to_the_end(one: Play) -> str:
    """Left alone, it ends; then each reader who stayed and could be reached has one letter."""
    for name in ("approve", "resume"):
        if one.state in ALLOWED[name]:
            one.act(name)
    one.clock.move(seconds=TAKE_BACK.total_seconds())
    one.transport.faults = {}
    for _round in range(4):
        send.pump_all(transport=one.transport, clock=one.clock)
        one.clock.move(hours=1)
    one.check()
    ended = dict(one.edition.deliveries.values_list("email", "state"))
    assert one.state in ("finished", "cancelled")
    if one.state == "finished":
        reached = {address for address, state in ended.items() if state == "submitted"}
        refused = {address for address, state in ended.items() if state == "failed"}
        assert reached | refused | set(one.left) == set(ended)
    return one.state


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.django_db
def test_no_order_of_events_breaks_an_edition(seed, settings):
    play(seed, settings)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(3, 150))
@pytest.mark.django_db
def test_nor_does_any_of_many_more_orders(seed, settings):
    play(seed, settings)
