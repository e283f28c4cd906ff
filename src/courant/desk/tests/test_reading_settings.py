"""How editors choose what is read of every story."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from courant.narration.chosen import choices_of
from courant.narration.models import ReadingSettings

pytestmark = pytest.mark.django_db
LINES = {"language": "en", "opening": "Hello.", "closing": "", "quote_begins": "", "quote_ends": ""}


def page() -> str:
    row = ReadingSettings.load()
    return reverse("wagtailsettings:edit", args=["narration", "readingsettings", row.pk])


def form(*lines: dict[str, str]) -> dict[str, str]:
    return nested_form_data({"headline": "on", "byline": "on", "lines": inline_formset(lines)})


def test_an_editor_chooses_what_is_read_and_the_words_around_it(client: Client):
    editor = User.objects.create_user("ed", "ed@example.org", "x")
    rights = ["access_admin", "change_readingsettings"]
    editor.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client.force_login(editor)
    assert b"Say that a machine speaks" in client.get(page()).content
    assert client.post(page(), form(LINES)).status_code == 302
    assert choices_of("en").opening == "Hello."
    assert choices_of("en").unread


def test_two_sets_of_lines_for_one_language_are_refused_with_the_reason(admin_client: Client):
    answer = admin_client.post(page(), form(LINES, LINES))
    assert answer.status_code == 200
    assert "language" in answer.content.decode()
    assert choices_of("en").opening == ""
