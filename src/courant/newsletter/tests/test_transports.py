"""What every transport keeps to, and what SMTP and the outbox add."""

import socket
import ssl
import subprocess
import time
from datetime import timedelta
from email import message_from_bytes
from urllib.parse import urlsplit

import pytest
from aiosmtpd.smtp import AuthResult
from django.core.mail import EmailMessage, get_connection

from courant.newsletter.message import Sender, make_mail
from courant.newsletter.tests.inbox import Inbox, serving
from courant.newsletter.tests.make import NOON
from courant.newsletter.tests.smtp_faults import FAULTS, REFUSED, TAKEN, UNCERTAIN, FaultyServer
from courant.newsletter.transports import get_transport
from courant.newsletter.transports.base import Outcome, Term, Transport, TransportError, Verdict
from courant.newsletter.transports.file import FileTransport
from courant.newsletter.transports.memory import MemoryTransport
from courant.newsletter.transports.session import own_name
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


# ── SMTP: accepted, refused, uncertain ────────────────────────────────────────────────────────────

OFFERS = ["plain", "pipelining", "chunking"]


def submit(port, *, timeout=0.3, text="Hello\n"):
    """How one message ends; a connection that cannot be had counts as not accepted."""
    transport = SmtpTransport("127.0.0.1", port, timeout=timeout, connections=1)
    try:
        with transport:
            return transport.send(mail(text=text))
    except TransportError as error:
        return Outcome(Verdict.BROKEN, str(error), error.code, of_server=True)


def test_there_are_24_faults():
    assert len(set(FAULTS)) == 24


@pytest.mark.parametrize("offers", OFFERS)
@pytest.mark.parametrize("fault", ["none", "ehlo_4xx", "ehlo_5xx", *TAKEN])
def test_an_accepted_message_counts_whatever_the_goodbye(fault, offers):
    with FaultyServer(fault, offers) as server:
        assert submit(server.port).verdict is Verdict.ACCEPTED
        assert len(server.accepted) == 1
        assert server.met == (fault != "none")


@pytest.mark.parametrize("offers", OFFERS)
@pytest.mark.parametrize("fault", [*REFUSED, "banner_odd", "mail_odd", "rcpt_odd", "rcpt_421"])
def test_a_refused_message_is_known_to_be_refused(fault, offers):
    with FaultyServer(fault, offers) as server:
        text = "The river rose.\n" * (400_000 if fault == "body_drop" else 1)
        outcome = submit(server.port, text=text)
        assert server.met and server.accepted == []
    wanted = {
        "rcpt_4xx": Verdict.DEFERRED,
        "dot_4xx": Verdict.DEFERRED,
        "rcpt_5xx": Verdict.REJECTED,
        "dot_5xx": Verdict.REJECTED,
        "rcpt_policy": Verdict.BLOCKED,
        "mail_5xx": Verdict.BLOCKED,
        "mail_4xx": Verdict.THROTTLED,
        "mail_421": Verdict.THROTTLED,
        "rcpt_421": Verdict.THROTTLED,
        "dot_421": Verdict.THROTTLED,
    }
    assert outcome.verdict is wanted.get(fault, Verdict.BROKEN)
    of_address = ("rcpt_4xx", "rcpt_5xx", "rcpt_policy", "dot_4xx", "dot_5xx")
    assert outcome.of_server == (fault not in of_address)


@pytest.mark.parametrize("fault", ["data_drop", "data_4xx", "data_5xx", "data_421"])
def test_data_may_be_refused(fault):
    with FaultyServer(fault) as server:
        outcome = submit(server.port)
        assert server.met and server.accepted == []
    assert outcome.verdict not in (Verdict.ACCEPTED, Verdict.UNCERTAIN)


@pytest.mark.parametrize("offers", OFFERS)
@pytest.mark.parametrize("fault", [*UNCERTAIN, "dot_stall_lost"])
def test_silence_after_the_whole_message_is_uncertain(fault, offers):
    with FaultyServer(fault, offers) as server:
        outcome = submit(server.port)
        assert server.met and len(server.accepted) == fault.endswith("_accepted")
    assert outcome.verdict is Verdict.UNCERTAIN
    assert "had the whole message" in outcome.text


def test_nobody_listening_is_told_before_anything_is_claimed():
    with FaultyServer("none") as server:
        port = server.port
    with pytest.raises(TransportError, match="cannot be used"):
        SmtpTransport("127.0.0.1", port, timeout=1).open()


def test_a_refusal_of_one_address_leaves_the_others_alone(inbox):
    transport = SmtpTransport("127.0.0.1", inbox.port, timeout=5, connections=1)
    bad, later = "refused@readers.example", "later@readers.example"
    seen = submitted(transport, mail(1), mail(2, bad), mail(3, later), mail(4))
    assert seen.ends[bad].verdict is Verdict.REJECTED and seen.ends[bad].code == 550
    assert seen.ends[bad].suppresses and "No such mailbox" in seen.ends[bad].text
    assert seen.ends[later].verdict is Verdict.DEFERRED and "Come back" in seen.ends[later].text
    assert len(inbox.got) == 2 and inbox.connections == 1


@pytest.mark.parametrize("offers", OFFERS)
def test_after_a_refusal_no_body_follows_and_the_connection_goes_on(offers):
    with FaultyServer("rcpt_5xx", offers, once=True) as server:
        transport = SmtpTransport("127.0.0.1", server.port, timeout=2, connections=1)
        senders = [mail(1), mail(2), mail(2)]
        for number, one in enumerate(senders):
            one.sender = f"b{min(number, 1)}@lantern.example"
        seen = submitted(transport, *senders)
        assert server.accepted == ["reader2@readers.example"]
    assert seen.ends["reader1@readers.example"].verdict is Verdict.REJECTED


def test_a_connection_is_kept_and_renewed_when_it_is_worn(inbox):
    transport = SmtpTransport("127.0.0.1", inbox.port, timeout=5, connections=1, messages=10)
    submitted(transport, *[mail(number) for number in range(11)])
    assert len(inbox.got) == 11 and inbox.connections == 2


def test_a_connection_that_the_server_closed_meanwhile_is_made_anew(inbox):
    transport = SmtpTransport("127.0.0.1", inbox.port, timeout=5, connections=1)
    with transport:
        assert transport.send(mail(1)).verdict is Verdict.ACCEPTED
        transport._lanes[0].session._socket.shutdown(socket.SHUT_RDWR)
        assert transport.send(mail(2)).verdict is Verdict.ACCEPTED
    assert inbox.connections == 2


def test_several_connections_work_at_once(inbox):
    transport = SmtpTransport("127.0.0.1", inbox.port, timeout=5, connections=4)
    seen = submitted(transport, *[mail(number) for number in range(40)])
    assert len(inbox.got) == 40 and inbox.connections == 4
    assert set(seen.verdicts.values()) == {Verdict.ACCEPTED}


def test_one_that_stalls_holds_up_nobody_else():
    with FaultyServer("mail_stall", once=True) as server:
        server.seen = {f"b{number}@lantern.example" for number in range(1, 40)}
        mails = [mail(number) for number in range(40)]
        for number, one in enumerate(mails):
            one.sender = f"b{number}@lantern.example"
        transport = SmtpTransport("127.0.0.1", server.port, timeout=1, connections=3)
        seen = Seen()
        with transport:
            started = time.monotonic()
            transport.submit(mails, Term(60), seen)
            assert len(server.accepted) == 39 and time.monotonic() - started < 1
            transport.settle()
    assert server.met == 1 and len(seen.ends) == 40


def test_a_server_that_takes_fewer_connections_gets_fewer():
    class Two(FaultyServer):
        here = 0

        def _talk(self, client):
            with self.lock:
                self.here += 1
                crowded = self.here > 2
            if crowded:
                with client:
                    client.sendall(b"421 too many connections\r\n")
            else:
                super()._talk(client)
            with self.lock:
                self.here -= 1

    with Two("none") as server:
        transport = SmtpTransport("127.0.0.1", server.port, timeout=2, connections=6)
        seen = submitted(transport, *[mail(number) for number in range(200)])
        assert len(server.accepted) == 200
    assert set(seen.verdicts.values()) == {Verdict.ACCEPTED}


def test_a_message_that_is_too_large_for_the_server_is_not_begun_in_vain():
    with serving(Inbox(), data_size_limit=10_000) as inbox:
        transport = SmtpTransport("127.0.0.1", inbox.port, timeout=5)
        outcome = submitted(transport, mail(text="x" * 11_000)).ends["reader1@readers.example"]
    assert outcome.verdict is Verdict.REJECTED and "10000 bytes at most" in outcome.text
    assert inbox.got == []


def test_bytes_slipped_in_before_the_protection_are_noticed(certificate):
    """CVE-2011-0411: what comes before the handshake would be taken for the server's word."""

    class Slipped(FaultyServer):
        def _talk(self, client):
            with client, client.makefile("rb") as file:
                client.sendall(b"220 x\r\n")
                file.readline()
                client.sendall(b"250-x\r\n250 STARTTLS\r\n")
                file.readline()
                client.sendall(b"220 go\r\n250 AUTH PLAIN\r\n")
                file.readline()

    with Slipped("none") as server:
        transport = SmtpTransport("localhost", server.port, security="starttls", timeout=2)
        with pytest.raises(TransportError, match="before the connection was protected"):
            transport.open()


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://news.example.org", "news.example.org"),
        ("http://127.0.0.1:8000", "[127.0.0.1]"),
        ("http://[::1]", "[IPv6:::1]"),
    ],
)
def test_we_introduce_ourselves_by_the_papers_name(url, name):
    assert own_name(urlsplit(url).hostname) == name


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
        "-addext",
        "subjectAltName=DNS:localhost",
        "-keyout",
        folder / "key.pem",
        "-out",
        folder / "cert.pem",
    ]
    subprocess.run(command, check=True, capture_output=True)
    return folder


@pytest.fixture
def tls_inbox(certificate):
    """Asks for STARTTLS and a password."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")

    def check(server, session, envelope, mechanism, data):
        right = (data.login, data.password) == (b"desk", b"secret")
        return AuthResult(success=right, handled=False)

    with serving(
        Inbox(), tls_context=context, require_starttls=True, authenticator=check, auth_required=True
    ) as handler:
        yield handler


def test_starttls_and_a_password_work_with_a_certificate_that_is_trusted(
    tls_inbox, certificate, monkeypatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
    with SmtpTransport("localhost", tls_inbox.port, "desk", "secret", "starttls", 5) as transport:
        assert transport.send(mail()).verdict is Verdict.ACCEPTED
    assert len(tls_inbox.got) == 1


def test_a_certificate_that_nobody_vouches_for_is_refused(tls_inbox):
    transport = SmtpTransport("localhost", tls_inbox.port, "desk", "secret", "starttls", 5)
    with pytest.raises(TransportError, match="CERTIFICATE_VERIFY_FAILED"):
        transport.open()


def test_a_server_without_starttls_gets_no_password(inbox):
    transport = SmtpTransport("127.0.0.1", inbox.port, "desk", "secret", "starttls", 5)
    with pytest.raises(TransportError, match="STARTTLS"):
        transport.open()


def test_a_wrong_password_is_told_and_not_shown(tls_inbox, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
    transport = SmtpTransport("localhost", tls_inbox.port, "desk", "wrong", "starttls", 5)
    with pytest.raises(TransportError, match="535") as caught:
        transport.open()
    assert "wrong" not in str(caught.value) and "wrong" not in repr(transport)
