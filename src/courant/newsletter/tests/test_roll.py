"""The desk's list of readers."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courant.newsletter import roll
from courant.newsletter.erasure import erase
from courant.newsletter.evidence import Evidence
from courant.newsletter.models import Subscriber
from courant.newsletter.roll import Search, page_of
from courant.newsletter.tests.make import make_newsletter, make_subscription

pytestmark = pytest.mark.django_db
NAMES = [f"{letter}{number}@example.org" for number in range(5) for letter in "abc"]


@pytest.fixture(autouse=True)
def small_pages(monkeypatch):
    monkeypatch.setattr(roll, "PAGE", 4)


@pytest.fixture
def tide():
    made = make_newsletter(name="First Tide")
    for n, name in enumerate(NAMES):
        make_subscription(made, name, status=("active", "unsubscribed", "pending")[n % 3])
    return made


def walked(**search):
    """All addresses, page after page."""
    found, after = [], ""
    while True:
        page = page_of(Search(after=after, **search))
        assert len(page.readers) <= 4
        found += [one.email for one in page.readers]
        if not page.next:
            return found
        after = page.next


def test_every_reader_is_on_one_page(tide):
    assert walked() == NAMES[::-1]


def test_readers_are_found_by_how_their_address_begins(tide):
    assert walked(address="B") == sorted(name for name in NAMES if name[0] == "b")
    assert walked(address="b3") == ["b3@example.org"]
    assert walked(address="é") == []


def test_readers_of_a_newsletter_are_found_by_status(tide):
    make_subscription(make_newsletter(), "zoe@example.org")
    assert walked(newsletter=tide.pk) == NAMES[::-1]
    assert walked(newsletter=tide.pk, status="active") == NAMES[::3][::-1]
    assert walked(newsletter=tide.pk, status="pending", address="c1") == ["c1@example.org"]


def test_who_was_deleted_is_not_listed(tide):
    erase(Subscriber.objects.get(email="a0@example.org"), Evidence())
    assert "a0@example.org" not in walked() and "" not in walked()


def test_no_page_counts_or_passes_over_rows(tide):
    for search in (Search(), Search(address="a"), Search(newsletter=tide.pk)):
        with CaptureQueriesContext(connection) as queries:
            page_of(search)
        assert not re.search(r"COUNT\(|OFFSET", " ".join(q["sql"] for q in queries))


def test_editors_walk_through_the_list(client, tide):
    user = get_user_model().objects.create_superuser("chief", "chief@lantern.example", "secret")
    client.force_login(user)
    url = reverse(Subscriber.snippet_viewset.get_url_name("list"))
    first = client.get(url, {"newsletter": tide.pk}).content.decode()
    assert "Search(" not in first
    assert "c4@example.org" in first and "First Tide: pending" in first
    link = re.search(r'href="(\?[^"]+)">The next ones', first).group(1).replace("&amp;", "&")
    second = client.get(url + link).content.decode()
    assert "c4@example.org" not in second and "b3@example.org" in second
    row = Subscriber.objects.get(email="b3@example.org")
    assert client.get(f"{url}inspect/{row.pk}/").status_code == 200
    assert "There is nobody who fits this" in client.get(url, {"q": "zz"}).content.decode()
    assert client.get(url, {"newsletter": "x", "after": "y", "status": "z"}).status_code == 200


def test_only_those_who_may_view_subscribers_see_them(client, tide):
    user = get_user_model().objects.create_user("guest", "guest@lantern.example", "secret")
    client.force_login(user)
    url = reverse(Subscriber.snippet_viewset.get_url_name("list"))
    assert client.get(url).status_code == 302
