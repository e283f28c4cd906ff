"""Which answers about a list change when a story enters or leaves it."""

from datetime import timedelta

import pytest

from courant.bake import plan
from courant.stories.index import Delta, ListChange, Place
from courant.stories.tests.make import NOON

NAME = "section:9"


def place(position: int, size: int) -> Place:
    return Place(
        (NOON + timedelta(minutes=position), position), "en", size - 1 - position, position
    )


def entered(position: int, size_before: int = 100) -> ListChange:
    size = size_before + 1
    return ListChange(NAME, size_before, size, entered=[place(position, size)])


def tags(change: ListChange, *questions: str) -> set[str]:
    known = {f"list:{NAME}:{question}" for question in questions}
    return {tag.removeprefix(f"list:{NAME}:") for tag in plan.list_tags(change, known)}


def test_the_newest_story_changes_the_newest_part_and_the_last_page_alone():
    pages = [f"page:20:{number}" for number in range(1, 7)]
    assert tags(entered(100), "size", "newest:20", *pages) == {"size", "newest:20", "page:20:6"}


def test_an_old_date_shifts_every_page_after_it_and_leaves_the_newest():
    pages = [f"page:20:{number}" for number in range(1, 7)]
    assert tags(entered(45), "newest:20", *pages) == {f"page:20:{n}" for n in (3, 4, 5, 6)}


def test_a_story_that_only_changed_its_place_touches_the_pages_between():
    change = ListChange(NAME, 100, 100, left=[place(25, 100)], entered=[place(65, 100)])
    pages = [f"page:20:{number}" for number in range(1, 6)]
    assert tags(change, "size", *pages) == {f"page:20:{n}" for n in (2, 3, 4)}


@pytest.mark.parametrize(("count", "other"), [(100, False), (101, True), (102, False)])
def test_whether_a_list_reaches_a_count_changes_only_there(count, other):
    assert bool(tags(entered(100), f"reaches:{count}")) is other


def test_another_address_of_a_story_touches_its_row_and_no_page():
    change = ListChange(NAME, 100, 100, retold=[place(25, 100)])
    assert tags(change, "rows:20:1", "rows:20:2", "page:20:2", "newest:100") == {"rows:20:2"}


def test_a_first_story_changes_the_list_of_people_and_a_second_one_does_not():
    first = ListChange("person:8", 0, 1, entered=[place(0, 1)])
    second = ListChange("person:8", 1, 2, entered=[place(1, 2)])
    assert set(plan.size_tags(first)) == {"people", "persons-in:en"}
    assert set(plan.size_tags(second)) == {"persons-in:en"}


def test_what_a_list_has_in_a_language_changes_with_stories_of_that_language_alone():
    assert tags(entered(50), "language:en", "language:uk") == {"language:en"}


def test_every_new_story_changes_the_counts_of_topics():
    assert set(plan.size_tags(ListChange("topic:4", 1, 2))) == {"topics"}


def test_neighbours_of_a_change_are_told():
    delta = Delta(tags={"card:1"}, lists={NAME: entered(100)})
    found = plan.tags_of(delta, {NAME: [f"list:{NAME}:newest:20"]}, {NAME: [7, 8]})
    assert found == {
        "card:1",
        f"list:{NAME}:newest:20",
        f"around:{NAME}:7",
        f"around:{NAME}:8",
    }


def test_a_question_that_nobody_can_answer_is_named():
    with pytest.raises(ValueError, match="how to ask a list for 'colour'"):
        tags(entered(0), "colour:red")
