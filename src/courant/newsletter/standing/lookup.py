"""The name system: “not there” is an answer, “could not be looked up” is none."""

from dataclasses import dataclass, field
from typing import Any

import dns.exception
import dns.resolver
import dns.reversename

PATIENCE = 4.0  # seconds for one name
NOTHING = (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer)


class Unknown(Exception):
    """No name server answered: perhaps there is no network."""


def _resolver() -> dns.resolver.Resolver | None:
    try:
        return dns.resolver.Resolver()
    except dns.exception.DNSException:  # no configuration: a machine without a network
        return None


@dataclass
class Names:
    """Looks up names; what was asked once is not asked again."""

    resolver: dns.resolver.Resolver | None = field(default_factory=_resolver)
    _known: dict[tuple[str, str], list[Any]] = field(default_factory=dict)

    def txt(self, name: str) -> list[str]:
        return [b"".join(row.strings).decode("utf-8", "replace") for row in self._rows(name, "TXT")]

    def addresses(self, name: str) -> list[str]:
        return [str(row) for kind in ("A", "AAAA") for row in self._rows(name, kind)]

    def mail_servers(self, name: str) -> list[str]:
        rows = sorted(self._rows(name, "MX"), key=lambda row: row.preference)
        return [str(row.exchange).rstrip(".") for row in rows]

    def name_of(self, address: str) -> list[str]:
        """The names that an address has (PTR)."""
        reverse = dns.reversename.from_address(address).to_text()
        return [str(row).rstrip(".") for row in self._rows(reverse, "PTR")]

    def _rows(self, name: str, kind: str) -> list[Any]:
        """Raises Unknown."""
        if (name, kind) not in self._known:
            self._known[name, kind] = self._asked(name, kind)
        return self._known[name, kind]

    def _asked(self, name: str, kind: str) -> list[Any]:
        if self.resolver is None:
            raise Unknown("no name server answers here")
        try:
            return list(self.resolver.resolve(name, kind, lifetime=PATIENCE))
        except NOTHING:
            return []
        except (dns.exception.DNSException, OSError) as error:
            if not self._known:  # no answer to the first question: none to the next dozen
                self.resolver = None
            raise Unknown(f"{name}: {str(error) or type(error).__name__}") from error
