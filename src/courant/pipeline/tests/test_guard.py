"""Nothing is read past the notes, in any file of the paper; and the guard sees it when it is."""

import pytest

from courant.bake.kinds import kinds
from courant.bake.make import Wanted, make, press_for
from courant.front.render import about_page
from courant.pipeline import path
from courant.pipeline.tests.archived import go_out_with
from courant.pipeline.tests.guard import UnnotedRead, checked_recording, no_unnoted_reads
from courant.stories import publication
from courant.stories.models import Person, Section, Story, Topic
from courant.stories.models.parts import Byline, Correction, StoryTopic
from courant.stories.publication import published_story
from courant.stories.tests.make import make_desk_photo, make_desk_story

pytestmark = pytest.mark.django_db


@pytest.fixture
def full_house(own_folders) -> None:
    """A story with everything that a story can read, in a section inside another one."""
    outer = Section.objects.first()
    inner = outer.add_child(instance=Section(title="Inner", slug="inner"))
    other = make_desk_story(section=inner)
    portrait, lead, inside = make_desk_photo(), make_desk_photo(), make_desk_photo()
    person = Person.objects.create(name="Ada Quill", portrait=portrait)
    story = make_desk_story(section=inner, lead_photo=lead, publish=False)
    draft = story.get_latest_revision_as_object()
    draft.bylines = [Byline(person=person), Byline(name="An Agency")]
    draft.story_topics = [StoryTopic(tag=Topic.objects.create(name="Ferries"))]
    draft.corrections = [Correction(text="It was five.")]
    draft.original, draft.language = other, "uk"
    draft.body = [
        ("paragraph", f'<p>See <a linktype="page" id="{other.pk}">this</a>.</p>'),
        ("photo", {"photo": inside, "caption": ""}),
        ("related", {"story": other}),
    ]
    draft.save_revision().publish()
    other.refresh_from_db()
    other.slug = "other-address"
    other.save_revision().publish()
    path.publish()
    go_out_with(story.pk)
    go_out_with(story.pk, other.pk)
    path.publish()


def make_everything() -> int:
    frame = path.frame_of_today()
    press = press_for(frame)
    press.paper.shelf.stories.clear()
    results = [
        make(press, Wanted(kind.name, key))
        for kind in kinds().values()
        for key in kind.keys(press.paper)
    ]
    assert [result.error for result in results if result.error] == []
    return len(results)


def test_every_file_of_a_full_house_is_made_of_what_was_noted(full_house, monkeypatch):
    with no_unnoted_reads(monkeypatch):
        assert make_everything() > 20


def freeze_everything() -> None:
    for story in Story.objects.filter(live=True):
        with checked_recording():
            published_story(story)


def test_every_row_that_a_frozen_story_is_made_of_is_noted(full_house, monkeypatch):
    with no_unnoted_reads(monkeypatch):
        freeze_everything()


@pytest.mark.parametrize(
    "read",
    [
        lambda: list(Person.objects.values("name")),
        lambda: Story.objects.filter(live=True).count(),
        lambda: Topic.objects.filter(name="Ferries").exists(),
        lambda: list(Story.objects.filter(live=True)),
    ],
    ids=["values", "count", "exists", "list"],
)
def test_a_query_past_the_paper_is_caught(full_house, monkeypatch, read):
    def sloppy(press):
        read()
        return about_page(press)

    monkeypatch.setattr(kinds()["about"], "_make", sloppy)
    with (
        no_unnoted_reads(monkeypatch),
        pytest.raises(AssertionError, match="past the paper"),
    ):
        make_everything()


def test_a_row_that_is_read_without_a_note_is_caught(full_house, monkeypatch):
    monkeypatch.setattr(publication, "note", lambda tag: None)
    with (
        no_unnoted_reads(monkeypatch),
        pytest.raises(UnnotedRead, match="Read and not noted: page:"),
    ):
        freeze_everything()
