"""Editors decide which corrections readers of letters are told."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from courant.desk.tests.test_drafts import make_draft, page_of, public_story
from courant.newsletter import send
from courant.newsletter.models import CorrectionNote, Newsletter
from courant.newsletter.tests.make import make_subscription
from courant.newsletter.transports.memory import MemoryTransport
from courant.pipeline.editions import edition_of
from courant.stories.models import Correction, Story
from courant.stories.tests.make import make_public

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
PAGE = "desk-corrections"


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("ed", "ed@example.org", "x"))
    return client


@pytest.fixture
def mailed() -> Story:
    """A story that went to one reader and was corrected since."""
    make_subscription(Newsletter.objects.get())
    story = public_story("The ferry returns")
    send.pump(edition_of(story.pk), MemoryTransport())
    draft = story.get_latest_revision_as_object()
    draft.corrections = [Correction(text="It was five boats.", time=now())]
    draft.save_revision().publish()
    make_public(story)
    return story


def decision(page: str, action: str) -> dict[str, str]:
    story, time = (
        page.split(f'name="{name}" value="')[1].split('"')[0] for name in ("story", "time")
    )
    return {"story": story, "time": time, "action": action}


def test_an_editor_has_it_told_in_the_next_edition_and_sees_it_before(desk, mailed):
    page = desk.get(reverse(PAGE)).content.decode()
    assert "The ferry returns" in page and "It was five boats." in page
    answer = desk.post(reverse(PAGE), decision(page, "tell"), follow=True).content.decode()
    assert "It is told in the next edition" in answer and "Goes with the next edition" in answer

    draft = make_draft(Newsletter.objects.get(), public_story("The pilots object"))
    preview = desk.get(page_of(draft)).content.decode()
    assert "It was five boats. (1 reader of this newsletter)" in preview
    for mode, shown in (("noted", True), ("letter", False)):
        letter = desk.get(reverse("desk-draft-letter", args=[draft.pk, mode])).content.decode()
        assert ("It was five boats." in letter) is shown
    desk.post(page_of(draft))
    edition = draft.newsletter.editions.get(key=draft.key)
    assert edition.variants.count() == 1
    made = desk.get(reverse("desk-edition", args=[edition.pk])).content.decode()
    assert "It was five boats." in made, "the letter that tells it is among those shown"


def test_what_is_not_to_be_told_is_not(desk, mailed):
    page = desk.get(reverse(PAGE)).content.decode()
    answer = desk.post(reverse(PAGE), decision(page, "leave"), follow=True).content.decode()
    assert "It is not told." in answer
    draft = make_draft(Newsletter.objects.get(), public_story("The pilots object"))
    assert "It was five boats." not in desk.get(page_of(draft)).content.decode()


def test_a_strange_request_decides_nothing(desk, client, mailed):
    for given in ({}, {"story": "x", "time": "y"}, {"story": "1", "time": "2026-11-20T12:00"}):
        assert desk.post(reverse(PAGE), given | {"action": "tell"}).status_code in (302, 400)
    person = User.objects.create_user("free", "free@example.org", "x")
    person.user_permissions.add(Permission.objects.get(codename="access_admin"))
    page = desk.get(reverse(PAGE)).content.decode()
    client.force_login(person)
    client.post(reverse(PAGE), decision(page, "tell"))
    assert not CorrectionNote.objects.exists()
