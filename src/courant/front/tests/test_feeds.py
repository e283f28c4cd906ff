"""RSS and JSON Feed."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import feedparser
import pytest

from courant.front.feed import story_guid
from courant.front.pictures import Pictures
from courant.front.rss import NAMESPACES
from courant.front.tests.feed_rules import json_feed_faults, rss_faults
from courant.front.tests.make import TORN, make_full_paper, make_spoken, site
from courant.stories.paper import MemoryPaper
from courant.stories.published import MachineRules
from courant.stories.tests.make import make_paper, make_published_story


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


# ── JSON Feed, and every feed of every list ───────────────────────────────────────────────────────


def json_of(paper: MemoryPaper, pictures: Pictures, path: str, **facts: object) -> dict[str, Any]:
    spoken = facts.pop("spoken", {})
    targets = {t.path: t for t in site(paper, spoken, pictures, **facts)}  # type: ignore[arg-type]
    return json.loads(targets[path].made.data)  # type: ignore[no-any-return]


def test_every_list_can_be_followed_in_both_forms(pictures: Pictures, tmp_path: Path) -> None:
    paths = {t.path for t in site(make_full_paper(tmp_path, "x"), {}, pictures)}
    for folder in ("", "harbour/", "people/marta-quill/", "topics/ferries/", "uk/", "en/"):
        assert {f"{folder}feed.xml", f"{folder}feed.json"} <= paths


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("people/marta-quill/feed", ["Headline x"]),
        ("topics/ferries/feed", ["Headline x", "Headline number 2"]),
        ("uk/feed", ["Річка піднялася"]),
    ],
)
def test_a_feed_has_what_its_list_has_and_nothing_else(
    pictures: Pictures, tmp_path: Path, path: str, wanted: list[str]
) -> None:
    paper = make_full_paper(tmp_path, "x")
    assert [item["title"] for item in json_of(paper, pictures, f"{path}.json")["items"]] == wanted
    items = xml(paper, pictures, f"{path}.xml").iter("item")
    assert [item.findtext("title") for item in items] == wanted


@pytest.mark.parametrize("text", ["x", TORN])
def test_every_feed_keeps_to_its_specification(
    pictures: Pictures, tmp_path: Path, text: str
) -> None:
    paper = make_full_paper(tmp_path, text)
    spoken = {story.id: make_spoken(story, tmp_path) for story in paper.stories[:2]}
    feeds = [t for t in site(paper, spoken, pictures) if "feed." in t.path]
    assert len(feeds) > 10
    for target in feeds:
        check = rss_faults if target.path.endswith(".xml") else json_feed_faults
        assert check(target.made.data, f"{paper.url}/{target.path}") == []


def test_the_checks_of_feeds_find_what_is_wrong() -> None:
    torn = {"version": "1", "title": "", "items": [{"id": 7, "date_published": "today"}]}
    assert len(json_feed_faults(json.dumps(torn).encode(), "https://example.org/feed.json")) >= 6
    bad = b"<rss version='2.0'><channel><title>x</title><item><guid>a</guid></item></channel></rss>"
    assert len(rss_faults(bad, "https://example.org/feed.xml")) >= 4


def test_feed_readers_find_authors_sound_and_the_whole_text(
    pictures: Pictures, tmp_path: Path
) -> None:
    paper = make_full_paper(tmp_path, "x")
    spoken = {1: make_spoken(paper.stories[0], tmp_path)}
    targets = {t.path: t for t in site(paper, spoken, pictures)}
    parsed = feedparser.parse(targets["feed.xml"].made.data)
    assert not parsed.bozo
    entry = next(entry for entry in parsed.entries if entry.title == "Headline x")
    assert [author["name"] for author in entry.authors] == ["Marta x", "Agency x"]
    assert entry.enclosures[0]["type"] == "audio/mpeg"
    assert "<td>1</td>" in entry.content[0]["value"]


def test_a_json_feed_encloses_the_sound_and_names_every_author(
    pictures: Pictures, tmp_path: Path
) -> None:
    paper = make_full_paper(tmp_path, "x")
    spoken = {1: make_spoken(paper.stories[0], tmp_path)}
    item = json_of(paper, pictures, "feed.json", spoken=spoken)["items"][0]
    assert [author["name"] for author in item["authors"]] == ["Marta x", "Agency x"]
    (sound,) = item["attachments"]
    assert (sound["size_in_bytes"], sound["duration_in_seconds"]) == (100, 252)
    assert sound["url"] == "http://127.0.0.1:8000/audio/story-1.mp3"


def test_editors_may_let_feeds_bring_only_what_a_story_is_about(pictures: Pictures) -> None:
    rules = MachineRules(whole_feeds=False)
    paper = make_paper(make_published_story("All of it.", standfirst="In short."), machines=rules)
    (item,) = json_of(paper, pictures, "feed.json")["items"]
    assert item["content_text"] == "In short."
    assert "content_html" not in item
    feed = xml(paper, pictures, "feed.xml")
    assert feed.find("channel/item/content:encoded", NAMESPACES) is None
    assert feed.findtext("channel/item/description") == "In short."


def test_a_hub_is_named_where_there_is_one(pictures: Pictures, settings: Any) -> None:
    settings.COURANT_WEBSUB_HUB = "https://hub.example.org/"
    paper = make_paper(make_published_story())
    assert json_of(paper, pictures, "feed.json")["hubs"][0]["url"] == "https://hub.example.org/"
    links = xml(paper, pictures, "feed.xml").findall("channel/atom:link", NAMESPACES)
    assert {link.get("rel") for link in links} == {"self", "hub"}
