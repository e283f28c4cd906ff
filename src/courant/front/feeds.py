"""RSS 2.0 for the paper and each section: whole stories, every author, the audio enclosed."""

import re
from collections.abc import Iterable
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from courant.front.inline import runs_html, safe_href
from courant.front.labels import correction_label, writers
from courant.front.listening import audio_files
from courant.front.made import Made, PublicFile
from courant.front.pictures import Picture, PictureError
from courant.front.sheet import Press, Sheet
from courant.front.times import in_language, local, long_time
from courant.stories import published as out
from courant.stories.lists import ALL
from courant.stories.paper import Listing, Paper

NEWEST = 30
NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
}
# What XML 1.0 cannot hold, not even escaped.
ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
for prefix, address in NAMESPACES.items():
    ET.register_namespace(prefix, address)


def site_feed(press: Press) -> Made:
    """The newest stories of all sections."""
    paper = press.paper
    sheet = press.sheet(paper.language)
    return _feed(sheet, "/", paper.name, paper.tagline, paper.listing(ALL))


def section_feed(press: Press, section: out.PublishedSection) -> Made:
    """The newest stories of one section."""
    sheet = press.sheet(section.language)
    title = f"{press.paper.name}: {section.title}"
    listing = press.paper.listing(f"section:{section.id}")
    return _feed(sheet, section.path, title, section.description or section.title, listing)


def xml_bytes(root: ET.Element) -> bytes:
    """A document without the characters that XML forbids."""
    for element in root.iter():
        if element.text:
            element.text = _legal(element.text)
        for name, value in element.attrib.items():
            element.set(name, _legal(value))
    ET.indent(root)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def _legal(text: str) -> str:
    return ILLEGAL.sub("", text)


def _feed(sheet: Sheet, path: str, title: str, description: str, listing: Listing) -> Made:
    rss = ET.Element("rss", version="2.0")
    channel = ET.SubElement(rss, "channel")
    found = (sheet.paper.story(number) for number in listing.newest_ids(NEWEST))
    stories = [story for story in found if story]
    _text(channel, "title", title)
    _text(channel, "link", sheet.absolute(path))
    _text(channel, "description", description)
    _text(channel, "language", sheet.language)
    if stories:
        newest = max(story.changed for story in stories)
        _text(channel, "lastBuildDate", _date(newest, sheet))
    _text(channel, "generator", "Courant")
    own = {"href": sheet.absolute(f"{path}feed.xml"), "rel": "self", "type": "application/rss+xml"}
    ET.SubElement(channel, _q("atom:link"), own)
    audio: list[PublicFile] = []
    for story in stories:
        with in_language(story.language):
            audio += _item(channel, sheet, story)
    return sheet.made(f"{path}feed.xml", xml_bytes(rss).decode(), audio)


def _item(channel: ET.Element, sheet: Sheet, story: out.PublishedStory) -> tuple[PublicFile, ...]:
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
    _text(item, "content:encoded", _whole(sheet, story))
    _media(item, sheet, story.lead_photo)
    spoken = sheet.press.audio_of(story)
    if spoken is None:
        return ()
    facts = {"url": sheet.absolute(spoken.path), "length": str(spoken.size), "type": "audio/mpeg"}
    ET.SubElement(item, "enclosure", facts)
    return audio_files(spoken)


def story_guid(paper: Paper, story: out.PublishedStory) -> str:
    """A tag URI (RFC 4151): stays when headline, address or text change."""
    host = urlsplit(paper.url).hostname or "localhost"
    return f"tag:{host},2026:story/{story.id}"


def _media(item: ET.Element, sheet: Sheet, photo: out.PublishedPhoto | None) -> None:
    picture = _jpeg(sheet, photo) if photo else None
    if picture is None or photo is None:
        return
    facts = {"url": sheet.absolute(picture.url), "medium": "image", "type": "image/jpeg"}
    size = {"width": str(picture.width), "height": str(picture.height)}
    media = ET.SubElement(item, _q("media:content"), facts | size)
    _text(media, "media:credit", photo.credit)
    _text(media, "media:description", photo.caption, type="plain")


def _whole(sheet: Sheet, story: out.PublishedStory) -> str:
    """The story as plain HTML: what a feed reader can show."""
    zone = sheet.paper.time_zone
    parts = [_figure(sheet, story.lead_photo)] if story.lead_photo else []
    parts += [block_html(sheet, block) for block in story.body]
    parts += [
        format_html(
            "<p><strong>{}, {}:</strong> {}</p>",
            correction_label(correction.kind),
            long_time(correction.time, zone),
            correction.text,
        )
        for correction in story.corrections
    ]
    return "\n".join(part for part in parts if part)


def block_html(sheet: Sheet, block: out.Block) -> SafeString:
    base = sheet.paper.url
    match block:
        case out.Paragraph(runs=runs):
            return format_html("<p>{}</p>", runs_html(runs, base))
        case out.Subheading(text=text):
            return format_html("<h2>{}</h2>", text)
        case out.Update(time=time, headline=headline):
            return format_html("<h2>{}: {}</h2>", long_time(time, sheet.paper.time_zone), headline)
        case out.PhotoBlock(photo=photo):
            return _figure(sheet, photo)
        case out.Quote():
            said = ", ".join(name for name in (block.speaker, block.speaker_role) if name)
            cite = format_html("<p><cite>{}</cite></p>", said) if said else ""
            said_so = runs_html(block.runs, base)
            return format_html("<blockquote><p>{}</p>{}</blockquote>", said_so, cite)
        case out.ListBlock(items=items, ordered=ordered):
            tag = SafeString("ol" if ordered else "ul")
            lines = _each("<li>{}</li>", (runs_html(item, base) for item in items))
            return format_html("<{}>{}</{}>", tag, lines, tag)
        case out.Box(title=title, paragraphs=paragraphs):
            lines = _each("<p>{}</p>", (runs_html(runs, base) for runs in paragraphs))
            return format_html("<h3>{}</h3>{}", title, lines)
        case out.Table():
            return _table(block)
        case out.Embed(url=url, title=title) if safe_href(url):
            return format_html('<p><a href="{}">{}</a></p>', safe_href(url), title)
        case out.RelatedStory(path=path):
            return format_html('<p><a href="{}">{}</a></p>', base + path, block.headline)
    return SafeString("")  # a pull quote repeats the text


def _table(block: out.Table) -> SafeString:
    rows = _each("<tr>{}</tr>", (_each("<td>{}</td>", row) for row in block.rows))
    head = _each("<th>{}</th>", block.header)
    caption = format_html("<caption>{}</caption>", block.caption) if block.caption else ""
    return format_html("<table>{}<tr>{}</tr>{}</table>", caption, head, rows)


def _figure(sheet: Sheet, photo: out.PublishedPhoto) -> SafeString:
    picture = _jpeg(sheet, photo)
    if picture is None:
        return SafeString("")
    return format_html(
        '<figure><img src="{}" alt="{}" width="{}" height="{}">'
        "<figcaption>{} {}</figcaption></figure>",
        sheet.absolute(picture.url),
        photo.alt,
        picture.width,
        picture.height,
        photo.caption,
        photo.credit,
    )


def _jpeg(sheet: Sheet, photo: out.PublishedPhoto) -> Picture | None:
    try:
        return sheet.press.pictures.rendition(photo, 1200, ending="jpg")
    except PictureError as error:
        sheet.problems.append(str(error))
        return None


def _each(form: str, values: Iterable[str]) -> SafeString:
    return format_html_join("", form, ((conditional_escape(value),) for value in values))


def _text(parent: ET.Element, name: str, text: str, **attributes: str) -> None:
    if text:
        ET.SubElement(parent, _q(name), attributes).text = text


def _q(name: str) -> str:
    prefix, colon, local_name = name.rpartition(":")
    return f"{{{NAMESPACES[prefix]}}}{local_name}" if colon else name


def _date(moment: datetime, sheet: Sheet) -> str:
    return format_datetime(local(moment, sheet.paper.time_zone))
