"""Faults of the network, the server and the clock: every reader ends where the rows say."""

import random
import time
from collections import Counter
from datetime import timedelta

import pytest

from courant.newsletter import send
from courant.newsletter.controls import resume
from courant.newsletter.ledger import decide, rows
from courant.newsletter.models import Route
from courant.newsletter.tests.faulthome import shop
from courant.newsletter.tests.make import Clock, make_edition, make_newsletter, make_subscriptions
from courant.newsletter.tests.smtp_faults import FAULTS, UNCERTAIN, FaultyServer
from courant.newsletter.transports.smtp import SmtpTransport

OFFERS = ("plain", "pipelining", "chunking")
PER_READER = ("mail", "rcpt", "body", "dot")  # faults that one message meets
LATE = 1.0  # seconds after which no message may begin any more


@pytest.fixture
def place(tmp_path, django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), shop(tmp_path) as made:
        yield made


@pytest.fixture(autouse=True)
def return_addresses(settings):
    """Each message has its own, so that a fault can strike each reader once."""
    settings.COURANT_BOUNCE_ADDRESS = "bounces@lantern.example"


def edition_for(readers, clock, **facts):
    newsletter = make_newsletter(**facts)
    make_subscriptions(newsletter, readers)
    return make_edition(newsletter, clock=clock)


def sent_to_the_end(edition, server, clock):
    """Try again and again, as the worker does, until nothing is left to do."""
    transport = SmtpTransport("127.0.0.1", server.port, timeout=0.25, connections=8)
    for _round in range(60):
        send.pump(edition, transport, clock=clock)
        edition.refresh_from_db()
        if edition.state == "finished":
            return
        if edition.state == "paused":  # held back, since all readers are at a domain that refuses
            resume(edition)
        clock.move(minutes=16)
    raise AssertionError(f"{edition.state}: {Counter(states_of(edition).values())}")


def states_of(edition):
    return dict(edition.deliveries.values_list("email", "state"))


def check_ends(edition, server, fault, readers):
    states = states_of(edition)
    got = Counter(server.accepted)
    doubts = dict(edition.deliveries.values_list("email", "doubts"))
    assert server.met, fault
    assert len(states) == readers and set(states.values()) <= {"submitted", "failed", "uncertain"}
    for address, state in states.items():
        assert got[address] <= 1 + doubts[address], (fault, address)
        if state == "submitted":
            assert got[address] >= 1, (fault, address)
        if state == "failed":
            assert got[address] == 0, (fault, address)


def every_fault(readers, once_only):
    for number, fault in enumerate(FAULTS):
        clock = Clock()
        with FaultyServer(fault, OFFERS[number % 3], once=fault.startswith(PER_READER)) as server:
            if not server.once:
                server.limit = 3  # of the connection, not of a reader: it ends some time
            edition = edition_for(readers, clock, once_only=once_only)
            sent_to_the_end(edition, server, clock)
            check_ends(edition, server, fault, readers)
            if once_only or fault not in UNCERTAIN:
                assert len(server.accepted) == len(set(server.accepted)), fault
        Route.objects.all().delete()


@pytest.mark.django_db
@pytest.mark.parametrize("once_only", [False, True])
def test_each_of_24_faults_ends_for_every_reader_where_the_row_says(once_only):
    every_fault(6, once_only)


@pytest.mark.soak
@pytest.mark.django_db
@pytest.mark.parametrize("once_only", [False, True])
def test_24_faults_and_200_readers_each(once_only):
    every_fault(200, once_only)


@pytest.mark.django_db
def test_a_ledger_that_takes_silence_for_refusal_would_be_caught_here(monkeypatch):
    """The twin: smtplib's view, in which a connection that broke has taken nothing."""
    real = decide.decide

    def naive(outcome, **facts):
        change = real(outcome, **facts)
        return decide.Change(change.state, change.wait) if change.doubt else change

    monkeypatch.setattr("courant.newsletter.ledger.book.decide", naive)
    clock = Clock()
    with FaultyServer("dot_drop_accepted", once=True) as server:
        edition = edition_for(4, clock)
        sent_to_the_end(edition, server, clock)
        with pytest.raises(AssertionError, match="dot_drop_accepted"):
            check_ends(edition, server, "dot_drop_accepted", 4)


# ── A server that wants less ──────────────────────────────────────────────────────────────────────


class Throttled(FaultyServer):
    """Takes so many messages a second; to the others it says that they should come later."""

    rate, refusals, _next = 10.0, 0, 0.0

    def strikes(self, name, recipient):
        if name != "rcpt":
            return False
        with self.lock:
            now = time.monotonic()
            if now >= self._next:
                self._next = max(self._next, now - 1) + 1 / self.rate
                return False
            self.refusals += 1
            self.met += 1
            self.fault = f"rcpt_{random.choice(['slower', 'busy', '421'])}"
            return True


def throttled(readers, rate, monkeypatch, wait):
    """How many messages a second got through."""
    monkeypatch.setattr(decide, "SLOW_WAIT", timedelta(seconds=wait))
    with Throttled("none") as server:
        server.rate = rate
        edition = edition_for(readers, rows.database_time)
        transport = SmtpTransport("127.0.0.1", server.port, timeout=5, connections=4)
        started = time.monotonic()
        monkeypatch.setattr("courant.newsletter.routes.RESTS", (timedelta(seconds=wait),))
        while edition.state != "finished":
            send.pump_all(transport=transport, seconds=5)
            edition.refresh_from_db()
            time.sleep(0.02)
        seconds = time.monotonic() - started
        assert Counter(states_of(edition).values()) == {"submitted": readers}
        assert sorted(server.accepted) == sorted(states_of(edition))
        assert server.refusals
        return readers / seconds, server.refusals


@pytest.mark.django_db
def test_a_server_that_takes_little_gets_everything_in_the_end(monkeypatch):
    throttled(150, 100.0, monkeypatch, wait=0.3)


@pytest.mark.soak
@pytest.mark.django_db
def test_a_server_that_takes_ten_a_second_gets_1450_of_1450(monkeypatch):
    rate, refusals = throttled(1450, 10.0, monkeypatch, wait=30)
    print(f"1,450 of 1,450 at {rate:.1f} a second of 10, {refusals} refusals")


# ── Stopping, leaving ─────────────────────────────────────────────────────────────────────────────


def begun_late(server, address, moment):
    """Messages that began too late after somebody had said no; `address` "": to anybody."""
    return [
        (recipient, time_ - moment)
        for recipient, time_ in server.begun
        if time_ > moment + LATE and address in ("", recipient)
    ]


def interrupted(place, server, readers, leavers, twin=""):
    """Pause, go on, let readers leave, cancel: at instants of no choosing. What began too late."""
    place.tell("setup", readers=readers)
    for _number in range(2):
        place.start(port=server.port, connections=2, twin=twin, timeout=5)
    place.wait_for(lambda: len(server.accepted) > 10, "some are sent")
    late = []
    left = place.tell("unsubscribe", number=leavers)
    time.sleep(random.uniform(0, 0.5))
    paused = place.tell("pause")
    time.sleep(LATE + 0.6)
    late += begun_late(server, "", paused)
    resumed = place.tell("resume")
    before = len(server.begun)
    place.wait_for(lambda: len(server.begun) > before + 5, "it goes on")
    time.sleep(random.uniform(0, 0.5))
    cancelled = place.tell("cancel")
    time.sleep(LATE + 0.6)
    late += begun_late(server, "", cancelled)
    for address, moment in left:
        late += begun_late(server, address, moment)
    assert resumed > paused
    return late


def test_nobody_gets_a_message_begun_a_second_after_a_no(place):
    with FaultyServer("none", "chunking", delay=0.05) as server:
        assert interrupted(place, server, 800, 30) == []
        place.wait()
        states = place.states()
    assert states["waiting"] == 0 and states["submitted"] and states["skipped"]
    assert states.total() == 800


def test_a_worker_that_looks_once_a_window_would_be_caught_here(place):
    with FaultyServer("none", "chunking", delay=0.05) as server:
        assert interrupted(place, server, 800, 30, twin="looks once")


# ── The clock ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("jumps", [(7200.0, -7200.0), (-86400.0,)])
def test_a_clock_that_is_set_loses_nobody(place, tmp_path, jumps):
    file = tmp_path / "clock"
    file.write_text("0")
    with FaultyServer("none", "chunking", delay=0.03) as server:
        place.tell("setup", readers=300)
        for _number in range(2):
            place.start(port=server.port, connections=2, clock=str(file))
        for number, jump in enumerate(jumps, 1):
            place.wait_for(lambda n=number: len(server.accepted) > 60 * n, "some are sent")
            whole = float(file.read_text()) + jump
            file.write_text(f"{whole}")
        if place.query("select 1 from newsletter_sendinglock where ended_at is null"):
            place.tell("unlock")
        place.wait()
    got = Counter(server.accepted)
    doubts = place.doubtful()
    assert len(got) == 300 and place.states() == {"submitted": 300}
    assert all(copies <= 1 + doubts.get(address, 0) for address, copies in got.items())


# ── The database ──────────────────────────────────────────────────────────────────────────────────


def test_a_database_that_is_gone_for_a_moment_loses_nothing(place):
    """PostgreSQL: every connection of the workers is cut, again and again. SQLite: it is locked."""
    with FaultyServer("none", "chunking", delay=0.03) as server:
        place.tell("setup", readers=400)
        for _number in range(2):
            place.start(port=server.port, connections=2)
        for number in range(1, 5):
            place.wait_for(lambda n=number: len(server.accepted) > 60 * n, "some are sent")
            place.disturb()
        place.wait()
    got = Counter(server.accepted)
    doubts = place.doubtful()
    assert len(got) == 400 and place.states() == {"submitted": 400}
    assert all(copies <= 1 + doubts.get(address, 0) for address, copies in got.items())


def test_rows_of_before_and_after_are_the_same(place):
    """Nothing is left inflight or owned when all is done."""
    with FaultyServer("none", "chunking") as server:
        place.tell("setup", readers=50)
        place.start(port=server.port)
        place.wait()
    assert place.query(
        "select count(*) from newsletter_delivery where claimed_until is not null"
    ) == [(0,)]
    assert not list((place.home / "sending").glob("*.journal"))
