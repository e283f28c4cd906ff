"""What search knows of stories, and that it is the same however it came about."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courant.stories import words
from courant.stories.models import PublicStory, PublicWords
from courant.stories.published import Gallery, PublishedStory, Quote, Run
from courant.stories.searched import LARGEST, Weights, changed, cut, shard_of, weights_of
from courant.stories.tests.make import (
    make_byline,
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
    shard = changed("", {number: {"ferri": 1, "old": 2} for number in came_twice})
    for number, weights in stories.items():
        shard = changed(shard, {number: weights})
    shard = changed(shard, {number: {} for number in came_twice if number not in stories})
    assert shard == changed("", stories)


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


def test_a_correction_of_one_word_leaves_other_shards_alone() -> None:
    text = (
        "The dredger will work in the basin until Friday, when the tide turns and the quay opens."
    )
    before = cut(weights_of(make_published_story(text, id=1)), 64)
    after = cut(weights_of(make_published_story(text.replace("Friday", "Saturday"), id=1)), 64)
    other = {shard for shard in before | after if before.get(shard) != after.get(shard)}
    assert other == {shard_of("fr", 64), shard_of("sa", 64)}


@pytest.mark.django_db
def test_a_volume_is_cut_anew_when_it_grows_and_when_it_shrinks() -> None:
    stories = [make_published_story(id=n) for n in range(1, 65)]
    _note(stories[:63])
    before = words.weights_in(0)
    assert PublicWords.objects.count() == 4 + 1
    _note(stories[63:])
    assert PublicWords.objects.count() == 16 + 1
    _forget(stories[63:])
    assert PublicWords.objects.count() == 4 + 1
    assert words.weights_in(0) == before
    _forget(stories)
    assert not PublicWords.objects.exists()


def _note(stories: list[PublishedStory]) -> None:
    PublicStory.objects.bulk_create(
        PublicStory(story_id=s.id, path=s.path, published=s.published, changed=s.published)
        for s in stories
    )
    words.update(stories, [])


def _forget(stories: list[PublishedStory]) -> None:
    ids = [story.id for story in stories]
    PublicStory.objects.filter(pk__in=ids).delete()
    words.update([], ids)
