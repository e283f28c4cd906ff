"""What comes back ends in the right row; only the address's own fault is held against it."""

import hashlib
import hmac
import json
import smtplib
import socket
import threading
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import SuspiciousOperation

from courant.newsletter.models import Delivery, Return, Suppression
from courant.newsletter.names import delivery_named
from courant.newsletter.returns import record, webhooks
from courant.newsletter.returns.listener import listening
from courant.newsletter.returns.mailbox import Mailbox, MailboxError
from courant.newsletter.returns.parse import reports_in
from courant.newsletter.returns.record import take_in
from courant.newsletter.returns.webhooks import take_event
from courant.newsletter.tests.inbox import free_port
from courant.newsletter.tests.make import (
    make_edition,
    make_newsletter,
    make_subscription,
    make_subscriptions,
)
from courant.newsletter.tests.reports import bounce, complaint, name, verp

pytestmark = pytest.mark.django_db


@pytest.fixture
def delivery():
    return delivered(make_newsletter())[0]


def delivered(newsletter, number=1, domain="readers.example", **facts):
    if not newsletter.subscriptions.exists():
        for count in range(number):
            make_subscription(newsletter, f"reader{count}@{domain}")
    edition = make_edition(newsletter, **facts)
    edition.deliveries.update(state="submitted")
    return list(edition.deliveries.select_related("edition", "subscriber").order_by("pk"))


def row(delivery):
    delivery.refresh_from_db()
    return delivery.returned


# ── Names ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_delivery_is_found_by_its_name_and_by_nothing_near_it(delivery):
    known = name(delivery)
    assert delivery_named(f"<bounces+{known.upper()}@LANTERN.example>") == delivery
    letters = "abcdefghijklmnopqrstuvwxyz234567"
    for place in range(32):
        for letter in letters:
            forged = known[:place] + letter + known[place + 1 :]
            assert forged == known or delivery_named(forged) is None


def test_names_do_not_tell_how_many_readers_there_are():
    first, second = (name(one) for one in delivered(make_newsletter(), 2))
    assert sum(a != b for a, b in zip(first[6:14], second[6:14], strict=True)) > 2


# ── Whose fault ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", ["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"])
def test_an_address_that_does_not_exist_gets_nothing_more(delivery, status):
    assert take_in(bounce(delivery, status)) == 1
    assert row(delivery) == "bounced" and Suppression.objects.count() == 1
    assert Return.objects.get().detail.startswith(f"smtp; 550 {status} the server's own words")


@pytest.mark.parametrize(
    "status", ["5.7.1", "5.7.26", "5.1.7", "5.1.8", "5.2.2", "5.4.1", "5.3.4", "4.4.7", "5.0.0"]
)
def test_any_other_bounce_is_counted_and_suppresses_nobody(delivery, status):
    assert take_in(bounce(delivery, status)) == 1
    assert row(delivery) == "bounced" and not Suppression.objects.exists()


def test_a_delay_and_an_arrival_are_no_bounce(delivery):
    assert take_in(bounce(delivery, "4.4.1", "delayed")) == 1
    assert take_in(bounce(delivery, "2.0.0", "relayed")) == 1
    assert row(delivery) == "" and not Suppression.objects.exists()


def test_a_mailbox_that_is_full_in_three_editions_of_two_weeks_is_given_up():
    newsletter = make_newsletter()
    for number in range(3):
        assert not Suppression.objects.exists()
        [delivery] = delivered(newsletter, id=700 + number)
        take_in(bounce(delivery, "5.2.2"))
    assert "3 editions" in Suppression.objects.get().reason


def test_a_mailbox_that_is_full_now_and_then_is_kept():
    newsletter = make_newsletter()
    for number in range(4):
        [delivery] = delivered(newsletter, id=710 + number)
        take_in(bounce(delivery, "5.2.2"))
        Return.objects.update(time=datetime.now(UTC) - timedelta(days=15))
    assert not Suppression.objects.exists()


def test_a_complaint_ends_all_mail_to_that_reader(delivery):
    assert take_in(complaint(delivery)) == 1
    assert row(delivery) == "complained"
    assert Suppression.objects.get().reason == "complaint"


def test_a_reader_who_says_it_is_no_spam_has_not_complained(delivery):
    assert take_in(complaint(delivery, "not-spam")) == 0
    assert not Suppression.objects.exists()


def test_a_domain_that_sends_much_back_for_our_standing_is_held_back(caplog):
    newsletter = make_newsletter()
    make_subscriptions(newsletter, 90, "strict.example")
    rows = delivered(newsletter)
    for one in rows[:5]:
        take_in(bounce(one, "5.7.1"))
    edition = rows[0].edition
    edition.refresh_from_db()
    assert list(edition.held) == ["strict.example"]
    assert "refuses us for our standing" in caplog.text
    assert not Suppression.objects.exists()


def test_a_few_refusals_among_many_hold_nobody_back(monkeypatch):
    monkeypatch.setattr(record, "PART", 0.06)
    newsletter = make_newsletter()
    make_subscriptions(newsletter, 90, "strict.example")
    rows = delivered(newsletter)
    for one in rows[:5]:
        take_in(bounce(one, "5.7.1"))
    rows[0].edition.refresh_from_db()
    assert rows[0].edition.held == {}


# ── What counts, and once ─────────────────────────────────────────────────────────────────────────


def test_the_same_report_counts_once(delivery):
    for _time in range(2):
        take_in(bounce(delivery))
    assert Return.objects.count() == 1


def test_the_envelope_names_the_delivery_where_the_report_carries_nothing(delivery):
    assert take_in(bounce(None)) == 0
    assert take_in(bounce(None), (verp(delivery),)) == 1
    assert row(delivery) == "bounced"


def test_a_report_with_a_forged_name_is_dropped(delivery):
    forged = verp(delivery).replace(name(delivery)[-5:], "aaaaa")
    assert take_in(bounce(None), (forged,)) == 0
    assert not Return.objects.exists()


def test_an_answer_of_a_person_and_an_out_of_office_note_report_nothing(delivery):
    note = (
        f"From: reader@readers.example\r\nTo: {verp(delivery)}\r\nAuto-Submitted: auto-replied\r\n"
        "Subject: Out of office\r\n\r\n550 5.1.1 I am away; failed to stay.\r\n"
    )
    assert take_in(note.encode(), (verp(delivery),)) == 0
    assert not Return.objects.exists()


def test_a_bounce_proves_that_an_uncertain_message_had_arrived(delivery):
    Delivery.objects.filter(pk=delivery.pk).update(state="uncertain")
    take_in(bounce(delivery, "5.2.2"))
    delivery.refresh_from_db()
    assert delivery.state == "submitted"


@pytest.mark.parametrize(
    "junk",
    [
        b"",
        b"\x00\xff" * 500,
        b"Content-Type: message/delivery-status\r\n\r\n",
        b"Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\n",
        b"Content-Type: message/delivery-status\r\n\r\nAction: failed\r\nStatus: \xff.1.1\r\n\r\n",
        b"Content-Type: multipart/report\r\n\r\n--\r\n",
    ],
)
def test_what_is_no_report_is_read_without_trouble(junk, delivery):
    reports_in(junk, (verp(delivery),))
    take_in(junk)
    assert not Suppression.objects.exists()


# ── Over the wire ─────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def heard(monkeypatch):
    """What the listener would record: its threads have another connection than this test."""
    taken = []
    monkeypatch.setattr(
        "courant.newsletter.returns.listener.take_in",
        lambda content, recipients: taken.append((content, recipients)),
    )
    monkeypatch.setattr("courant.newsletter.returns.listener.close_old_connections", lambda: None)
    return taken


@pytest.mark.parametrize("client", [smtplib.LMTP, smtplib.SMTP])
def test_a_mail_server_hands_reports_to_the_listener(delivery, heard, client):
    port = free_port()
    lmtp = client is smtplib.LMTP
    with listening("127.0.0.1", port, lmtp=lmtp), client("127.0.0.1", port) as server:
        server.sendmail("", [verp(delivery)], bounce(None))
        with pytest.raises(smtplib.SMTPRecipientsRefused, match="Only reports"):
            server.sendmail("", ["editor@lantern.example"], bounce(None))
    [(content, recipients)] = heard
    assert recipients == (verp(delivery),)
    assert take_in(content, recipients) == 1 and row(delivery) == "bounced"


def test_what_cannot_be_recorded_stays_with_the_mail_server(delivery, heard, monkeypatch):
    def broken(content, recipients):
        raise RuntimeError("the database is away")

    monkeypatch.setattr("courant.newsletter.returns.listener.take_in", broken)
    port = free_port()
    with (
        listening("127.0.0.1", port),
        smtplib.LMTP("127.0.0.1", port) as server,
        pytest.raises(smtplib.SMTPDataError, match="try again"),
    ):
        server.sendmail("", [verp(delivery)], bounce(None))


class ImapServer(threading.Thread):
    """As much of an IMAP server as reading a mailbox needs; `seen` holds what was marked."""

    def __init__(self, mails):
        super().__init__(daemon=True)
        self.mails, self.seen, self.log = mails, set(), []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.start()

    def run(self):
        while True:
            try:
                client, _address = self._socket.accept()
            except OSError:
                return
            with client, client.makefile("rwb") as file:
                self.talk(file)

    def talk(self, file):
        def say(line):
            file.write(line.encode() + b"\r\n")
            file.flush()

        say("* OK IMAP4rev1 ready")
        while line := file.readline().decode().strip():
            tag, _, rest = line.partition(" ")
            self.log.append(rest.split(" ", 1)[0] + " " + rest.partition(" ")[2][:30])
            words = rest.upper().split()
            if words[0] == "CAPABILITY":
                say("* CAPABILITY IMAP4rev1")
            elif words[0] == "LOGIN" and "wrong" in rest:
                say(f"{tag} NO [AUTHENTICATIONFAILED] no such user")
                continue
            elif words[0] == "SELECT":
                say(f"* {len(self.mails)} EXISTS")
            elif words[:2] == ["UID", "SEARCH"]:
                left = [str(n) for n in range(1, len(self.mails) + 1) if n not in self.seen]
                say("* SEARCH " + " ".join(left))
            elif words[:2] == ["UID", "FETCH"]:
                number = int(words[2])
                data = self.mails[number - 1]
                file.write(b"* %d FETCH (UID %d BODY[] {%d}\r\n" % (number, number, len(data)))
                file.write(data + b")\r\n")
            elif words[:2] == ["UID", "STORE"]:
                self.seen.add(int(words[2]))
            elif words[0] == "LOGOUT":
                say("* BYE")
                say(f"{tag} OK")
                return
            say(f"{tag} OK done")

    def close(self):
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


def test_a_mailbox_is_read_over_imap_and_each_mail_once(delivery):
    others = b"From: a@b.example\r\nSubject: Hello\r\n\r\nA person writes.\r\n"
    server = ImapServer([bounce(delivery), others])
    mailbox = Mailbox("127.0.0.1", "bounces", "secret", server.port, tls=False)
    assert mailbox.read() == 1
    assert row(delivery) == "bounced" and server.seen == {1, 2}
    assert mailbox.read() == 0 and Return.objects.count() == 1
    assert "secret" not in repr(mailbox)
    server.close()


def test_a_mailbox_that_cannot_be_read_is_named(delivery):
    server = ImapServer([])
    with pytest.raises(MailboxError, match=r"bounces at 127.0.0.1.*AUTHENTICATIONFAILED"):
        Mailbox("127.0.0.1", "bounces", "wrong", server.port, tls=False).read()
    server.close()
    with pytest.raises(MailboxError, match="cannot be read"):
        Mailbox("127.0.0.1", "bounces", "secret", server.port, tls=False).read()


# ── From a provider ───────────────────────────────────────────────────────────────────────────────


def event(kind, delivery, **facts):
    known = {
        "event_type": kind,
        "event_id": "e1",
        "message_id": "m1",
        "metadata": {"delivery": name(delivery)},
        "mta_response": "",
        "description": "",
        "reject_reason": None,
        "timestamp": datetime.now(UTC),
    }
    return SimpleNamespace(**(known | facts))


@pytest.mark.parametrize(
    ("kind", "facts", "returned", "suppressed"),
    [
        ("bounced", {"mta_response": "550 5.1.1 nobody"}, "bounced", 1),
        ("bounced", {"reject_reason": "invalid"}, "bounced", 1),
        ("bounced", {"reject_reason": "blocked"}, "bounced", 0),
        ("bounced", {}, "bounced", 0),
        ("complained", {}, "complained", 1),
        ("deferred", {"mta_response": "450 4.2.2 full"}, "", 0),
        ("delivered", {}, "", 0),
        ("opened", {}, "", 0),
    ],
)
def test_a_providers_event_ends_in_its_row(delivery, kind, facts, returned, suppressed):
    for _time in range(2):
        take_event(None, event(kind, delivery, **facts), "Mailgun")
    assert row(delivery) == returned
    assert Suppression.objects.count() == suppressed
    assert Return.objects.count() == (kind != "opened")


def provider_event(delivery, key):
    """As Mailgun posts it, signed with a key."""
    timestamp, token = str(int(datetime.now(UTC).timestamp())), "a" * 50
    signature = hmac.new(key.encode(), f"{timestamp}{token}".encode(), hashlib.sha256).hexdigest()
    return {
        "signature": {"timestamp": timestamp, "token": token, "signature": signature},
        "event-data": {
            "id": "event-1",
            "event": "failed",
            "severity": "permanent",
            "timestamp": float(timestamp),
            "recipient": delivery.email,
            "message": {"headers": {"message-id": "m1"}},
            "user-variables": {"delivery": name(delivery)},
            "delivery-status": {"code": 550, "message": "550 5.1.1 No such mailbox"},
        },
    }


def test_only_what_the_provider_signed_is_taken(delivery, settings, rf):
    """django-anymail checks the signature; this is its own view."""
    from anymail.webhooks.mailgun import MailgunTrackingWebhookView

    settings.ANYMAIL = {"MAILGUN_WEBHOOK_SIGNING_KEY": "right", "MAILGUN_API_KEY": "key"}
    webhooks.connect()
    view = MailgunTrackingWebhookView.as_view()

    def call(key):
        body = json.dumps(provider_event(delivery, key))
        return view(rf.post("/", body, content_type="application/json"))

    with pytest.raises(SuspiciousOperation, match="incorrect signature"):
        call("wrong")
    assert not Return.objects.exists()
    assert call("right").status_code == 200
    assert row(delivery) == "bounced" and Suppression.objects.count() == 1
