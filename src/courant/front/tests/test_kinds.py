"""Stories of each kind: what a reader sees of live coverage, long reads, explainers, pictures."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from courant.front.contents import front
from courant.front.pictures import Pictures
from courant.front.render import front_page, story_page
from courant.front.tests.make import Reader, make_spoken, press_of
from courant.stories import published as out
from courant.stories.published import FrontChoices
from courant.stories.tests.make import (
    NOON,
    make_paper,
    make_published_photo,
    make_published_story,
    paragraph,
)

LATER = NOON + timedelta(hours=2)


def make_live(**facts: object) -> out.PublishedStory:
    """Two updates, as frozen: the newest first."""
    body = (
        paragraph("What this is about.", "p0"),
        out.Update("late", LATER, "The boat is back"),
        paragraph("All are dry.", "p1"),
        out.Update("early", NOON, "The boat is away"),
        paragraph("Eleven are on board.", "p2"),
    )
    return make_published_story(*body, **({"kind": "live", "published": NOON} | facts))


def page_of(story: out.PublishedStory, pictures: Pictures, folder: Path | None = None) -> str:
    spoken = {story.id: make_spoken(story, folder)} if folder else {}
    return story_page(press_of(make_paper(story), spoken, pictures), story).data.decode()


def test_updates_have_a_place_that_one_can_link_to_and_their_time(pictures: Pictures) -> None:
    html = page_of(make_live(), pictures)
    assert re.findall(r'<section class="update" id="(u-\w+)">', html) == ["u-late", "u-early"]
    assert '<a href="#u-late"><time datetime="2026-11-20T14:00:00+00:00">14:00</time></a>' in html
    text = Reader(html).text()
    assert text.index("What this is about") < text.index("The boat is back")
    assert text.index("All are dry") < text.index("The boat is away")


def test_an_update_of_another_day_says_which(pictures: Pictures) -> None:
    story = make_live(published=NOON - timedelta(days=1))
    assert "20 November, 14:00" in Reader(page_of(story, pictures)).text()


def test_each_sentence_of_an_update_can_be_followed_by_ear(
    pictures: Pictures, tmp_path: Path
) -> None:
    html = page_of(make_live(), pictures, tmp_path)
    assert 'id="s-late-0" data-s>The boat is back</span>' in html


def test_coverage_that_has_ended_says_so(pictures: Pictures) -> None:
    assert "This coverage has ended" not in page_of(make_live(), pictures)
    assert "This coverage has ended" in page_of(make_live(ended=True), pictures)


def test_machines_get_each_update(pictures: Pictures) -> None:
    html = page_of(make_live(ended=True), pictures)
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html)
    assert found
    facts = json.loads(found[1])
    assert "LiveBlogPosting" in facts["@type"]
    assert facts["coverageStartTime"] == "2026-11-20T12:00:00+00:00"
    assert "coverageEndTime" in facts
    newest = facts["liveBlogUpdate"][0]
    assert newest["headline"] == "The boat is back"
    assert newest["url"].endswith("#u-late")


def test_live_coverage_has_the_bar_until_it_ends_or_editors_choose_another(
    pictures: Pictures,
) -> None:
    live, other = make_live(id=1, headline="Boats"), make_published_story(id=2, path="/a/b/")
    bar = front(make_paper(live, other)).bar
    assert bar is not None
    assert (bar.label, bar.text) == ("live", "Boats")
    assert front(make_paper(make_live(ended=True), other)).bar is None
    chosen = FrontChoices(bar="breaking", bar_story=2)
    bar = front(make_paper(live, other, chosen=chosen)).bar
    assert bar is not None
    assert bar.label == "breaking"
    html = front_page(press_of(make_paper(live, other), {}, pictures)).data.decode()
    assert 'aria-label="At the moment"' in html


def test_a_long_explainer_begins_with_what_is_in_it(pictures: Pictures) -> None:
    heads = [out.Subheading(f"h{n}", f"Part {n}") for n in range(3)]
    html = page_of(make_published_story(*heads, kind="explainer"), pictures)
    assert "In this story" in html
    for n in range(3):
        assert f'<a href="#h-h{n}">Part {n}</a>' in html
        assert f'<h2 id="h-h{n}">' in html
    assert "In this story" not in page_of(make_published_story(*heads, kind="news"), pictures)
    assert "In this story" not in page_of(
        make_published_story(*heads[:2], kind="explainer"), pictures
    )


@pytest.mark.parametrize(
    ("size", "kind", "look"),
    [
        ("", "feature", 'class="photo"'),
        ("wide", "feature", 'class="photo photo-wide"'),
        ("full", "feature", 'class="photo photo-full"'),
        ("", "gallery", 'class="photo photo-wide"'),
    ],
)
def test_photos_are_as_wide_as_the_editor_wants(
    pictures: Pictures, tmp_path: Path, size: str, kind: str, look: str
) -> None:
    photo = out.PhotoBlock("f1", make_published_photo(tmp_path), size)
    assert look in page_of(make_published_story(photo, kind=kind), pictures)
