"""What receivers look at: told right, with the record to publish, and also without a network."""

import socket
import threading

import dns.message
import dns.rcode
import dns.resolver
import dns.rrset
import pytest

from courant.newsletter import dkim
from courant.newsletter.standing.checks import check_all
from courant.newsletter.standing.lookup import Names, Unknown
from courant.newsletter.standing.spf import Broken, Walk
from courant.newsletter.tests.inbox import Inbox, serving

IP = "203.0.113.7"


class Zone(threading.Thread):
    """A name server on loopback with a few records: (name, type) → texts."""

    def __init__(self, records):
        super().__init__(daemon=True)
        self.records = records
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.start()

    def run(self):
        while True:
            try:
                data, client = self._socket.recvfrom(4096)
            except OSError:
                return
            if not data:
                return
            query = dns.message.from_wire(data)
            self._socket.sendto(self._answer(query).to_wire(), client)

    def _answer(self, query):
        asked = query.question[0]
        name = asked.name.to_text().rstrip(".")
        kind = dns.rdatatype.to_text(asked.rdtype)
        answer = dns.message.make_response(query)
        if texts := self.records.get((name, kind)):
            answer.answer.append(dns.rrset.from_text(asked.name, 60, "IN", kind, *texts))
        elif not any(known == name for known, _kind in self.records):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer

    def close(self):
        self._socket.sendto(b"", ("127.0.0.1", self.port))
        self._socket.close()


@pytest.fixture
def zone():
    made = []

    def make(records):
        made.append(Zone(records))
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], made[-1].port
        return Names(resolver)

    yield make
    for one in made:
        one.close()


@pytest.fixture
def house(db, settings, tmp_path):
    """A paper that is set up as it should be, but for its records."""
    settings.COURANT_SECRETS = tmp_path
    settings.COURANT_URL = "https://news.example.org"
    settings.DEFAULT_FROM_EMAIL = "The Paper <letters@news.example.org>"
    settings.COURANT_BOUNCE_ADDRESS = "bounces@news.example.org"
    return dkim.make_key()


def good_records(key):
    return {
        ("news.example.org", "TXT"): [f'"v=spf1 ip4:{IP} -all"', '"something else"'],
        ("news.example.org", "MX"): ["10 mx.example.org."],
        ("courant._domainkey.news.example.org", "TXT"): [_quoted(dkim.public_record(key))],
        ("_dmarc.example.org", "TXT"): ['"v=DMARC1; p=quarantine"'],
        ("7.113.0.203.in-addr.arpa", "PTR"): ["mail.example.org."],
        ("mail.example.org", "A"): [IP],
    }


def _quoted(text):
    return " ".join(f'"{text[start : start + 250]}"' for start in range(0, len(text), 250))


def states(findings):
    return [(finding.what, finding.state) for finding in findings]


def test_a_paper_that_is_set_up_well_is_told_so(house, zone):
    findings = check_all(IP, zone(good_records(house)))
    assert {state for _what, state in states(findings)} == {"good"}
    assert [what for what, _state in states(findings)] == [
        *("SERVER", "SPF", "DKIM", "DMARC", "PTR", "BOUNCES", "LETTER", "LETTER"),
    ]


def test_a_paper_without_records_is_told_what_to_publish(house, zone):
    findings = {finding.what: finding for finding in check_all(IP, zone({}))}
    wrong = {what for what, finding in findings.items() if finding.wrong}
    assert wrong == {"SPF", "DKIM", "DMARC", "PTR", "BOUNCES"}
    assert findings["SPF"].mend == f'news.example.org. IN TXT "v=spf1 ip4:{IP} -all"'
    record = findings["DKIM"].mend
    assert record.startswith('courant._domainkey.news.example.org. IN TXT "v=DKIM1; k=rsa; p=')
    assert max(len(piece) for piece in record.split('"')[1::2]) <= 255
    assert findings["DMARC"].mend.startswith('_dmarc.news.example.org. IN TXT "v=DMARC1; p=none')
    assert "mend:" in str(findings["DMARC"])


def test_what_is_published_as_told_is_found_good(house, zone):
    """The records that the check asks for are those that it is content with."""
    told = [finding.mend for finding in check_all(IP, zone({})) if " IN TXT " in finding.mend]
    records = good_records(house)
    for line in told:
        name, _, text = line.partition(". IN TXT ")
        records[name, "TXT"] = [text]
    assert len(told) == 3
    fresh = zone(records)
    assert {state for _what, state in states(check_all(IP, fresh))} == {"good"}


@pytest.mark.parametrize(
    ("name", "texts", "what", "told"),
    [
        ("news.example.org", ['"v=spf1 -all"'], "SPF", "says fail to 203.0.113.7"),
        ("news.example.org", ['"v=spf1 a -all"', '"v=spf1 -all"'], "SPF", "has 2 SPF records"),
        ("courant._domainkey.news.example.org", ['"v=DKIM1; p=AAAA"'], "DKIM", "another key"),
        ("_dmarc.example.org", ['"v=DMARC1"'], "DMARC", "is not valid"),
    ],
)
def test_a_record_that_is_wrong_is_named(house, zone, name, texts, what, told):
    found = check_all(IP, zone(good_records(house) | {(name, "TXT"): texts}))
    [finding] = [finding for finding in found if finding.wrong]
    assert finding.what == what and told in finding.text


def test_a_name_that_does_not_lead_back_is_named(house, zone):
    found = check_all(IP, zone(good_records(house) | {("mail.example.org", "A"): ["192.0.2.1"]}))
    assert ["does not lead back" in f.text for f in found if f.wrong] == [True]


def test_without_a_network_nothing_is_called_wrong_that_is_not_known(house):
    dead = dns.resolver.Resolver(configure=False)
    dead.nameservers, dead.port = ["127.0.0.1"], 9
    for names in (Names(None), Names(dead)):
        found = check_all(IP, names)
        unknown = {what for what, state in states(found) if state == "unknown"}
        assert unknown == {"SPF", "DKIM", "DMARC", "PTR", "BOUNCES"}
        assert not any(finding.wrong for finding in found)


def test_without_a_key_and_without_https_that_is_told(house, zone, settings, tmp_path):
    settings.COURANT_SECRETS = tmp_path / "none"
    settings.COURANT_URL = "http://127.0.0.1:8000"
    found = {f.what: f for f in check_all(IP, zone(good_records(house))) if f.wrong}
    assert found["DKIM"].mend == "courant newsletter key"
    assert "one click needs https" in found["LETTER"].text


def test_the_server_is_looked_at_without_sending_anything(house, zone, settings):
    settings.COURANT_TRANSPORT = "courant.newsletter.transports.smtp.SmtpTransport"
    with serving(Inbox()) as inbox:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", inbox.port
        found = {f.what: f for f in check_all(IP, zone(good_records(house)))}
        assert "takes mail" in found["SERVER"].text and "this machine" in found["TLS"].text
        assert inbox.connections == 1 and inbox.got == []
    found = {f.what: f for f in check_all(IP, zone(good_records(house)))}
    assert found["SERVER"].wrong and "cannot be used" in found["SERVER"].text


# ── SPF ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("record", "result"),
    [
        (f"v=spf1 ip4:{IP} -all", "pass"),
        ("v=spf1 ip4:203.0.113.0/24 ~all", "pass"),
        ("v=spf1 a -all", "pass"),
        ("v=spf1 mx -all", "pass"),
        ("v=spf1 a:mx.b.example/24 -all", "pass"),
        ("v=spf1 include:b.example -all", "pass"),
        ("v=spf1 include:c.example -all", "fail"),
        ("v=spf1 redirect=b.example", "pass"),
        ("v=spf1 ?all", "neutral"),
        ("v=spf1 ~all", "softfail"),
        ("v=spf1", "neutral"),
        ("v=spf1 exp=why.example ip6:2001:db8::/32 -all", "fail"),
    ],
)
def test_spf_is_read_as_receivers_read_it(zone, record, result):
    names = zone(
        {
            ("a.example", "TXT"): [f'"{record}"'],
            ("a.example", "A"): [IP],
            ("a.example", "MX"): ["10 mx.b.example."],
            ("mx.b.example", "A"): [IP],
            ("b.example", "TXT"): [f'"v=spf1 ip4:{IP} -all"'],
            ("c.example", "TXT"): ['"v=spf1 ip4:192.0.2.1 -all"'],
        }
    )
    assert Walk(names, IP).result("a.example") == result


def test_spf_that_needs_too_many_lookups_is_broken(zone):
    records = {(f"a{n}.example", "TXT"): [f'"v=spf1 include:a{n + 1}.example"'] for n in range(12)}
    with pytest.raises(Broken, match="more than 10 lookups"):
        Walk(zone(records), IP).result("a0.example")


def test_a_name_that_is_not_there_is_an_answer(zone):
    names = zone({("a.example", "A"): [IP]})
    assert names.txt("a.example") == [] and names.txt("nothing.example") == []
    with pytest.raises(Unknown, match="no name server answers"):
        Names(None).txt("a.example")


def test_a_sender_that_is_no_domain_is_told_so(house, zone, settings):
    settings.DEFAULT_FROM_EMAIL = "Courant <courant@127.0.0.1>"
    found = {f.what: f for f in check_all(IP, zone(good_records(house))) if f.wrong}
    assert "is no domain" in found["SENDER"].text and "DKIM" not in found
