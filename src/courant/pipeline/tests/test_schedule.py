"""The clock publishes and takes down, each story on its own."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from courant.pipeline.models import Failure
from courant.pipeline.schedule import publish_due
from courant.stories.models import Photo, Story
from courant.stories.tests.make import make_desk_photo, make_desk_story

pytestmark = pytest.mark.django_db


def scheduled(minutes: int, **facts) -> Story:
    """A story that asked to go live `minutes` from now."""
    story = make_desk_story(publish=False, **facts)
    draft = story.get_latest_revision_as_object()
    draft.go_live_at = now() + timedelta(hours=1)
    revision = draft.save_revision()
    revision.publish()
    # The hour passes.
    revision.refresh_from_db()
    revision.approved_go_live_at = now() + timedelta(minutes=minutes)
    revision.content["go_live_at"] = revision.approved_go_live_at.isoformat()
    revision.save()
    return story


def is_live(story: Story) -> bool:
    return Story.objects.get(pk=story.pk).live


def test_a_story_goes_live_when_its_time_has_come_and_not_before():
    due, later = scheduled(-1), scheduled(1)
    assert publish_due() == 1
    assert is_live(due)
    assert not is_live(later)


def test_one_story_that_may_not_go_out_stops_no_other_and_is_recorded_with_its_reason():
    bad = scheduled(-5, lead_photo=make_desk_photo(title="Quay"))
    Photo.objects.update(credit="")  # lost after the story was scheduled
    good = scheduled(-1)
    assert publish_due() == 1
    assert is_live(good)
    assert not is_live(bad)
    (failure,) = Failure.objects.all()
    assert bad.title in failure.subject
    assert failure.reason == "The lead photo (“Quay”) has no credit."


def test_it_goes_out_once_it_is_mended_and_the_failure_is_forgotten():
    photo = make_desk_photo()
    story = scheduled(-5, lead_photo=photo)
    Photo.objects.update(credit="")
    publish_due()
    photo.credit = "Ilse Brandt"
    photo.save()
    assert publish_due() == 0  # not at every look: after half a minute
    assert Failure.objects.count() == 1
    assert publish_due(retry=True) == 1
    assert is_live(story)
    assert not Failure.objects.exists()


def test_a_story_is_taken_down_when_it_expires():
    story = make_desk_story()
    Story.objects.filter(pk=story.pk).update(expire_at=now() - timedelta(minutes=1))
    assert publish_due() == 1
    assert not is_live(story)
    assert Story.objects.get(pk=story.pk).expired


def test_a_story_that_expired_while_the_worker_was_down_is_public_at_no_moment():
    story = scheduled(-5)
    revision = Story.objects.get(pk=story.pk).get_latest_revision()
    revision.content["expire_at"] = (now() - timedelta(minutes=1)).isoformat()
    revision.save()
    assert publish_due() == 2  # out, and at once away again, before anything is baked
    assert not is_live(story)
