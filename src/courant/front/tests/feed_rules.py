"""What the specifications of RSS 2.0 and JSON Feed 1.1 ask for, as checks.

https://www.rssboard.org/rss-specification, https://www.jsonfeed.org/version/1.1/
"""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from xml.etree import ElementTree as ET

ATOM = "{http://www.w3.org/2005/Atom}"
URL = re.compile(r"https?://[^\s<>\"]+")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]+)*")
CHANNEL = {"title", "link", "description", "language", "lastBuildDate", "generator", "item"}
ITEM = {"title", "link", "guid", "pubDate", "description", "category", "enclosure"}


def rss_faults(data: bytes, url: str) -> list[str]:
    """What is wrong with a document that is to stand at that address."""
    return list(_rss(ET.fromstring(data), url))  # noqa: S314 - our own


def _rss(root: ET.Element, url: str) -> Iterator[str]:
    if root.tag != "rss" or root.get("version") != "2.0":
        yield "no RSS 2.0"
    (channel,) = root
    for name in ("title", "link", "description"):
        if len(channel.findall(name)) != 1 or not channel.findtext(name):
            yield f"the channel needs one {name}"
    yield from (f"unknown {e.tag}" for e in channel if e.tag[0] != "{" and e.tag not in CHANNEL)
    own = [link for link in channel.findall(f"{ATOM}link") if link.get("rel") == "self"]
    if [link.get("href") for link in own] != [url]:
        yield "the feed does not say where it is"
    guids = [guid.text for guid in channel.findall("item/guid")]
    if len(set(guids)) != len(guids):
        yield "a guid stands twice"
    for item in channel.findall("item"):
        yield from _rss_item(item)


def _rss_item(item: ET.Element) -> Iterator[str]:
    yield from (f"unknown {e.tag}" for e in item if e.tag[0] != "{" and e.tag not in ITEM)
    if not (item.findtext("title") or item.findtext("description")):
        yield "an item needs a title or a description"
    guid = item.find("guid")
    if guid is None or (guid.get("isPermaLink") != "false" and not URL.fullmatch(guid.text or "")):
        yield "a guid that is no address must say so"
    if not URL.fullmatch(item.findtext("link") or ""):
        yield "an item's link is no address"
    try:
        parsedate_to_datetime(item.findtext("pubDate") or "")
    except ValueError:
        yield "pubDate is no date of RFC 822"
    enclosures = item.findall("enclosure")
    if len(enclosures) > 1 or any(set(e.keys()) != {"url", "length", "type"} for e in enclosures):
        yield "one enclosure at most, with url, length and type"


def json_feed_faults(data: bytes, url: str) -> list[str]:
    """What is wrong with a document that is to stand at that address."""
    return list(_json_feed(json.loads(data), url))


def _json_feed(feed: dict[str, Any], url: str) -> Iterator[str]:
    known = {"version", "title", "home_page_url", "feed_url", "description", "language", "favicon"}
    known |= {"authors", "hubs", "items"}
    yield from (f"unknown {name}" for name in set(feed) - known)
    if feed.get("version") != "https://jsonfeed.org/version/1.1":
        yield "no JSON Feed 1.1"
    if not feed.get("title") or not isinstance(feed.get("items"), list):
        yield "a feed needs a title and items"
    if feed.get("feed_url") != url:
        yield "the feed does not say where it is"
    yield from _addresses(feed, "home_page_url", "favicon")
    ids = [item.get("id") for item in feed.get("items", [])]
    if len(set(ids)) != len(ids):
        yield "an id stands twice"
    for item in feed.get("items", []):
        yield from _json_item(item)


def _json_item(item: dict[str, Any]) -> Iterator[str]:
    known = {"id", "url", "title", "summary", "content_html", "content_text", "image", "tags"}
    known |= {"date_published", "date_modified", "authors", "language", "attachments"}
    yield from (f"unknown {name}" for name in set(item) - known)
    if not isinstance(item.get("id"), str) or not item["id"]:
        yield "an id must be a string"
    if not (item.get("content_html") or item.get("content_text")):
        yield "an item needs content_html or content_text"
    if not LANGUAGE.fullmatch(item.get("language", "en")):
        yield "no language of RFC 5646"
    yield from _addresses(item, "url", "image")
    yield from _dates(item, "date_published", "date_modified")
    for author in item.get("authors", []):
        if not (author.get("name") or author.get("url") or author.get("avatar")):
            yield "an author needs a name, an address or a picture"
    for sound in item.get("attachments", []):
        if not {"url", "mime_type"} <= set(sound):
            yield "an attachment needs url and mime_type"


def _dates(facts: dict[str, Any], *names: str) -> Iterator[str]:
    for name in names:
        try:
            zone = datetime.fromisoformat(facts.get(name, "")).tzinfo
        except ValueError:
            zone = None
        if zone is None:
            yield f"{name} is no moment of RFC 3339"


def _addresses(facts: dict[str, Any], *names: str) -> Iterator[str]:
    for name in names:
        if name in facts and not URL.fullmatch(facts[name]):
            yield f"{name} is no whole address: {facts[name]!r}"
