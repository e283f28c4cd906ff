"""One baker at a time, and one who slept too long stops by itself."""

import time
from datetime import timedelta

import pytest
from django.utils.timezone import now

from courant.bake import lease
from courant.bake.lease import Held, LeaseLost, hold
from courant.bake.models import Lease

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def test_a_lease_has_one_holder():
    first = Lease.take("bake", "one", MINUTE)
    assert first
    assert Lease.take("bake", "two", MINUTE) == 0
    Lease.release("bake", first)
    assert Lease.take("bake", "two", MINUTE) == first + 1


def test_a_lease_that_ran_out_is_taken_over_and_its_old_holder_cannot_renew_it():
    first = Lease.take("bake", "one", MINUTE)
    Lease.objects.update(until=now() - timedelta(seconds=1))
    assert Lease.take("bake", "two", MINUTE) == first + 1
    assert not Lease.renew("bake", first, MINUTE)


def test_a_holder_who_slept_past_its_end_refuses_to_act(monkeypatch):
    held = Held(Lease.take("bake", "one", MINUTE))
    held.check()
    later = time.monotonic() + lease.LENGTH.total_seconds()
    monkeypatch.setattr(time, "monotonic", lambda: later)
    with pytest.raises(LeaseLost, match="has run out"):
        held.check()


def test_its_own_end_comes_before_the_one_that_others_see():
    held = Held(Lease.take("bake", "one", lease.LENGTH))
    left = held.ends - time.monotonic()
    assert left <= lease.LENGTH.total_seconds() - lease.MARGIN


def test_who_finds_it_taken_waits_and_then_says_so():
    Lease.take("bake", "another", MINUTE)
    with pytest.raises(TimeoutError, match="does not come to an end"), hold(wait=0.1):
        pass


def test_it_is_let_go_when_the_work_fails():
    with pytest.raises(ZeroDivisionError), hold():
        raise ZeroDivisionError
    assert Lease.objects.get().holder == ""
