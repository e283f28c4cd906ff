"""What receivers of mail look at, point by point, and what to do about it.

Gmail, Yahoo and Microsoft ask bulk senders for SPF, DKIM and DMARC in agreement with From:, a name
for the sending address, TLS, and one click to unsubscribe (RFC 8058).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.timezone import now

from courant.newsletter import dkim
from courant.newsletter.compose import Letter, in_type
from courant.newsletter.deliveries import links_of
from courant.newsletter.errors import NewsletterError
from courant.newsletter.standing.lookup import Names, Unknown
from courant.newsletter.standing.records import dkim_name, sender_domains, zone_line
from courant.newsletter.standing.spf import Broken, Walk, spf_record
from courant.newsletter.transports import get_transport
from courant.newsletter.transports.session import Session
from courant.newsletter.transports.smtp import SmtpTransport

GOOD, WRONG, UNKNOWN = "good", "WRONG", "unknown"
DMARC = "v=DMARC1; p=none; rua=mailto:dmarc@{domain}"


@dataclass(frozen=True)
class Finding:
    """One point. `mend`: the record to publish, the setting to write, the command to run."""

    state: str
    what: str
    text: str
    mend: str = ""

    @property
    def wrong(self) -> bool:
        return self.state == WRONG

    def __str__(self) -> str:
        line = f"{self.state:<8}{self.what:<8}{self.text}"
        return f"{line}\n{'':<16}mend: {self.mend}" if self.mend else line


def check_all(ip: str = "", names: Names | None = None) -> list[Finding]:
    """Every point. `ip`: the address that mail leaves from. Sends nothing, and never raises for
    what is out of reach: that is `unknown`."""
    found = names or Names()
    address = ip or _sending_address(found)
    findings = [*_server()]
    for domain in sender_domains():
        if _is_number(domain):
            text = f"letters are from an address at {domain}, which is no domain"
            findings.append(Finding(WRONG, "SENDER", text, "mail_from or site_url in courant.toml"))
            continue
        findings += _looked_up("SPF", _spf, domain, found, address)
        findings += _looked_up("DKIM", _dkim, domain, found, address)
        findings += _looked_up("DMARC", _dmarc, domain, found, address)
    findings += _looked_up("PTR", _reverse, address, found, address)
    findings += _looked_up("BOUNCES", _reports, settings.COURANT_BOUNCE_ADDRESS, found, address)
    return [*findings, *_headers()]


Check = Callable[[str, Names, str], Iterator[Finding]]


def _looked_up(what: str, check: Check, domain: str, names: Names, address: str) -> list[Finding]:
    try:
        return list(check(domain, names, address))
    except Unknown as error:
        return [Finding(UNKNOWN, what, f"{domain} could not be looked up: {error}")]
    except (Broken, NewsletterError) as error:
        return [Finding(WRONG, what, f"{domain}: {error}")]


def _is_number(domain: str) -> bool:
    try:
        ip_address(domain.strip("[]"))
    except ValueError:
        return False
    return True


def _sending_address(names: Names) -> str:
    """The address of the server that we hand mail to, if the world can see it; else nothing."""
    try:
        found = names.addresses(settings.EMAIL_HOST)
    except Unknown:
        found = []
    return next((each for each in found if ip_address(each).is_global), "")


# ── The server that we hand mail to ───────────────────────────────────────────────────────────────


def _server() -> Iterator[Finding]:
    transport = get_transport()
    if not isinstance(transport, SmtpTransport):
        yield Finding(GOOD, "SERVER", f"mail goes to {transport.route}; no SMTP server to look at")
        return
    where = f"{transport.host}:{transport.port}"
    try:
        session = Session.connect(transport.address)
    except NewsletterError as error:
        yield Finding(WRONG, "SERVER", str(error))
        return
    offers = session.extensions
    session.quit()
    quick = [word for word in ("PIPELINING", "CHUNKING", "SIZE") if word in offers]
    yield Finding(GOOD, "SERVER", f"{where} takes mail; it offers {', '.join(quick) or 'nothing'}")
    if session.protected:
        yield Finding(GOOD, "TLS", f"{where}: certificate and name are verified")
    elif "STARTTLS" in offers:
        text = f"{where} offers STARTTLS, and it is not used"
        yield Finding(WRONG, "TLS", text, 'smtp_security = "starttls" in courant.toml')
    elif _is_here(transport.host):
        yield Finding(GOOD, "TLS", f"{where} is this machine; see that it uses TLS onwards")
    else:
        yield Finding(WRONG, "TLS", f"{where} offers no TLS: whoever is on the way reads along")


def _is_here(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")


# ── Records ───────────────────────────────────────────────────────────────────────────────────────


def _envelope_domain(domain: str) -> str:
    return settings.COURANT_BOUNCE_ADDRESS.rpartition("@")[2] or domain


def _spf(domain: str, names: Names, address: str) -> Iterator[Finding]:
    envelope = _envelope_domain(domain)
    record = spf_record(names, envelope)
    wanted = zone_line(envelope, f"v=spf1 {_mechanism(address)} -all")
    if record is None:
        yield Finding(WRONG, "SPF", f"{envelope} has no record", wanted)
        return
    if not address:
        text = f"{envelope}: {record}; whether it names the sending machine: tell its --ip"
        yield Finding(UNKNOWN, "SPF", text)
        return
    result = Walk(names, address).result(envelope)
    if result == "pass":
        yield Finding(GOOD, "SPF", f"{envelope} lets {address} send")
    else:
        text = f"{envelope} says {result} to {address}: {record}"
        yield Finding(WRONG, "SPF", text, f"the same record with {_mechanism(address)} in it")
    if not _aligned(envelope, domain):
        yield Finding(WRONG, "SPF", f"bounce_address is at {envelope}, letters are from {domain}")


def _mechanism(address: str) -> str:
    if not address:
        return "mx"
    return f"ip{ip_address(address).version}:{address}"


def _aligned(one: str, other: str) -> bool:
    """By DMARC's relaxed rule, as far as it can be told without a list of public suffixes."""
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def _dkim(domain: str, names: Names, address: str) -> Iterator[Finding]:
    path = dkim.key_path()
    if not path.exists():
        text = f"no key: letters from {domain} are unsigned, unless a relay signs them"
        yield Finding(WRONG, "DKIM", text, "courant newsletter key")
        return
    own = dkim.public_record(dkim.read_key(path, path.stat().st_mtime_ns))
    name = dkim_name(domain)
    found = [text for text in names.txt(name) if "p=" in text]
    if not found:
        yield Finding(WRONG, "DKIM", f"{name} has no record", zone_line(name, own))
    elif _public_key(found[0]) != _public_key(own):
        yield Finding(WRONG, "DKIM", f"{name} has another key than ours", zone_line(name, own))
    else:
        yield Finding(GOOD, "DKIM", f"{name} has our key")


def _public_key(record: str) -> str:
    tags = dict(part.strip().partition("=")[::2] for part in record.split(";"))
    return "".join(tags.get("p", "").split())


def _dmarc(domain: str, names: Names, address: str) -> Iterator[Finding]:
    labels = domain.split(".")
    for start in range(max(1, len(labels) - 1)):  # the domain, then what it belongs to
        above = ".".join(labels[start:])
        found = [t for t in names.txt(f"_dmarc.{above}") if t.lower().startswith("v=dmarc1")]
        if len(found) == 1 and "p=" in found[0]:
            yield Finding(GOOD, "DMARC", f"_dmarc.{above}: {found[0]}")
            return
        if found:
            yield Finding(WRONG, "DMARC", f"_dmarc.{above} is not valid: {' | '.join(found)}")
            return
    wanted = zone_line(f"_dmarc.{domain}", DMARC.format(domain=domain))
    yield Finding(WRONG, "DMARC", f"{domain} has no record", wanted)


def _reverse(domain: str, names: Names, address: str) -> Iterator[Finding]:
    """PTR, and that its name leads back."""
    if not address:
        yield Finding(UNKNOWN, "PTR", "which machine mail leaves from is not known: tell its --ip")
        return
    found = names.name_of(address)
    if not found:
        text = f"{address} has no name: ask who runs the machine for one (PTR)"
        yield Finding(WRONG, "PTR", text)
    elif address in names.addresses(found[0]):
        yield Finding(GOOD, "PTR", f"{address} is {found[0]}, and back")
    else:
        yield Finding(WRONG, "PTR", f"{address} is {found[0]}, which does not lead back to it")


def _reports(domain: str, names: Names, address: str) -> Iterator[Finding]:
    """Whether bounces can reach us."""
    bounces = settings.COURANT_BOUNCE_ADDRESS
    if not bounces:
        text = "no bounces are read: addresses that are gone stay on the list"
        yield Finding(WRONG, "BOUNCES", text, 'bounce_address = "bounces@…" in courant.toml')
        return
    at = bounces.rpartition("@")[2]
    servers = names.mail_servers(at) or names.addresses(at)
    if servers:
        yield Finding(GOOD, "BOUNCES", f"{bounces} is at {servers[0]}")
    else:
        text = f"{at} has no mail server: bounces are lost"
        yield Finding(WRONG, "BOUNCES", text, f"{at}. IN MX 10 your.mail.server.")


# ── The letter ────────────────────────────────────────────────────────────────────────────────────


def _headers() -> Iterator[Finding]:
    """RFC 8058, in a letter as it would go out."""
    try:
        mail = message_from_bytes(sample_letter())
    except (NewsletterError, ValueError) as error:
        yield Finding(WRONG, "LETTER", f"no letter can be written: {error}")
        return
    link = str(mail["List-Unsubscribe"]).strip("<>")
    post = mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    if post and urlsplit(link).scheme == "https":
        yield Finding(GOOD, "LETTER", "one click unsubscribes (RFC 8058)")
    else:
        text = f"one click needs https: the link is {link[:60]}"
        yield Finding(WRONG, "LETTER", text, 'site_url = "https://…" in courant.toml')
    if signature := mail["DKIM-Signature"]:
        covered = signature.replace("\n", "").replace("\r", "").partition("h=")[2].partition(";")[0]
        names = {name.strip().lower() for name in covered.split(":")}
        if {"list-unsubscribe", "list-unsubscribe-post", "from"} <= names:
            yield Finding(GOOD, "LETTER", "the signature covers From and both unsubscribe headers")
        else:
            yield Finding(WRONG, "LETTER", f"the signature covers only {covered}")


def sample_letter() -> bytes:
    """A letter of the first sender's, to a reader who does not exist. Raises ValueError."""
    domain = sender_domains()[0]
    mark = "https://unsubscribe.invalid/sample"
    letter = Letter(
        subject="Sample",
        preheader="",
        html=f"<p><a href='{mark}'>Leave</a></p>",
        text=f"Leave: {mark}\n",
        mark=mark,
        from_name=settings.WAGTAIL_SITE_NAME,
        from_address=f"letters@{domain}",
        list_id=f"<sample.{domain}>",
        language="en",
        cut=False,
    )
    links = links_of(1, 1, 1, now())
    template = in_type(letter, now())
    return template.mail("reader@example.org", f"<sample@{domain}>", links).data
