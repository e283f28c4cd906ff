"""The paper in words alone."""

from pathlib import Path

import brotli

from courant.front.pictures import Pictures
from courant.front.tests.make import Reader, make_full_paper, site
from tests.search_paper import demo_paper

LARGEST = 5 * 1024


def lite_pages(paper, pictures: Pictures) -> dict[str, str]:
    found = site(paper, {}, pictures)
    return {
        f"/{b.path.removesuffix('index.html')}": b.made.data.decode()
        for b in found
        if b.path.startswith("lite/")
    }


def test_every_story_has_its_words_and_every_link_leads_on(
    tmp_path: Path, pictures: Pictures
) -> None:
    paper = make_full_paper(tmp_path)
    found = lite_pages(paper, pictures)
    assert {f"/lite{story.path}" for story in paper.stories} < set(found)
    for html in found.values():
        links = [facts["href"] for facts in Reader(html).all("a")]
        assert {link for link in links if link.startswith("/lite/")} <= set(found)


def test_nothing_is_loaded_beside_the_words(tmp_path: Path, pictures: Pictures) -> None:
    for html in lite_pages(make_full_paper(tmp_path), pictures).values():
        tags = {tag for tag, _ in Reader(html).tags}
        assert not tags & {"img", "picture", "script", "style", "audio", "iframe"}
        assert [facts["rel"] for facts in Reader(html).all("link")] == ["license", "canonical"]


def test_a_photo_is_told_with_its_credit(tmp_path: Path, pictures: Pictures) -> None:
    paper = make_full_paper(tmp_path, text="A gull on a bin")
    html = lite_pages(paper, pictures)["/lite" + paper.by_id[1].path]
    assert "Photo: A gull on a bin · A gull on a bin" in Reader(html).text()


def test_every_page_of_the_demo_comes_in_five_kilobytes(pictures: Pictures) -> None:
    sizes = {
        path: len(brotli.compress(html.encode(), quality=5))
        for path, html in lite_pages(demo_paper(), pictures).items()
    }
    assert len(sizes) > 31
    assert {path: size for path, size in sizes.items() if size > LARGEST} == {}
