"""What an editor sees at the desk."""

import json

import pytest
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now
from wagtail.documents import get_document_model
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from courant.bake.kinds import kinds
from courant.desk.files import WHAT
from courant.newsletter import restored
from courant.newsletter.models import Edition, Newsletter, Subscriber, Subscription
from courant.newsletter.tests.make import make_edition, make_newsletter, make_subscriptions
from courant.pipeline.models import Change, Failure
from courant.stories.models import Photo, Story
from courant.stories.tests.make import (
    make_desk_photo,
    make_desk_section,
    make_desk_story,
    make_public,
)

pytestmark = [
    pytest.mark.django_db,
    # Wagtail leaves the temporary file of a new thumbnail to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("ed", "ed@example.org", "x"))
    return client


def form(story: Story, **facts) -> dict[str, str]:
    """The edit form of a story as the browser sends it."""
    body = [("paragraph", rich_text("<p>The ferry is back.</p>"))]
    data = {
        "title": story.title,
        "slug": story.slug,
        "kind": "news",
        "language": "en",
        "standfirst": "A standfirst that somebody typed.",
        "body": streamfield(body),
        "bylines": inline_formset([]),
        "corrections": inline_formset([]),
        "comments": inline_formset([]),
    }
    return nested_form_data(data | facts)


def post(desk: Client, story: Story, **facts) -> str:
    answer = desk.post(reverse("wagtailadmin_pages:edit", args=[story.pk]), form(story, **facts))
    return answer.content.decode() if answer.status_code == 200 else ""


def test_a_photo_without_credit_stops_publication_says_which_and_keeps_what_was_typed(desk):
    photo = make_desk_photo(title="Quay at dawn", credit="")
    story = make_desk_story(publish=False)
    page = post(desk, story, **{"lead_photo": photo.pk, "action-publish": "1"})
    assert "The lead photo (“Quay at dawn”) has no credit." in page
    assert "A standfirst that somebody typed." in page
    assert not Story.objects.get(pk=story.pk).live


def test_the_same_story_can_be_saved_as_a_draft(desk):
    photo = make_desk_photo(credit="")
    story = make_desk_story(publish=False)
    assert post(desk, story, lead_photo=photo.pk) == ""
    draft = Story.objects.get(pk=story.pk).get_latest_revision_as_object()
    assert draft.lead_photo_id == photo.pk


def test_with_credit_and_alt_text_it_is_published(desk):
    story = make_desk_story(publish=False)
    assert post(desk, story, **{"lead_photo": make_desk_photo().pk, "action-publish": "1"}) == ""
    assert Story.objects.get(pk=story.pk).live


def test_a_choice_of_stories_is_not_published_while_one_of_them_may_not_go_out(desk):
    good = make_desk_story(publish=False)
    bad = make_desk_story(publish=False, lead_photo=make_desk_photo(alt=""), title="Bad one")
    link = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    answer = desk.post(f"{link}?id={good.pk}&id={bad.pk}&next=/desk/", {}, follow=True)
    assert "“Bad one” was not published. The lead photo" in answer.content.decode()
    assert not Story.objects.filter(live=True).exists()


def test_the_preview_is_the_readers_page_of_the_draft_and_nothing_is_published(desk):
    story = make_desk_story("The old text.")
    link = reverse("wagtailadmin_pages:preview_on_edit", args=[story.pk])
    body = streamfield([("paragraph", rich_text("<p>The new text.</p>"))])
    assert json.loads(desk.post(link, form(story, body=body)).content)["is_valid"]
    page = desk.get(link + "?mode=").content.decode()
    assert "The new text." in page
    assert "The old text." not in page
    assert "<audio" not in page
    assert Story.objects.get(pk=story.pk).body[0].value.source == "<p>The old text.</p>"


def test_pictures_in_a_preview_can_be_seen_at_the_desk(desk):
    story = make_desk_story(publish=False, lead_photo=make_desk_photo())
    link = reverse("wagtailadmin_pages:preview_on_edit", args=[story.pk])
    desk.post(link, form(story, lead_photo=Photo.objects.get().pk))
    page = desk.get(link + "?mode=").content.decode()
    picture = page.split('src="/desk/renditions/')[1].split('"')[0]
    answer = desk.get(f"/desk/renditions/{picture}")
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content)[:2] == b"\xff\xd8"


@pytest.mark.parametrize("kind", ["front", "section"])
def test_the_front_page_and_sections_have_a_preview_too(desk, kind):
    story = make_desk_story("Something happened.", title="Something happened")
    make_public(story)
    page = (
        story.get_parent().specific
        if kind == "section"
        else story.get_parent().get_parent().specific
    )
    answer = page.make_preview_request()
    assert "Something happened" in answer.content.decode()


def test_photos_are_shown_to_nobody_who_is_not_logged_in(client):
    name = make_desk_photo().file.name
    answer = client.get(f"/desk/media/{name}")
    assert answer.status_code == 302
    assert "/desk/login/" in answer["Location"]


@pytest.mark.parametrize(
    "name", ["../secrets/secret_key", "..%2fsecrets%2fsecret_key", "nothing.jpg"]
)
def test_nothing_but_photos_can_be_fetched_from_the_home(desk, name):
    assert desk.get(f"/desk/media/{name}").status_code == 404


def test_delivering_asks_first_and_two_presses_make_one_edition(desk):
    story = make_desk_story()
    make_public(story)
    newsletter = Newsletter.objects.get()
    reader = Subscriber.objects.create(
        email="a@example.org", email_key="a@example.org", created=now()
    )
    Subscription.objects.create(subscriber=reader, newsletter=newsletter, status="active")
    link = reverse("desk-deliver", args=[story.pk])
    page = desk.get(link).content.decode()
    assert "1 subscriber" in page
    assert not Edition.objects.exists()
    slug = newsletter.slug
    for _ in range(2):
        desk.post(link, {"newsletter": slug})
    assert Edition.objects.get().story_id == story.pk
    assert "Delivered before" in desk.get(link).content.decode()


def test_a_newsletter_without_readers_gets_no_edition(desk):
    story = make_desk_story()
    make_public(story)
    link = reverse("desk-deliver", args=[story.pk])
    answer = desk.post(link, {"newsletter": Newsletter.objects.get().slug}, follow=True)
    assert "Nobody is subscribed to" in answer.content.decode()
    assert not Edition.objects.exists()


def test_a_draft_cannot_be_delivered(desk):
    story = make_desk_story(publish=False)
    link = reverse("desk-deliver", args=[story.pk])
    assert "Only a published story can be delivered." in desk.get(link).content.decode()
    answer = desk.post(link, {"newsletter": Newsletter.objects.get().slug}, follow=True)
    assert "Only a published story can be delivered." in answer.content.decode()
    assert not Edition.objects.exists()


def test_who_may_not_publish_may_not_deliver(client):
    freelancer = User.objects.create_user("free", "free@example.org", "x")
    freelancer.groups.add(Group.objects.get(name="Editors"))
    client.force_login(freelancer)
    story = make_desk_story()
    answer = client.post(reverse("desk-deliver", args=[story.pk]), {"newsletter": "daily"})
    assert answer.status_code in (302, 403)
    assert not Edition.objects.exists()


def test_the_home_page_says_what_failed_and_a_button_tries_it_again(desk):
    Failure.note(Failure.Room.BAKE, "harbour/index.html", "No space left on device.")
    page = desk.get("/desk/").content.decode()
    assert "1 thing could not be done" in page
    assert "Bake: harbour/index.html: No space left on device." in page
    desk.get(reverse("desk-retry"))
    assert Failure.objects.exists()  # looking changes nothing
    desk.post(reverse("desk-retry"))
    assert not Failure.objects.exists()
    assert Change.objects.exists()


def test_all_stories_are_in_one_list(desk):
    make_desk_story(title="A story of the harbour")
    assert "A story of the harbour" in desk.get("/desk/stories/").content.decode()


def test_approving_a_story_that_may_not_go_out_says_why_and_breaks_nothing(desk):
    photo = make_desk_photo(title="Quay", credit="")
    story = make_desk_story(publish=False, lead_photo=photo)
    story = Story.objects.get(pk=story.pk)
    story.get_workflow().start(story, User.objects.get(username="ed"))
    task = story.current_workflow_task_state
    link = reverse("wagtailadmin_pages:workflow_action", args=[story.pk, "approve", task.pk])
    answer = desk.post(link, {}, follow=True)
    assert answer.status_code == 200
    said = [str(message) for message in answer.context["messages"]]
    assert said == ["Not published. The lead photo (“Quay”) has no credit."]
    assert not Story.objects.get(pk=story.pk).live


def test_a_new_story_has_its_sections_language_and_an_address_in_latin_letters(desk):
    section = make_desk_section("Українською", slug="ukrainska", language="uk")
    link = reverse("wagtailadmin_pages:add", args=["stories", "story", section.pk])
    assert '<option value="uk" selected>' in desk.get(link).content.decode()
    data = form(Story(title="Кіт у раді порту", slug=""), language="uk")
    desk.post(link, data | {"action-publish": "1"})
    assert Story.objects.get().get_url_parts()[2] == "/ukrainska/kit-u-radi-portu/"


def test_a_document_can_run_nothing_at_the_desk_and_is_seen_by_nobody_else(desk, client):
    page = SimpleUploadedFile("e.html", b"<script>alert(1)</script>")
    desk.post(reverse("wagtaildocs:add"), {"title": "E", "file": page})
    document = get_document_model().objects.get()
    answer = desk.get(f"/desk/media/{document.file.name}")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    for close in answer._resource_closers:
        close()
    assert desk.get("/desk/documents/").status_code == 200
    client.logout()
    assert "/desk/login/" in client.get(document.url)["Location"]


def test_the_state_panel_tells_how_editions_fare_and_lets_them_go_on_after_a_restore(desk):
    newsletter = make_newsletter()
    make_subscriptions(newsletter, 12)
    make_edition(newsletter, headline="The ferry returns")
    restored.lock("The database comes from a backup.", now())
    page = desk.get(reverse("wagtailadmin_home")).content.decode()
    assert "12 letters: 12 waiting." in page and 'max="12" value="0"' in page
    assert "No edition is sent." in page and "comes from a backup" in page
    assert desk.get(reverse("desk-unlock")).status_code == 405
    assert desk.post(reverse("desk-unlock")).status_code == 302
    assert restored.reason() == ""
    assert "No edition is sent." not in desk.get(reverse("wagtailadmin_home")).content.decode()


def test_who_may_not_see_editions_does_not_let_them_go_out(client):
    user = User.objects.create_user("writer", "w@lantern.example", "secret")
    user.groups.add(Group.objects.get(name="Editors"))
    client.force_login(user)
    restored.lock("A backup.", now())
    client.post(reverse("desk-unlock"))
    assert restored.reason() == "A backup."


def test_every_kind_of_public_files_is_named_in_words():
    assert set(kinds()) <= set(WHAT)
    assert all(" " in words or words in ("podcast", "search") for words in WHAT.values())
