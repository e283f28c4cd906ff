"""SMTP: accepted, refused, uncertain; connections that are kept, worn, stalled, protected."""

import socket
import ssl
import subprocess
import time
from urllib.parse import urlsplit

import pytest
from aiosmtpd.smtp import AuthResult

from courant.newsletter.tests.inbox import Inbox, serving
from courant.newsletter.tests.smtp_faults import FAULTS, REFUSED, TAKEN, UNCERTAIN, FaultyServer
from courant.newsletter.tests.test_transports import Seen, mail, submitted
from courant.newsletter.transports.base import Outcome, Term, TransportError, Verdict
from courant.newsletter.transports.session import own_name
from courant.newsletter.transports.smtp import SmtpTransport


@pytest.fixture
def inbox():
    with serving(Inbox()) as handler:
        yield handler


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
        transport._lanes[0].session._wire._socket.shutdown(socket.SHUT_RDWR)
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
        transport = SmtpTransport("127.0.0.1", server.port, timeout=10, connections=3)
        seen = Seen()
        with transport:
            transport.submit(mails, Term(60), seen)
            while len(server.accepted) < 39:
                time.sleep(0.01)
            assert len(seen.ends) <= 39  # the stalled one still holds its connection
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
