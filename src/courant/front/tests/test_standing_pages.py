"""Pages that are no stories, and what editors set for all pages: menu, logo, colours."""

from pathlib import Path

import pytest

from courant.front.pictures import Pictures
from courant.front.render import front_page, standing_page
from courant.front.sheet import GROUNDS, NewsletterBox
from courant.front.tests.make import Reader, press_of
from courant.stories import published as out
from courant.stories.tests.make import (
    make_paper,
    make_published_photo,
    make_published_story,
    make_section,
    paragraph,
)

BOX = NewsletterBox("daily", "First Tide", "The day's news.")


def make_page(purpose: str = "") -> out.PublishedPage:
    body = (paragraph("Write to the editor alone.", "p1"),)
    return out.PublishedPage(7, "Tell us", "/tips/", purpose, "In secret.", body)


def html_of(standing: out.PublishedPage, pictures: Pictures) -> str:
    press = press_of(make_paper(standing=[standing]), {}, pictures, BOX)
    return standing_page(press, standing).data.decode()


def front_html(pictures: Pictures, **facts: object) -> str:
    paper = make_paper(make_published_story(), **facts)
    return front_page(press_of(paper, {}, pictures)).data.decode()


def test_a_page_has_its_text_and_stands_at_the_foot_of_every_other(pictures: Pictures) -> None:
    text = Reader(html_of(make_page(), pictures)).text()
    assert "In secret." in text
    assert "Write to the editor alone." in text
    assert '<a href="/tips/">Tell us</a>' in front_html(pictures, standing=[make_page()])


def test_the_page_for_secrets_has_no_script_and_no_form(pictures: Pictures) -> None:
    assert list(Reader(html_of(make_page(), pictures)).all("form"))
    found = Reader(html_of(make_page("tips"), pictures))
    assert not list(found.all("form"))
    assert not list(found.all("script"))
    assert "data-unkept" in html_of(make_page("tips"), pictures)[:200]  # as sw.js looks for it
    assert "data-unkept" not in html_of(make_page(), pictures)


def test_the_menu_has_all_outer_sections_until_editors_choose(pictures: Pictures) -> None:
    inner = make_section(id=2, title="Ferries", path="/harbour/ferries/", above=(1,))
    sections = (make_section(id=1), inner)
    assert menu_of(front_html(pictures, sections=sections)) == [("/harbour/", "Harbour")]
    links = (
        out.PublishedLink("The boats", "/harbour/ferries/", "en", "teal", 2),
        out.PublishedLink("Our shop", "https://shop.example/"),
    )
    html = front_html(pictures, sections=sections, links=links)
    assert menu_of(html) == [
        ("/harbour/ferries/", "The boats"),
        ("https://shop.example/", "Our shop"),
    ]


def menu_of(html: str) -> list[tuple[str, str]]:
    nav = html.partition('<nav class="sections"')[2].partition("</nav>")[0]
    reader = Reader(f"<nav {nav}</nav>")
    names = [text for tag, text in reader.texts if tag == "a"]
    return [(facts["href"], name) for facts, name in zip(reader.all("a"), names, strict=True)]


def test_a_logo_stands_for_the_name_and_says_it(pictures: Pictures, tmp_path: Path) -> None:
    html = front_html(pictures, logo=make_published_photo(tmp_path, alt="A drawn lantern"))
    nameplate = html.partition('class="nameplate"')[2].partition("</h1>")[0]
    assert 'alt="The Test Lantern"' in nameplate


@pytest.mark.parametrize("ground", ["white", "cool"])
def test_the_browsers_frame_has_the_colour_of_the_page(pictures: Pictures, ground: str) -> None:
    html = front_html(pictures, ground=ground, brand="teal")
    assert f'<body class="ground-{ground} brand-teal front">' in html
    for colour in GROUNDS[ground]:
        assert f'content="{colour}"' in html
