"""The archive by month and the page of corrections."""

from datetime import datetime, timedelta

from courant.front.pictures import Pictures
from courant.front.record import archive_page, corrections_page, month_page
from courant.front.render import gone_page, missing_page
from courant.front.tests.make import Reader, press_of
from courant.stories.paper import MemoryPaper
from courant.stories.published import PublishedCorrection, PublishedStory
from courant.stories.tests.make import NOON, make_paper, make_published_story


def published(number: int, moment: datetime, **facts: object) -> PublishedStory:
    named = {"path": f"/town/story-{number}/", "headline": f"Story {number}"}
    month = f"{moment:%Y-%m}"
    return make_published_story(id=number, published=moment, month=month, **(named | facts))


def text_of(made: object) -> str:
    return Reader(made.data.decode()).text()  # type: ignore[attr-defined]


def three_months() -> MemoryPaper:
    days = (0, 1, 40, 400)
    return make_paper(*(published(n, NOON - timedelta(days=d)) for n, d in enumerate(days, 1)))


def test_the_archive_names_years_and_months_with_their_stories(pictures: Pictures) -> None:
    made = archive_page(press_of(three_months(), {}, pictures))
    assert "2026 November 2 stories October 1 story 2025 October 1 story" in text_of(made)
    assert '<a href="/archive/2025/10/">October</a>' in made.data.decode()


def test_a_month_has_its_stories_and_no_others(pictures: Pictures) -> None:
    press = press_of(three_months(), {}, pictures)
    made = month_page(press, "2026-11", 0)
    assert made is not None
    assert made.path == "archive/2026/11/index.html"
    assert "Story 1" in text_of(made)
    assert "Story 2" in text_of(made)
    assert "Story 3" not in text_of(made)
    assert month_page(press, "2026-12", 0) is None


def test_all_corrections_stand_on_one_page_the_last_one_first(pictures: Pictures) -> None:
    early, late = NOON + timedelta(hours=1), NOON + timedelta(hours=9)
    paper = make_paper(
        published(1, NOON, corrections=(PublishedCorrection(early, "correction", "It was two."),)),
        published(2, NOON, corrections=(PublishedCorrection(late, "update", "It is three."),)),
        published(3, NOON),
    )
    made = corrections_page(press_of(paper, {}, pictures), "all", 0)
    text = text_of(made)
    assert text.index("It is three.") < text.index("It was two.")
    assert "Story 3" not in text
    assert 'href="/town/story-1/#corrections"' in made.data.decode()


def test_a_paper_without_mistakes_has_the_page_all_the_same(pictures: Pictures) -> None:
    made = corrections_page(press_of(make_paper(), {}, pictures), "all", 0)
    assert "Nothing has had to be corrected yet." in text_of(made)


def test_older_corrections_are_pages_that_one_can_reach(pictures: Pictures) -> None:
    stories = [
        published(
            n, NOON - timedelta(hours=n), corrections=(PublishedCorrection(NOON, "", f"C{n}."),)
        )
        for n in range(1, 46)
    ]
    press = press_of(make_paper(*stories), {}, pictures)
    assert 'href="/corrections/page/2/"' in corrections_page(press, "all", 0).data.decode()
    assert "C45." in text_of(corrections_page(press, "all", 1))


def test_where_nothing_is_there_is_a_way_on(pictures: Pictures) -> None:
    press = press_of(three_months(), {}, pictures)
    for made in (missing_page(press), gone_page(press, "/harbour/taken-back/")):
        assert '<a href="/archive/">' in made.data.decode()
    assert "Harbour" in text_of(gone_page(press, "/harbour/taken-back/"))
