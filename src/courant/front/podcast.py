"""Podcast feeds: every story that can be heard, for Apple, Spotify and Podcasting 2.0 readers.

https://podcasters.apple.com/support/823-podcast-requirements and
https://github.com/Podcastindex-org/podcast-namespace. An episode's guid stays when its text is
corrected; its file's address and length change.
"""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.utils import format_datetime
from xml.etree import ElementTree as ET

from django.conf import settings
from django.utils.translation import gettext

from courant.front.cover import cover
from courant.front.feed import story_guid
from courant.front.kind import Kind
from courant.front.labels import writers
from courant.front.listening import audio_files, said
from courant.front.looks import SQUARE
from courant.front.made import Made, PublicFile
from courant.front.pictures import PictureError
from courant.front.sheet import Press, Sheet
from courant.front.times import in_language, local
from courant.front.xml import xml_bytes
from courant.lib.digests import digest_of_bytes
from courant.narration.spoken import SoundFile, SpokenStory
from courant.stories import published as out
from courant.stories.index import Delta
from courant.stories.lists import ALL
from courant.stories.paper import Paper

NEWEST = 100
PAGE = "/podcast/"
NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
}
FEED_GUIDS = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")  # of the podcast namespace
ROLES = {"by": "author", "with": "author", "photos": "photographer", "editing": "editor"}
BIT_RATES = {"audio/mpeg": "48000", "audio/mp4": "48000", "audio/ogg": "32000"}
for prefix, address in NAMESPACES.items():
    ET.register_namespace(prefix, address)


@dataclass(frozen=True)
class Show:
    """One podcast of the paper."""

    path: str  # of the feed: "/podcast.xml"
    home: str  # of its page: "/podcast/"
    language: str
    listing: str  # the list of its stories
    name: str = ""  # of the section; "" for the whole paper
    description: str = ""


class Podcasts(Kind):
    """The paper's, one for each language if there are several, one for each section with audio."""

    name, order = "podcast", 55

    def keys(self, paper: Paper) -> Iterator[str]:
        yield ALL
        yield from (f"language:{language}" for language in paper.languages())
        yield from (f"section:{s.id}" for s in paper.sections if s.audio != "none")

    def may_be_absent(self, key: str) -> bool:
        return key.startswith("language:")  # that of the only language

    def touched(self, delta: Delta) -> Iterable[str]:
        return (name for name in delta.lists if name.partition(":")[0] == "language")

    def make(self, press: Press, key: str) -> Made | None:
        show = show_of(press.paper, key)
        return podcast(press, show) if show else None


def whole_show(paper: Paper) -> Show:
    """All that the paper says aloud."""
    return Show("/podcast.xml", PAGE, paper.language, ALL)


def show_of(paper: Paper, listing: str) -> Show | None:
    """The show of a list of stories; None where there is none."""
    kind, _, value = listing.partition(":")
    if kind == ALL:
        return whole_show(paper)
    if kind == "language":
        languages = paper.languages()
        if len(languages) < 2 or value not in languages:
            return None
        home = paper.masthead.front_for(value).at(PAGE)
        return Show(f"/podcast-{value}.xml", home, value, listing, value.upper())
    section = paper.section(int(value))
    if section is None or section.audio == "none":
        return None
    path, words = f"{section.path}podcast.xml", section.description
    return Show(path, section.path, section.language, listing, section.title, words)


def podcast(press: Press, show: Show) -> Made:
    """The feed of one show, with every file that it names."""
    sheet = press.sheet(show.language)
    with in_language(show.language):
        rss = ET.Element("rss", version="2.0")
        channel = ET.SubElement(rss, "channel")
        found = list(episodes(press, show, NEWEST))
        picture = _head(channel, sheet, show, found)
        files: list[PublicFile] = [picture]
        for story, spoken in found:
            with in_language(story.language):
                _episode(channel, sheet, story, spoken)
            files += audio_files(spoken)
    return sheet.made(show.path, xml_bytes(rss).decode(), files)


def episodes(
    press: Press, show: Show, most: int
) -> Iterator[tuple[out.PublishedStory, SpokenStory]]:
    """Of the newest stories those that can be heard; only these are read whole."""
    cards = press.paper.listing(show.listing).newest(NEWEST)
    heard = press.heard(cards)
    for story in press.stories([card.id for card in cards if card.id in heard][:most]):
        if spoken := press.audio_of(story):
            yield story, spoken


def feed_guid(url: str) -> str:
    """UUIDv5 of the feed's address without its scheme: the same wherever it is read."""
    return str(uuid.uuid5(FEED_GUIDS, url.partition("://")[2].rstrip("/")))


def _head(
    channel: ET.Element,
    sheet: Sheet,
    show: Show,
    found: list[tuple[out.PublishedStory, SpokenStory]],
) -> PublicFile:
    paper, url = sheet.paper, sheet.absolute(show.path)
    title = gettext("%(paper)s: stories to listen to") % {"paper": paper.name}
    if show.name:
        title = f"{title} · {show.name}"
    disclosure = disclosure_of((spoken for _, spoken in found), show.language)
    about = show.description or gettext("Every story of the paper, read aloud.")
    _text(channel, "title", title)
    _text(channel, "link", sheet.absolute(show.home))
    _text(channel, "description", f"{about} {disclosure}".strip())
    _text(channel, "language", show.language)
    _text(channel, "generator", "Courant")
    if found:
        newest = max(story.changed for story, _ in found)
        _text(channel, "lastBuildDate", format_datetime(local(newest, paper.time_zone)))
    links = {"self": url, "hub": settings.COURANT_WEBSUB_HUB}
    for relation, address in links.items():
        if address:
            facts = {"rel": relation, "href": address}
            kind = {"type": "application/rss+xml"} if relation == "self" else {}
            ET.SubElement(channel, _q("atom:link"), facts | kind)
    picture = _cover(paper.name, show)
    ET.SubElement(channel, _q("itunes:image"), href=sheet.absolute(f"/{picture.path}"))
    _text(channel, "itunes:author", paper.name)
    _text(channel, "itunes:type", "episodic")
    _text(channel, "itunes:explicit", "false")
    category = ET.SubElement(channel, _q("itunes:category"), text="News")
    ET.SubElement(category, _q("itunes:category"), text="Daily News")
    _owner(channel, paper.name)
    _text(channel, "podcast:guid", feed_guid(url))
    _text(channel, "podcast:medium", "podcast")
    _text(channel, "podcast:txt", disclosure, purpose="ai-disclosure")
    return picture


def _owner(channel: ET.Element, name: str) -> None:
    """Directories write there to see that the feed is ours; it may not be moved without it."""
    address = settings.COURANT_PODCAST["owner"]
    if not address:
        return
    owner = ET.SubElement(channel, _q("itunes:owner"))
    _text(owner, "itunes:name", name)
    _text(owner, "itunes:email", address)
    _text(channel, "podcast:locked", "yes", owner=address)


def _episode(
    channel: ET.Element, sheet: Sheet, story: out.PublishedStory, spoken: SpokenStory
) -> None:
    item = ET.SubElement(channel, "item")
    disclosure = said(spoken, story.language)
    _text(item, "title", story.headline)
    _text(item, "link", sheet.absolute(story.path))
    _text(item, "guid", story_guid(sheet.paper, story), isPermaLink="false")
    _text(item, "pubDate", format_datetime(local(story.published, sheet.paper.time_zone)))
    words = (story.standfirst or story.headline, disclosure)
    _text(item, "description", "\n\n".join(filter(None, words)))
    first = spoken.files[0]
    facts = {"length": str(first.size), "type": first.media_type}
    ET.SubElement(item, "enclosure", {"url": sheet.absolute(first.path)} | facts)
    _text(item, "itunes:duration", str(round(spoken.seconds)))
    _text(item, "itunes:author", ", ".join(b.name for b in writers(story)))
    _text(item, "itunes:episodeType", "full")
    _text(item, "itunes:explicit", "false")
    _picture(item, sheet, story.lead_photo)
    for number, file in enumerate(spoken.files):
        _form(item, sheet, file, default=number == 0)
    if spoken.captions_path:
        where = {"url": sheet.absolute(spoken.captions_path), "type": "text/vtt"}
        more = {"language": story.language, "rel": "captions"}
        ET.SubElement(item, _q("podcast:transcript"), where | more)
    if spoken.chapters_path:
        where = {"url": sheet.absolute(spoken.chapters_path), "type": "application/json+chapters"}
        ET.SubElement(item, _q("podcast:chapters"), where)
    for byline in story.bylines:
        _person(item, sheet, byline)
    if not spoken.synthetic:
        _text(item, "podcast:person", spoken.voice, role="narrator", group="cast")
    _text(item, "podcast:txt", disclosure, purpose="ai-disclosure")


def _form(item: ET.Element, sheet: Sheet, file: SoundFile, *, default: bool) -> None:
    """A file that a reader may choose instead of the enclosure."""
    facts = {"type": file.media_type, "length": str(file.size)}
    facts |= {"bitrate": BIT_RATES[file.media_type], "default": "true" if default else "false"}
    form = ET.SubElement(item, _q("podcast:alternateEnclosure"), facts)
    ET.SubElement(form, _q("podcast:source"), uri=sheet.absolute(file.path))


def _person(item: ET.Element, sheet: Sheet, byline: out.PublishedByline) -> None:
    facts = {"role": ROLES.get(byline.role, "author"), "group": "writing"}
    if byline.role == "photos":
        facts["group"] = "visuals"
    if byline.person:
        facts["href"] = sheet.absolute(byline.person.path)
    _text(item, "podcast:person", byline.name, **facts)


def _picture(item: ET.Element, sheet: Sheet, photo: out.PublishedPhoto | None) -> None:
    """Square and large enough for Apple, or none: then the show's cover stands for it."""
    if photo is None or min(photo.width, photo.height) < 1400:
        return
    try:
        made = sheet.press.pictures.rendition(photo, 1400, SQUARE, "jpg")
    except PictureError as error:
        sheet.problems.append(str(error))
        return
    ET.SubElement(item, _q("itunes:image"), href=sheet.absolute(made.url))


def _cover(paper: str, show: Show) -> PublicFile:
    data = cover(paper, show.name)
    return PublicFile(f"media/podcast-{digest_of_bytes(data)[:12]}.png", data)


def disclosure_of(heard: Iterable[SpokenStory], language: str) -> str:
    """That machines speak, as soon as one episode is a machine's."""
    return next((said(spoken, language) for spoken in heard if spoken.synthetic), "")


def _text(parent: ET.Element, name: str, text: str, **attributes: str) -> None:
    if text:
        ET.SubElement(parent, _q(name), attributes).text = text


def _q(name: str) -> str:
    prefix, colon, local_name = name.rpartition(":")
    return f"{{{NAMESPACES[prefix]}}}{local_name}" if colon else name
