"""Sitemaps: what stands in which, by the rules of those who read them."""

from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from courant.front import sitemaps
from courant.front.pictures import Pictures
from courant.front.tests.make import TORN, make_full_paper, site
from courant.front.tests.sitemap_rules import alternate_faults, alternates_in, sitemap_faults
from courant.lib.reads import recording
from courant.stories.paper import MemoryPaper
from courant.stories.published import PublishedFront
from courant.stories.tests.make import NOON, make_paper, make_published_story

BASE = "http://127.0.0.1:8000"
HEAD = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:x="http://www.w3.org/1999/xhtml"'


def sitemaps_of(paper: MemoryPaper, pictures: Pictures) -> dict[str, bytes]:
    made = (target.made for target in site(paper, {}, pictures))
    return {each.path: each.data for each in made if "sitemap" in each.path}


def places(data: bytes) -> list[str]:
    root = ET.fromstring(data)  # noqa: S314 - our own
    return [(entry[0].text or "").removeprefix(BASE) for entry in root]


def bilingual_paper() -> MemoryPaper:
    """Two stories in both languages, one in English alone, and a front for each language."""
    stories = [make_published_story(id=n, path=f"/town/{n}/") for n in (1, 2, 3)]
    versions = [
        make_published_story(id=n + 10, path=f"/місто/{n}/", language="uk", original=n)
        for n in (1, 2)
    ]
    return make_paper(*stories, *versions, fronts=(PublishedFront("uk", "/uk/", "Новини"),))


def test_every_sitemap_keeps_to_the_protocol(
    pictures: Pictures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemaps, "now", lambda: NOON)
    for paper in (bilingual_paper(), make_full_paper(tmp_path, TORN), make_paper()):
        for path, data in sitemaps_of(paper, pictures).items():
            assert sitemap_faults(data, f"{BASE}/{path}") == [], path


URL = "<url><loc>http://127.0.0.1:8000/a/</loc>%s</url>"
WRONG = {
    "no address": "<url><loc>/a/</loc></url>",
    "another host": "<url><loc>http://example.org/a/</loc></url>",
    "not escaped": "<url><loc>http://127.0.0.1:8000/порт/</loc></url>",
    "no loc": "<url><lastmod>2026-11-20</lastmod></url>",
    "no entry": "",
    "twice": URL * 2 % ("", ""),
    "two dates": URL % ("<lastmod>2026-11-20</lastmod>" * 2),
    "no date": URL % "<lastmod>20.11.2026</lastmod>",
    "no hour": URL % "<lastmod>2026-11-20T25:00:00Z</lastmod>",
    "order": "<url><lastmod>2026-11-20</lastmod><loc>http://127.0.0.1:8000/a/</loc></url>",
    "unknown": URL % "<lang>en</lang>",
    "no frequency": URL % "<changefreq>often</changefreq>",
    "no self": URL
    % '<x:link rel="alternate" hreflang="x-default" href="http://127.0.0.1:8000/b/"/>',
    "no default": URL % '<x:link rel="alternate" hreflang="en" href="http://127.0.0.1:8000/a/"/>',
}


@pytest.mark.parametrize("wrong", WRONG)
def test_the_rules_see_what_is_wrong(wrong: str) -> None:
    text = f"<urlset {HEAD}>{WRONG[wrong]}</urlset>"
    assert sitemap_faults(text.encode(), f"{BASE}/sitemap-1.xml")
    right = f"<urlset {HEAD}>{URL % '<lastmod>2026-11-20T07:00:00+02:00</lastmod>'}</urlset>"
    assert not sitemap_faults(right.encode(), f"{BASE}/sitemap-1.xml")


def test_the_index_names_pages_and_the_stories_of_each_language_from_the_oldest(
    pictures: Pictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemaps, "A_FILE", 2)
    files = sitemaps_of(bilingual_paper(), pictures)
    names = ("pages", "en-1", "en-2", "uk-1")
    assert places(files["sitemap.xml"]) == [f"/sitemap-{name}.xml" for name in names]
    assert {f"sitemap-{name}.xml" for name in names} < set(files)
    assert places(files["sitemap-en-1.xml"]) == ["/town/3/", "/town/2/"]
    assert places(files["sitemap-en-2.xml"]) == ["/town/1/"]


def test_versions_and_fronts_name_each_other_in_sitemaps(pictures: Pictures) -> None:
    files = sitemaps_of(bilingual_paper(), pictures)
    found: dict[str, set[tuple[str, str]]] = {}
    for path, data in files.items():
        found |= {} if path == "sitemap.xml" else alternates_in(data)
    named = {page: links for page, links in found.items() if links}
    assert alternate_faults(named) == []
    uk = f"{BASE}/%D0%BC%D1%96%D1%81%D1%82%D0%BE/1/"
    story = {("en", f"{BASE}/town/1/"), ("uk", uk), ("x-default", f"{BASE}/town/1/")}
    assert named[f"{BASE}/town/1/"] == named[uk] == story
    fronts = {("en", f"{BASE}/"), ("uk", f"{BASE}/uk/"), ("x-default", f"{BASE}/")}
    assert named[f"{BASE}/uk/"] == fronts
    assert f"{BASE}/town/3/" not in named


def test_one_sided_alternates_are_seen() -> None:
    assert alternate_faults({"a": {("en", "a"), ("uk", "b")}, "b": {("uk", "b")}})


def test_the_sitemap_tells_when_a_story_last_changed(pictures: Pictures, tmp_path: Path) -> None:
    tree = ET.fromstring(  # noqa: S314 - our own
        sitemaps_of(make_full_paper(tmp_path), pictures)["sitemap-en-1.xml"]
    )
    found = {url[0].text: url[1].text for url in tree}
    assert found[f"{BASE}/harbour/story-1/"] == "2026-11-20T12:00:00+00:00"


def test_the_news_sitemap_holds_two_days_and_says_when_it_is_old(
    pictures: Pictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = make_published_story(id=1, published=NOON - timedelta(days=3), headline="Old")
    new = make_published_story(id=2, published=NOON, headline="New")
    paper = make_paper(new, old)
    monkeypatch.setattr(sitemaps, "now", lambda: NOON)
    with recording() as reads:
        data = sitemaps_of(paper, pictures)["news-sitemap.xml"]
    assert "New" in data.decode()
    assert "Old" not in data.decode()
    assert reads.until == NOON + timedelta(days=2)
    monkeypatch.setattr(sitemaps, "now", lambda: NOON + timedelta(days=5))
    assert places(sitemaps_of(paper, pictures)["news-sitemap.xml"]) == []
