"""What is noted of a visitor: little, and of the address only the network."""

from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from courant.newsletter.evidence import Evidence

LONGEST_PAGE = 500
LONGEST_AGENT = 250
PREFIXES = {4: 24, 6: 48}


def evidence_of(request: HttpRequest, page: str = "") -> Evidence:
    return Evidence(
        page=_clean(page, LONGEST_PAGE) if is_page(page) else "",
        network=network_of(_address(request)),
        user_agent=_clean(request.headers.get("User-Agent", ""), LONGEST_AGENT),
    )


def network_of(address: str) -> str:
    """The /24 or /48. "" for what is no address, and for this machine: a proxy stands before it."""
    try:
        found = ip_address(address.strip())
    except ValueError:
        return ""
    mapped = getattr(found, "ipv4_mapped", None)
    found = mapped or found
    if found.is_loopback:
        return ""
    return str(ip_network(f"{found}/{PREFIXES[found.version]}", strict=False))


def is_page(page: str) -> bool:
    """Whether this is a page of ours by its form: a path, or a web address."""
    try:
        return page.startswith("/") or urlsplit(page).scheme in ("http", "https")
    except ValueError:
        return False


def _address(request: HttpRequest) -> str:
    if settings.SECURE_PROXY_SSL_HEADER:  # behind our own proxy, which adds the last entry
        return request.headers.get("X-Forwarded-For", "").rpartition(",")[2]
    return str(request.META.get("REMOTE_ADDR", ""))


def _clean(text: str, longest: int) -> str:
    return "".join(c for c in text if c.isprintable())[:longest]
