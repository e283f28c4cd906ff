"""Clicks: counted by link and letter, through an address that knows no reader."""

from datetime import date, timedelta
from email import message_from_bytes
from email.policy import SMTP

import pytest
from django.conf import settings
from django.test import Client
from django.utils.timezone import localdate

from courant.figures.models import Dropped, FiguresSettings
from courant.lib.abacus import Abacus
from courant.newsletter import clicks, send
from courant.newsletter.compose import Letter
from courant.newsletter.leading import leads_in, led_through
from courant.newsletter.links import click_url
from courant.newsletter.models import ClickDay, EditionLink
from courant.newsletter.retention import tidy_up
from courant.newsletter.tests.make import Clock, make_edition, make_newsletter, make_subscription
from courant.newsletter.tokens import click_token
from courant.newsletter.transports.memory import MemoryTransport
from courant.stories import published as out

pytestmark = [pytest.mark.django_db, pytest.mark.urls("courant.newsletter.tests.urls")]
FOREIGN = "https://ferries.example/times?a=1&b=2"
RUNS = (out.Run("the times", href=FOREIGN), out.Run("mail", href="mailto:a@b.c"))
BODY = out.Paragraph("p", RUNS)
PAGE = "/harbour/ferry-returns/"


@pytest.fixture(autouse=True)
def none_counted():
    clicks.ABACUS.clear()


@pytest.fixture
def reader():
    return Client(headers={"User-Agent": "Mozilla/5.0 Firefox/140.0"})


def sent(count_clicks=True, readers=2):
    """An edition, and the parts of its letters."""
    newsletter = make_newsletter(count_clicks=count_clicks)
    for _ in range(readers):
        make_subscription(newsletter)
    clock, transport = Clock(), MemoryTransport()
    edition = make_edition(newsletter, BODY, clock=clock, path=PAGE)
    send.pump(edition, transport, clock=clock)
    return edition, [parts(mail) for mail in transport.sent]


def parts(mail):
    message = message_from_bytes(mail.data, policy=SMTP)
    return [message.get_body((kind,)).get_content() for kind in ("plain", "html")]


def address_of(edition, url=FOREIGN, variant=0):
    return click_url("", click_token(edition.links.get(url=url).pk, variant))


def test_links_lead_through_ours_and_are_the_same_for_all_readers():
    edition, letters = sent()
    site = settings.COURANT_URL
    for text, html in letters:
        assert site + address_of(edition) in html
        assert "ferries.example" not in html
        assert FOREIGN in text  # what readers see is where it leads
        assert "/newsletter/unsubscribe/" in html
    found = set(edition.links.values_list("url", flat=True))
    assert found == {FOREIGN, site + "/", site + PAGE, site + edition.path}


def test_without_the_newsletters_wish_links_lead_straight_to_their_pages():
    edition, letters = sent(count_clicks=False)
    assert "https://ferries.example/times?a=1&amp;b=2" in letters[0][1]
    assert "/newsletter/to/" not in letters[0][1]
    assert not edition.links.exists() and clicks.clicks_of(edition) == []


def test_what_is_frozen_keeps_the_true_addresses():
    edition, _ = sent()
    assert "ferries.example" in edition.artefact["letter"]["html"]


def test_a_click_leads_on_and_is_a_number(reader):
    edition, _ = sent()
    for _ in range(3):
        answer = reader.get(address_of(edition))
        assert (answer.status_code, answer["Location"]) == (302, FOREIGN)
        assert answer["Cache-Control"] == "no-store" and answer["Referrer-Policy"] == "no-referrer"
        assert not answer.cookies
    reader.get(address_of(edition, variant=7))
    clicks.ABACUS.put_down()
    reader.get(address_of(edition))
    clicks.ABACUS.put_down()
    first, *others = clicks.clicks_of(edition)
    assert (first.url, first.clicks, first.by_variant) == (FOREIGN, 5, {0: 4, 7: 1})
    assert [one.clicks for one in others] == [0, 0, 0]
    by_letter = ClickDay.objects.values_list("variant_id", "clicks")
    assert dict(by_letter) == {0: 4, 7: 1}
    assert set(ClickDay.objects.values_list("day", flat=True)) == {localdate()}


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": ""},
        {"User-Agent": "Mozilla/5.0 (compatible; ExampleBot/2.1; +https://example.org)"},
        {"User-Agent": "python-requests/2.32"},
        {"Sec-Purpose": "prefetch"},
        {"Purpose": "prefetch"},
        {"DNT": "1"},
        {"Sec-GPC": "1"},
    ],
)
def test_programs_and_readers_who_refuse_are_led_on_and_not_counted(reader, headers):
    edition, _ = sent()
    answer = reader.get(address_of(edition), headers=headers)
    assert answer["Location"] == FOREIGN
    assert not clicks.ABACUS._counts


def test_a_scanners_look_is_no_click(reader):
    edition, _ = sent()
    for look in (reader.head, reader.post):
        assert look(address_of(edition))["Location"] == FOREIGN
    assert not clicks.ABACUS._counts


def test_links_of_letters_that_were_sent_lead_on_when_clicks_are_no_longer_counted(reader):
    edition, _ = sent()
    edition.newsletter.count_clicks = False
    edition.newsletter.save()
    assert reader.get(address_of(edition))["Location"] == FOREIGN
    assert not clicks.ABACUS._counts


def test_nobody_makes_an_address_that_leads_elsewhere(reader):
    edition, _ = sent()
    token = click_token(edition.links.get(url=FOREIGN).pk, 0)
    for wrong in (token[:-2] + "AA", "https://evil.example", "x", click_token(10**9, 0)):
        answer = reader.get(f"/newsletter/to/{wrong}/")
        assert answer.status_code == 404
        assert "Location" not in answer


def test_two_workers_write_one_row_a_link():
    edition, _ = sent()
    before = EditionLink.objects.count()
    stored = Letter(**edition.artefact["letter"])
    one = clicks.with_counted_links(stored, edition, None)
    assert one == clicks.with_counted_links(stored, edition, None)
    assert EditionLink.objects.count() == before


def test_numbers_are_deleted_on_time_and_links_are_not():
    edition, _ = sent()
    link = edition.links.first()
    FiguresSettings.objects.create(days=30)
    clock = Clock()
    today = clock().date()
    for days in (29, 30, 31):
        ClickDay.objects.create(link=link, day=today - timedelta(days=days), clicks=1)
    tidy_up(clock)
    assert ClickDay.objects.count() == 2
    assert edition.links.count() == 4


def test_clicks_beyond_what_a_minute_holds_are_dropped_and_that_is_said():
    abacus = Abacus("clicks", clicks.write, a_minute=2, clock=lambda: 0.0)
    edition, _ = sent()
    key = (date(2026, 11, 20), edition.links.first().pk, 0)
    assert [abacus.add([key]) for _ in range(3)] == [True, True, False]
    abacus.put_down()
    assert ClickDay.objects.get().clicks == 2
    assert Dropped.objects.get().number == 1


def letter(html):
    return Letter("s", "", html, "", "https://unsubscribe.invalid/1", "n", "a@b.c", "", "en", False)


def test_only_web_addresses_are_led_through():
    found = letter(
        '<a class="x" href="https://a.example/?x=1&amp;y=2">a</a><a href="mailto:a@b.c">b</a>'
        '<a href="javascript:alert(1)">c</a><a href="https://unsubscribe.invalid/1">d</a>'
        '<a href="https://preferences.invalid/1">e</a><a href="https://site/newsletter/">f</a>'
        '<a href="https://[bad">g</a><link href="https://b.example/">'
    )
    assert leads_in(found, "https://site") == ["https://a.example/?x=1&y=2"]
    changed = led_through(found, {"https://a.example/?x=1&y=2": "https://site/to/1/?a&b"}).html
    assert 'class="x" href="https://site/to/1/?a&amp;b"' in changed
    assert changed.count("a.example") == 0 and "mailto:a@b.c" in changed
