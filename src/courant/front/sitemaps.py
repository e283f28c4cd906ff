"""Sitemaps and the news sitemap (sitemaps.org 0.9, Google's news extension)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from xml.etree import ElementTree as ET

from django.utils.encoding import iri_to_uri
from django.utils.timezone import now

from courant.front.alternates import ANYBODY, Alternates, alternates, alternates_of_fronts
from courant.front.made import Made, file_of
from courant.front.times import local
from courant.front.xml import xml_bytes
from courant.lib.reads import note_until
from courant.stories.lists import ALL, LANGUAGE
from courant.stories.paper import Paper, Row
from courant.stories.published import PublishedPerson, PublishedTopic

ON_EVERY_FRONT = ("/", "/people/", "/podcast/", "/search/", "/topics/")
A_FILE = 1000  # stories: one that is published or corrected is one small file made again
NEWS_DAYS, NEWS_LARGEST = timedelta(days=2), 1000  # what Google News reads
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
XHTML = "http://www.w3.org/1999/xhtml"
ET.register_namespace("news", NEWS)
ET.register_namespace("xhtml", XHTML)


@dataclass(frozen=True)
class Url:
    """An address as a sitemap tells it."""

    path: str
    changed: datetime | None = None
    alternates: Alternates = ()


def files(size: int) -> int:
    """How many files the addresses of so many stories fill."""
    return -(-size // A_FILE)


def index(paper: Paper) -> Made:
    """The sitemap of sitemaps: pages, then the stories of each language from the oldest on."""
    root = ET.Element("sitemapindex", xmlns=SITEMAP)
    parts = (
        f"{language}-{number}"
        for language in paper.languages()
        for number in range(1, files(paper.listing(LANGUAGE + language).size) + 1)
    )
    for name in ("pages", *parts):
        ET.SubElement(
            ET.SubElement(root, "sitemap"), "loc"
        ).text = f"{paper.url}/sitemap-{name}.xml"
    return _made("/sitemap.xml", root)


def of_pages(paper: Paper, more: Iterable[str] = ()) -> Made:
    """What stays when stories come and go."""
    paths = ["/about/", "/archive/", "/corrections/", *more]
    paths += [section.path for section in paper.sections]
    paths += [page.path for page in paper.masthead.pages]
    urls = [
        *_groups(alternates_of_fronts(paper, path) or path for path in ON_EVERY_FRONT),
        *map(Url, paths),
        *_groups(_of_lists(paper, "topic", (topic for topic, _ in paper.topics()))),
        *_groups(_of_lists(paper, "person", paper.people())),
    ]
    return _made("/sitemap-pages.xml", _urlset(paper, urls))


def _groups(groups: Iterable[Alternates | str]) -> Iterator[Url]:
    """Pages that say the same in several languages, and those that stand alone."""
    for group in groups:
        if isinstance(group, str):
            yield Url(group)
        else:
            yield from (Url(path, alternates=group) for name, path in group if name != ANYBODY)


def _of_lists(
    paper: Paper, kind: str, things: Iterable[PublishedTopic | PublishedPerson]
) -> Iterator[Alternates | str]:
    """The pages of topics or people in each language that has stories of them."""
    fronts = [(f, paper.list_sizes_in(kind, f.language)) for f in paper.masthead.fronts]
    for thing in things:
        told = (front for front, sizes in fronts if f"{kind}:{thing.id}" in sizes)
        paths = {front.language: front.at(thing.path) for front in told}
        yield alternates({paper.language: thing.path} | paths, paper.language) or thing.path


def of_stories(paper: Paper, language: str, number: int) -> Made | None:
    """The addresses of a thousand stories of a language, each with when its text last changed."""
    rows = paper.listing(LANGUAGE + language).rows(number, A_FILE)
    urls = (Url(row.path, row.changed, _alternates_of(paper, row)) for row in rows)
    return _made(f"/sitemap-{language}-{number}.xml", _urlset(paper, urls)) if rows else None


def _alternates_of(paper: Paper, row: Row) -> Alternates:
    return alternates({version.language: version.path for version in row.versions}, paper.language)


def of_news(paper: Paper) -> Made:
    """The stories of the last two days; made again when the oldest of them is older."""
    root = ET.Element("urlset", xmlns=SITEMAP)
    recent = paper.listing(ALL).newest(NEWS_LARGEST, since=now() - NEWS_DAYS)
    if recent:
        note_until(recent[-1].published + NEWS_DAYS)
    for story in recent:
        url = ET.SubElement(root, "url")
        ET.SubElement(url, "loc").text = paper.url + iri_to_uri(story.path)
        news = ET.SubElement(url, f"{{{NEWS}}}news")
        publication = ET.SubElement(news, f"{{{NEWS}}}publication")
        ET.SubElement(publication, f"{{{NEWS}}}name").text = paper.name
        ET.SubElement(publication, f"{{{NEWS}}}language").text = story.language.split("-")[0]
        ET.SubElement(news, f"{{{NEWS}}}publication_date").text = _iso(story.published, paper)
        ET.SubElement(news, f"{{{NEWS}}}title").text = story.headline
    return _made("/news-sitemap.xml", root)


def _urlset(paper: Paper, urls: Iterable[Url]) -> ET.Element:
    root = ET.Element("urlset", xmlns=SITEMAP)
    for each in urls:
        url = ET.SubElement(root, "url")
        ET.SubElement(url, "loc").text = paper.url + iri_to_uri(each.path)
        if each.changed:
            ET.SubElement(url, "lastmod").text = _iso(each.changed, paper)
        for language, path in each.alternates:
            facts = {"rel": "alternate", "hreflang": language, "href": paper.url + iri_to_uri(path)}
            ET.SubElement(url, f"{{{XHTML}}}link", facts)
    return root


def _made(path: str, root: ET.Element) -> Made:
    return Made(file_of(path), xml_bytes(root))


def _iso(moment: datetime, paper: Paper) -> str:
    return local(moment, paper.time_zone).isoformat(timespec="seconds")
