"""Hostile words in every field of every form: no header, recipient or markup comes of them."""

import random
from email import message_from_bytes
from email.policy import SMTP
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.utils.timezone import now

from courant.newsletter import links, notify, signup, welcomes
from courant.newsletter.models import ReaderNotice, SignupRequest
from courant.newsletter.tests.make import (
    make_new_reader,
    make_newsletter,
    make_subscription,
    make_welcome,
)
from courant.newsletter.tests.test_hostile import WEAPONS, hostile
from courant.newsletter.tokens import preferences_token, unsubscribe_token
from courant.newsletter.transports.memory import MemoryTransport
from courant.stories.tests.make import make_paper

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.urls("courant.newsletter.tests.urls"),
]
MARKUP = (
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    "{{ 7|add:7 }}",
    "{% now %}",
)
FORMS = {
    "sign-up": ("email", "newsletter", "page", "website"),
    "save": (
        *("newsletter", "offered_newsletter", "section", "offered_section"),
        *("language", "paused_until", "rhythm-1", "rhythm-01", "rhythm-x", "time_zone"),
    ),
    "move": ("email",),
    "delete": ("do", "other"),
    "unsubscribe": ("reason", "List-Unsubscribe"),
}


class Tags(HTMLParser):
    """The tags of a page, and attributes that could run something."""

    def __init__(self, html):
        super().__init__()
        self.found, self.events = set(), []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.found.add(tag)
        self.events += [name for name, _value in attributes if name.startswith("on")]


def posted(client, chance, subscriber, newsletter):
    form = chance.choice(list(FORMS))
    place = chance.choice(FORMS[form])
    weapon = hostile(chance) + chance.choice(("", *MARKUP))
    good = {
        "sign-up": {"email": "anna@example.org", "newsletter": newsletter.slug},
        "save": {"do": "save", "language": "en"},
        "move": {"do": "move", "email": "anna@new.example.org"},
        "delete": {"do": "delete"},
        "unsubscribe": {},
    }[form]
    values = good | {place: chance.choice((weapon, good.get(place, "") + weapon))}
    values = {name: value.encode(errors="replace").decode() for name, value in values.items()}
    own = links.preferences_url("", preferences_token(subscriber.pk, 1, now()))
    leave = links.unsubscribe_url("", unsubscribe_token(subscriber.pk, newsletter.pk))
    address = {"sign-up": "/newsletter/sign-up/", "unsubscribe": leave}.get(form, own)
    return client.post(address, values)


@pytest.mark.parametrize("seed", range(4))
def test_no_string_in_any_form_becomes_markup_a_header_or_an_error(seed):
    """2,000 strings in all."""
    chance = random.Random(seed)
    newsletter = make_newsletter(slug="tide")
    subscriber = make_subscription(newsletter, "bo@example.org").subscriber
    client = Client(enforce_csrf_checks=True)
    answers = [posted(client, chance, subscriber, newsletter) for _n in range(500)]
    assert {answer.status_code for answer in answers} <= {200, 400, 404}
    assert len({answer.status_code for answer in answers}) == 3
    for answer in answers:
        tags = Tags(answer.content.decode())
        assert not tags.found & {"script", "img", "iframe", "style"} and not tags.events
        assert not answer.cookies
    _mails_are_clean()


def _mails_are_clean():
    """What those forms led to: one address in each mail, and no header but ours."""
    transport = MemoryTransport()
    signup.process_requests(transport=transport)
    notify.process_notices(transport=transport)
    assert transport.sent
    for mail in transport.sent:
        parsed = message_from_bytes(mail.data, policy=SMTP)
        assert [one.addr_spec for one in parsed["To"].addresses] == [mail.recipient]
        assert "Bcc" not in parsed and len(parsed.keys()) == len(set(parsed.keys()))
        html = parsed.get_body(("html",)).get_content()
        assert "<script" not in html and "onerror" not in html
    for row in (*SignupRequest.objects.all(), *ReaderNotice.objects.all()):
        assert not set("\r\n\x00<>") & set(row.email)


@pytest.mark.parametrize("text", [*WEAPONS, *MARKUP])
def test_a_newsroom_s_own_words_are_words_in_a_welcome(text):
    storable = text.replace("\ud800", "?").replace("\x00", "?")  # no form lets the two through
    newsletter = make_newsletter(name="A <b> & B")
    make_welcome(newsletter, subject=storable[:150], text=f"Hello\n\n{storable}")
    make_new_reader(newsletter, now())
    transport = MemoryTransport()
    welcomes.line_up()
    assert welcomes.process_welcomes(make_paper, transport=transport).submitted == 1
    parsed = message_from_bytes(transport.sent[0].data, policy=SMTP)
    html = parsed.get_body(("html",)).get_content()
    assert "<script" not in html and "<img" not in html and "A &lt;b&gt; &amp; B" in html
    assert "Bcc" not in parsed
    assert "A <b> & B" in parsed.get_body(("plain",)).get_content()
