"""Where the outputs meet."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate, now
from wagtail.contrib.redirects.models import Redirect

from courant.figures.models import FiguresSettings, ReadingDay
from courant.figures.tests.make import make_day
from courant.newsletter.models import Delivery, Edition, Newsletter, Subscriber, Subscription
from courant.newsletter.notes import decide, offered
from courant.pipeline import path
from courant.pipeline.absorb import FRAME
from courant.pipeline.editions import edition_of
from courant.pipeline.models import Change
from courant.pipeline.path import withhold_what_was_taken_back
from courant.stories.models import Photo, Section
from courant.stories.paper.tables import public_paper
from courant.stories.publication import published_story, read_paper
from courant.stories.tests.make import (
    make_desk_photo,
    make_desk_section,
    make_desk_story,
    make_public,
)

pytestmark = pytest.mark.django_db


def make_reader() -> None:
    reader = Subscriber.objects.create(
        email="a@example.org", email_key="a@example.org", created=now()
    )
    newsletter = Newsletter.objects.get()
    Subscription.objects.create(subscriber=reader, newsletter=newsletter, status="active")


def test_letters_of_a_story_that_was_taken_back_are_not_sent():
    make_reader()
    story = make_desk_story()
    make_public(story)
    edition = edition_of(story.pk)
    withhold_what_was_taken_back()
    assert Delivery.objects.get().state == Delivery.State.WAITING
    story.unpublish()
    withhold_what_was_taken_back()
    delivery = Delivery.objects.get(edition=edition)
    assert delivery.state == Delivery.State.SKIPPED
    assert delivery.error == "The story was taken back before this was sent."


def test_a_letter_that_tells_a_correction_of_a_story_taken_back_goes_without_it():
    make_reader()
    gone, story = make_desk_story(), make_desk_story()
    for each in (gone, story):
        make_public(each)
    sent = edition_of(gone.pk)
    sent.deliveries.update(state=Delivery.State.SUBMITTED)
    correct(gone, "It was five boats.")
    edition = edition_of(story.pk)
    assert "It was five boats." in str(Delivery.objects.get(edition=edition).variant.letter)
    gone.unpublish()
    withhold_what_was_taken_back()
    delivery = Delivery.objects.get(edition=edition)
    assert delivery.state == Delivery.State.WAITING
    assert "It was five boats." not in str(delivery.variant.letter)


def correct(story, text):
    """Put right in print, and to be told."""
    story.corrections.create(time=now(), kind="correction", text=text)
    story.save_revision().publish()
    make_public(story)
    [note] = offered(public_paper(), now())
    decide(*note.key, wanted=True, by=None)


def test_a_newsletter_with_another_slug_sends_no_story_twice():
    make_reader()
    story = make_desk_story()
    make_public(story)
    first = edition_of(story.pk)
    Newsletter.objects.update(slug="evening")
    assert edition_of(story.pk) == first
    assert Edition.objects.count() == 1


def test_a_section_that_was_taken_back_hides_its_stories_from_related_boxes_and_redirects():
    hidden = make_desk_section("Secret desk")
    story = make_desk_story(section=hidden, title="Zirkelwyn")
    Redirect.objects.create(old_path="/old", redirect_page=story)
    hidden.unpublish()
    body = [("paragraph", "<p>Text.</p>"), ("related", {"story": story})]
    other = make_desk_story(body=body)
    assert [type(block).__name__ for block in published_story(other).body] == ["Paragraph"]
    assert read_paper().all_moved() == ()


@pytest.mark.parametrize("slug", ["desk", "people", "newsletter", "figures"])
def test_a_section_may_not_take_an_address_of_the_paper(slug):
    with pytest.raises(ValidationError, match="is used by the paper itself"):
        make_desk_section("Any", slug=slug)
    assert not Section.objects.filter(slug=slug).exists()


def test_a_photo_of_a_published_story_keeps_its_credit():
    photo = make_desk_photo(title="Quay")
    make_desk_story(title="The quay", lead_photo=photo)
    photo = Photo.objects.get(pk=photo.pk)
    photo.credit = ""
    with pytest.raises(ValidationError, match="“The quay” is published with this picture"):
        photo.full_clean()


def test_whether_readings_are_counted_is_part_of_every_pages_frame():
    assert path.frame_of_today().counted
    FiguresSettings.objects.create(reading=False)
    assert not path.frame_of_today().counted
    assert Change.objects.filter(subject=FRAME).exists()


def test_old_figures_are_deleted_once_a_day_when_mail_is_worked_off(monkeypatch):
    monkeypatch.setattr(path, "_forgotten", None)
    FiguresSettings.objects.create(days=1)
    make_day(1, localdate() - timedelta(days=1))
    make_day(2, localdate() - timedelta(days=2))
    path.deliver()
    assert [row.story_id for row in ReadingDay.objects.all()] == [1]
    with CaptureQueriesContext(connection) as queries:
        path.forget_old_figures()
    assert len(queries) == 0
