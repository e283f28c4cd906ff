"""What search knows of stories, and that it is the same however it came about."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courant.stories import words
from courant.stories.models import PublicStory, PublicWords
from courant.stories.paper.tables import TablesPaper
from courant.stories.published import Gallery, PublishedStory, Quote, Run
from courant.stories.searched import (
    LARGEST,
    VOLUME,
    Stack,
    Weights,
    changed,
    coded,
    joined,
    part_of,
    postings_of,
    shard_of,
    stacks_of,
    weights_of,
)
from courant.stories.tests.make import (
    make_byline,
    make_paper,
    make_person,
    make_published_photo,
    make_published_story,
)

WEIGHTS = st.dictionaries(
    st.sampled_from(["ferri", "bel", "12", "5a", "@s:3", "порт"]), st.integers(1, LARGEST)
)


@given(st.dictionaries(st.integers(0, 40), WEIGHTS), st.lists(st.integers(0, 40), max_size=6))
def test_a_shard_does_not_tell_in_which_order_stories_came(
    stories: dict[int, Weights], came_twice: list[int]
) -> None:
    shard, _ = changed("", {number: {"ferri": 1, "old": 2} for number in came_twice})
    for number, weights in stories.items():
        shard, _ = changed(shard, {number: weights})
    shard, _ = changed(shard, {number: {} for number in came_twice if number not in stories})
    assert shard == changed("", stories)[0]


@given(st.dictionaries(st.integers(0, 255), st.integers(1, LARGEST)))
def test_a_line_says_which_stories_have_a_word_and_how_much(
    weights: dict[int, int],
) -> None:
    assert postings_of(coded(weights)) == weights


def test_a_line_of_a_part_leads_from_volume_to_volume() -> None:
    stack = Stack(2, 16, 32, 4)
    rows = [(16, "ferri A\n"), (17, "ferri 3B\n"), (20, "bel C\nferri D\n")]
    assert joined(stack, part_of("ferri", 4), rows) == "bel 3/C\nferri A/3B2/D\n"
    assert joined(stack, f"v{shard_of('ferri')}", rows) == "bel 1\nferri 3\n"


@pytest.mark.parametrize("parts", [4, 64, 128, 1024])
def test_a_part_is_made_of_those_shards_that_have_its_words(parts: int) -> None:
    stack = Stack(3, 0, 256, parts)
    for term in ("ferri", "ferry", "a", "7", "порт", "інтерв", "@k:news", "@d:2026-11-20"):
        assert shard_of(term) in stack.shards(part_of(term, parts)), term


@given(st.sets(st.integers(0, 700), min_size=1))
def test_each_volume_lies_in_one_of_at_most_four_stacks(volumes: set[int]) -> None:
    stacks = stacks_of(volumes)
    assert len(stacks) <= 4
    for volume in volumes:
        assert sum(stack.first <= volume < stack.end for stack in stacks) == 1
    newest = next(stack for stack in stacks if stack.number == 0)
    assert (newest.first, newest.end) == (max(volumes), max(volumes) + 1)


def test_a_new_volume_leaves_the_older_stacks_as_they_were() -> None:
    before, after = stacks_of(range(390)), stacks_of(range(391))
    assert [(s.first, s.end, s.parts) for s in before] == [
        (0, 256, 1024),
        (256, 368, 512),
        (368, 389, 128),
        (389, 390, 4),
    ]
    assert after[:2] == before[:2]


def test_a_word_counts_more_in_a_headline_than_in_the_text() -> None:
    loud = weights_of(make_published_story("A boat came.", headline="The lighthouse"))
    quiet = weights_of(make_published_story("A lighthouse stood there.", headline="The boat"))
    assert loud["lighthous"] > quiet["lighthous"]


def test_who_spoke_and_who_wrote_can_be_found() -> None:
    person = make_person(id=8, name="Marta Quill")
    quote = Quote("q1", (Run("It rose."),), "Greta Ness", "shopkeeper")
    found = weights_of(make_published_story(quote, bylines=(make_byline(person=person),)))
    assert {"greta", "shopkeeper", "marta", "quil", "@p:8", "@s:1", "@k:news", "@l:en"} <= set(
        found
    )


def test_what_a_gallery_says_of_its_pictures_can_be_found(tmp_path: Path) -> None:
    photos = [make_published_photo(tmp_path, caption=f"The {it}.") for it in ("dredger", "gull")]
    assert {"dredger", "gul"} <= set(weights_of(make_published_story(Gallery("g1", tuple(photos)))))


@pytest.mark.django_db
def test_a_correction_of_one_word_touches_the_parts_of_two_words() -> None:
    text = "The dredger will work in the basin until Friday, when the tide turns."
    _note([make_published_story(text, id=1)])
    tags = words.update([make_published_story(text.replace("Friday", "Saturday"), id=1)], [])
    assert tags == {"words", *(f"words:0:{part_of(term, 4)}" for term in ("friday", "saturday"))}


@pytest.mark.django_db
def test_a_new_volume_takes_the_place_of_the_newest_which_joins_the_recent_ones() -> None:
    stories = [make_published_story(id=n) for n in (1, 2, VOLUME + 1)]
    _note(stories[:2])
    before, weights = _parts(), words.weights_in(0)
    assert {name.partition(":")[0] for name in before} == {"0"}
    tags = _note(stories[2:])
    assert {"stack:0", "stack:1", "words:0:0", "words:1:0", "words:1:s"} <= tags
    parts = _parts()
    assert _lines(parts, "1") == _lines(before, "0")
    tags = _forget(stories[2:])
    assert {"stack:0", "stack:1", "words:1:0"} <= tags
    assert (_parts(), words.weights_in(0)) == (before, weights)
    _forget(stories)
    assert not PublicWords.objects.exists()


def _parts() -> dict[str, str]:
    paper = TablesPaper(make_paper().masthead)
    return {
        f"{s.number}:{name}": paper.words(s, name) for s in paper.stacks() for name in s.names()
    }


def _lines(parts: dict[str, str], stack: str) -> list[str]:
    return sorted(
        line for name, text in parts.items() if name[0] == stack for line in text.splitlines()
    )


def _note(stories: list[PublishedStory]) -> set[str]:
    PublicStory.objects.bulk_create(
        PublicStory(story_id=s.id, path=s.path, published=s.published, changed=s.published)
        for s in stories
    )
    return words.update(stories, [])


def _forget(stories: list[PublishedStory]) -> set[str]:
    ids = [story.id for story in stories]
    PublicStory.objects.filter(pk__in=ids).delete()
    return words.update([], ids)
