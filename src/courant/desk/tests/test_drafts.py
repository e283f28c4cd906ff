"""Editions that editors make by hand."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text

from courant.newsletter import contest, send
from courant.newsletter.letter_checks import Tried
from courant.newsletter.models import ClickDay, DraftEdition, Edition, Newsletter
from courant.newsletter.tests.make import Clock, make_subscription
from courant.newsletter.transports.memory import MemoryTransport
from courant.stories.tests.make import make_desk_story, make_public

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("ed", "ed@example.org", "x"))
    return client


@pytest.fixture
def newsletter():
    return Newsletter.objects.get()


def make_draft(newsletter, *stories, **facts):
    draft = DraftEdition(**({"newsletter": newsletter, "subject": "The week"} | facts))
    draft.stories = [DraftEdition.stories.rel.related_model(story=story) for story in stories]
    draft.save()
    return draft


def public_story(title, **facts):
    story = make_desk_story(title=title, **facts)
    make_public(story)
    return story


def page_of(draft):
    return reverse("desk-draft", args=[draft.pk])


def test_an_editor_chooses_stories_and_writes_above_them(desk, newsletter):
    first, second = public_story("The ferry returns"), public_story("The pilots object")
    rows = [{"story": second.pk, "ORDER": 1}, {"story": first.pk, "ORDER": 2}]
    facts = {
        "newsletter": newsletter.pk,
        "subject": "Back on the river",
        "preheader": "And who is against it",
        "introduction": rich_text("<p>Good <b>morning</b>.</p>"),
        "stories": inline_formset(rows),
        "contest_share": 10,
        "contest_minutes": 60,
    }
    url = reverse(DraftEdition.snippet_viewset.get_url_name("add"))
    assert desk.post(url, nested_form_data(facts)).status_code == 302
    draft = DraftEdition.objects.get()
    page = desk.get(page_of(draft)).content.decode()
    assert "Back on the river" in page and "And who is against it" in page
    letter = desk.get(reverse("desk-draft-letter", args=[draft.pk, "letter"])).content.decode()
    assert ">morning</strong>" in letter
    assert letter.index("The pilots object") < letter.index("The ferry returns")
    text = desk.get(reverse("desk-draft-letter", args=[draft.pk, "text"])).content.decode()
    assert "Good morning." in text and "The pilots object" in text
    editor = desk.get(reverse(DraftEdition.snippet_viewset.get_url_name("edit"), args=[draft.pk]))
    assert page_of(draft) in editor.content.decode()


def test_it_goes_to_every_subscriber_once_and_waits_a_minute_first(desk, newsletter):
    people = [make_subscription(newsletter).subscriber.email for _ in range(3)]
    draft = make_draft(newsletter, public_story("The ferry returns"))
    for _ in range(2):
        desk.post(page_of(draft))
    edition = Edition.objects.get()
    transport, clock = MemoryTransport(), Clock(edition.next_at)
    clock.move(seconds=-1)
    assert send.pump_all(transport=transport, clock=clock).submitted == 0
    clock.move(seconds=1)
    send.pump_all(transport=transport, clock=clock)
    assert sorted(mail.recipient for mail in transport.sent) == sorted(people)
    assert b"The ferry returns" in transport.sent[0].data


def test_looking_at_it_sends_nothing(desk, newsletter):
    make_subscription(newsletter)
    draft = make_draft(newsletter, public_story("The ferry returns"))
    assert "Send to 1 subscriber" in desk.get(page_of(draft)).content.decode()
    assert not Edition.objects.exists()


def test_what_was_taken_back_can_be_mended_and_sent(desk, newsletter):
    make_subscription(newsletter)
    draft = make_draft(newsletter, public_story("The ferry returns"))
    desk.post(page_of(draft))
    first = Edition.objects.get()
    answer = desk.post(reverse("desk-take-back", args=[first.pk]), follow=True)
    assert "was taken back. Nobody got it." in answer.content.decode()
    draft.subject = "The week, mended"
    draft.save()
    desk.post(page_of(draft))
    second = Edition.objects.get(key=draft.key)
    transport, clock = MemoryTransport(), Clock(second.next_at)
    send.pump_all(transport=transport, clock=clock)
    assert [b"The week, mended" in mail.data for mail in transport.sent] == [True]


def test_it_is_too_late_to_take_back_what_is_on_its_way(desk, newsletter):
    make_subscription(newsletter)
    draft = make_draft(newsletter, public_story("The ferry returns"))
    desk.post(page_of(draft))
    edition = Edition.objects.get()
    send.pump_all(transport=MemoryTransport(), clock=Clock(edition.next_at))
    answer = desk.post(reverse("desk-take-back", args=[edition.pk]), follow=True)
    assert "is on its way" in answer.content.decode()


def test_a_story_that_is_not_published_stops_it_by_name(desk, newsletter):
    make_subscription(newsletter)
    draft = make_draft(newsletter, make_desk_story(title="Secret", publish=False))
    answer = desk.post(page_of(draft), follow=True)
    assert "Only a published story can be delivered" in answer.content.decode()
    letter = desk.get(reverse("desk-draft-letter", args=[draft.pk, "letter"])).content.decode()
    assert "Secret" not in letter
    assert not Edition.objects.exists()


def test_above_a_number_of_readers_a_second_person_approves(desk, newsletter, settings):
    settings.COURANT_APPROVAL_ABOVE = 1
    for _ in range(2):
        make_subscription(newsletter)
    draft = make_draft(newsletter, public_story("The ferry returns"))
    answer = desk.post(page_of(draft), follow=True).content.decode()
    assert "2 readers, more than 1: a second person must approve it" in answer
    edition = Edition.objects.get()
    approve = reverse("desk-approve", args=[edition.pk])
    assert "Somebody else must approve" in desk.post(approve, follow=True).content.decode()
    transport, clock = MemoryTransport(), Clock(edition.next_at)
    clock.move(days=1)
    assert send.pump_all(transport=transport, clock=clock).submitted == 0
    other = Client()
    other.force_login(User.objects.create_superuser("deputy", "d@example.org", "x"))
    assert "is approved" in other.post(approve, follow=True).content.decode()
    edition.refresh_from_db()
    clock.time = edition.next_at
    send.pump_all(transport=transport, clock=clock)
    assert len(transport.sent) == 2 and edition.approved_by.username == "deputy"


def test_who_may_not_make_editions_may_not_send_them(client, newsletter):
    make_subscription(newsletter)
    draft = make_draft(newsletter, public_story("The ferry returns"))
    person = User.objects.create_user("free", "free@example.org", "x")
    person.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(person)
    client.post(page_of(draft))
    assert not Edition.objects.exists()
    assert "iframe" not in client.get(page_of(draft), follow=True).content.decode()


def test_a_test_goes_to_the_editor_alone_and_no_edition_is_made(desk, newsletter):
    make_subscription(newsletter)
    draft = make_draft(newsletter, public_story("The ferry returns"))
    answer = desk.post(page_of(draft), {"action": "test"}, follow=True).content.decode()
    assert "A test went to ed@example.org." in answer
    assert not Edition.objects.exists()


def test_an_editor_without_an_address_is_told_where_to_write_one(desk, newsletter):
    User.objects.update(email="")
    draft = make_draft(newsletter, public_story("The ferry returns"))
    answer = desk.post(page_of(draft), {"action": "test"}, follow=True).content.decode()
    assert "Your account has no e-mail address" in answer


def test_an_edition_that_is_made_is_shown_as_it_is_frozen(desk, newsletter):
    make_subscription(newsletter)
    draft = make_draft(newsletter, public_story("The ferry returns"))
    desk.post(page_of(draft))
    draft.subject = "Another subject"
    draft.save()
    edition = Edition.objects.get()
    page = desk.get(reverse("desk-edition", args=[edition.pk])).content.decode()
    assert "The week" in page and "Another subject" not in page and "Take it back" in page
    for mode in ("letter", "dark", "text"):
        letter = desk.get(reverse("desk-edition-letter", args=[edition.pk, 0, mode]))
        assert "The ferry returns" in letter.content.decode()
        assert "sandbox" in letter["Content-Security-Policy"]


def test_an_edition_tells_how_it_was_received(desk, newsletter):
    newsletter.count_clicks = True
    newsletter.save()
    make_subscription(newsletter)
    desk.post(page_of(make_draft(newsletter, public_story("The ferry returns"))))
    edition = Edition.objects.get()
    page = reverse("desk-edition", args=[edition.pk])
    assert "How it was received" not in desk.get(page).content.decode()
    clock = Clock(edition.created_at)
    clock.move(minutes=5)
    send.pump(edition, MemoryTransport(), clock=clock)
    link = edition.links.get(url__contains="/harbour/")
    ClickDay.objects.create(link=link, day=edition.created_at.date(), clicks=1234)
    text = desk.get(page).content.decode()
    assert "How it was received" in text and "0 (0.0\N{NO-BREAK SPACE}%)" in text
    assert text.count("1,234") == 2 and link.url in text


def test_a_dead_link_of_our_own_is_named(desk, newsletter):
    draft = make_draft(newsletter, public_story("The ferry returns"))
    page = desk.get(page_of(draft)).content.decode()
    assert "leads nowhere: no public page or picture has this address now." in page


def test_a_story_is_seen_as_a_letter_before_it_is_delivered(desk, newsletter):
    story = public_story("The ferry returns")
    page = desk.get(reverse("desk-deliver", args=[story.pk])).content.decode()
    link = reverse("desk-story-letter", args=[story.pk, newsletter.slug, "dark"])
    assert link in page and "In the inbox" in page
    assert "The ferry returns" in desk.get(link).content.decode()


def test_an_edition_on_its_way_is_paused_gone_on_with_and_stopped(desk, newsletter):
    for _ in range(3):
        make_subscription(newsletter)
    draft = make_draft(newsletter, public_story("The ferry returns"))
    desk.post(page_of(draft))
    Edition.objects.update(next_at=None)
    edition = Edition.objects.get()

    def press(name):
        url = reverse("desk-control", args=[edition.pk, name])
        return desk.post(url, follow=True).content.decode()

    page = desk.get(reverse("desk-edition", args=[edition.pk])).content.decode()
    assert "Pause" in page and "Go on sending" not in page and 'http-equiv="refresh"' in page
    page = press("pause")
    assert "is paused" in page and "Go on sending" in page and 'http-equiv="refresh"' not in page
    assert "it cannot become paused now" in press("pause")
    assert "goes on where it was stopped" in press("resume")
    assert "is stopped: who has not got it will not." in press("cancel")
    edition.refresh_from_db()
    assert edition.state == "cancelled"
    assert desk.post(reverse("desk-control", args=[edition.pk, "burn"])).status_code == 404


def test_who_may_not_make_editions_stops_none(client, desk, newsletter):
    make_subscription(newsletter)
    draft = make_draft(newsletter, public_story("The ferry returns"))
    desk.post(page_of(draft))
    edition = Edition.objects.get()
    person = User.objects.create_user("free", "free@example.org", "x")
    person.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(person)
    client.post(reverse("desk-control", args=[edition.pk, "cancel"]))
    edition.refresh_from_db()
    assert edition.state == "sending"


def test_two_subjects_are_shown_and_tried_on_some_readers(desk, newsletter, monkeypatch):
    monkeypatch.setattr(contest, "LEAST", 1)
    for _ in range(20):  # that no group is empty, whatever the edition's seed
        make_subscription(newsletter)
    facts = {"second_subject": "TODO river", "contest_share": 25, "contest_minutes": 90}
    draft = make_draft(newsletter, public_story("The ferry returns"), **facts)
    page = desk.get(page_of(draft)).content.decode()
    assert "<strong>The week</strong>" in page and "<strong>TODO river</strong>" in page
    assert "Second subject: “TODO” stands in the letter" in page
    assert "Turn “count clicks” on, or take the second subject out." in page
    answer = desk.post(page_of(draft), follow=True).content.decode()
    assert "this newsletter does not count them" in answer and not Edition.objects.exists()
    newsletter.count_clicks = True
    newsletter.save()
    assert "After 90 minutes the others get" in desk.get(page_of(draft)).content.decode()
    desk.post(page_of(draft))
    edition = Edition.objects.get()
    told = desk.get(reverse("desk-edition", args=[edition.pk])).content.decode()
    assert "<strong>TODO river</strong>" in told and "Letter 1 of" not in told
    assert "it is decided 90 minutes after the first letter." in told
    clock, transport = Clock(edition.next_at), MemoryTransport()
    send.pump_all(transport=transport, clock=clock)
    clock.move(minutes=90)
    send.pump_all(transport=transport, clock=clock)
    assert len({mail.recipient for mail in transport.sent}) == len(transport.sent) == 20
    told = desk.get(reverse("desk-edition", args=[edition.pk])).content.decode()
    assert "There is no difference that chance would not explain" in told


def test_a_test_comes_with_each_subject(desk, newsletter, settings):
    draft = make_draft(newsletter, public_story("The ferry returns"), second_subject="The river")
    answer = desk.post(page_of(draft), {"action": "test"}, follow=True).content.decode()
    assert "A test with each subject went to ed@example.org." in answer


def test_a_story_is_delivered_under_two_subjects(desk, newsletter, monkeypatch):
    monkeypatch.setattr(contest, "LEAST", 1)
    for _ in range(10):
        make_subscription(newsletter)
    story = public_story("The ferry returns")
    url = reverse("desk-deliver", args=[story.pk])
    form = {"newsletter": newsletter.slug, "second_subject": " Back\n on it ", "share": "40"}
    assert "is no number" in desk.post(url, form | {"minutes": "1e3"}, follow=True).content.decode()
    refused = desk.post(url, form | {"minutes": "30"}, follow=True).content.decode()
    assert "this newsletter does not count them" in refused and not Edition.objects.exists()
    assert 'value="Back on it"' in refused.replace(" Back\n on it ", "Back on it")
    assert 'value="40"' in refused and 'value="30"' in refused, "what was typed stays"
    newsletter.count_clicks = True
    newsletter.save()
    looked = desk.post(url, form | {"minutes": "30", "action": "look"}).content.decode()
    assert not Edition.objects.exists()
    assert (
        "<strong>The ferry returns</strong>" in looked and "<strong>Back on it</strong>" in looked
    )
    assert "After 30 minutes the others get" in looked and 'min="5" max="1440" value="30"' in looked
    desk.post(url, form | {"minutes": "30"})
    found = Edition.objects.get().contest
    assert (found.second_subject, found.share, found.minutes) == ("Back on it", 40, 30)


def test_links_to_other_sites_are_tried_when_an_editor_asks_for_it(desk, newsletter, monkeypatch):
    asked = []

    def tries(addresses):
        asked.extend(addresses)
        return [Tried(address, 404) for address in addresses]

    monkeypatch.setattr("courant.desk.letters.try_all", tries)
    link = "https://pier.example/timetable"
    introduction = f'<p>See <a href="{link}">the timetable</a>.</p>'
    draft = make_draft(newsletter, public_story("The ferry returns"), introduction=introduction)
    page = desk.get(page_of(draft)).content.decode()
    assert "Try 1 link to other sites now" in page and asked == []
    page = desk.get(page_of(draft), {"links": "1"}).content.decode()
    assert asked == [link] and f"{link}: it answers 404." in page and "Try 1 link" not in page
