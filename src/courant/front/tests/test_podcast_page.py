"""The page of the podcast: what can be heard, newest first, with what it takes to follow it."""

import re
from dataclasses import replace
from datetime import timedelta

from courant.front.made import Made
from courant.front.podcast_page import SHOWN
from courant.front.tests.make import make_spoken, site
from courant.stories import published as out
from courant.stories.tests.make import (
    NOON,
    make_paper,
    make_published_story,
    make_section,
)

TOWN = make_section(id=1, title="Town", path="/town/", slug="town")
QUAY = make_section(id=2, title="Quay", path="/quay/", slug="quay")
MUTE = make_section(id=3, title="Notices", path="/notices/", slug="notices", audio="none")
UKRAINIAN = make_section(id=4, title="Річка", path="/richka/", slug="richka", language="uk")


def pages(paper, spoken, pictures) -> dict[str, Made]:
    made = [target.made for target in site(paper, spoken, pictures)]
    return {each.path: each for each in made if each.path.endswith("podcast/index.html")}


def headlines(made: Made) -> list[str]:
    return re.findall(r'<h2 class="record-headline"><a href="[^"]*">([^<]*)', made.data.decode())


def told(number, section=TOWN, **facts) -> out.PublishedStory:
    return make_published_story(
        id=number,
        path=f"{section.path}{number}/",
        headline=f"Story {number}",
        section=section,
        published=NOON - timedelta(hours=number),
        language=section.language,
        **facts,
    )


def test_what_can_be_heard_is_played_there_and_comes_with_its_sound(tmp_path, pictures):
    stories = [told(1), told(2, QUAY), told(3), told(4, MUTE)]
    spoken = {n: make_spoken(stories[n - 1], tmp_path) for n in (2, 3)}
    paper = make_paper(*stories, sections=(TOWN, QUAY, MUTE))
    [(path, made)] = pages(paper, spoken, pictures).items()
    html = made.data.decode()
    assert path == "podcast/index.html"
    assert headlines(made) == ["Story 2", "Story 3"]
    files = {asset.path for asset in made.assets}
    sources = re.findall(r'<(?:source|track)[^>]* src="/([^"]*)"', html)
    assert len(sources) >= 4 and set(sources) <= files
    assert "This audio is created with AI assistance" in html
    assert "4:12" in html
    assert f'<a class="address" href="/podcast.xml">{paper.url}/podcast.xml</a>' in html
    follow = html.split('class="follow"')[1].split("</section>")[0]
    assert re.findall(r'href="(/[^"]*/podcast.xml)"', follow) == [
        "/town/podcast.xml",
        "/quay/podcast.xml",
    ]


def test_nothing_is_said_of_machines_where_a_person_reads(tmp_path, pictures):
    story = told(1)
    human = replace(make_spoken(story, tmp_path), source_type="", voice="Ottilie Marsh")
    paper = make_paper(story, sections=(TOWN,))
    html = pages(paper, {1: human}, pictures)["podcast/index.html"].data.decode()
    assert "<audio" in html and "AI assistance" not in html


def test_each_language_has_a_page_of_its_own_with_its_own_feed(tmp_path, pictures):
    stories = [told(1), told(2, UKRAINIAN)]
    spoken = {story.id: make_spoken(story, tmp_path) for story in stories}
    front = out.PublishedFront("uk", "/uk/", "Новини", "")
    paper = make_paper(*stories, sections=(TOWN, UKRAINIAN), fronts=(front,))
    found = pages(paper, spoken, pictures)
    ours, theirs = found["podcast/index.html"], found["uk/podcast/index.html"]
    assert (headlines(ours), headlines(theirs)) == (["Story 1"], ["Story 2"])
    assert 'class="address" href="/podcast-en.xml"' in ours.data.decode()
    html = theirs.data.decode()
    assert 'class="address" href="/podcast-uk.xml"' in html
    assert '<html lang="uk"' in html and "<h1>Подкаст</h1>" in html
    assert f'hreflang="en" href="{paper.url}/podcast/"' in html


def test_it_says_so_where_nothing_can_be_heard_yet(pictures):
    [made] = pages(make_paper(told(1), sections=(TOWN,)), {}, pictures).values()
    html = made.data.decode()
    assert "Nothing can be heard yet." in html and "<audio" not in html


def test_only_the_newest_are_on_it(tmp_path, pictures):
    stories = [told(number) for number in range(1, SHOWN + 4)]
    spoken = {story.id: make_spoken(story, tmp_path) for story in stories}
    [made] = pages(make_paper(*stories, sections=(TOWN,)), spoken, pictures).values()
    assert headlines(made) == [f"Story {number}" for number in range(1, SHOWN + 1)]
