"""The welcome series at the desk: written with its newsletter, looked at, tried, counted."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.urls import reverse

from courant.newsletter import welcomes
from courant.newsletter.models import Newsletter, WelcomeLetter
from courant.newsletter.tests.make import (
    NOON,
    Clock,
    make_new_reader,
    make_newsletter,
    make_welcome,
)
from courant.newsletter.transports.memory import MemoryTransport
from courant.stories.tests.make import make_paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    client.force_login(
        get_user_model().objects.create_superuser("ed", "ed@lantern.example", "secret")
    )
    return client


@pytest.fixture
def tide():
    return make_newsletter(slug="tide", name="First Tide")


def url_of_form(newsletter):
    return reverse(Newsletter.snippet_viewset.get_url_name("edit"), args=[newsletter.pk])


def form_of(newsletter, *letters, known=0):
    """What the browser sends; a letter is (id or "", days, subject, text)."""
    form = {
        "slug": newsletter.slug,
        "name": newsletter.name,
        "language": "en",
        "digest_hour": 7,
        "digest_weekday": 4,
        "welcomes-TOTAL_FORMS": len(letters),
        "welcomes-INITIAL_FORMS": known,
        "welcomes-MIN_NUM_FORMS": 0,
        "welcomes-MAX_NUM_FORMS": 12,
    }
    for number, letter in enumerate(letters):
        for name, value in zip(("id", "after_days", "subject", "text"), letter, strict=True):
            form[f"welcomes-{number}-{name}"] = value
    return form


def test_editors_write_the_series_with_its_newsletter(desk, tide):
    letters = ("", 7, "A week later", "Hello again."), ("", 0, "Welcome", "Hello.")
    answer = desk.post(url_of_form(tide), form_of(tide, *letters))
    assert answer.status_code == 302
    assert list(tide.welcomes.values_list("after_days", "subject")) == [
        (0, "Welcome"),
        (7, "A week later"),
    ]
    page = desk.get(url_of_form(tide)).content.decode()
    assert "Welcome series" in page and "whose day for it is still to come" in page
    for letter in tide.welcomes.all():
        assert reverse("desk-welcome", args=[letter.pk]) in page


def test_changing_a_letter_leaves_it_the_same_letter(desk, tide):
    letter = make_welcome(tide, 3)
    desk.post(url_of_form(tide), form_of(tide, (letter.pk, 4, "New", "Words."), known=1))
    changed = WelcomeLetter.objects.get()
    assert (changed.pk, changed.after_days, changed.created) == (letter.pk, 4, letter.created)


@pytest.mark.parametrize(
    ("letters", "words"),
    [
        ([("", 366, "Late", "Hello.")], "less than or equal to 365"),
        ([("", 0, "", "Hello.")], "This field is required"),
        ([("", n, "More", "Hello.") for n in range(13)], "at most 12"),
    ],
)
def test_what_cannot_be_a_series_is_refused_in_words(desk, tide, letters, words):
    answer = desk.post(url_of_form(tide), form_of(tide, *letters))
    assert words in answer.content.decode()
    assert not WelcomeLetter.objects.exists()


def test_a_letter_is_looked_at_and_its_readers_are_counted(desk, tide):
    letter = make_welcome(tide, 2, subject="What we stand for", text="See https://pell.example/.")
    page = desk.get(reverse("desk-welcome", args=[letter.pk])).content.decode()
    assert "2 days after the confirmation" in page and "Nobody has had it yet" in page
    for _ in range(3):
        make_new_reader(tide, NOON)
    clock = Clock()
    clock.move(days=2)
    welcomes.line_up(clock)
    welcomes.process_welcomes(make_paper, transport=MemoryTransport(), clock=clock)
    page = desk.get(reverse("desk-welcome", args=[letter.pk])).content.decode()
    assert "3 submitted" in page
    shown = desk.get(reverse("desk-welcome-letter", args=[letter.pk, "letter"]))
    assert 'href="https://pell.example/"' in shown.content.decode()
    assert "sandbox" in shown["Content-Security-Policy"]


def test_an_editor_sends_a_letter_to_themselves_first(desk, tide, monkeypatch):
    transport = MemoryTransport()
    monkeypatch.setattr("courant.newsletter.trial.get_transport", lambda: transport)
    letter = make_welcome(tide, subject="Hello")
    answer = desk.post(reverse("desk-welcome", args=[letter.pk]), follow=True)
    assert "A test went to ed@lantern.example." in answer.content.decode()
    [mail] = transport.sent
    assert mail.recipient == "ed@lantern.example" and b"Subject: Test: Hello" in mail.data


def test_who_may_not_change_newsletters_sees_no_letter_and_sends_no_test(client, tide):
    letter = make_welcome(tide)
    user = get_user_model().objects.create_user("guest", "guest@lantern.example", "secret")

    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(user)
    for view in ("desk-welcome", "desk-welcome-letter"):
        args = [letter.pk] if view == "desk-welcome" else [letter.pk, "letter"]
        assert client.get(reverse(view, args=args)).status_code in (302, 403)
    assert client.post(reverse("desk-welcome", args=[letter.pk])).status_code in (302, 403)
