"""What editors find at the desk."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courant.stories.models import Story
from courant.stories.tests.make import make_desk_story

pytestmark = pytest.mark.django_db


def test_a_word_of_the_text_finds_the_story() -> None:
    story = make_desk_story("The dredger came back to the basin.")
    make_desk_story("Nothing of the kind.")
    assert [found.pk for found in Story.objects.search("dredger")] == [story.pk]


def test_a_story_that_says_a_word_more_often_comes_first() -> None:
    once = make_desk_story("A lobster was seen among a great many other animals of the sea.")
    often = make_desk_story("Lobster, lobster and lobster.")
    assert [found.pk for found in Story.objects.search("lobster")] == [often.pk, once.pk]


def test_drafts_are_found_too_and_the_first_letters_are_enough() -> None:
    draft = make_desk_story(title="Hippolyta returns", publish=False)
    assert [found.pk for found in Story.objects.autocomplete("hippo")] == [draft.pk]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite's backend is ours")
def test_the_index_is_asked_once_however_many_stories_fit() -> None:
    for _ in range(3):
        make_desk_story("A ferry.")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert len(list(Story.objects.search("ferry"))) == 3
    matches = [query["sql"] for query in asked if "MATCH" in query["sql"]]
    assert len(matches) == 1 and matches[0].count("MATCH") == 1


def test_hits_can_be_counted_and_cut() -> None:
    for _ in range(3):
        make_desk_story("A ferry.")
    found = Story.objects.search("ferry")
    assert found.count() == 3
    assert len(found[1:]) == 2
