"""What two public yardsticks make of answers, by the tables that they publish.

MDN's HTTP Observatory: 100 marks, less for what is missing; from 90 on, more for what goes beyond.
Whether browsers have the host on their own lists is not in our hands; it counts as no. For the policy
of resources the published table has no marks that all versions agree on; it counts as none.
Secure The News: https 50, by default 70, then HSTS by age, reach and readiness for the lists; the last 5
are for being on them, so 95 is all that a configuration can earn.
"""

import re
from dataclasses import dataclass
from html.parser import HTMLParser

from tests.serving.http import Answer

SIX_MONTHS, EIGHTEEN_WEEKS, YEAR = 15_768_000, 18 * 7 * 86_400, 31_536_000
PRIVATE = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}


@dataclass(frozen=True)
class Visit:
    """The front page by https, and what answers by http."""

    secure: Answer
    plain: Answer
    host: str = "localhost"


def observatory(visit: Visit) -> dict[str, int]:
    """Marks by criterion, 100 for coming at all."""
    headers = visit.secure.headers
    marks = {
        "cookies": _cookies(headers),
        "sharing": -50 if headers.get("access-control-allow-origin") == "*" else 0,
        "policy": _policy(headers.get("content-security-policy", "")),
        "transport": 0 if _age(headers) >= SIX_MONTHS else -10 if _age(headers) else -20,
        "redirect": 0 if _leads_to_https(visit) else -20,
        "referrer": 5 if headers.get("referrer-policy") in PRIVATE else 0,
        "integrity": _integrity(visit.secure.body.decode()),
        "types": 0 if headers.get("x-content-type-options") == "nosniff" else -5,
        "framing": _framing(headers),
        "resources": {"same-origin": 0, "same-site": 0}.get(
            headers.get("cross-origin-resource-policy", ""), -20
        ),
    }
    if 100 + sum(mark for mark in marks.values() if mark < 0) < 90:
        marks = {name: min(mark, 0) for name, mark in marks.items()}
    return {"start": 100, **marks}


def secure_the_news(visit: Visit) -> int:
    """Of 100; the certificate has been checked by whoever made the visit."""
    if not _leads_to_https(visit):
        return 50
    said = visit.secure.headers.get("strict-transport-security", "").lower()
    age, whole = _age(visit.secure.headers), "includesubdomains" in said
    ready = age >= YEAR and whole and "preload" in said
    return 70 + 5 * bool(age) + 5 * (age >= EIGHTEEN_WEEKS) + 10 * whole + 5 * ready


def directives(policy: str) -> dict[str, list[str]]:
    parts = (part.split() for part in policy.split(";") if part.strip())
    return {name.lower(): values for name, *values in parts}


def _policy(text: str) -> int:
    found = directives(text)
    if not found:
        return -25
    fallback = found.get("default-src", ["*"])
    scripts, objects = found.get("script-src", fallback), found.get("object-src", fallback)
    styles = found.get("style-src", fallback)
    broad = {"'unsafe-inline'", "data:", "https:", "http:", "*"}
    if broad & {*scripts, *objects}:
        return -20
    if "'unsafe-eval'" in (*scripts, *styles):
        return -10
    if any(value.startswith("http:") for values in found.values() for value in values):
        return -20
    if broad & {*styles}:
        return 0
    return 10 if fallback == ["'none'"] else 5


def _cookies(headers: dict[str, str]) -> int:
    cookie = headers.get("set-cookie", "").lower()
    if not cookie:
        return 0
    if "secure" not in cookie:
        return -20
    return 5 if "httponly" in cookie and "samesite" in cookie else 0


def _framing(headers: dict[str, str]) -> int:
    if "frame-ancestors" in directives(headers.get("content-security-policy", "")):
        return 5
    return 0 if headers.get("x-frame-options", "").upper() in ("DENY", "SAMEORIGIN") else -20


def _integrity(html: str) -> int:
    page = Scripts()
    page.feed(html)
    if not page.found:
        return 0
    if any(re.match(r"(https?:)?//", source) for source, _ in page.found):
        return -5
    return 5 if all(seal.startswith("sha") for _, seal in page.found) else 0


class Scripts(HTMLParser):
    """Addresses of scripts with what is said of their bytes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = dict(attrs)
        if tag == "script" and "src" in facts:
            self.found.append((facts["src"] or "", facts.get("integrity") or ""))


def _age(headers: dict[str, str]) -> int:
    found = re.search(r"max-age=(\d+)", headers.get("strict-transport-security", ""))
    return int(found[1]) if found else 0


def _leads_to_https(visit: Visit) -> bool:
    where = visit.plain.headers.get("location", "")
    return visit.plain.status in (301, 302, 307, 308) and where.startswith(f"https://{visit.host}")
