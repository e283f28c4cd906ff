"""What podcast directories demand of a feed, rule by rule; returns what is broken.

Apple's requirements (podcasters.apple.com/support/823), RSS 2.0 (rssboard.org), the Podcasting 2.0
namespace (github.com/Podcastindex-org/podcast-namespace), WebSub (w3.org/TR/websub).
"""

import re
import uuid
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree as ET

ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
PODCAST = "{https://podcastindex.org/namespace/1.0}"
ATOM = "{http://www.w3.org/2005/Atom}"
AUDIO = {"audio/mpeg", "audio/x-m4a", "audio/mp4"}
MEDIA = {"audio/mpeg", "audio/mp4", "audio/ogg"}
ENDINGS = {"audio/mpeg": ".mp3", "audio/mp4": ".m4a", "audio/ogg": ".opus"}
ONCE = ("title", "link", "description", "language", f"{ITUNES}image", f"{ITUNES}explicit")
MEDIUMS = {"podcast", "music", "video", "film", "audiobook", "newsletter", "blog"}
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def broken(feed: bytes, sizes: dict[str, int]) -> list[str]:
    """`sizes`: bytes of each public file by its absolute address."""
    root = ET.fromstring(feed)  # noqa: S314 - our own
    if root.tag != "rss" or root.get("version") != "2.0" or len(root) != 1:
        return ["rss 2.0 has one channel"]
    channel = root[0]
    found = [*_channel(channel), *_items(channel, sizes)]
    if not feed.startswith(b"<?xml"):
        found.append("begins with an XML declaration")
    return found


def _channel(channel: ET.Element) -> Iterator[str]:
    for name in ONCE:
        if len(channel.findall(name)) != 1:
            yield f"channel has one {name}"
    for name in ("title", "link", "description", "language"):
        if not (channel.findtext(name) or "").strip():
            yield f"channel {name} says something"
    if len(channel.findtext("description") or "") > 4000:
        yield "description is at most 4000 characters"
    if not LANGUAGE.fullmatch(channel.findtext("language") or ""):
        yield "language is BCP 47"
    if channel.findtext(f"{ITUNES}explicit") not in ("true", "false"):
        yield "itunes:explicit is true or false"
    if channel.find(f"{ITUNES}category[@text]") is None:
        yield "itunes:category has a text"
    image = channel.find(f"{ITUNES}image")
    if image is None or not re.search(r"^https?://.*\.(png|jpg)$", image.get("href", "")):
        yield "itunes:image is a PNG or JPEG at a whole address"
    selves = [link for link in channel.findall(f"{ATOM}link") if link.get("rel") == "self"]
    if len(selves) != 1 or not selves[0].get("href", "").startswith("http"):
        yield "one atom:link is the feed's own address"
    try:
        if uuid.UUID(channel.findtext(f"{PODCAST}guid") or "").version != 5:
            yield "podcast:guid is a UUIDv5"
    except ValueError:
        yield "podcast:guid is a UUID"
    if channel.findtext(f"{PODCAST}medium") not in MEDIUMS:
        yield "podcast:medium is one of the list"
    for locked in channel.findall(f"{PODCAST}locked"):
        if locked.text not in ("yes", "no") or "@" not in (locked.get("owner") or ""):
            yield "podcast:locked is yes or no and has an owner"


def _items(channel: ET.Element, sizes: dict[str, int]) -> Iterator[str]:
    items = channel.findall("item")
    guids = [item.findtext("guid") for item in items]
    if len(set(guids)) != len(guids) or None in guids:
        yield "every item has a guid of its own"
    for item in items:
        for problem in _item(item, sizes):
            yield f"{item.findtext('title')}: {problem}"


def _item(item: ET.Element, sizes: dict[str, int]) -> Iterator[str]:
    if len(item.findall("title")) != 1 or not item.findtext("title"):
        yield "one title"
    enclosures = item.findall("enclosure")
    if len(enclosures) != 1:
        yield "exactly one enclosure"
        return
    facts = enclosures[0].attrib
    if set(facts) != {"url", "length", "type"} or facts["type"] not in AUDIO:
        yield "an enclosure has url, length and a type that Apple takes"
    if not facts["url"].endswith(ENDINGS[facts["type"]]):
        yield "the ending of the address fits its type"
    if sizes.get(facts["url"]) != int(facts["length"]):
        yield f"length {facts['length']} is that of {facts['url']}"
    if (date := item.findtext("pubDate")) is None or parsedate_to_datetime(date).tzinfo is None:
        yield "pubDate has a zone (RFC 2822)"
    if not re.fullmatch(r"[1-9]\d*", item.findtext(f"{ITUNES}duration") or ""):
        yield "itunes:duration is in seconds"
    if item.findtext(f"{ITUNES}explicit") not in (None, "true", "false"):
        yield "itunes:explicit is true or false"
    yield from _podcasting_2(item, sizes)


def _podcasting_2(item: ET.Element, sizes: dict[str, int]) -> Iterator[str]:
    for each in item.findall(f"{PODCAST}transcript"):
        if each.get("type") != "text/vtt" or each.get("url") not in sizes:
            yield "podcast:transcript is WebVTT and is there"
    chapters = item.findall(f"{PODCAST}chapters")
    if len(chapters) > 1 or any(
        c.get("type") != "application/json+chapters" or c.get("url") not in sizes for c in chapters
    ):
        yield "one podcast:chapters, JSON, and it is there"
    for person in item.findall(f"{PODCAST}person"):
        if not person.text or len(person.text) > 128:
            yield "podcast:person has a name of at most 128 characters"
        if person.get("role") != (person.get("role") or "").lower():
            yield "roles are in lower case"
    forms = item.findall(f"{PODCAST}alternateEnclosure")
    if sum(form.get("default") == "true" for form in forms) > 1:
        yield "one alternateEnclosure is the default"
    for form in forms:
        sources = form.findall(f"{PODCAST}source")
        if form.get("type") not in MEDIA or not sources:
            yield "an alternateEnclosure has a type and a source"
        for source in sources:
            if sizes.get(source.get("uri", "")) != int(form.get("length", "0")):
                yield "an alternateEnclosure's length is that of its file"
    for text in item.findall(f"{PODCAST}txt"):
        if not text.text or len(text.text) > 4000 or len(text.get("purpose", "")) > 128:
            yield "podcast:txt says something, briefly"
