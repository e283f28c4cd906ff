"""What a reader sees on the page of one story."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from courant.front import render
from courant.front.made import Made
from courant.front.pictures import Pictures
from courant.front.sheet import NewsletterBox
from courant.front.tests.make import Reader, every_block, make_full_paper, make_spoken, press_of
from courant.narration.spoken import SpokenStory
from courant.stories import published as out
from courant.stories.paper import MemoryPaper
from courant.stories.tests.make import (
    make_byline,
    make_paper,
    make_person,
    make_published_photo,
    make_published_story,
    paragraph,
)

BOX = NewsletterBox("daily", "First Tide", "The day's news.")


def made_of(
    story: out.PublishedStory,
    pictures: Pictures,
    spoken: SpokenStory | None = None,
    paper: MemoryPaper | None = None,
    box: NewsletterBox | None = None,
) -> Made:
    press = press_of(
        paper or make_paper(story), {story.id: spoken} if spoken else {}, pictures, box
    )
    return render.story_page(press, story)


def page_of(story: out.PublishedStory, pictures: Pictures, **facts: Any) -> str:
    return made_of(story, pictures, **facts).data.decode()


def test_a_story_shows_who_made_it_and_when(pictures: Pictures) -> None:
    person = make_person()
    story = make_published_story(id=60, bylines=(make_byline(person=person),), minutes=3)
    html = page_of(story, pictures)
    assert 'href="/people/marta-quill/">Marta Quill</a>' in html
    assert '<time datetime="2026-11-20T11:00:00+00:00"' in html
    assert ">20 November 2026, 11:00 GMT</time>" in html
    assert "3 min read" in html


def test_a_lead_photo_has_caption_and_credit(pictures: Pictures, tmp_path: Path) -> None:
    story = make_published_story(lead_photo=make_published_photo(tmp_path))
    html = page_of(story, pictures)
    assert '<span class="caption">The boat came in at six.</span>' in html
    assert '<span class="credit">Ilse Brandt/Lantern</span>' in html
    assert 'alt="A boat at a quay" width="800" height="533"' in html


def test_a_picture_that_cannot_be_read_is_left_out_and_reported(
    pictures: Pictures, tmp_path: Path
) -> None:
    photo = make_published_photo(tmp_path)
    photo.file.write_bytes(b"not a picture")
    story = make_published_story(lead_photo=photo)
    made = made_of(story, pictures)
    assert b"<img" not in made.data
    assert "cannot be read" in made.problems[0]


def test_a_spoken_story_has_the_native_player_the_note_and_the_length(
    pictures: Pictures, tmp_path: Path
) -> None:
    story = make_published_story(id=7)
    spoken = make_spoken(story, tmp_path)
    made = made_of(story, pictures, spoken)
    html = made.data.decode()
    assert (
        '<audio controls preload="none"><source src="/audio/story-7.m4a" type="audio/mp4">' in html
    )
    assert '<source src="/audio/story-7.mp3" type="audio/mpeg"><track kind="captions"' in html
    assert '<a href="/audio/story-7.vtt">Text with times</a>' in html
    assert "This audio is created with AI assistance" in html
    assert "4:12" in html
    names = {f"audio/story-7.{ending}" for ending in ("mp3", "m4a", "json", "vtt")}
    assert names <= {asset.path for asset in made.assets}


def test_a_story_that_a_person_reads_says_who_and_no_machine(
    pictures: Pictures, tmp_path: Path
) -> None:
    story = make_published_story(id=7)
    spoken = make_spoken(story, tmp_path, source_type="", voice="Ottilie Marsh")
    html = page_of(story, pictures, spoken=spoken)
    assert "Read by Ottilie Marsh" in html
    assert "AI assistance" not in html
    assert "DigitalCaptureDigitalSource" in html


def test_the_disclosure_has_one_switch_and_the_newsrooms_own_words(
    pictures: Pictures, tmp_path: Path, settings: Any
) -> None:
    story = make_published_story(id=7)
    facts = (story, pictures, make_spoken(story, tmp_path))
    settings.COURANT_DISCLOSURE_WORDS = {"en": "A machine reads this."}
    assert made_of(*facts).data.count(b"A machine reads this.") == 2  # player and data
    settings.COURANT_DISCLOSURE = "off"
    html = made_of(*facts).data
    assert b"A machine reads this." not in html
    assert b"AI assistance" not in html


def test_machines_are_told_of_the_audio_with_its_transcript(
    pictures: Pictures, tmp_path: Path
) -> None:
    story = make_published_story("It rose. It fell.", id=7)
    made = made_of(story, pictures, make_spoken(story, tmp_path))
    (text,) = [t for tag, t in Reader(made.data.decode()).texts if "AudioObject" in t]
    audio = json.loads(text)["audio"]
    assert audio["transcript"].endswith("It rose. It fell.")
    assert audio["caption"]["contentUrl"].endswith("/audio/story-7.vtt")
    assert audio["description"] == "This audio is created with AI assistance"
    assert audio["digitalSourceType"] == "https://schema.org/AlgorithmicMediaDigitalSource"


def test_the_audio_of_another_text_is_never_offered(pictures: Pictures, tmp_path: Path) -> None:
    story = make_published_story(id=7)
    spoken = make_spoken(story, tmp_path)
    changed = replace(story, body=(paragraph("Something else."),))
    made = made_of(changed, pictures, spoken)
    assert b"audio" not in made.data.replace(b"created with", b"")
    assert not [asset for asset in made.assets if asset.path.startswith("audio/")]


def test_every_cue_points_at_an_element_of_the_page(pictures: Pictures, tmp_path: Path) -> None:
    person = make_person()
    story = make_published_story(
        *every_block(tmp_path), id=7, bylines=(make_byline(person=person),)
    )
    made = made_of(story, pictures, make_spoken(story, tmp_path))
    cues = json.loads(next(a.data for a in made.assets if a.path == "audio/story-7.json"))
    marked = {f["id"] for _, f in Reader(made.data.decode()).tags if "data-s" in f}
    assert cues["v"] == 2
    assert {anchor for anchor, _, _ in cues["cues"]} <= marked
    assert "s-byline-0" in marked


def test_an_unspoken_story_carries_no_anchors(pictures: Pictures) -> None:
    assert "data-s" not in page_of(make_published_story(), pictures)


def test_corrections_stand_with_their_time(pictures: Pictures, tmp_path: Path) -> None:
    paper = make_full_paper(tmp_path)
    html = page_of(paper.stories[0], pictures, paper=paper)
    assert "<strong>Correction</strong>" in html
    assert '<a href="#corrections">' in html


def test_a_ukrainian_story_speaks_ukrainian(pictures: Pictures, tmp_path: Path) -> None:
    paper = make_full_paper(tmp_path)
    story = paper.stories[2]
    in_kyiv = MemoryPaper(replace(paper.masthead, time_zone="Europe/Kyiv"), paper.stories)
    html = page_of(story, pictures, paper=in_kyiv, box=BOX)
    assert '<html lang="uk">' in html
    assert "2 хв читання" in html
    assert re.search(r"20 листопада 2026, 1\d:\d\d EET", html)
    assert "Опубліковано" in html
    assert "Підписатися" in html
    assert "Текст: " in html


def test_a_foreign_card_names_its_language(pictures: Pictures, tmp_path: Path) -> None:
    paper = make_full_paper(tmp_path)
    html = page_of(paper.stories[2], pictures, paper=paper)
    assert '<p class="related-headline" lang="en">' in html


def test_the_newsletter_box_posts_without_script(pictures: Pictures) -> None:
    html = page_of(make_published_story(id=7), pictures, box=BOX)
    reader = Reader(html)
    form = next(reader.all("form"))
    fields = {facts["name"]: facts for facts in reader.all("input")}
    assert (form["method"], form["action"]) == ("post", "/newsletter/sign-up/")
    assert fields["newsletter"]["value"] == "daily"
    assert fields["page"]["value"] == "/harbour/story-7/"
    assert fields["email"]["type"] == "email"
    assert set(fields) == {"newsletter", "page", "website", "email"}


def test_without_a_newsletter_there_is_no_box(pictures: Pictures) -> None:
    html = page_of(make_published_story(), pictures)
    assert "newsletter" not in html.lower()


def test_a_link_that_could_run_script_is_only_words(pictures: Pictures) -> None:
    runs = (out.Run("click", href="javascript:alert(1)"),)
    embed = out.Embed("e", "javascript:alert(1)", "Title")
    html = page_of(make_published_story(out.Paragraph("p", runs), embed), pictures)
    assert "javascript:" not in html
    assert "<p>click</p>" in html


def test_search_engines_get_every_author_and_the_correction(
    pictures: Pictures, tmp_path: Path
) -> None:
    paper = make_full_paper(tmp_path)
    html = page_of(paper.stories[0], pictures, paper=paper)
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    article, crumbs = (json.loads(text) for text in found)
    assert [author["@type"] for author in article["author"]] == ["Person", "Organization"]
    assert article["author"][0]["url"] == "http://127.0.0.1:8000/people/marta-quill/"
    assert article["contributor"][0]["name"].startswith("Lotte")
    assert article["correction"][0]["@type"] == "CorrectionComment"
    assert article["isAccessibleForFree"] is True
    assert len(article["image"]) == 3
    assert [item["position"] for item in crumbs["itemListElement"]] == [1, 2, 3]


def test_a_story_without_byline_is_the_newsrooms(pictures: Pictures) -> None:
    html = page_of(make_published_story(bylines=()), pictures)
    article = json.loads(re.findall(r"ld\+json\">(.*?)</script>", html)[0])
    assert article["author"][0]["@type"] == "NewsMediaOrganization"
    assert 'class="byline"' not in html
