"""Which machines a domain lets send mail in its name (RFC 7208), as far as senders need it."""

from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from courant.newsletter.standing.lookup import Names

MOST_LOOKUPS = 10  # RFC 7208, 4.6.4: more, and receivers take the record for broken
RESULTS = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}


class Broken(Exception):
    """The record is not valid; the text says why."""


@dataclass
class Walk:
    """One evaluation. `lookups` counts what a receiver would have to ask."""

    names: Names
    address: str
    lookups: int = 0

    def result(self, domain: str) -> str:
        """pass, fail, softfail, neutral or none. Raises Broken, and lookup.Unknown."""
        record = spf_record(self.names, domain)
        if record is None:
            return "none"
        redirect = ""
        for term in record.split()[1:]:
            if term.lower().startswith("redirect="):
                redirect = term.partition("=")[2]
            elif "=" not in term.partition(":")[0] and self._matches(term, domain):
                return RESULTS.get(term[0], "pass")
        if redirect:
            self._count()
            return self.result(redirect)
        return "neutral"

    def _matches(self, term: str, domain: str) -> bool:
        kind, _, rest = term.lstrip("+-~?").partition(":")
        name, _, size = rest.partition("/")
        kind, slash, own_size = kind.lower().partition("/")
        if kind == "all":
            return True
        if kind in ("ip4", "ip6"):
            return self._within(rest)
        if kind == "include":
            self._count()
            return self.result(name) == "pass"
        if kind in ("a", "mx"):
            self._count()
            hosts = self.names.mail_servers(name or domain) if kind == "mx" else [name or domain]
            found = [address for host in hosts for address in self.names.addresses(host)]
            bits = size or (own_size if slash else "")
            return any(self._within(f"{each}/{bits}" if bits else each) for each in found)
        if kind in ("exists", "ptr"):  # counted; nobody who sends newsletters needs them
            self._count()
            return False
        raise Broken(f"{term!r} is no mechanism of SPF")

    def _within(self, network: str) -> bool:
        try:
            return ip_address(self.address) in ip_network(network, strict=False)
        except ValueError as error:
            raise Broken(str(error)) from error

    def _count(self) -> None:
        self.lookups += 1
        if self.lookups > MOST_LOOKUPS:
            raise Broken(f"more than {MOST_LOOKUPS} lookups are needed: take mechanisms out")


def spf_record(names: Names, domain: str) -> str | None:
    """The domain's one record; None where there is none. Raises Broken for several."""
    found = [text for text in names.txt(domain) if text.lower().split(" ")[0] == "v=spf1"]
    if len(found) > 1:
        raise Broken(f"{domain} has {len(found)} SPF records: receivers then honour none")
    return found[0] if found else None
