"""A paper in two languages: versions of a story, a front for each language."""

import json
import re
from typing import Any

import pytest

from courant.front import contents
from courant.front.pictures import Pictures
from courant.front.render import front_page, section_page, story_page
from courant.front.tests.make import Reader, press_of, site
from courant.front.tests.sitemap_rules import alternate_faults
from courant.stories import published as out
from courant.stories.paper import MemoryPaper
from courant.stories.tests.make import (
    make_byline,
    make_paper,
    make_person,
    make_published_story,
    make_section,
)

BASE = "http://127.0.0.1:8000"
TOWN = make_section(id=1, title="Town", path="/town/", slug="town")
MISTO = make_section(id=2, title="Місто", path="/misto/", slug="misto", language="uk")
UK = out.PublishedFront("uk", "/uk/", "Новини вигаданого міста", "Усе вигадано.")


def make_story(number: int, **facts: Any) -> out.PublishedStory:
    own = {"path": f"/town/{number}/", "headline": f"Story {number}", "section": TOWN}
    return make_published_story(id=number, **(own | facts))


def make_ukrainian(number: int, original: int = 0, **facts: Any) -> out.PublishedStory:
    own = {"path": f"/misto/{number}/", "headline": f"Новина {number}", "section": MISTO}
    return make_published_story(id=number, language="uk", original=original, **(own | facts))


def bilingual(*more: out.PublishedStory, fronts=(UK,), **facts: Any) -> MemoryPaper:
    """Stories 1 to 9 in English, 11 and 12 as Ukrainian versions of the first two, and more."""
    english = [make_story(n) for n in range(1, 10)]
    versions = [make_ukrainian(11, 1), make_ukrainian(12, 2)]
    facts = {"sections": (TOWN, MISTO), "fronts": fronts, "notice": "All invented."} | facts
    return make_paper(*english, *versions, *more, **facts)


def files_of(paper: MemoryPaper, pictures: Pictures) -> dict[str, str]:
    """By address."""
    made = (target.made for target in site(paper, {}, pictures))
    texts = (each for each in made if not each.path.startswith("static/"))
    return {f"/{each.path.removesuffix('index.html')}": each.data.decode() for each in texts}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """All of the paper in two languages."""
    return files_of(bilingual(), Pictures(tmp_path_factory.mktemp("renditions")))


def story_of(paper: MemoryPaper, pictures: Pictures, number: int) -> str:
    return story_page(press_of(paper, {}, pictures), paper.by_id[number]).data.decode()


def alternates_of(html: str) -> set[tuple[str, str]]:
    links = Reader(html).all("link")
    return {(link["hreflang"], link["href"]) for link in links if "hreflang" in link}


def links_of(html: str, name: str) -> list[dict[str, str]]:
    return [facts for facts in Reader(html).all("a") if facts.get("class") == name]


def html_of(paper: MemoryPaper, pictures: Pictures, of: out.PublishedFront | None = None) -> str:
    return front_page(press_of(paper, {}, pictures), of).data.decode()


# ── Versions of a story ───────────────────────────────────────────────────────────────────────────


def test_versions_name_each_other_and_one_for_everybody_else(pages: dict[str, str]) -> None:
    named = {BASE + path: alternates_of(html) for path, html in pages.items() if path[-1] == "/"}
    named = {page: links for page, links in named.items() if links}
    assert alternate_faults(named) == []
    assert set(named) == {
        f"{BASE}{path}"
        for path in (
            *("/town/1/", "/misto/11/", "/town/2/", "/misto/12/", "/", "/uk/"),
            *("/people/", "/uk/people/", "/topics/", "/uk/topics/", "/search/", "/uk/search/"),
            *("/podcast/", "/uk/podcast/"),
        )
    }
    assert named[f"{BASE}/misto/11/"] == {
        ("en", f"{BASE}/town/1/"),
        ("uk", f"{BASE}/misto/11/"),
        ("x-default", f"{BASE}/town/1/"),
    }


def test_a_reader_sees_in_which_other_languages_a_story_is_told(pictures: Pictures) -> None:
    paper = bilingual(fronts=())
    first = Reader(story_of(paper, pictures, 1))
    assert "Other languages: Українська" in first.text()
    assert "Інші мови: English" in Reader(story_of(paper, pictures, 11)).text()
    (link,) = [a for a in first.all("a") if a.get("rel") == "alternate"]
    assert link["href"] == "/misto/11/"
    assert link["lang"] == link["hreflang"] == "uk"
    assert "Other languages" not in story_of(paper, pictures, 3)


def test_machines_learn_which_is_the_original(pages: dict[str, str]) -> None:
    original, version = article_of(pages["/town/1/"]), article_of(pages["/misto/11/"])
    (work,) = original["workTranslation"]
    assert work["url"] == version["url"]
    assert work["inLanguage"] == "uk"
    assert version["translationOfWork"]["@id"] == original["@id"]
    assert "translationOfWork" not in original
    assert "workTranslation" not in version
    assert not {"translationOfWork", "workTranslation"} & set(article_of(pages["/town/3/"]))


def article_of(html: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert found
    facts: dict[str, Any] = json.loads(found[1])
    return facts


def test_one_story_stands_for_its_language(pictures: Pictures) -> None:
    """A copy of a version, and a version in the language of its original, are named by nobody."""
    paper = bilingual(make_ukrainian(13, 1), make_story(14, original=1))
    assert [v.id for v in paper.versions(paper.by_id[1])] == [11]
    assert paper.versions(paper.by_id[13]) == paper.versions(paper.by_id[14]) == ()
    assert alternates_of(story_of(paper, pictures, 13)) == set()


def test_versions_of_a_story_that_was_taken_back_know_each_other_no_more_than_it(
    pictures: Pictures,
) -> None:
    paper = make_paper(make_ukrainian(11, 1), sections=(MISTO,))
    assert paper.versions(paper.by_id[11]) == ()
    assert "translationOfWork" not in story_of(paper, pictures, 11)


def test_in_words_alone_versions_lead_to_each_other(pages: dict[str, str]) -> None:
    assert 'hreflang="uk" href="/lite/misto/11/"' in pages["/lite/town/1/"]
    assert 'hreflang="en" href="/lite/town/1/"' in pages["/lite/misto/11/"]
    assert 'hreflang="uk" href="/lite/uk/"' in pages["/lite/"]
    assert "Новина 11" in pages["/lite/uk/"]
    assert "Story 1" not in pages["/lite/uk/"]


# ── Fronts ────────────────────────────────────────────────────────────────────────────────────────


def test_each_front_has_the_stories_of_its_language() -> None:
    paper = bilingual()
    assert {story.language for story in contents.front(paper).stories} == {"en"}
    assert {story.id for story in contents.front(paper, UK).stories} == {11, 12}


def test_without_another_front_the_papers_own_shows_everything() -> None:
    shown = {story.id for story in contents.front(bilingual(fronts=())).stories}
    assert {1, 11, 12} < shown


def test_versions_of_what_editors_chose_lead_the_other_front() -> None:
    chosen = out.FrontChoices(top=(2, 5), important=(1,), bar="breaking", bar_story=2)
    paper = bilingual(chosen=chosen)
    own, other = contents.front(paper), contents.front(paper, UK)
    assert own.lead and other.lead and own.bar and other.bar
    assert (own.lead.id, own.bar.story.id, own.important[0].id) == (2, 2, 1)
    assert (other.lead.id, other.bar.story.id, other.important[0].id) == (12, 12, 11)
    assert other.bar.text == "Новина 12"


def test_a_chosen_story_stands_on_the_front_of_its_language() -> None:
    paper = bilingual(make_ukrainian(15), chosen=out.FrontChoices(top=(15, 4)))
    own, other = contents.front(paper), contents.front(paper, UK)
    assert own.lead and other.lead
    assert own.lead.id == 4
    assert other.lead.id == 15


def test_a_front_speaks_its_language_throughout(pictures: Pictures) -> None:
    html = html_of(bilingual(), pictures, UK)
    words = Reader(html)
    assert next(words.all("html"))["lang"] == "uk"
    assert UK.tagline in words.text()
    assert UK.notice in words.text()
    assert "All invented." not in words.text()
    assert "<title>The Test Lantern – Новини вигаданого міста</title>" in html
    links = [facts["href"] for facts in words.all("a")]
    assert "/misto/" in links
    assert "/town/" not in links
    assert 'type="application/rss+xml" title="The Test Lantern" href="/uk/feed.xml"' in html


@pytest.mark.parametrize(
    ("page", "leads_to"),
    [
        ("/", "/uk/"),
        ("/uk/", "/"),
        ("/town/1/", "/misto/11/"),
        ("/misto/11/", "/town/1/"),
        ("/town/3/", "/uk/"),
        ("/about/", "/uk/"),
        ("/misto/", "/"),
    ],
)
def test_the_switch_leads_to_the_same_in_the_other_language_else_to_its_front(
    pages: dict[str, str], page: str, leads_to: str
) -> None:
    (link,) = links_of(pages[page], "tongue")
    assert link["href"] == leads_to
    assert link["lang"] == link["hreflang"] == ("en" if '<html lang="uk"' in pages[page] else "uk")


def test_without_another_front_there_is_no_switch(pictures: Pictures) -> None:
    assert links_of(html_of(bilingual(fronts=()), pictures), "tongue") == []


def test_pages_lead_home_to_the_front_of_their_language(pages: dict[str, str]) -> None:
    assert '<p class="nameplate"><a href="/uk/" lang="en">' in pages["/misto/11/"]
    assert '<p class="nameplate"><a href="/">' in pages["/town/1/"]


def test_a_front_without_a_story_is_there_and_says_so(pictures: Pictures) -> None:
    paper = make_paper(make_story(1), sections=(TOWN, MISTO), fronts=(UK,))
    files = files_of(paper, pictures)
    assert {"/uk/", "/uk/feed.xml", "/uk/feed.json", "/lite/uk/"} <= set(files)
    assert "Тут іще нічого не опубліковано." in files["/uk/"]


def test_a_menu_without_a_section_of_a_front_is_shown_whole() -> None:
    """Where sections are mixed, no front loses the way to them."""
    paper = make_paper(make_story(1), sections=(TOWN,), fronts=(UK,))
    assert [line.path for line in paper.masthead.menu_on(UK)] == ["/town/"]


def test_every_story_of_a_section_stays_on_its_page_whatever_its_language(
    pictures: Pictures,
) -> None:
    paper = bilingual(make_ukrainian(16, section=TOWN, path="/town/16/"))
    assert "Новина 16" in section_page(press_of(paper, {}, pictures), TOWN).data.decode()


def test_fronts_lead_nowhere_in_vain(pages: dict[str, str]) -> None:
    for page in ("/uk/", "/", "/misto/11/", "/lite/uk/"):
        for facts in Reader(pages[page]).all("a"):
            if facts["href"].startswith("/"):
                assert facts["href"] in pages, (page, facts["href"])


# ── People, topics, search ────────────────────────────────────────────────────────────────────────

ADA = make_person(id=1, name="Ada Quill", path="/people/ada/", role="Reporter", bio="She writes.")
BO = make_person(id=2, name="Bo Marsh", path="/people/bo/")
FERRIES = out.PublishedTopic(4, "Ferries", "/topics/ferries/")
BELLS = out.PublishedTopic(5, "Bells", "/topics/bells/")


def of_people(fronts: tuple[out.PublishedFront, ...] = (UK,)) -> MemoryPaper:
    """Ada writes of ferries in both languages, Bo of bells in English."""
    ada, bo = (make_byline(person.name, person=person) for person in (ADA, BO))
    return make_paper(
        make_story(1, bylines=(ada,), topics=(FERRIES,)),
        make_story(2, bylines=(ada, bo), topics=(BELLS,)),
        make_ukrainian(11, bylines=(ada,), topics=(FERRIES,)),
        sections=(TOWN, MISTO),
        fronts=fronts,
    )


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return files_of(of_people(), Pictures(tmp_path_factory.mktemp("renditions")))


def test_people_and_topics_have_a_page_in_each_language_with_stories(
    people: dict[str, str],
) -> None:
    assert "/uk/people/bo/" not in people
    assert "/uk/topics/bells/" not in people
    for path in ("/people/ada/", "/topics/ferries/"):
        assert "Story 1" in people[path]
        assert "Новина 11" in people[path]
        assert "Story 1" not in people[f"/uk{path}"]
        assert "Новина 11" in people[f"/uk{path}"]
        assert alternates_of(people[path]) == alternates_of(people[f"/uk{path}"])
        assert ("uk", f"{BASE}/uk{path}") in alternates_of(people[path])
        assert f'<p class="everything"><a href="{path}">' in people[f"/uk{path}"]
    assert alternates_of(people["/people/bo/"]) == set()


def test_each_front_has_lists_and_a_search_of_its_own(people: dict[str, str]) -> None:
    assert "Bo Marsh" not in people["/uk/people/"]
    assert 'href="/uk/people/ada/"' in people["/uk/people/"]
    assert "Bells" not in people["/uk/topics/"]
    assert "1 матеріал" in people["/uk/topics/"]
    search = Reader(people["/uk/search/"])
    assert next(search.all("html"))["lang"] == "uk"
    (form,) = [each for each in search.all("form") if "data-search" in each]
    assert form["action"] == "/uk/search/"
    for path in ("/people/", "/topics/", "/search/"):
        assert ("uk", f"{BASE}/uk{path}") in alternates_of(people[path])


def test_what_is_told_of_people_in_the_papers_language_says_so(people: dict[str, str]) -> None:
    assert '<p class="person-role" lang="en">Reporter' in people["/uk/people/ada/"]
    assert '<p class="person-role">Reporter' in people["/people/ada/"]


def test_pages_lead_to_people_and_topics_of_their_own_language(people: dict[str, str]) -> None:
    for path, way in (("/misto/11/", "/uk"), ("/town/1/", "")):
        links = {facts["href"] for facts in Reader(people[path]).all("a")}
        wanted = ("/people/ada/", "/topics/ferries/", "/people/", "/topics/", "/search/")
        assert {way + each for each in wanted} <= links
    pages = [path for path in people if path.startswith("/uk/")]
    for page in (*pages, "/people/ada/", "/topics/ferries/", "/misto/11/"):
        for facts in Reader(people[page]).all("a") if page.endswith("/") else ():
            if facts["href"].startswith("/"):
                assert facts["href"] in people, (page, facts["href"])


def test_sitemaps_name_the_pages_of_each_language(people: dict[str, str]) -> None:
    text = people["/sitemap-pages.xml"]
    assert f"<loc>{BASE}/uk/people/ada/</loc>" in text
    assert f"<loc>{BASE}/uk/topics/ferries/</loc>" in text
    assert f"<loc>{BASE}/uk/search/</loc>" in text
    assert "/uk/people/bo/" not in text


def test_a_paper_of_one_language_has_no_more_pages_than_before(pictures: Pictures) -> None:
    files = files_of(of_people(fronts=()), pictures)
    assert [path for path in files if path.startswith("/uk/") and path.endswith("/")] == []
    assert 'href="/people/ada/"' in files["/misto/11/"]
