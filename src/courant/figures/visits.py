"""Whose visits are counted: people's who did not ask us to leave it. Nothing of them is kept."""

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

# What programs call themselves. Those that say they are a browser are not found out.
PROGRAM = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|archiver|preview|monitor|scan|headless|lighthouse|pingdom|"
    r"curl|wget|python|httpx|aiohttp|okhttp|go-http|java/|libwww|perl|ruby|php|scrapy|"
    r"facebookexternalhit|feedfetcher|link ?check|validator|proofpoint|barracuda|mimecast",
    re.IGNORECASE,
)
NO = {"DNT": "1", "Sec-GPC": "1"}  # Do Not Track; Global Privacy Control


def is_counted(request: HttpRequest) -> bool:
    """Whether somebody is there who may be counted."""
    headers = request.headers
    agent = headers.get("User-Agent", "")
    purpose = headers.get("Sec-Purpose", "") + headers.get("Purpose", "")
    refuses = any(headers.get(name) == value for name, value in NO.items())
    return bool(agent) and not PROGRAM.search(agent) and not refuses and not purpose


def is_from_our_page(request: HttpRequest) -> bool:
    """Whether a page of ours sent this: browsers say so, and no script can make them lie."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    try:
        origin = urlsplit(request.headers.get("Origin", "")).netloc
    except ValueError:
        return False
    return origin in (request.get_host(), urlsplit(settings.COURANT_URL).netloc)
