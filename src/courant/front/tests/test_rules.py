"""What machines are told that they may do, and what sites that show our stories get."""

import json
from dataclasses import replace
from pathlib import Path
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree as ET

import pytest

from courant.front.made import Made
from courant.front.pictures import Pictures
from courant.front.rules import TRAINERS
from courant.front.tests.make import TORN, Reader, make_full_paper, site
from courant.stories.paper import MemoryPaper
from courant.stories.published import MachineRules
from courant.stories.tests.make import make_paper, make_published_story

STORY = "http://127.0.0.1:8000/harbour/story-1/"
DESK = "http://127.0.0.1:8000/desk/"
RSL = {"rsl": "https://rslstandard.org/rsl"}


def files(pictures: Pictures, **rules: bool) -> dict[str, str]:
    """Text files of a paper with these rules."""
    paper = make_paper(make_published_story(id=1), machines=MachineRules(**rules))
    made = (target.made for target in site(paper, {}, pictures))
    return {each.path: each.data.decode() for each in made if not each.path.startswith("static/")}


def first_story(paper: MemoryPaper, pictures: Pictures) -> Made:
    return next(t.made for t in site(paper, {}, pictures) if t.kind == "story")


@pytest.mark.parametrize("search", [True, False])
@pytest.mark.parametrize("training", [True, False])
def test_search_and_training_are_allowed_apart(
    pictures: Pictures, search: bool, training: bool
) -> None:
    robots = RobotFileParser()
    robots.parse(files(pictures, search=search, training=training)["robots.txt"].splitlines())
    assert robots.can_fetch("Googlebot", STORY) is search
    for name in TRAINERS:
        assert robots.can_fetch(name, STORY) is training
        assert not robots.can_fetch(name, DESK)
    assert not robots.can_fetch("Googlebot", DESK)
    assert bool(robots.site_maps()) is search


def test_the_licence_file_says_the_same_by_use(pictures: Pictures) -> None:
    found = files(pictures, search=True, training=False)
    known = {"User-agent", "Disallow", "Sitemap"}  # of what checkers know
    assert {line.partition(":")[0] for line in found["robots.txt"].split("\n") if line} == known
    root = ET.fromstring(found["license.xml"])  # noqa: S314 - our own
    terms = root.find("rsl:content/rsl:license", RSL)
    assert terms is not None
    assert terms.findtext("rsl:permits[@type='usage']", namespaces=RSL) == "search"
    assert terms.findtext("rsl:prohibits[@type='usage']", namespaces=RSL) == "ai-train"


def test_both_forbidden_leaves_nothing_permitted(pictures: Pictures) -> None:
    text = files(pictures, search=False, training=False)["license.xml"]
    assert "permits" not in text
    assert ">search,ai-train<" in text


@pytest.mark.parametrize(("training", "reserved"), [(False, "1"), (True, "0")])
def test_every_page_says_whether_text_and_data_mining_is_reserved(
    pictures: Pictures, training: bool, reserved: str
) -> None:
    pages = [t for path, t in files(pictures, training=training).items() if path.endswith(".html")]
    assert pages
    for html in pages:
        assert f'<meta name="tdm-reservation" content="{reserved}">' in html


def test_a_paper_that_is_not_to_be_found_says_so_on_its_pages(pictures: Pictures) -> None:
    hidden = files(pictures, search=False)["harbour/story-1/index.html"]
    shown = files(pictures)["harbour/story-1/index.html"]
    assert '<meta name="robots" content="noindex">' in hidden
    assert '<meta name="robots" content="max-image-preview:large">' in shown


def test_llms_txt_is_there_when_it_is_wanted(pictures: Pictures) -> None:
    assert "llms.txt" not in files(pictures)
    text = files(pictures, guide=True)["llms.txt"]
    assert text.startswith("# The Test Lantern\n\n> News of an invented town\n")
    assert "- [Harbour](http://127.0.0.1:8000/harbour/)\n" in text


def test_no_text_breaks_out_of_its_line_in_llms_txt(pictures: Pictures, tmp_path: Path) -> None:
    paper = make_full_paper(tmp_path, f"{TORN}\n# [x](http://elsewhere)")
    masthead = replace(paper.masthead, machines=MachineRules(guide=True))
    guided = MemoryPaper(masthead, paper.stories)
    (text,) = [t.made.data.decode() for t in site(guided, {}, pictures) if t.path == "llms.txt"]
    assert [line for line in text.splitlines() if line.startswith("# ")] == ["# The Test Lantern"]


# ── What other sites show of a story ──────────────────────────────────────────────────────────────


def test_a_story_names_the_card_that_other_sites_may_show(
    pictures: Pictures, tmp_path: Path
) -> None:
    targets = list(site(make_full_paper(tmp_path, TORN), {}, pictures))
    made = next(target.made for target in targets if target.kind == "story")
    links = Reader(made.data.decode()).all("link")
    (link,) = [facts for facts in links if facts.get("type") == "application/json+oembed"]
    (card,) = [target.made for target in targets if f"/{target.path}" == link["href"]]
    facts = json.loads(card.data)
    assert (facts["version"], facts["type"]) == ("1.0", "rich")
    assert {"html", "width", "height"} <= set(facts)  # which a rich card needs
    assert facts["thumbnail_url"].startswith("http://127.0.0.1:8000/media/")
    assert facts["author_name"].startswith("Marta")
    html = Reader(facts["html"])  # it stands inside other people's pages: nothing of it runs
    assert {tag for tag, _ in html.tags} == {"blockquote", "p", "a", "footer"}
    assert next(html.all("a"))["href"] == STORY


def test_a_story_can_be_read_by_its_microformats(pictures: Pictures, tmp_path: Path) -> None:
    made = first_story(make_full_paper(tmp_path, "x"), pictures)
    marked = {
        name: (tag, facts)
        for tag, facts in Reader(made.data.decode()).tags
        for name in facts.get("class", "").split()
    }
    assert marked["h-entry"][0] == "article"
    assert marked["p-name"][0] == "h1"
    assert marked["u-url"][1]["value"] == STORY
    assert marked["dt-published"][1]["datetime"].endswith("+00:00")
    assert marked["p-author"][1]["class"].split()[-1] == "h-card"
    assert {"e-content", "p-summary", "p-category", "dt-updated"} <= set(marked)
