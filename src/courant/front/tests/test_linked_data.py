"""What machines read on pages: schema.org data, cards for those who share them."""

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from courant.front.made import Made
from courant.front.pictures import Pictures
from courant.front.share import SIZE, Card, draw_card
from courant.front.tests.make import TORN, Reader, make_full_paper, make_spoken, site
from courant.front.tests.vocabulary import faults
from courant.stories.paper import MemoryPaper
from courant.stories.tests.make import make_paper, make_published_story, make_section


def pages_of(paper: MemoryPaper, pictures: Pictures, folder: Path) -> dict[str, Made]:
    spoken = {story.id: make_spoken(story, folder) for story in paper.stories[:3]}
    made = (target.made for target in site(paper, spoken, pictures))
    return {each.path: each for each in made if each.path.endswith(".html")}


def data_of(page: Made) -> list[dict[str, Any]]:
    """The data of a page, the most important first."""
    reader = Reader(page.data.decode())
    scripts = iter(text for tag, text in reader.texts if tag == "script" and text.strip())
    return [json.loads(text) for text in scripts]


def meta_of(page: Made) -> dict[str, str]:
    tags = Reader(page.data.decode()).all("meta")
    return {
        facts.get("property") or facts.get("name", ""): facts.get("content", "") for facts in tags
    }


@pytest.mark.parametrize("text", ["It rose.", TORN])
def test_all_data_on_all_pages_is_what_the_vocabulary_allows(
    pictures: Pictures, tmp_path: Path, text: str
) -> None:
    pages = pages_of(make_full_paper(tmp_path, text), pictures, tmp_path)
    found = {path: data_of(page) for path, page in pages.items()}
    assert {"NewsArticle", "AudioObject"} <= set(json.dumps(found).split('"'))
    for path, pieces in found.items():
        for piece in pieces:
            assert piece["@context"] == "https://schema.org"
            assert list(faults(piece, path)) == []


def test_the_vocabulary_check_finds_what_is_wrong() -> None:
    wrong = {
        "@type": "NewsArticle",
        "headlin": "x",
        "author": "Marta",
        "datePublished": "yesterday",
        "jobTitle": "x",
        "image": {"@type": "Person"},
    }
    assert len(list(faults(wrong))) == 5
    assert list(faults({"@type": "NewsItem"})) == [": ['NewsItem'] are no classes"]


def test_a_story_has_its_picture_in_three_shapes_each_with_its_credit(
    pictures: Pictures, tmp_path: Path
) -> None:
    pages = pages_of(make_full_paper(tmp_path, "Six"), pictures, tmp_path)
    images = data_of(pages["harbour/story-1/index.html"])[0]["image"]
    assert len({image["url"] for image in images}) == 3
    assert [image["creditText"] for image in images] == ["Six"] * 3


def test_the_newsroom_says_who_it_is_and_by_what_it_works(
    pictures: Pictures, tmp_path: Path
) -> None:
    pages = pages_of(make_full_paper(tmp_path), pictures, tmp_path)
    publisher = data_of(pages["harbour/story-1/index.html"])[0]["publisher"]
    assert publisher["@type"] == "NewsMediaOrganization"
    assert publisher["publishingPrinciples"] == "http://127.0.0.1:8000/about/"
    assert publisher["masthead"] == "http://127.0.0.1:8000/people/"
    assert publisher["logo"].endswith(".svg")


def test_the_way_to_a_story_leads_through_all_its_sections(
    pictures: Pictures, tmp_path: Path
) -> None:
    wide = make_section(id=7, title="City", path="/city/", slug="city")
    inner = make_section(id=8, title="Quays", path="/city/quays/", slug="quays", above=(7,))
    story = make_published_story(section=inner, path="/city/quays/ferry/", headline="Ferry")
    pages = pages_of(make_paper(story, sections=(wide, inner)), pictures, tmp_path)
    for path, last in (("city/quays/ferry/index.html", "Ferry"), ("city/quays/index.html", None)):
        crumbs = data_of(pages[path])[-1]["itemListElement"]
        names = [item["name"] for item in crumbs]
        assert names == ["The Test Lantern", "City", "Quays", *([last] if last else [])]


def test_a_page_without_a_photo_is_shared_with_its_title_drawn(
    pictures: Pictures, tmp_path: Path
) -> None:
    pages = pages_of(make_full_paper(tmp_path), pictures, tmp_path)
    for path in ("harbour/story-2/index.html", "harbour/index.html", "topics/ferries/index.html"):
        page = pages[path]
        url = meta_of(page)["og:image"]
        (file,) = [a for a in page.assets if url.endswith(a.path) and isinstance(a.data, Path)]
        assert isinstance(file.data, Path)
        with Image.open(file.data) as image:
            assert image.size == SIZE
        assert meta_of(page)["og:image:width"] == "1200"


def test_a_page_with_a_photo_is_shared_with_it(pictures: Pictures, tmp_path: Path) -> None:
    page = pages_of(make_full_paper(tmp_path), pictures, tmp_path)["harbour/story-1/index.html"]
    assert meta_of(page)["og:image"].endswith(".jpg")
    assert meta_of(page)["og:image:alt"] == "It rose. It fell."


def test_another_headline_is_another_picture(pictures: Pictures, tmp_path: Path) -> None:
    def shared(headline: str) -> str:
        story = make_published_story(id=7, headline=headline)
        pages = pages_of(make_paper(story), pictures, tmp_path)
        return meta_of(pages["harbour/story-7/index.html"])["og:image"]

    assert shared("One") == shared("One")
    assert shared("One") != shared("Two")


def ink(data: bytes) -> tuple[int, int, int, int]:
    """What of a card is written on, below its coloured bar and above the foot."""
    with Image.open(io.BytesIO(data)) as image:
        words = image.convert("L").crop((0, 20, SIZE[0], 500)).point(lambda v: 255 * (v < 128))
    box = words.getbbox()
    assert box
    return box


@pytest.mark.parametrize(
    "title", ["Ferry", "Річка піднялася", "Łódź, Ștefan – 東京", "word " * 60, "W" * 300, TORN]
)
def test_any_title_is_drawn_within_the_edges(title: str) -> None:
    left, _, right, bottom = ink(draw_card(Card(title, "The Lantern", "Harbour", "teal")))
    assert left >= 60
    assert right <= SIZE[0] - 60
    assert bottom + 20 < 490


def test_a_card_without_letters_is_drawn_all_the_same() -> None:
    card = replace(Card("", ""), accent="no such colour")
    with Image.open(io.BytesIO(draw_card(card))) as image:
        assert image.size == SIZE
