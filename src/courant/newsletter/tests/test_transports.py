"""What every transport keeps to, and what SMTP and the outbox add."""

import time
from datetime import timedelta
from email import message_from_bytes

import pytest
from django.core.mail import EmailMessage, get_connection

from courant.newsletter.message import Sender, make_mail
from courant.newsletter.tests.inbox import Inbox, serving
from courant.newsletter.tests.make import NOON
from courant.newsletter.transports import get_transport
from courant.newsletter.transports.base import Term, Transport, Verdict
from courant.newsletter.transports.file import FileTransport
from courant.newsletter.transports.memory import MemoryTransport
from courant.newsletter.transports.smtp import SmtpTransport


def mail(number=1, recipient="", text="Hello\n.\n..dots\nПривіт\n"):
    return make_mail(
        sender=Sender("The Test Lantern", "letters@lantern.example"),
        recipient=recipient or f"reader{number}@readers.example",
        subject="The ferry returns",
        date=NOON + timedelta(minutes=number),
        message_id=f"<{number}@lantern.example>",
        text=text,
        html="<p>Hello</p>\n",
    )


class Seen:
    """A witness that remembers."""

    def __init__(self):
        self.begins, self.ends = [], {}

    def begun(self, mail):
        self.begins.append(mail.recipient)

    def ended(self, mail, outcome):
        self.ends[mail.recipient] = outcome

    @property
    def verdicts(self):
        return {recipient: outcome.verdict for recipient, outcome in self.ends.items()}


def submitted(transport, *mails, term=None):
    seen = Seen()
    with transport:
        transport.submit(mails, term or Term(60), seen)
        transport.settle()
    return seen


@pytest.fixture
def inbox():
    with serving(Inbox()) as handler:
        yield handler


@pytest.fixture(params=["file", "memory", "smtp"])
def kind(request, tmp_path, inbox):
    """A transport and a way to see what arrived: (recipient, bytes)."""
    if request.param == "file":
        made = FileTransport(tmp_path / "outbox")

        def arrived():
            files = sorted((tmp_path / "outbox").glob("*.eml"))
            return [(message_from_bytes(f.read_bytes())["To"], f.read_bytes()) for f in files]

        return made, arrived
    if request.param == "memory":
        memory = MemoryTransport()
        return memory, lambda: [(one.recipient, one.data) for one in memory.sent]
    made = SmtpTransport("127.0.0.1", inbox.port, timeout=5, connections=1)
    return made, lambda: inbox.got


def test_messages_arrive_byte_for_byte_and_every_end_is_told(kind):
    transport, arrived = kind
    sent = [mail(n) for n in (1, 2, 3)]
    seen = submitted(transport, *sent)
    assert arrived() == [(one.recipient, one.data) for one in sent]
    assert seen.begins == [one.recipient for one in sent]
    assert set(seen.verdicts.values()) == {Verdict.ACCEPTED}


def test_a_transport_can_be_opened_and_closed_again(kind):
    transport, arrived = kind
    for number in (1, 2):
        with transport:
            transport.open()
            assert transport.send(mail(number)).verdict is Verdict.ACCEPTED
        transport.close()
    assert len(arrived()) == 2


def test_the_same_message_twice_arrives_once_where_it_is_promised(kind):
    transport, arrived = kind
    submitted(transport, mail())
    submitted(transport, mail())
    assert len(arrived()) == (1 if transport.repeatable else 2)


def test_nothing_begins_when_the_term_is_over(kind):
    transport, arrived = kind
    seen = submitted(transport, mail(1), mail(2), term=Term(0))
    assert seen.begins == [] and arrived() == []
    assert set(seen.verdicts.values()) == {Verdict.UNTRIED}


def test_a_term_is_over_when_the_clock_was_set(monkeypatch):
    term = Term(60)
    assert not term.over()
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() - 3600)
    assert term.over()


def test_what_cannot_be_written_down_as_begun_is_not_begun(kind):
    transport, arrived = kind

    class Full(Seen):
        def begun(self, mail):
            raise OSError(28, "No space left on device")

    seen = Full()
    with transport:
        transport.submit([mail()], Term(60), seen)
        transport.settle()
    [outcome] = seen.ends.values()
    assert outcome.verdict is Verdict.BROKEN and "No space left" in outcome.text
    assert arrived() == []


def test_every_transport_has_a_name_for_its_route(kind):
    transport, _arrived = kind
    assert transport.route


def test_the_settings_choose_the_transport(settings):
    assert isinstance(get_transport(), FileTransport)
    settings.COURANT_TRANSPORT = "courant.newsletter.transports.smtp.SmtpTransport"
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS = "mail.example.org", True
    settings.COURANT_SMTP_CONNECTIONS = 7
    found = get_transport()
    assert isinstance(found, Transport)
    assert (found.host, found.security, found.connections) == ("mail.example.org", "starttls", 7)


# ── The outbox ────────────────────────────────────────────────────────────────────────────────────


def test_a_file_begins_with_its_time_and_is_private(tmp_path):
    FileTransport(tmp_path).send(mail())
    [file] = tmp_path.iterdir()
    assert file.name.startswith("20261120T120100Z-") and file.suffix == ".eml"
    assert file.stat().st_mode & 0o007 == 0


def test_one_message_to_two_readers_is_two_files(tmp_path):
    for recipient in ("a@example.org", "b@example.org"):
        FileTransport(tmp_path).send(mail(recipient=recipient))
    assert len(list(tmp_path.iterdir())) == 2


def test_an_outbox_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "outbox").write_text("a file")
    outcome = FileTransport(tmp_path / "outbox").send(mail())
    assert "outbox" in outcome.text
    assert outcome.verdict is Verdict.BROKEN and outcome.of_server


def test_djangos_own_mail_goes_to_the_outbox(tmp_path, settings):
    settings.COURANT_OUTBOX = tmp_path
    backend = get_connection("courant.newsletter.transports.file.DjangoFileBackend")
    message = EmailMessage(
        "Reset", "Привіт", "Desk <desk@lantern.example>", ["editor@lantern.example"]
    )
    assert backend.send_messages([message, EmailMessage("Nobody", "x")]) == 1
    [file] = tmp_path.iterdir()
    assert message_from_bytes(file.read_bytes())["Subject"] == "Reset"
