"""How an editor chooses which blocks of a story are not read."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from courant.narration.script import script_for
from courant.stories.models import Story
from courant.stories.publication import read_story
from courant.stories.tests.make import make_desk_story

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Story:
    return make_desk_story("It rained.", "Numbers of the helpline.", title="Rain")


def heard(story: Story) -> list[str]:
    return [each.text for each in script_for(read_story(story.pk)).utterances]


def test_a_block_without_a_mark_is_not_heard_once_the_story_is_published(
    admin_client: Client, story: Story
):
    page = reverse("desk-unread", args=[story.pk])
    blocks = read_story(story.pk).body
    assert admin_client.get(page).content.decode().count("checked") == 2
    admin_client.post(page, {"read": [blocks[0].id]})
    assert "Numbers of the helpline." in heard(story)
    story.refresh_from_db()
    story.get_latest_revision().publish()
    assert heard(story)[-1] == "It rained."
    assert read_story(story.pk).body == blocks
    assert admin_client.get(page).content.decode().count("checked") == 1


def test_the_choice_is_only_for_those_who_may_edit_the_story(client: Client, story: Story):
    client.force_login(User.objects.create_user("reader", "r@example.org", "x"))
    page = reverse("desk-unread", args=[story.pk])
    assert client.post(page, {"read": []}).status_code in (302, 403)
    story.refresh_from_db()
    assert story.get_latest_revision_as_object().unread == []
