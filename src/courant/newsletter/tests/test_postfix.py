"""A real mail server takes our mail over TLS and hands real bounces back."""

import os
import time
from collections import Counter
from email import message_from_bytes

import pytest

from courant.newsletter.tests.faulthome import shop
from courant.newsletter.tests.inbox import Inbox, free_port, serving
from courant.newsletter.tests.postfix import postfix

BAD = {"gone.example": "5.1.1", "full.example": "5.2.2", "strict.example": "5.7.1"}


class Refusing(Inbox):
    """Where our mail server sends on: each domain refuses for another reason."""

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        return f"550 {BAD[address.rpartition('@')[2]]} Not here"


@pytest.fixture
def place(tmp_path, django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), shop(tmp_path) as made:
        yield made


@pytest.fixture
def server(tmp_path, require):
    require("postfix")
    if os.getuid():
        pytest.skip("Postfix needs root to start")
    reports = free_port()
    with serving(Refusing()) as other:
        onwards = dict.fromkeys(BAD, other.port)
        with postfix(tmp_path / "postfix", free_port(), reports, onwards) as running:
            running.reports = reports
            yield running


def wait_for(condition, what, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"After {seconds} s still not: {what}"
        time.sleep(0.1)


def delivered_and_returned(place, server, readers, bad):
    """Readers in one domain with mailboxes, `bad` in each of those that refuse in another way."""
    place.tell("setup", readers=readers, more=dict.fromkeys(BAD, bad))
    place.start(
        port=server.port,
        host="localhost",
        security="starttls",
        trust=str(server.folder / "cert.pem"),
        bounces="bounces@bounces.example",
    )
    place.wait()
    assert place.states() == {"submitted": readers + bad * len(BAD)}
    place.tell("listen", port=server.reports)  # not before: it would hold back who refuses us
    wait_for(lambda: server.queued() == 0, "the queue is empty")


def check(place, server, readers, bad):
    rows = place.query(
        "select d.email, r.status, r.fault, d.returned from newsletter_return r"
        " join newsletter_delivery d on d.id = r.delivery_id where r.kind = 'bounced'"
    )
    found = Counter((email.rpartition("@")[2], status) for email, status, _f, _r in rows)
    assert found == dict.fromkeys(BAD.items(), bad)
    assert {returned for *_rest, returned in rows} == {"bounced"}
    faults = {status: fault for _email, status, fault, _r in rows}
    assert faults == {"5.1.1": "address", "5.2.2": "passing", "5.7.1": "ours"}
    [(suppressed,)] = place.query("select count(*) from newsletter_suppression")
    assert suppressed == bad  # those that are gone, nobody else
    [(held,)] = place.query("select held from newsletter_edition")
    assert "strict.example" in str(held) and "full.example" not in str(held)
    letters = server.letters()
    names = {message_from_bytes(letter)["Message-ID"] for letter in letters}
    assert len(letters) == len(names) == readers


def test_a_real_postfix_takes_our_mail_and_real_bounces_end_in_their_rows(place, server):
    delivered_and_returned(place, server, 60, 6)
    check(place, server, 60, 6)


@pytest.mark.soak
def test_two_thousand_messages_over_tls_and_their_bounces(place, server):
    delivered_and_returned(place, server, 1_700, 100)
    check(place, server, 1_700, 100)
