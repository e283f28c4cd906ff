"""Every paper answers the same: the one in memory and the one from tables."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from courant.lib.reads import recording
from courant.stories.lists import ALL
from courant.stories.models import Byline, FrontPick, Person, Story, Topic
from courant.stories.models.parts import StoryTopic
from courant.stories.paper import Paper
from courant.stories.paper.tables import Changing, TablesPaper, public_paper
from courant.stories.publication import published_story, read_masthead, read_paper
from courant.stories.tests.make import (
    NOON,
    make_desk_section,
    make_desk_story,
    make_public,
)

pytestmark = pytest.mark.django_db

MINUTES = 7


@pytest.fixture(params=["memory", "tables"])
def paper(request) -> Callable[[], Paper]:
    """A paper of what is published, made when it is asked for."""

    def make() -> Paper:
        make_public()
        return read_paper() if request.param == "memory" else public_paper()

    return make


def make_stories(count: int, **facts) -> list[Story]:
    return [
        make_desk_story(title=f"Story {n}", published_at=NOON + timedelta(minutes=n), **facts)
        for n in range(count)
    ]


def titles(cards) -> list[str]:
    return [card.headline.removeprefix("Story ") for card in cards]


def test_a_list_is_read_newest_first_in_parts(paper):
    make_stories(7)
    listing = paper().listing(ALL)
    assert listing.size == 7
    assert titles(listing.newest(3)) == ["6", "5", "4"]
    assert titles(listing.page(1, 3)) == ["2", "1", "0"]
    assert titles(listing.page(3, 3)) == ["6"]
    assert [row.path.rstrip("/").rsplit("-", 1)[0] for row in listing.rows(1, 2)] != []
    assert listing.reaches(7)
    assert not listing.reaches(8)


def test_only_what_is_recent_enough_is_read(paper):
    make_stories(4)
    assert titles(paper().listing(ALL).newest(9, since=NOON + timedelta(minutes=2))) == ["3", "2"]


def test_stories_of_one_minute_are_in_the_order_of_their_ids(paper):
    first = make_desk_story(title="Story a", published_at=NOON)
    second = make_desk_story(title="Story b", published_at=NOON)
    assert first.pk < second.pk
    assert titles(paper().listing(ALL).newest(2)) == ["b", "a"]


def test_neighbours_are_of_one_language_and_leave_the_story_out(paper):
    stories = make_stories(8)
    make_desk_story(title="Story uk", language="uk", published_at=NOON)
    found = paper()
    story = found.story(stories[3].pk)
    ids = found.listing(ALL).around(story)
    assert titles(found.cards(ids)) == ["7", "6", "5", "4", "2", "1", "0"]


def test_a_list_tells_what_it_has_in_a_language(paper):
    topic = Topic.objects.create(name="Ferries")
    for number, language in enumerate(("en", "uk", "en", "uk", "en")):
        story = make_desk_story(
            title=f"Story {number}",
            language=language,
            published_at=NOON + timedelta(minutes=number),
        )
        draft = story.get_latest_revision_as_object()
        draft.story_topics = [StoryTopic(tag=topic)]
        draft.save_revision().publish()
    found, name = paper(), f"topic:{topic.pk}"
    assert titles(found.listing(name).newest_in("uk", 9)) == ["3", "1"]
    assert titles(found.listing(name).newest_in("en", 2)) == ["4", "2"]
    assert found.list_sizes_in("topic", "uk") == {name: 2}
    assert found.list_sizes_in("topic", "de") == {}
    assert found.has_in(name, "uk")
    assert not found.has_in(name, "de")


def test_people_and_topics_are_known_as_soon_as_they_have_a_story(paper):
    known, secret = Person.objects.create(name="Ada Quill"), Person.objects.create(name="Bo Marsh")
    topic, other = Topic.objects.create(name="Ferries"), Topic.objects.create(name="Secret")
    story = make_desk_story(bylines=[Byline(person=known)])
    draft = story.get_latest_revision_as_object()
    draft.story_topics = [StoryTopic(tag=topic)]
    draft.save_revision().publish()
    make_desk_story(bylines=[Byline(person=secret)], publish=False)
    found = paper()
    assert [person.name for person in found.people()] == ["Ada Quill"]
    assert [(topic.name, size) for topic, size in found.topics()] == [("Ferries", 1)]
    assert found.person(known.pk).name == "Ada Quill"
    assert found.topic(topic.pk).name == "Ferries"
    assert found.person(secret.pk) is None
    assert found.topic(other.pk) is None
    assert found.stands_at("/people/ada-quill/")
    assert not found.stands_at("/people/bo-marsh/")
    assert found.stands_at(f"/harbour/{story.slug}/")
    assert found.stands_at("/about/")


def test_what_editors_chose_is_in_their_order_by_place(paper):
    first, second = make_stories(2)
    draft = make_desk_story(publish=False)
    front = first.get_parent().get_parent().specific
    front.picks = [FrontPick(story=story) for story in (second, draft)]
    front.picks.add(FrontPick(story=first, place="important"))
    front.bar, front.bar_story, front.bar_text = "breaking", second, "It rises"
    front.save_revision().publish()
    found = paper().chosen()
    assert found.top == (second.pk, draft.pk)
    assert found.important == (first.pk,)
    assert (found.bar, found.bar_story, found.bar_text) == ("breaking", second.pk, "It rises")
    assert titles(paper().cards(found.top)) == ["1"]


def test_a_story_of_a_section_inside_another_stands_in_both_lists(paper):
    outer = make_desk_section("Harbour")
    inner = outer.add_child(instance=type(outer)(title="Ferries", slug="ferries"))
    make_desk_story(section=inner)
    found = paper()
    assert found.listing(f"section:{outer.pk}").size == 1
    assert found.listing(f"section:{inner.pk}").size == 1
    assert found.section(inner.pk).above == (outer.pk,)


def make_family() -> tuple[Story, Story]:
    """A story and its Ukrainian version."""
    first = make_desk_story(title="Story en")
    return first, make_desk_story(title="Story uk", language="uk", original=first)


def test_versions_of_a_story_know_each_other(paper):
    first, second = make_family()
    make_desk_story(title="Story draft", language="uk", original=first, publish=False)
    found = paper()
    original, version = (found.story(pk) for pk in (first.pk, second.pk))
    assert (original.original, version.original) == (0, first.pk)
    assert titles(found.versions(original)) == ["uk"]
    assert titles(found.versions(version)) == ["en"]
    (row,) = found.listing("language:uk").rows(1, 10)
    assert [each.path for each in row.versions] == [original.path, version.path]


def test_without_its_original_a_version_stands_alone(paper):
    first, second = make_family()
    first.unpublish()
    found = paper()
    assert found.versions(found.story(second.pk)) == ()
    assert [row.versions for row in found.listing("language:uk").rows(1, 10)] == [()]


def test_stories_of_a_ring_or_a_chain_go_back_to_one(paper):
    first, second = make_family()
    third = make_desk_story(title="Story third", original=second)
    Story.objects.filter(pk=first.pk).update(original=third)
    found = paper()
    assert [found.story(s.pk).original for s in (first, second, third)] == [0, first.pk, first.pk]
    assert titles(found.versions(found.story(first.pk))) == ["uk"]


def test_the_whole_story_is_the_frozen_one(paper):
    story = make_desk_story()
    found = paper()
    assert found.story(story.pk) == published_story(Story.objects.get(pk=story.pk))
    assert found.story(story.pk + 1000) is None


def test_every_answer_is_noted(paper):
    story = make_desk_story()
    found = paper()
    with recording() as reads:
        found.listing(ALL).newest(20)
        found.listing(ALL).around(found.story(story.pk))
        found.listing(ALL).reaches(3)
        found.person(8)
        found.people()
        found.chosen()
    assert reads.tags == {
        f"list:{ALL}:newest:20",
        f"card:{story.pk}",
        f"story:{story.pk}",
        f"around:{ALL}:{story.pk}",
        f"list:{ALL}:reaches:3",
        "person:8",
        "people",
        "picks",
    }


def test_a_story_that_changed_and_was_not_noted_is_not_shown_half_new():
    story = make_desk_story()
    make_public()
    Story.objects.update(standfirst="Another one")
    with pytest.raises(Changing, match=f"Story {story.pk} has changed and was not noted yet"):
        public_paper().story(story.pk)


def test_a_story_that_is_coming_has_a_page_and_stands_in_no_list_yet():
    person = Person.objects.create(name="Ada Quill")
    row = make_desk_story(bylines=[Byline(person=person)])
    story = published_story(Story.objects.get(pk=row.pk))
    found = TablesPaper(read_masthead(), coming=[story])
    assert found.story(row.pk) == story
    assert found.person(person.pk).name == "Ada Quill"
    assert found.stands_at(story.path)
    assert found.listing(ALL).newest(5) == ()
    assert found.people() == ()
