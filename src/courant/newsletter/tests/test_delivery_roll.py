"""The desk's list of deliveries."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courant.newsletter import delivery_roll
from courant.newsletter.delivery_roll import Search, page_of
from courant.newsletter.erasure import erase
from courant.newsletter.evidence import Evidence
from courant.newsletter.models import Delivery, Subscriber
from courant.newsletter.tests.make import make_edition, make_newsletter, make_subscription

pytestmark = pytest.mark.django_db
NAMES = [f"{letter}{number}@example.org" for number in range(3) for letter in "abc"]


@pytest.fixture(autouse=True)
def small_pages(monkeypatch):
    monkeypatch.setattr(delivery_roll, "PAGE", 4)
    monkeypatch.setattr(delivery_roll, "LOOKED_AT", 2)


@pytest.fixture
def editions():
    """Three, of one story each, to the same readers; some letters of the first have failed."""
    tide = make_newsletter(name="First Tide")
    for name in NAMES:
        make_subscription(tide, name)
    made = [make_edition(tide, id=number, headline=f"The tide {number}") for number in (1, 2, 3)]
    wrong = made[0].deliveries.filter(email__startswith="b")
    wrong.update(state="failed", error="552 Mailbox full", smtp_code=552)
    return made


def walked(**search):
    """Edition and address of each, page after page."""
    found, after = [], ""
    while True:
        page = page_of(Search(after=after, **search))
        assert len(page.deliveries) <= 4
        found += [(one.edition_id, one.email) for one in page.deliveries]
        if not page.next:
            return found
        after = page.next


def test_every_letter_is_on_one_page_those_of_the_newest_edition_first(editions):
    assert walked() == [(one.pk, name) for one in editions[::-1] for name in NAMES[::-1]]


def test_letters_of_an_edition_are_found_by_state(editions):
    first = editions[0].pk
    assert walked(edition=first, state="failed") == [
        (first, f"b{n}@example.org") for n in (2, 1, 0)
    ]
    assert walked(edition=editions[1].pk, state="failed") == []


def test_what_failed_long_ago_is_found_though_newer_editions_are_without_failures(editions):
    assert page_of(Search(state="failed")).deliveries == []
    assert [edition for edition, _name in walked(state="failed")] == [editions[0].pk] * 3


def test_letters_are_found_by_how_their_address_begins(editions):
    newest = [one.pk for one in editions[::-1]]
    assert walked(address="C1") == [(pk, "c1@example.org") for pk in newest]
    names = sorted(name for name in NAMES if name[0] == "c")
    assert walked(address="c") == [(pk, name) for name in names for pk in newest]
    assert walked(address="b", state="failed", edition=editions[0].pk) == [
        (editions[0].pk, f"b{n}@example.org") for n in range(3)
    ]
    assert walked(address="é") == []


def test_no_page_counts_or_passes_over_rows_or_reads_letters(editions):
    for search in (Search(), Search(address="a"), Search(edition=editions[0].pk)):
        with CaptureQueriesContext(connection) as queries:
            page_of(search)
        asked = " ".join(q["sql"] for q in queries)
        assert not re.search(r"COUNT\(|OFFSET|artefact", asked)


def test_editors_walk_through_the_list(client, editions):
    erase(Subscriber.objects.get(email="a2@example.org"), Evidence())
    user = get_user_model().objects.create_superuser("chief", "chief@lantern.example", "secret")
    client.force_login(user)
    url = reverse(Delivery.snippet_viewset.get_url_name("list"))
    first = client.get(url, {"edition": editions[0].pk}).content.decode()
    assert "552 Mailbox full" in first and "The tide 1" in first and "a deleted reader" in first
    link = re.search(r'href="(\?[^"]+)">The next ones', first).group(1).replace("&amp;", "&")
    second = client.get(url + link).content.decode()
    assert "c2@example.org" in first and "c2@example.org" not in second
    row = editions[0].deliveries.get(email="c2@example.org")
    assert client.get(f"{url}inspect/{row.pk}/").status_code == 200
    assert "There is no letter that fits this" in client.get(url, {"q": "zz"}).content.decode()
    for odd in ("x", "1-", "-1", "9" * 60, "1-x", "é-1"):
        assert client.get(url, {"edition": "x", "after": odd, "state": "z"}).status_code == 200


def test_only_those_who_may_view_deliveries_see_them(client, editions):
    user = get_user_model().objects.create_user("guest", "guest@lantern.example", "secret")
    client.force_login(user)
    url = reverse(Delivery.snippet_viewset.get_url_name("list"))
    assert client.get(url).status_code == 302
