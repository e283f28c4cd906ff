"""What stands where on the front page: what editors chose, and what comes by itself."""

from datetime import timedelta

import pytest

from courant.front import contents
from courant.front.pictures import Pictures
from courant.front.render import front_page
from courant.front.tests.make import Reader, press_of
from courant.stories.paper import MemoryPaper
from courant.stories.published import FrontChoices, PublishedStory
from courant.stories.tests.make import NOON, make_paper, make_published_story


def paper_of(chosen: FrontChoices | None = None, *, count: int = 30) -> MemoryPaper:
    """Stories 1, 2, …: the smaller the number, the newer."""
    stories = [numbered(n) for n in range(1, count + 1)]
    return make_paper(*stories, chosen=chosen)


def numbered(number: int, **facts: object) -> PublishedStory:
    time = NOON - timedelta(hours=number)
    named = {"path": f"/town/story-{number}/", "headline": f"Story {number}", "published": time}
    return make_published_story(id=number, **(named | facts))


def ids(stories: contents.Cards) -> list[int]:
    return [story.id for story in stories]


def html_of(paper: MemoryPaper, pictures: Pictures) -> str:
    return front_page(press_of(paper, {}, pictures)).data.decode()


def test_without_a_choice_the_newest_lead() -> None:
    plan = contents.front(paper_of())
    assert plan.lead is not None
    assert [plan.lead.id, *ids(plan.secondary), *ids(plan.below)] == [1, 2, 3, 4, 5]
    assert plan.bar is None
    assert plan.important == ()


def test_the_first_choice_is_the_largest_and_the_newest_fill_what_is_left() -> None:
    plan = contents.front(paper_of(FrontChoices(top=(20, 9))))
    assert plan.lead is not None
    assert [plan.lead.id, *ids(plan.secondary), *ids(plan.below)] == [20, 9, 1, 2, 3]


def test_what_is_most_important_stands_in_no_other_place() -> None:
    plan = contents.front(paper_of(FrontChoices(top=(3,), important=(7, 1, 3))))
    assert ids(plan.important) == [7, 1]
    shown = [story.id for story in plan.stories]
    assert len(shown) == len(set(shown))


def test_chosen_opinions_come_before_newer_ones() -> None:
    views = [numbered(n, kind="opinion") for n in (31, 32, 33)]
    stories = [numbered(n) for n in range(1, 12)]
    paper = make_paper(*stories, *views, chosen=FrontChoices(opinion=(33,)))
    assert ids(contents.front(paper).opinion) == [33, 31, 32]


def test_a_chosen_story_that_was_taken_back_leaves_its_place_to_others() -> None:
    gone = FrontChoices(top=(99, 4), important=(99,), opinion=(99,))
    plan = contents.front(paper_of(gone))
    assert plan.lead is not None
    assert plan.lead.id == 4
    assert plan.important == ()


@pytest.mark.parametrize(
    ("text", "shown"), [("", "Story 6"), ("Water over the quay", "Water over the quay")]
)
def test_the_bar_says_what_is_new_and_leads_there(
    pictures: Pictures, text: str, shown: str
) -> None:
    chosen = FrontChoices(bar="breaking", bar_text=text, bar_story=6)
    html = html_of(paper_of(chosen), pictures)
    assert f"Breaking {shown}" in Reader(html).text()
    assert f'<a href="/town/story-6/">{shown}</a>' in html


def test_the_bar_goes_with_its_story(pictures: Pictures) -> None:
    chosen = FrontChoices(bar="breaking", bar_text="Water over the quay", bar_story=99)
    html = html_of(paper_of(chosen), pictures)
    assert "Water over the quay" not in html
