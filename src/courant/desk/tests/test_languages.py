"""A story names its original at the desk, and the front page its fronts in other languages."""

import pytest
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from courant.desk.tests.test_desk import desk, post
from courant.stories.models import FrontPage, LanguageFront
from courant.stories.tests.make import make_desk_story

pytestmark = pytest.mark.django_db
__all__ = ["desk"]  # the fixture


def test_a_story_that_names_a_version_as_its_original_is_not_published_and_says_why(desk):
    first = make_desk_story(title="The river")
    second = make_desk_story(title="Річка", language="uk", original=first)
    story = make_desk_story(publish=False)
    page = post(desk, story, **{"original": second.pk, "action-publish": "1"})
    assert "is itself a version. Choose its original, “The river”." in page
    story.refresh_from_db()
    assert not story.live


def test_a_story_that_names_its_original_is_published(desk):
    first, story = make_desk_story(language="uk"), make_desk_story(publish=False)
    assert post(desk, story, **{"original": first.pk, "action-publish": "1"}) == ""
    story.refresh_from_db()
    assert (story.live, story.original_id) == (True, first.pk)


def test_two_fronts_in_one_language_are_refused(desk):
    front = FrontPage.objects.get()
    row = {"language": "uk", "tagline": "", "notice": ""}
    data = {"title": front.title, "slug": front.slug, "action-publish": "1"}
    data |= {name: inline_formset([]) for name in ("picks", "menu", "comments")}
    link = reverse("wagtailadmin_pages:edit", args=[front.pk])
    answer = desk.post(link, nested_form_data(data | {"fronts": inline_formset([row, row])}))
    assert "Please correct the duplicate" in answer.content.decode()
    desk.post(link, nested_form_data(data | {"fronts": inline_formset([row])}))
    assert [each.language for each in front.fronts.all()] == ["uk"]


def test_each_front_has_a_preview(desk):
    front = FrontPage.objects.get()
    front.fronts = [LanguageFront(language="uk", tagline="Новини")]
    front.save()
    assert front.preview_modes == [("", "Default"), ("uk", "Українська")]
    assert "Новини" in front.make_preview_request(preview_mode="uk").content.decode()
    assert "Новини" not in front.make_preview_request().content.decode()
