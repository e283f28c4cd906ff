"""What search knows of stories, and that it is the same however it came about."""

from hypothesis import given
from hypothesis import strategies as st

from courant.stories.published import Quote, Run
from courant.stories.searched import LARGEST, Weights, changed, cut, shard_of, weights_of
from courant.stories.tests.make import make_byline, make_person, make_published_story

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


def test_a_correction_of_one_word_leaves_other_shards_alone() -> None:
    text = (
        "The dredger will work in the basin until Friday, when the tide turns and the quay opens."
    )
    before = cut(weights_of(make_published_story(text, id=1)))
    after = cut(weights_of(make_published_story(text.replace("Friday", "Saturday"), id=1)))
    other = {shard for shard in before | after if before.get(shard) != after.get(shard)}
    assert other == {shard_of("friday"[:2]), shard_of("saturday"[:2])}
