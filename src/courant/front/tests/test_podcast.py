"""Podcast feeds: rules of directories, readers of today, guids that stay."""

import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import feedparser
import podcastparser
import pytest
from PIL import Image

from courant.front.pictures import Pictures
from courant.front.podcast import NAMESPACES, feed_guid
from courant.front.tests.make import TORN, make_full_paper, make_spoken, site
from courant.front.tests.podcast_rules import broken
from courant.narration.spoken import Chapter
from courant.stories.paper import MemoryPaper
from courant.stories.tests.make import make_paper, make_published_story, make_section

URL = "http://127.0.0.1:8000"


def tree(paper: MemoryPaper, spoken: dict[int, Any], pictures: Pictures) -> dict[str, bytes]:
    """All public files that feeds make, by absolute address."""
    found: dict[str, bytes] = {}
    for target in site(paper, spoken, pictures):
        if target.kind == "podcast":
            found |= {f"{URL}/{path}": data for path, data in target.made.files.items()}
    return found


def feed(*facts: Any) -> ET.Element:
    return ET.fromstring(tree(*facts)[f"{URL}/podcast.xml"])  # noqa: S314 - our own


def sizes(files: dict[str, bytes]) -> dict[str, int]:
    return {url: len(data) for url, data in files.items()}


@pytest.fixture
def files(tmp_path: Path, pictures: Pictures) -> dict[str, bytes]:
    paper = make_full_paper(tmp_path)
    spoken = {story.id: make_spoken(story, tmp_path) for story in paper.stories}
    chapters = (Chapter("Headline", 0, 10), Chapter("By night", 10, 252))
    path = "/audio/story-1.chapters.json"
    spoken[1] = replace(spoken[1], chapters=chapters, chapters_path=path)
    return tree(paper, spoken, pictures)


def test_there_is_a_feed_for_the_paper_each_language_and_each_section(files) -> None:
    feeds = sorted(url.removeprefix(URL) for url in files if url.endswith(".xml"))
    assert feeds == [
        "/harbour/podcast.xml",
        "/podcast-en.xml",
        "/podcast-uk.xml",
        "/podcast.xml",
        "/ukrainska/podcast.xml",
    ]


def test_every_feed_keeps_every_rule_of_the_directories(files) -> None:
    for url, data in files.items():
        if url.endswith(".xml"):
            assert broken(data, sizes(files)) == [], url


def test_the_rules_find_what_is_broken(files) -> None:
    good = files[f"{URL}/podcast.xml"].decode()
    for harm in (
        good.replace('length="100"', 'length="99"', 1),
        good.replace("<itunes:explicit>false", "<itunes:explicit>no", 1),
        good.replace('type="audio/mpeg"', 'type="audio/ogg"', 1),
        good.replace("story/1<", "story/2<", 1),
        re.sub(r"(<pubDate>[^<]*) \+0000", r"\1 -0000", good, count=1),
    ):
        assert harm != good
        assert broken(harm.encode(), sizes(files)) != []


def test_feedparser_reads_an_episode(files) -> None:
    read = feedparser.parse(io.BytesIO(files[f"{URL}/podcast.xml"]))
    assert read.bozo == 0
    assert read.feed.title == "The Test Lantern: stories to listen to"
    assert "This audio is created with AI assistance" in read.feed.description
    first = read.entries[0]
    assert first.guid == "tag:127.0.0.1,2026:story/1"
    assert first.enclosures[0]["type"] == "audio/mpeg"
    assert first.itunes_duration == "252"
    assert read.feed.image.href.endswith(".png")


def test_a_podcast_library_reads_every_episode(files) -> None:
    # This library knows the namespace by its older address alone.
    older = "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md"
    data = files[f"{URL}/podcast.xml"].replace(NAMESPACES["podcast"].encode(), older.encode())
    read = podcastparser.parse(f"{URL}/podcast.xml", io.BytesIO(data))
    assert len(read["episodes"]) == 6
    assert read["type"] == "episodic"
    assert read["explicit"] is False
    episode = next(e for e in read["episodes"] if e["guid"].endswith("/1"))
    assert episode["total_time"] == 252
    assert episode["enclosures"][0]["file_size"] == 100
    assert episode["transcript_url"] == f"{URL}/audio/story-1.vtt"
    assert episode["chapters_json_url"] == f"{URL}/audio/story-1.chapters.json"
    assert [person["name"] for person in episode["persons"]][:1] == ["Marta It rose. It fell."]


def test_chapters_are_json_as_the_namespace_has_it(files) -> None:
    facts = json.loads(files[f"{URL}/audio/story-1.chapters.json"])
    assert facts == {
        "version": "1.2.0",
        "chapters": [
            {"startTime": 0, "endTime": 10, "title": "Headline"},
            {"startTime": 10, "endTime": 252, "title": "By night"},
        ],
    }


def test_a_correction_keeps_the_guid_and_changes_the_file(
    tmp_path: Path, pictures: Pictures
) -> None:
    story = make_published_story(id=7)
    old = make_spoken(story, tmp_path)
    corrected = replace(story, headline="Corrected")
    (sound, other) = old.files
    files = (replace(sound, path="/audio/story-7-new.mp3", size=100), other)
    new = replace(make_spoken(corrected, tmp_path), files=files)
    before = feed(make_paper(story), {7: old}, pictures)
    after = feed(make_paper(corrected), {7: new}, pictures)
    assert before.findtext("*/item/guid") == after.findtext("*/item/guid")
    assert after.find("*/item/enclosure").get("url").endswith("-new.mp3")


def test_owner_lock_and_hub_come_by_setting(
    tmp_path: Path, pictures: Pictures, settings: Any
) -> None:
    story = make_published_story(id=7)
    facts = (make_paper(story), {7: make_spoken(story, tmp_path)}, pictures)
    plain = tree(*facts)[f"{URL}/podcast.xml"]
    assert b"itunes:owner" not in plain and b'rel="hub"' not in plain
    settings.COURANT_PODCAST = {"owner": "audio@example.org"}
    settings.COURANT_WEBSUB_HUB = "https://hub.example.org/"
    files = tree(*facts)
    channel = feed(*facts)[0]
    assert channel.findtext("itunes:owner/itunes:email", None, NAMESPACES) == "audio@example.org"
    assert channel.find("podcast:locked", NAMESPACES).attrib == {"owner": "audio@example.org"}
    assert channel.find("atom:link[@rel='hub']", NAMESPACES).get("href").startswith("https://hub")
    assert broken(files[f"{URL}/podcast.xml"], sizes(files)) == []


def test_what_a_person_reads_names_the_reader_and_no_machine(
    tmp_path: Path, pictures: Pictures
) -> None:
    story = make_published_story(id=7)
    spoken = make_spoken(story, tmp_path, source_type="", voice="Ottilie Marsh", captions_path="")
    text = tree(make_paper(story), {7: spoken}, pictures)[f"{URL}/podcast.xml"].decode()
    assert '<podcast:person role="narrator" group="cast">Ottilie Marsh<' in text
    assert "AI assistance" not in text


def test_a_section_without_audio_has_no_podcast(tmp_path: Path, pictures: Pictures) -> None:
    story = make_published_story(id=7, section=make_section(audio="none"))
    assert f"{URL}/harbour/podcast.xml" not in tree(make_paper(story), {}, pictures)


def test_hostile_words_stay_words(tmp_path: Path, pictures: Pictures) -> None:
    paper = make_full_paper(tmp_path, text=TORN)
    spoken = {story.id: make_spoken(story, tmp_path) for story in paper.stories}
    files = tree(paper, spoken, pictures)
    assert broken(files[f"{URL}/podcast.xml"], sizes(files)) == []


def test_the_cover_is_as_directories_want_it_and_the_same_each_time(files, tmp_path) -> None:
    covers = [data for url, data in files.items() if "/media/podcast-" in url]
    assert len(covers) == 5  # the paper, two languages, two sections
    for data in covers:
        with Image.open(io.BytesIO(data)) as picture:
            assert picture.size == (1500, 1500)
            assert picture.format == "PNG"
        assert len(data) < 512 * 1024


def test_a_feeds_guid_is_that_of_the_standard() -> None:
    # The example of the namespace's own document.
    assert feed_guid("https://podnews.net/rss") == "9b024349-ccf0-5f69-a609-6b82873eab3c"
    assert feed_guid("http://podnews.net/rss/") == feed_guid("https://podnews.net/rss")
