"""sitemap.xml, news-sitemap.xml and robots.txt."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from xml.etree import ElementTree as ET

from django.utils.encoding import iri_to_uri

from courant.front.contents import Contents, Stories
from courant.front.feeds import xml_bytes
from courant.front.linked_data import last_change
from courant.front.made import Made
from courant.front.times import local
from courant.stories.published import Paper

LARGEST = 50_000  # addresses in one file, by the protocol
NEWS_DAYS, NEWS_LARGEST = timedelta(days=2), 1000  # what Google News reads
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
ET.register_namespace("news", NEWS)

Row = tuple[str, datetime | None]


def sitemaps(contents: Contents, now: datetime | None) -> Iterator[tuple[str, Callable[[], Made]]]:
    """Addresses of the sitemaps with how they are made; an index stands over more than one."""
    chunks = tuple(_chunks(rows(contents)))
    if len(chunks) == 1:
        yield "/sitemap.xml", partial(_urlset, contents.paper, chunks[0])
    else:
        paths = [f"/sitemap-{number}.xml" for number in range(1, len(chunks) + 1)]
        for path, chunk in zip(paths, chunks, strict=True):
            yield path, partial(_urlset, contents.paper, chunk)
        yield "/sitemap.xml", partial(_index, contents.paper, paths)
    yield "/news-sitemap.xml", partial(_news, contents, now)


def robots(paper: Paper) -> Made:
    """Everything public may be read; forms and the desk are no reading matter."""
    lines = ["User-agent: *", "Disallow: /desk/", "Disallow: /newsletter/", ""]
    lines += [f"Sitemap: {paper.url}/{name}" for name in ("sitemap.xml", "news-sitemap.xml")]
    return Made("\n".join([*lines, ""]).encode())


def rows(contents: Contents) -> Iterator[Row]:
    """Every page that should be found, with when it last changed."""
    paper = contents.paper
    yield "/", _newest(paper.stories)
    for section in paper.sections:
        yield section.path, _newest(contents.of_section(section))
    for story in paper.stories:
        yield story.path, last_change(story)
    for topic in paper.topics:
        yield topic.path, _newest(contents.of_topic(topic))
    for person in paper.people:
        yield person.path, _newest(contents.of_person(person))
    yield "/about/", None


def _newest(stories: Stories) -> datetime | None:
    return max((last_change(story) for story in stories), default=None)


def _chunks(found: Iterator[Row]) -> Iterator[tuple[Row, ...]]:
    chunk: list[Row] = []
    for row in found:
        chunk.append(row)
        if len(chunk) == LARGEST:
            yield tuple(chunk)
            chunk = []
    if chunk:
        yield tuple(chunk)


def _urlset(paper: Paper, chunk: tuple[Row, ...]) -> Made:
    root = ET.Element("urlset", xmlns=SITEMAP)
    for path, changed in chunk:
        url = ET.SubElement(root, "url")
        ET.SubElement(url, "loc").text = paper.url + iri_to_uri(path)
        if changed:
            ET.SubElement(url, "lastmod").text = _iso(changed, paper)
    return Made(xml_bytes(root))


def _index(paper: Paper, paths: list[str]) -> Made:
    root = ET.Element("sitemapindex", xmlns=SITEMAP)
    for path in paths:
        ET.SubElement(ET.SubElement(root, "sitemap"), "loc").text = paper.url + iri_to_uri(path)
    return Made(xml_bytes(root))


def _news(contents: Contents, now: datetime | None) -> Made:
    paper = contents.paper
    newest = now or contents.newest
    recent = [s for s in paper.stories if newest and newest - s.published <= NEWS_DAYS]
    root = ET.Element("urlset", xmlns=SITEMAP)
    for story in recent[:NEWS_LARGEST]:
        url = ET.SubElement(root, "url")
        ET.SubElement(url, "loc").text = paper.url + iri_to_uri(story.path)
        news = ET.SubElement(url, f"{{{NEWS}}}news")
        publication = ET.SubElement(news, f"{{{NEWS}}}publication")
        ET.SubElement(publication, f"{{{NEWS}}}name").text = paper.name
        ET.SubElement(publication, f"{{{NEWS}}}language").text = story.language.split("-")[0]
        ET.SubElement(news, f"{{{NEWS}}}publication_date").text = _iso(story.published, paper)
        ET.SubElement(news, f"{{{NEWS}}}title").text = story.headline
    return Made(xml_bytes(root))


def _iso(moment: datetime, paper: Paper) -> str:
    return local(moment, paper.time_zone).isoformat(timespec="seconds")
