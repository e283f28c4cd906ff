"""A reader's own page: what comes, how, and what is noted of each change."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import localdate, now

from courant.newsletter.links import preferences_url
from courant.newsletter.models import (
    ConsentEvent,
    Newsletter,
    ReaderNotice,
    Subscriber,
    Subscription,
)
from courant.newsletter.notify import process_notices
from courant.newsletter.suppression import suppress
from courant.newsletter.tests.make import (
    make_edition,
    make_newsletter,
    make_subscription,
    states,
)
from courant.newsletter.tokens import preferences_token
from courant.newsletter.transports.memory import MemoryTransport
from courant.stories.tests.make import make_desk_section

pytestmark = [pytest.mark.django_db, pytest.mark.urls("courant.newsletter.tests.urls")]


@pytest.fixture
def tide():
    return make_newsletter(slug="tide", name="First Tide")


@pytest.fixture
def anna(tide):
    return make_subscription(tide, "anna@example.org").subscriber


@pytest.fixture
def reader():
    return Client(enforce_csrf_checks=True, REMOTE_ADDR="192.0.2.77", HTTP_USER_AGENT="Firefox")


def url_of(subscriber, at=None):
    token = preferences_token(subscriber.pk, subscriber.links_round, at or now())
    return preferences_url("", token)


def saved(reader, subscriber, newsletters=(), offered=(), **facts):
    form = {
        "do": "save",
        "newsletter": [one.pk for one in newsletters],
        "offered_newsletter": [one.pk for one in offered],
        "language": "en",
    }
    return reader.post(url_of(subscriber), form | facts)


def test_every_letter_has_a_link_to_its_readers_preferences(tide, anna, reader):
    edition = make_edition(tide)
    from courant.newsletter import send

    transport = MemoryTransport()
    send.pump(edition, transport)
    link = url_of(anna, edition.created_at).encode()
    assert transport.sent[0].data.replace(b"=\r\n", b"").count(link) == 2
    assert "anna@example.org" in reader.get(url_of(anna)).content.decode()


def test_looking_changes_nothing(tide, anna, reader):
    for method in (reader.get, reader.head, reader.options, reader.put, reader.delete):
        method(url_of(anna), {"do": "delete", "sure": "1"})
    assert Subscriber.objects.get().email == "anna@example.org"
    assert Subscription.objects.get().status == "active"
    assert not ConsentEvent.objects.exists()


def test_what_a_scanner_posts_changes_nothing(tide, anna, reader):
    answer = reader.post(url_of(anna), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 400
    assert not ConsentEvent.objects.exists()


def test_a_reader_takes_one_newsletter_and_leaves_another(tide, anna, reader):
    weekly = make_newsletter(name="The Week")
    page = saved(reader, anna, [weekly], [weekly, tide])
    assert "Saved." in page.content.decode()
    found = dict(anna.subscriptions.values_list("newsletter__name", "status"))
    assert found == {"First Tide": "unsubscribed", "The Week": "active"}
    said = list(ConsentEvent.objects.values_list("kind", "newsletter__name", "page", "network"))
    assert sorted(said) == [
        ("confirmed", "The Week", "/newsletter/preferences/", "192.0.2.0/24"),
        ("unsubscribed", "First Tide", "/newsletter/preferences/", "192.0.2.0/24"),
    ]
    assert "“The Week” by e-mail" in ConsentEvent.objects.get(kind="confirmed").text


def test_what_the_form_did_not_offer_stays(tide, anna, reader):
    saved(reader, anna, [], [])
    assert Subscription.objects.get().status == "active"


def test_saving_twice_is_noted_once(tide, anna, reader):
    later = localdate() + timedelta(days=9)
    for _n in range(2):
        saved(reader, anna, [tide], [tide], paused_until=later.isoformat())
    assert ConsentEvent.objects.count() == 1
    assert "I want no letters before" in ConsentEvent.objects.get().text


def test_a_pause_keeps_letters_away_until_its_day(tide, anna, reader):
    later = localdate() + timedelta(days=9)
    saved(reader, anna, [tide], [tide], paused_until=later.isoformat())
    edition = make_edition(tide)
    assert (edition.candidates, edition.excluded) == (1, 1)
    Subscriber.objects.update(paused_until=localdate())
    assert states(make_edition(tide)) == {"anna@example.org": "waiting"}


def test_who_pauses_while_an_edition_waits_gets_none_of_it(tide, anna):
    from courant.newsletter import send

    edition = make_edition(tide)
    Subscriber.objects.update(paused_until=localdate() + timedelta(days=1))
    send.pump(edition, MemoryTransport())
    assert edition.deliveries.get().error == "Paused by the reader before this message was sent."


@pytest.mark.parametrize(
    ("text", "told"),
    [("tomorrow", "“tomorrow” is no date"), ("2999-01-01", "a year long at most")],
)
def test_a_pause_that_cannot_be_is_named_and_nothing_is_saved(tide, anna, reader, text, told):
    answer = saved(reader, anna, [], [tide], paused_until=text)
    assert answer.status_code == 400 and told in answer.content.decode()
    assert Subscription.objects.get().status == "active"


def test_stories_of_a_section_that_is_not_wanted_do_not_come(tide, anna, reader):
    harbour = make_desk_section(title="Harbour")
    opinion = make_desk_section(title="Opinion")
    page = reader.get(url_of(anna)).content.decode()
    assert "Harbour" in page and "Opinion" in page
    saved(
        reader,
        anna,
        [tide],
        [tide],
        section=[harbour.pk],
        offered_section=[harbour.pk, opinion.pk],
    )
    anna.refresh_from_db()
    assert anna.without_sections == [opinion.pk]
    assert "I want no stories of: Opinion." in ConsentEvent.objects.get().text
    edition = make_edition(tide)
    assert edition.section_id not in anna.without_sections
    Subscriber.objects.update(without_sections=[edition.section_id])
    assert make_edition(tide).excluded == 1


def test_the_page_speaks_the_language_that_was_chosen(tide, anna, reader):
    page = saved(reader, anna, [tide], [tide], language="uk").content.decode()
    assert '<html lang="uk">' in page and "Збережено" in page
    assert saved(reader, anna, [tide], [tide], language="xx").status_code == 400


def test_a_reader_takes_all_data_along(tide, anna, reader):
    saved(reader, anna, [tide], [tide], language="uk")
    anna.refresh_from_db()
    make_edition(tide, headline="The ferry returns")
    answer = reader.post(url_of(anna), {"do": "data"})
    assert answer["Content-Disposition"] == 'attachment; filename="my-data.json"'
    data = answer.json()
    assert data["address"] == "anna@example.org"
    assert data["subscriptions"][0]["newsletter"] == "tide"
    assert data["said"][0]["program"] == "Firefox"
    assert data["letters"][0]["subject"] == "The ferry returns"


def test_an_old_link_only_sends_a_new_one_to_its_owner(tide, anna, reader):
    old = url_of(anna, now() - timedelta(days=181))
    answer = reader.get(old)
    assert answer.status_code == 410 and "anna@example.org" not in answer.content.decode()
    for _n in range(3):
        reader.post(old, {"do": "delete", "sure": "1"})
    transport = MemoryTransport()
    assert process_notices(transport=transport).submitted == 1  # not three within the hour
    assert transport.sent[0].recipient == "anna@example.org"
    row = ReaderNotice.objects.filter(state="submitted").get()
    assert url_of(anna, row.created).encode() in transport.sent[0].data.replace(b"=\r\n", b"")
    assert Subscriber.objects.get().email == "anna@example.org"


def test_who_is_suppressed_is_told_so(tide, anna, reader):
    suppress(anna.email_key, "bounced")
    assert "No mail goes to this address" in reader.get(url_of(anna)).content.decode()


def test_a_reason_for_leaving_is_kept_if_it_is_one_of_ours(tide, anna, reader):
    from courant.newsletter.links import unsubscribe_url
    from courant.newsletter.tokens import unsubscribe_token

    url = unsubscribe_url("", unsubscribe_token(anna.pk, tide.pk))
    assert "It comes too often" in reader.get(url).content.decode()
    reader.post(url, {"reason": "too often"})
    assert ConsentEvent.objects.get().reason == "too often"
    other = make_subscription(tide).subscriber_id
    reader.post(unsubscribe_url("", unsubscribe_token(other, tide.pk)), {"reason": "<b>"})
    assert ConsentEvent.objects.last().reason == ""


def test_pages_load_and_keep_nothing(tide, anna, reader):
    answer = reader.get(url_of(anna))
    assert answer["Cache-Control"] == "no-store" and answer["Referrer-Policy"] == "no-referrer"
    assert not answer.cookies
    text = answer.content.decode()
    assert "<script" not in text and "style=" not in text


def test_a_reader_says_how_often_letters_come_and_it_is_noted(tide, anna, reader):
    page = reader.get(url_of(anna)).content.decode()
    assert "How often “First Tide” comes" in page and "Once a week: what I have missed" in page
    field = f"rhythm-{tide.pk}"
    told = saved(reader, anna, [tide], [tide], **{field: "weekly"}).content.decode()
    assert '<option value="weekly" selected>' in told
    row = Subscription.objects.get()
    assert row.rhythm == "weekly" and row.rhythm_since
    said = ConsentEvent.objects.get()
    assert said.kind == "changed"
    assert "I want what I missed of these once a week: First Tide." in said.text
    saved(reader, anna, [tide], [tide], **{field: "weekly"})
    assert ConsentEvent.objects.count() == 1, "nothing was different"
    edition = make_edition(tide)
    assert (edition.prepared, edition.candidates) == (0, 0)
    saved(reader, anna, [tide], [tide], **{field: ""})
    row.refresh_from_db()
    assert (row.rhythm, row.rhythm_since) == ("", None)


def test_only_what_is_rarer_than_the_newsletter_itself_is_offered(tide, anna, reader):
    Newsletter.objects.update(digest="daily")
    page = reader.get(url_of(anna)).content.decode()
    assert 'value="weekly"' in page and 'value="daily"' not in page
    Newsletter.objects.update(digest="weekly")
    assert "How often" not in reader.get(url_of(anna)).content.decode()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("rhythm-1", "hourly", "Please choose from the list how often letters come."),
        ("time_zone", "Europe/Atlantis", "Please choose a time zone from the list."),
    ],
)
def test_what_no_list_offers_is_refused_in_words(tide, anna, reader, field, value, words):
    answer = saved(reader, anna, [tide], [tide], **{field: value})
    assert answer.status_code == 400 and words in answer.content.decode()
    assert not ConsentEvent.objects.exists()


def test_a_time_zone_is_asked_for_where_a_letter_comes_at_the_reader_s_hour(tide, anna, reader):
    assert "time_zone" not in reader.get(url_of(anna)).content.decode()
    tide.digest, tide.digest_local = "daily", True
    tide.save()
    page = reader.get(url_of(anna)).content.decode()
    assert '<option value="Europe/Kyiv">Kyiv</option>' in page and "Europe/Kiev" not in page
    page = saved(reader, anna, [tide], [tide], time_zone="Europe/Kyiv").content.decode()
    assert '<option value="Europe/Kyiv" selected>' in page
    assert Subscriber.objects.get().time_zone == "Europe/Kyiv"
    assert "My clock is that of Europe/Kyiv." in ConsentEvent.objects.get().text
    saved(reader, anna, [tide], [tide])
    assert Subscriber.objects.get().time_zone == "Europe/Kyiv", "what no form offered stays"
