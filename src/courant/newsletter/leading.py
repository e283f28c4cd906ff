"""The web addresses in a letter, and the letter with others in their place; pure."""

import re
from collections.abc import Mapping
from dataclasses import replace
from html import escape, unescape
from urllib.parse import urlsplit

from courant.newsletter.compose import Letter
from courant.newsletter.links import PREFIX

# As our own templates and the inliner write it: attributes in double quotes.
HREF = re.compile(r'(<a\b[^>]*?\shref=")([^"]*)(")')


def leads_in(letter: Letter, site: str) -> list[str]:
    """Where its HTML leads on the web, each address once.

    Not among them: what is a reader's own (unsubscribing, preferences) and all of our forms.
    """
    found = dict.fromkeys(unescape(match[2]) for match in HREF.finditer(letter.html))
    return [url for url in found if _is_counted(url, letter, site)]


def led_through(letter: Letter, addresses: Mapping[str, str]) -> Letter:
    """The letter with these addresses instead, in its HTML.

    Its text part shows addresses to readers, and keeps the true ones.
    """

    def other(match: re.Match[str]) -> str:
        url = unescape(match[2])
        return f"{match[1]}{escape(addresses[url])}{match[3]}" if url in addresses else match[0]

    return replace(letter, html=HREF.sub(other, letter.html))


def _is_counted(url: str, letter: Letter, site: str) -> bool:
    own = (letter.mark, letter.preferences_mark, f"{site}{PREFIX}")
    return is_web_address(url) and not url.startswith(own)


def is_web_address(url: str) -> bool:
    """Whether a browser may be sent there."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and url.isprintable()
