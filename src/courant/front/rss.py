"""A feed as RSS 2.0: every author, the photo with its credit, the audio enclosed."""

from datetime import datetime
from email.utils import format_datetime
from xml.etree import ElementTree as ET

from courant.front.feed import Feed, story_guid
from courant.front.labels import writers
from courant.front.sheet import Sheet
from courant.front.times import in_language, local
from courant.front.whole import jpeg, whole
from courant.front.xml import xml_bytes
from courant.stories import published as out

NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
}
for prefix, address in NAMESPACES.items():
    ET.register_namespace(prefix, address)


def rss(sheet: Sheet, feed: Feed) -> bytes:
    """The document."""
    root = ET.Element("rss", version="2.0")
    channel = ET.SubElement(root, "channel")
    _text(channel, "title", feed.title)
    _text(channel, "link", sheet.absolute(feed.page))
    _text(channel, "description", feed.description)
    _text(channel, "language", feed.language)
    if feed.stories:
        newest = max(story.changed for story in feed.stories)
        _text(channel, "lastBuildDate", _date(newest, sheet))
    _text(channel, "generator", "Courant")
    own = {"href": sheet.absolute(f"{feed.path}feed.xml"), "rel": "self"}
    ET.SubElement(channel, _q("atom:link"), own | {"type": "application/rss+xml"})
    if feed.hub:
        ET.SubElement(channel, _q("atom:link"), {"href": feed.hub, "rel": "hub"})
    for story in feed.stories:
        with in_language(story.language):
            _item(channel, sheet, story)
    return xml_bytes(root)


def _item(channel: ET.Element, sheet: Sheet, story: out.PublishedStory) -> None:
    item = ET.SubElement(channel, "item")
    _text(item, "title", story.headline)
    _text(item, "link", sheet.absolute(story.path))
    _text(item, "guid", story_guid(sheet.paper, story), isPermaLink="false")
    _text(item, "pubDate", _date(story.published, sheet))
    _text(item, "description", story.standfirst)
    for byline in writers(story):
        _text(item, "dc:creator", byline.name)
    _text(item, "dc:language", story.language)
    for name in (story.section.title, *(topic.name for topic in story.topics)):
        _text(item, "category", name)
    if sheet.paper.machines.whole_feeds:
        _text(item, "content:encoded", whole(sheet, story))
    _media(item, sheet, story.lead_photo)
    if spoken := sheet.press.audio_of(story):
        facts = {"url": sheet.absolute(spoken.path), "length": str(spoken.size)}
        ET.SubElement(item, "enclosure", facts | {"type": "audio/mpeg"})


def _media(item: ET.Element, sheet: Sheet, photo: out.PublishedPhoto | None) -> None:
    picture = jpeg(sheet, photo) if photo else None
    if picture is None or photo is None:
        return
    facts = {"url": sheet.absolute(picture.url), "medium": "image", "type": "image/jpeg"}
    size = {"width": str(picture.width), "height": str(picture.height)}
    media = ET.SubElement(item, _q("media:content"), facts | size)
    _text(media, "media:credit", photo.credit)
    _text(media, "media:description", photo.caption, type="plain")


def _text(parent: ET.Element, name: str, text: str, **attributes: str) -> None:
    if text:
        ET.SubElement(parent, _q(name), attributes).text = text


def _q(name: str) -> str:
    prefix, colon, local_name = name.rpartition(":")
    return f"{{{NAMESPACES[prefix]}}}{local_name}" if colon else name


def _date(moment: datetime, sheet: Sheet) -> str:
    return format_datetime(local(moment, sheet.paper.time_zone))
