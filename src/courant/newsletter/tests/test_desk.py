"""What editors see of newsletters."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from courant.newsletter import send
from courant.newsletter.models import Delivery, Edition, Newsletter, SignupRequest, Subscriber
from courant.newsletter.outcomes import Outcome, Verdict
from courant.newsletter.tests.make import make_edition, make_newsletter, make_subscription
from courant.newsletter.transports.memory import MemoryTransport

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    user = get_user_model().objects.create_superuser("chief", "chief@lantern.example", "secret")
    client.force_login(user)
    return client


def url_of(model, view="list", *args):
    return reverse(model.snippet_viewset.get_url_name(view), args=args)


def test_editors_see_how_each_message_fared_and_why(editor):
    newsletter = make_newsletter()
    address = make_subscription(newsletter).subscriber.email
    edition = make_edition(newsletter, headline="The ferry returns")
    fault = Outcome(Verdict.REJECTED, "550 5.1.1 No such mailbox", 550)
    send.pump(edition, MemoryTransport(faults={address: fault}))
    deliveries = editor.get(url_of(Delivery)).content.decode()
    for words in (address, "The ferry returns", "Failed", "550 5.1.1 No such mailbox"):
        assert words in deliveries
    editions = editor.get(url_of(Edition)).content.decode()
    assert "The ferry returns" in editions and "Finished" in editions
    page = editor.get(url_of(Edition, "inspect", edition.pk), follow=True)
    assert "1 letters: 1 failed" in page.content.decode()


@pytest.mark.parametrize("model", [Subscriber, SignupRequest, Edition, Delivery])
def test_what_happens_by_itself_can_be_read_and_not_changed(editor, model):
    make_edition(make_newsletter())
    row = make_subscription(make_newsletter()).subscriber
    assert editor.get(url_of(model)).status_code == 200
    assert editor.get(url_of(model, "add")).status_code == 302
    if model is Subscriber:
        assert editor.get(url_of(model, "inspect", row.pk)).status_code == 200
        for view in ("edit", "delete"):
            assert editor.get(url_of(model, view, row.pk)).status_code == 302


def test_a_newsletter_is_made_at_the_desk(editor):
    answer = editor.post(
        url_of(Newsletter, "add"),
        {
            "slug": "weekly",
            "name": "Weekly",
            "language": "uk",
            "from_address": "w@lantern.example",
            "digest": "weekly",
            "digest_hour": 7,
            "digest_weekday": 4,
            "welcomes-TOTAL_FORMS": 0,
            "welcomes-INITIAL_FORMS": 0,
        },
    )
    assert answer.status_code == 302
    assert Newsletter.objects.get(slug="weekly").language == "uk"


def test_a_second_default_newsletter_is_refused_in_words(editor):
    Newsletter.objects.update(is_default=False)
    make_newsletter(is_default=True)
    answer = editor.post(
        url_of(Newsletter, "add"),
        {
            "slug": "b",
            "language": "en",
            "is_default": "on",
            "digest_hour": 7,
            "digest_weekday": 4,
            "welcomes-TOTAL_FORMS": 0,
            "welcomes-INITIAL_FORMS": 0,
        },
    )
    assert "Another newsletter is the default one" in answer.content.decode()
