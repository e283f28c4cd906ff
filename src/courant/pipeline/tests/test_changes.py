"""What readers could see leaves a row when it changes; what they cannot see leaves none."""

import pytest
from django.db import transaction

from courant.pipeline.models import Change
from courant.stories.models import FrontPick, Person, Photo, Section, Story
from courant.stories.tests.make import make_desk_photo, make_desk_section, make_desk_story

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Story:
    story = make_desk_story()
    Change.objects.all().delete()
    return Story.objects.get(pk=story.pk)


def test_publishing_leaves_a_row(story):
    make_desk_story()
    assert Change.objects.exists()


def test_writing_a_draft_of_a_live_story_leaves_none(story):
    story.title = "Another headline"
    story.save_revision()
    assert not Change.objects.exists()


def test_a_new_draft_leaves_none(story):
    make_desk_story(publish=False)
    assert not Change.objects.exists()


def test_unpublishing_leaves_a_row(story):
    story.unpublish()
    assert Change.objects.exists()


def test_deleting_leaves_a_row(story):
    story.delete()
    assert Change.objects.exists()


def test_moving_to_another_section_leaves_a_row(story):
    section = make_desk_section("Town")
    Change.objects.all().delete()
    story.move(section, pos="last-child")
    assert Change.objects.exists()


def test_another_slug_of_a_section_leaves_a_row(story, django_capture_on_commit_callbacks):
    section = Section.objects.get(pk=story.get_parent().pk)
    section.slug = "port"
    with django_capture_on_commit_callbacks(execute=True):
        section.save_revision().publish()
    assert Change.objects.exists()


def test_saving_the_row_of_a_live_story_without_a_revision_leaves_a_row(story):
    story.standfirst = "Another one"
    story.save()
    assert Change.objects.exists()


@pytest.mark.parametrize("make", [lambda: Person.objects.create(name="Ada"), make_desk_photo])
def test_people_and_photos_leave_a_row_when_made_changed_and_deleted(story, make):
    thing = make()
    for act in (lambda: None, thing.save, thing.delete):
        act()
        assert Change.objects.exists()
        Change.objects.all().delete()


def test_a_change_that_is_rolled_back_leaves_none(story):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        story.unpublish()
        assert Change.objects.exists()
        raise ZeroDivisionError
    assert not Change.objects.exists()


def test_the_stories_on_top_of_the_front_page_leave_a_row(story):
    front = story.get_parent().get_parent().specific
    front.picks = [FrontPick(story=story)]
    front.save_revision().publish()
    assert Change.objects.exists()
    assert Photo.objects.count() == 0
