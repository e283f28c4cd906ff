"""The whole public tree of a small paper."""

import json
import re
from pathlib import Path
from urllib.parse import urldefrag, urlsplit
from xml.etree import ElementTree as ET

import pytest

from courant.front.made import FrontError, file_of
from courant.front.pictures import Pictures
from courant.front.sheet import NewsletterBox
from courant.front.tests.make import TORN, Reader, make_full_paper, make_spoken, site
from courant.stories.paper import MemoryPaper
from courant.stories.published import Moved
from courant.stories.tests.make import NOON, make_paper, make_published_story

BOX = NewsletterBox("daily", "First Tide", "The day's news.")
ELSEWHERE = ("/newsletter/", "/newsletters/")  # the newsletter's forms and its own pages


def bake(paper: MemoryPaper, pictures: Pictures, folder: Path) -> dict[str, bytes]:
    """Every file with its bytes; what a page needs is listed before it."""
    spoken = {story.id: make_spoken(story, folder) for story in paper.stories[:3]}
    files: dict[str, bytes] = {}
    for target in site(paper, spoken, pictures, box=BOX):
        assert target.path not in files, f"{target.path} is listed twice"
        files |= target.made.files
    return files


def pages(files: dict[str, bytes]) -> dict[str, str]:
    return {path: data.decode() for path, data in files.items() if path.endswith(".html")}


def test_every_page_is_well_formed_html(pictures: Pictures, tmp_path: Path) -> None:
    for html in pages(bake(make_full_paper(tmp_path), pictures, tmp_path)).values():
        reader = Reader(html)
        ids = [facts["id"] for _, facts in reader.tags if "id" in facts]
        assert len(ids) == len(set(ids))
        assert len(list(reader.all("h1"))) == 1
        assert len(list(reader.all("main"))) == 1


def test_no_page_needs_inline_script_or_style(pictures: Pictures, tmp_path: Path) -> None:
    for html in pages(bake(make_full_paper(tmp_path), pictures, tmp_path)).values():
        for tag, facts in Reader(html).tags:
            assert "style" not in facts
            assert not [name for name in facts if name.startswith("on")]
            assert tag != "style"
            if tag == "script":
                assert facts.get("src") or facts["type"] == "application/ld+json"


def test_every_picture_has_alt_text_and_its_true_size(pictures: Pictures, tmp_path: Path) -> None:
    for html in pages(bake(make_full_paper(tmp_path), pictures, tmp_path)).values():
        for facts in Reader(html).all("img"):
            assert "alt" in facts
            assert int(facts["width"]) > 0
            assert int(facts["height"]) > 0


def test_no_page_links_to_a_file_that_is_not_there(pictures: Pictures, tmp_path: Path) -> None:
    paper = make_full_paper(tmp_path, stories=60)
    files = bake(paper, pictures, tmp_path)
    for path, html in pages(files).items():
        for address in addresses(html):
            assert file_of(address) in files, f"{path} links to {address}"


def addresses(html: str) -> set[str]:
    """The paths of this paper that a page names."""
    found: set[str] = set()
    for _, facts in Reader(html).tags:
        named = [facts.get(name, "") for name in ("href", "src", "data-cues", "content")]
        named += [part.split()[0] for part in facts.get("srcset", "").split(",") if part.strip()]
        found |= {n.removeprefix("http://127.0.0.1:8000") for n in named}
    paths = {urldefrag(n).url for n in found if n.startswith("/")}
    return {urlsplit(n).path for n in paths if not n.startswith(ELSEWHERE)}


def test_links_inside_a_page_have_their_place(pictures: Pictures, tmp_path: Path) -> None:
    for html in pages(bake(make_full_paper(tmp_path), pictures, tmp_path)).values():
        reader = Reader(html)
        ids = {facts["id"] for _, facts in reader.tags if "id" in facts}
        for facts in reader.all("a"):
            if facts["href"].startswith("#"):
                assert facts["href"][1:] in ids


def test_the_same_paper_gives_the_same_bytes(pictures: Pictures, tmp_path: Path) -> None:
    paper = make_full_paper(tmp_path)
    assert bake(paper, pictures, tmp_path) == bake(paper, pictures, tmp_path)


def test_hostile_words_stay_words_in_every_field(pictures: Pictures, tmp_path: Path) -> None:
    files = bake(make_full_paper(tmp_path, text=TORN), pictures, tmp_path)
    for path, html in pages(files).items():
        reader = Reader(html)
        assert "<script>alert" not in html, path
        assert not [f for f in reader.all("script") if not f], path
        for data in json_of(html):
            assert data["@context"] == "https://schema.org"
    for path, data in files.items():
        if path.endswith(".xml"):
            ET.fromstring(data)  # noqa: S314 - our own


def json_of(html: str) -> list[dict[str, object]]:
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    return [json.loads(text) for text in found]


def test_a_story_comes_before_the_lists_that_name_it(pictures: Pictures, tmp_path: Path) -> None:
    kinds = [target.kind for target in site(make_full_paper(tmp_path), {}, pictures)]
    order = ["asset", "story", "person", "people", "front", "feed", "sitemap"]
    firsts = [kinds.index(kind) for kind in order]
    assert firsts == sorted(firsts)


def test_the_data_of_search_comes_after_all_that_readers_open(
    pictures: Pictures, tmp_path: Path
) -> None:
    kinds = [target.kind for target in site(make_full_paper(tmp_path), {}, pictures)]
    before = {"story", "front", "section", "feed", "section-feed-xml", "sitemap", "news-sitemap"}
    assert kinds.index("search-words") > max(
        number for number, kind in enumerate(kinds) if kind in before
    )


def test_an_empty_paper_has_all_its_pages(pictures: Pictures, tmp_path: Path) -> None:
    files = bake(make_paper(), pictures, tmp_path)
    assert {"index.html", "harbour/index.html", "404.html", "feed.xml", "robots.txt"} <= set(files)
    assert "Nothing has been published yet." in files["index.html"].decode()


def test_pages_of_an_archive_hold_the_same_stories_when_one_more_appears(
    pictures: Pictures, tmp_path: Path
) -> None:
    stories = [make_published_story(id=n) for n in range(1, 46)]
    before = bake(make_paper(*stories), pictures, tmp_path)
    new = make_published_story(id=99, published=NOON)
    after = bake(make_paper(new, *stories), pictures, tmp_path)
    first = "harbour/page/1/index.html"
    assert headlines(before[first]) == headlines(after[first]) == list(range(26, 46))
    assert "harbour/page/3/index.html" not in after


def headlines(data: bytes) -> list[int]:
    return [int(n) for n in re.findall(r"Headline number (\d+)</a></h2>", data.decode())]


def test_every_story_of_a_section_is_reached_by_its_pages(
    pictures: Pictures, tmp_path: Path
) -> None:
    for count in (20, 21, 40, 41, 59):
        stories = [make_published_story(id=n) for n in range(1, count + 1)]
        files = bake(make_paper(*stories), pictures, tmp_path)
        seen: set[int] = set()
        path = "harbour/index.html"
        while path:
            seen |= set(headlines(files[path]))
            link = re.search(r'class="pager-earlier" href="([^"]+)"', files[path].decode())
            path = file_of(link[1]) if link else ""
        assert seen == set(range(1, count + 1))


def test_a_path_cannot_leave_the_public_root() -> None:
    with pytest.raises(FrontError, match="begins with a dot"):
        file_of("/../secrets/key")


def test_an_old_address_gives_way_to_what_stands_there_today(pictures) -> None:
    story = make_published_story("Text.")
    olds = ("/about/", "/feed.xml/", "/harbour/index.html/", "/.well-known/x/", "/was/here/")
    moved = tuple(Moved(n, old, story.path) for n, old in enumerate(olds, 1))
    targets = list(site(make_paper(story, moved=moved), {}, pictures))
    redirects = [target.path for target in targets if target.kind == "redirect"]
    assert redirects == ["was/here/index.html"]
    assert len({target.path for target in targets}) == len(targets)
