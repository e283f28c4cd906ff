"""Workers that are killed or stopped: nobody is lost, and every double is admitted."""

import os
import signal
import time
from collections import Counter

import pytest

from courant.newsletter.tests.faulthome import nap, shop
from courant.newsletter.tests.smtp_faults import FaultyServer

CONNECTIONS = 4
WORKERS = 2


@pytest.fixture
def place(tmp_path, django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), shop(tmp_path) as made:
        yield made


def balance(place, readers):
    """After anything that happens: every reader has exactly one row in exactly one state."""
    [(candidates, excluded, prepared)] = place.query(
        "select candidates, excluded, prepared from newsletter_edition"
    )
    states = place.states()
    assert candidates == prepared + excluded and prepared == readers == states.total()
    return states


def check(place, server, readers, most_doubles):
    """Nobody lost; the doubles within bounds, each admitted by its row."""
    assert balance(place, readers) == {"submitted": readers}
    got = Counter(server.accepted)
    doubtful = place.doubtful()
    assert len(got) == readers
    for address, copies in got.items():
        assert copies <= 1 + doubtful.get(address, 0), address
    assert server_doubles(server) <= most_doubles
    return server_doubles(server)


def server_doubles(server):
    return len(server.accepted) - len(set(server.accepted))


def killing(place, server, readers, kills, pause, **options):
    """Two workers, one of them killed again and again while messages are in its hands."""
    place.tell("setup", readers=readers)
    for _number in range(WORKERS):
        place.start(port=server.port, connections=CONNECTIONS, **options)
    done = 0
    while done < kills:
        nap(*pause)
        states = balance(place, readers)
        if not states["inflight"]:
            assert states["waiting"], f"All was sent after {done} kills: slow the server down."
            continue
        before = len(server.accepted)
        place.kill(place.workers[0])
        assert before < readers
        done += 1
        balance(place, readers)
        place.start(port=server.port, connections=CONNECTIONS, **options)
    place.wait()


def test_workers_killed_at_random_lose_nobody_and_double_what_was_in_flight(place):
    with FaultyServer("none", "chunking", delay=0.02) as server:
        killing(place, server, 600, 6, (0.1, 0.4))
        check(place, server, 600, most_doubles=6 * CONNECTIONS)


@pytest.mark.soak
def test_a_hundred_kills_lose_none_of_ten_thousand(place):
    with FaultyServer("none", "chunking", delay=0.03) as server:
        killing(place, server, 10_000, 100, (0.2, 0.6))
        doubles = check(place, server, 10_000, most_doubles=100 * CONNECTIONS)
    print(f"100 kills, 10,000 readers: lost 0, doubled {doubles}, in doubt {len(place.doubtful())}")


def test_a_worker_that_records_before_it_acts_would_be_caught_here(place):
    with FaultyServer("none", "chunking", delay=0.02) as server:
        place.tell("setup", readers=300)
        place.start(port=server.port, twin="records first")
        place.wait_for(lambda: len(server.accepted) > 20, "some are sent")
        place.kill(place.workers[0])
        place.start(port=server.port)
        place.wait()
        assert place.states() == {"submitted": 300}
        assert len(set(server.accepted)) < 300


def test_a_worker_that_takes_silence_for_never_begun_would_be_caught_here(place):
    """Without the journal's word every copy too many is one that no row admits."""
    with FaultyServer("none", "chunking", delay=0.05) as server:
        place.tell("setup", readers=200)
        for _kill in range(3):
            place.start(port=server.port, twin="no journal")
            place.wait_for(lambda: place.states()["inflight"], "some are in flight")
            nap(0.1, 0.2)
            place.kill(place.workers[0])
        place.start(port=server.port, twin="no journal")
        place.wait()
    assert server_doubles(server) > 0 and not place.doubtful()


def test_where_nobody_may_get_two_a_kill_leaves_the_uncertain_to_the_editor(place):
    with FaultyServer("none", "chunking", delay=0.05) as server:
        place.tell("setup", readers=200, once_only=True)
        for _kill in range(3):
            place.start(port=server.port)
            place.wait_for(lambda: place.states()["inflight"], "some are in flight")
            nap(0.1, 0.2)
            place.kill(place.workers[0])
        place.start(port=server.port)
        place.wait()
        states = place.states()
        assert server_doubles(server) == 0
        assert states["submitted"] + states["uncertain"] == 200
        assert 0 < states["uncertain"] <= 3 * CONNECTIONS
        assert len(set(server.accepted)) >= states["submitted"]


def stopping(place, server, readers, stops):
    place.tell("setup", readers=readers)
    for _number in range(WORKERS):
        place.start(port=server.port, lease=1.0, connections=CONNECTIONS)
    for _stop in range(stops):
        place.wait_for(lambda: place.states()["inflight"], "some are in flight")
        pid = place.workers[0]
        os.kill(pid, signal.SIGSTOP)
        before = len(server.accepted)
        time.sleep(2.2)  # twice the lease
        assert len(server.accepted) > before, "the other worker did not go on"
        os.kill(pid, signal.SIGCONT)
    place.wait()


def test_a_worker_stopped_past_its_lease_doubles_no_more_than_was_in_flight(place):
    with FaultyServer("none", "chunking", delay=0.04) as server:
        stopping(place, server, 500, 1)
        check(place, server, 500, most_doubles=CONNECTIONS)


@pytest.mark.soak
def test_twenty_stops_past_the_lease(place):
    with FaultyServer("none", "chunking", delay=0.04) as server:
        stopping(place, server, 5_000, 20)
        doubles = check(place, server, 5_000, most_doubles=20 * CONNECTIONS)
    print(f"20 stops, 5,000 readers: lost 0, doubled {doubles}")
