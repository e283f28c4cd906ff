"""Through a provider's API: in batches, each with its own way out, the same ledger below."""

import json
import threading
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest

from courant.newsletter import send
from courant.newsletter.models import Delivery
from courant.newsletter.names import delivery_named
from courant.newsletter.outcomes import Verdict
from courant.newsletter.returns.webhooks import DELIVERY
from courant.newsletter.tests.make import make_edition, make_newsletter, make_subscription
from courant.newsletter.tests.test_transports import Seen
from courant.newsletter.transports.anymail import PLACES, AnymailTransport
from courant.newsletter.transports.base import Term, TransportError

pytestmark = pytest.mark.django_db


class Provider(ThreadingHTTPServer):
    """The far edge: a provider's API on loopback. `calls` are the forms that it got."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answer)
        self.calls, self.status, self.words = [], 200, {"id": "<m1@mg>", "message": "Queued."}
        self.cut = False
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}/v3"


class Answer(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        kind = self.headers["Content-Type"]
        if kind.startswith("multipart/form-data"):
            mail = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
            form = {}
            for part in mail.get_payload():
                name = part.get_param("name", header="Content-Disposition")
                form.setdefault(name, []).append(part.get_payload(decode=True).decode())
        else:
            form = parse_qs(body.decode())
        self.server.calls.append(form)
        if self.server.cut:
            self.connection.close()
            return
        answer = json.dumps(self.server.words).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *args):
        pass


@pytest.fixture
def provider(settings):
    server = Provider()
    settings.ANYMAIL = {
        "MAILGUN_API_KEY": "key",
        "MAILGUN_API_URL": server.url,
        "MAILGUN_SENDER_DOMAIN": "mg.lantern.example",
    }
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def edition():
    newsletter = make_newsletter()
    for number in range(250):
        make_subscription(newsletter, f"reader{number}@readers.example")
    return make_edition(newsletter, headline="The ferry & the tide")


def test_an_edition_goes_out_in_batches_and_each_reader_has_their_own_way_out(provider, edition):
    report = send.pump(edition, AnymailTransport("mailgun"), window=100)
    assert report.submitted == 250 and len(provider.calls) == 3
    first = provider.calls[0]
    assert len(first["to"]) == 100
    values = json.loads(first["recipient-variables"][0])
    links = {facts["unsubscribe_url"] for facts in values.values()}
    assert len(links) == 100 and all("/newsletter/unsubscribe/" in link for link in links)
    place = PLACES["mailgun"].format("unsubscribe_url")
    assert place in first["html"][0] and place in first["text"][0]
    assert "unsubscribe.invalid" not in first["html"][0]
    assert first["h:List-Unsubscribe-Post"] == ["List-Unsubscribe=One-Click"]
    reader, facts = next(iter(values.items()))
    assert first["h:List-Unsubscribe"] == ["%recipient.h:List-Unsubscribe%"]
    assert facts["h:List-Unsubscribe"] == f"<{facts['unsubscribe_url']}>"
    name = Delivery.objects.get(email=reader)
    assert delivery_named(facts[f"v:{DELIVERY}"]) == name
    assert any(DELIVERY in name for name in first)


def test_an_answer_that_says_no_is_no_and_silence_is_uncertain(provider, edition):
    mails = [edition_mail(edition, number) for number in range(2)]
    transport = AnymailTransport("mailgun")
    wanted = [
        (429, Verdict.THROTTLED),
        (401, Verdict.BROKEN),
        (400, Verdict.REJECTED),
        (500, Verdict.UNCERTAIN),
    ]
    for status, verdict in wanted:
        provider.status, provider.words = status, {"message": "no"}
        seen = Seen()
        with transport:
            transport.submit(mails, Term(60), seen)
        assert set(seen.verdicts.values()) == {verdict}, status
    provider.cut = True
    seen = Seen()
    with transport:
        transport.submit(mails, Term(60), seen)
    assert set(seen.verdicts.values()) == {Verdict.UNCERTAIN}


def edition_mail(edition, number):
    from courant.newsletter.compose import Letter, in_type

    template = in_type(Letter(**edition.artefact["letter"]), edition.created_at)
    values = {
        "unsubscribe_url": f"https://lantern.example/u/{number}",
        "preferences_url": f"https://lantern.example/p/{number}",
    }
    if not hasattr(edition, "template"):
        edition.template = template
    return edition.template.mail(
        f"reader{number}@readers.example", f"<{number}@lantern.example>", values, key=number
    )


def test_nothing_begins_when_the_term_is_over(provider, edition):
    seen = Seen()
    with AnymailTransport("mailgun") as transport:
        transport.submit([edition_mail(edition, 1)], Term(0), seen)
    assert seen.begins == [] and provider.calls == []
    assert set(seen.verdicts.values()) == {Verdict.UNTRIED}


def test_a_provider_that_fills_in_nothing_gets_a_call_a_reader(provider, edition, monkeypatch):
    monkeypatch.setattr("courant.newsletter.transports.anymail.PLACES", {})
    seen = Seen()
    with AnymailTransport("mailgun") as transport:
        transport.submit([edition_mail(edition, n) for n in range(3)], Term(60), seen)
    assert len(provider.calls) == 3
    assert "https://lantern.example/u/2" in provider.calls[2]["html"][0]
    assert provider.calls[2]["h:List-Unsubscribe"] == ["<https://lantern.example/u/2>"]


def test_missing_keys_are_told_before_anything_is_claimed(settings, edition):
    settings.ANYMAIL = {}
    with pytest.raises(TransportError, match="MAILGUN_API_KEY"):
        AnymailTransport("mailgun").open()
    report = send.pump(edition, AnymailTransport("mailgun"))
    assert report.stopped and not edition.deliveries.filter(attempts__gt=0).exists()


def test_what_is_no_provider_is_told(settings):
    with pytest.raises(TransportError, match="nobody cannot be used"):
        AnymailTransport("nobody").open()
