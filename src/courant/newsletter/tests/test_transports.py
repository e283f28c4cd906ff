"""What every transport keeps to, and what SMTP and the outbox add."""

import ssl
import subprocess
from datetime import timedelta
from email import message_from_bytes

import pytest
from aiosmtpd.smtp import AuthResult
from django.core.mail import EmailMessage, get_connection

from courant.newsletter.message import Sender, make_mail
from courant.newsletter.tests.inbox import Inbox, serving
from courant.newsletter.tests.make import NOON
from courant.newsletter.tests.smtp_faults import FaultyServer
from courant.newsletter.transports import get_transport
from courant.newsletter.transports.base import Transport, TransportError
from courant.newsletter.transports.file import FileTransport
from courant.newsletter.transports.memory import MemoryTransport
from courant.newsletter.transports.smtp import MESSAGES_A_CONNECTION, SmtpTransport, own_name


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
    return SmtpTransport("127.0.0.1", inbox.port, timeout=5), lambda: inbox.got


def test_messages_arrive_byte_for_byte(kind):
    transport, arrived = kind
    sent = [mail(n) for n in (1, 2, 3)]
    with transport:
        for one in sent:
            transport.submit(one)
    assert arrived() == [(one.recipient, one.data) for one in sent]


def test_a_transport_can_be_opened_and_closed_again(kind):
    transport, arrived = kind
    for number in (1, 2):
        with transport:
            transport.open()
            transport.submit(mail(number))
        transport.close()
    assert len(arrived()) == 2


def test_the_same_message_twice_arrives_once_where_it_is_promised(kind):
    transport, arrived = kind
    with transport:
        transport.submit(mail())
        transport.submit(mail())
    assert len(arrived()) == (1 if transport.repeatable else 2)


def test_the_settings_choose_the_transport(settings):
    assert isinstance(get_transport(), FileTransport)
    settings.COURANT_TRANSPORT = "courant.newsletter.transports.smtp.SmtpTransport"
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS = "mail.example.org", True
    found = get_transport()
    assert isinstance(found, Transport)
    assert (found.host, found.security) == ("mail.example.org", "starttls")


# ── The outbox ────────────────────────────────────────────────────────────────────────────────────


def test_a_file_begins_with_its_time_and_is_private(tmp_path):
    FileTransport(tmp_path).submit(mail())
    [file] = tmp_path.iterdir()
    assert file.name.startswith("20261120T120100Z-") and file.suffix == ".eml"
    assert file.stat().st_mode & 0o007 == 0


def test_one_message_to_two_readers_is_two_files(tmp_path):
    for recipient in ("a@example.org", "b@example.org"):
        FileTransport(tmp_path).submit(mail(recipient=recipient))
    assert len(list(tmp_path.iterdir())) == 2


def test_an_outbox_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "outbox").write_text("a file")
    with pytest.raises(TransportError, match="outbox") as caught:
        FileTransport(tmp_path / "outbox").submit(mail())
    assert caught.value.systemic and not caught.value.permanent


def test_djangos_own_mail_goes_to_the_outbox(tmp_path, settings):
    settings.COURANT_OUTBOX = tmp_path
    backend = get_connection("courant.newsletter.transports.file.DjangoFileBackend")
    message = EmailMessage(
        "Reset", "Привіт", "Desk <desk@lantern.example>", ["editor@lantern.example"]
    )
    assert backend.send_messages([message, EmailMessage("Nobody", "x")]) == 1
    [file] = tmp_path.iterdir()
    assert message_from_bytes(file.read_bytes())["Subject"] == "Reset"


# ── SMTP: accepted, refused, unknown ──────────────────────────────────────────────────────────────


def submit(port, *, timeout=0.5, number=1):
    transport = SmtpTransport("127.0.0.1", port, timeout=timeout)
    try:
        with transport:
            transport.submit(mail(number))
    except TransportError as error:
        return error
    return None


@pytest.mark.parametrize("fault", ["none", "ehlo_4xx", "ehlo_5xx", "quit_drop", "quit_stall"])
def test_an_accepted_message_counts_whatever_the_goodbye(fault):
    with FaultyServer(fault) as server:
        assert submit(server.port) is None
        assert server.accepted == 1
        assert server.met == (fault != "none")


@pytest.mark.parametrize(
    "fault",
    [
        *("banner_drop", "banner_421", "banner_stall", "banner_odd", "ehlo_drop"),
        *("mail_drop", "mail_4xx", "mail_5xx", "mail_stall", "mail_421", "mail_odd"),
        *("rcpt_drop", "rcpt_4xx", "rcpt_5xx", "rcpt_421", "rcpt_policy", "rcpt_odd"),
        *("data_drop", "data_4xx", "data_5xx", "data_421", "dot_4xx", "dot_5xx", "dot_421"),
    ],
)
def test_a_refused_message_is_known_to_be_refused(fault):
    with FaultyServer(fault) as server:
        error = submit(server.port)
        assert error is not None and not error.outcome_unknown
        assert server.met and server.accepted == 0
        assert error.permanent == fault.endswith(("_5xx", "_policy"))
        of_address = ("rcpt_4xx", "rcpt_5xx", "data_4xx", "data_5xx", "dot_4xx", "dot_5xx")
        assert error.systemic == (fault not in of_address)


def test_a_connection_that_breaks_in_the_body_took_nothing():
    with FaultyServer("body_drop") as server:
        transport = SmtpTransport("127.0.0.1", server.port, timeout=2)
        with pytest.raises(TransportError) as caught:
            transport.submit(mail(text="The river rose.\n" * 400_000))
        assert not caught.value.outcome_unknown
        assert server.met and server.accepted == 0


@pytest.mark.parametrize(
    ("fault", "accepted"),
    [
        ("dot_drop_lost", 0),
        ("dot_drop_accepted", 1),
        ("dot_stall_accepted", 1),
        ("dot_stall_lost", 0),
        ("dot_odd_accepted", 1),
    ],
)
def test_silence_after_the_final_dot_is_an_unknown_outcome(fault, accepted):
    with FaultyServer(fault) as server:
        error = submit(server.port)
        assert error.outcome_unknown
        assert server.met and server.accepted == accepted


def test_nobody_listening_is_systemic():
    with FaultyServer("none") as server:
        port = server.port
    error = submit(port)
    assert error.systemic and "cannot be used" in str(error)


def test_a_refusal_of_one_address_leaves_the_others_alone(inbox):
    transport = SmtpTransport("127.0.0.1", inbox.port, timeout=5)
    with transport:
        transport.submit(mail(1))
        with pytest.raises(TransportError, match="No such mailbox") as refused:
            transport.submit(mail(2, "refused@readers.example"))
        with pytest.raises(TransportError, match="Come back") as later:
            transport.submit(mail(3, "later@readers.example"))
        transport.submit(mail(4))
    assert (refused.value.code, refused.value.permanent, refused.value.systemic) == (
        550,
        True,
        False,
    )
    assert (later.value.code, later.value.permanent) == (450, False)
    assert len(inbox.got) == 2 and inbox.connections == 1


def test_a_connection_is_kept_and_renewed_after_a_hundred_messages(inbox):
    with SmtpTransport("127.0.0.1", inbox.port, timeout=5) as transport:
        for number in range(MESSAGES_A_CONNECTION + 1):
            transport.submit(mail(number))
    assert len(inbox.got) == MESSAGES_A_CONNECTION + 1
    assert inbox.connections == 2


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://news.example.org", "news.example.org"),
        ("http://127.0.0.1:8000", "[127.0.0.1]"),
        ("http://[::1]", "[IPv6:::1]"),
    ],
)
def test_we_introduce_ourselves_by_the_papers_name(url, name):
    assert own_name(url) == name


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
        transport.submit(mail())
    assert len(tls_inbox.got) == 1


def test_a_certificate_that_nobody_vouches_for_is_refused(tls_inbox):
    transport = SmtpTransport("localhost", tls_inbox.port, "desk", "secret", "starttls", 5)
    with pytest.raises(TransportError, match="CERTIFICATE_VERIFY_FAILED") as caught:
        transport.open()
    assert caught.value.systemic


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
