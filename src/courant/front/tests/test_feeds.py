"""RSS and sitemaps."""

from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from courant.front import sitemaps
from courant.front.feeds import NAMESPACES, story_guid
from courant.front.pictures import Pictures
from courant.front.tests.make import make_full_paper, make_spoken, site
from courant.lib.reads import recording
from courant.stories.paper import MemoryPaper
from courant.stories.tests.make import NOON, make_paper, make_published_story


def xml(paper: MemoryPaper, pictures: Pictures, path: str, **facts: object) -> ET.Element:
    spoken = facts.pop("spoken", {})
    targets = {t.path: t for t in site(paper, spoken, pictures, **facts)}  # type: ignore[arg-type]
    return ET.fromstring(targets[path].made.data)  # noqa: S314 - our own


def test_a_feed_names_every_author_of_a_story(pictures: Pictures, tmp_path: Path) -> None:
    item = xml(make_full_paper(tmp_path, text="x"), pictures, "feed.xml").find("channel/item")
    assert item is not None
    names = [creator.text for creator in item.findall("dc:creator", NAMESPACES)]
    assert names == ["Marta x", "Agency x"]


def test_a_feed_carries_the_whole_story_with_whole_addresses(
    pictures: Pictures, tmp_path: Path
) -> None:
    item = xml(make_full_paper(tmp_path), pictures, "feed.xml").find("channel/item")
    assert item is not None
    text = item.findtext("content:encoded", namespaces=NAMESPACES) or ""
    assert '<p>It rose. It fell.<a href="https://example.org/?a=1&amp;b=2"><strong>' in text
    assert '<img src="http://127.0.0.1:8000/media/' in text
    assert "<td>1</td>" in text
    credit = item.findtext("media:content/media:credit", namespaces=NAMESPACES)
    assert credit == "It rose. It fell."


def test_a_spoken_story_is_enclosed_with_its_true_length(
    pictures: Pictures, tmp_path: Path
) -> None:
    story = make_published_story(id=7)
    spoken = {7: make_spoken(story, tmp_path)}
    found = xml(make_paper(story), pictures, "feed.xml", spoken=spoken).find("channel/item")
    enclosure = found.find("enclosure") if found is not None else None
    assert enclosure is not None
    assert enclosure.attrib == {
        "url": "http://127.0.0.1:8000/audio/story-7.mp3",
        "length": "100",
        "type": "audio/mpeg",
    }


def test_a_guid_stays_when_the_address_changes() -> None:
    paper = make_paper()
    first = make_published_story(id=7, path="/harbour/old/")
    second = make_published_story(id=7, path="/town/new/")
    assert story_guid(paper, first) == story_guid(paper, second) == "tag:127.0.0.1,2026:story/7"


def test_a_section_feed_has_its_stories_only_and_its_language(
    pictures: Pictures, tmp_path: Path
) -> None:
    feed = xml(make_full_paper(tmp_path), pictures, "ukrainska/feed.xml")
    assert feed.findtext("channel/language") == "uk"
    assert [item.findtext("title") for item in feed.iter("item")] == ["Річка піднялася"]


def test_a_feed_survives_characters_that_xml_forbids(pictures: Pictures) -> None:
    paper = make_paper(make_published_story("One\x0btwo\x00 \ufffe.", headline="A\x08b"))
    assert xml(paper, pictures, "feed.xml").findtext("channel/item/title") == "Ab"


def test_the_sitemap_tells_when_a_story_last_changed(pictures: Pictures, tmp_path: Path) -> None:
    tree = xml(make_full_paper(tmp_path), pictures, "sitemap-1.xml")
    found = {url[0].text: url[1].text for url in tree if len(url) > 1}
    assert found["http://127.0.0.1:8000/harbour/story-1/"] == "2026-11-20T12:00:00+00:00"


def test_stories_are_split_over_sitemaps_from_the_oldest_on(
    pictures: Pictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemaps, "A_FILE", 2)
    paper = make_paper(*(make_published_story(id=n) for n in range(1, 4)))
    index = xml(paper, pictures, "sitemap.xml")
    assert [loc.text for entry in index for loc in entry] == [
        f"http://127.0.0.1:8000/sitemap-{n}.xml" for n in ("pages", 1, 2)
    ]
    oldest = [url[0].text for url in xml(paper, pictures, "sitemap-1.xml")]
    assert oldest == [f"http://127.0.0.1:8000/harbour/story-{n}/" for n in (3, 2)]


def test_the_news_sitemap_holds_two_days_and_says_when_it_is_old(
    pictures: Pictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = make_published_story(id=1, published=NOON - timedelta(days=3), headline="Old")
    new = make_published_story(id=2, published=NOON, headline="New")
    paper = make_paper(new, old)
    monkeypatch.setattr(sitemaps, "now", lambda: NOON)
    with recording() as reads:
        text = ET.tostring(xml(paper, pictures, "news-sitemap.xml"), encoding="unicode")
    assert "New" in text
    assert "Old" not in text
    assert reads.until == NOON + timedelta(days=2)
    monkeypatch.setattr(sitemaps, "now", lambda: NOON + timedelta(days=5))
    assert len(xml(paper, pictures, "news-sitemap.xml")) == 0


def test_robots_txt_points_at_the_sitemaps(pictures: Pictures) -> None:
    targets = {t.path: t for t in site(make_paper(), {}, pictures)}
    text = targets["robots.txt"].made.data.decode()
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml\n" in text
    assert "Sitemap: http://127.0.0.1:8000/news-sitemap.xml\n" in text
