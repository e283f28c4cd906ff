"""Makers of the newsletter's test data."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from courant.newsletter import making
from courant.newsletter.addresses import parse_address
from courant.newsletter.contest import Wish
from courant.newsletter.models import (
    Newsletter,
    NewsletterFacts,
    Subscriber,
    Subscription,
    WelcomeLetter,
)
from courant.stories.published import PublishedPhoto
from courant.stories.tests.make import make_paper, make_published_story

_numbers = itertools.count(1)
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class Clock:
    """Stands still until it is moved."""

    def __init__(self, time: datetime = NOON) -> None:
        self.time = time

    def __call__(self) -> datetime:
        return self.time

    def move(self, **by: float) -> None:
        self.time += timedelta(**by)


def make_facts(**facts: Any) -> NewsletterFacts:
    defaults = {
        "slug": "tide",
        "name": "First Tide",
        "description": "The harbour every morning.",
        "language": "en",
        "from_name": "The Test Lantern",
        "from_address": "letters@lantern.example",
    }
    return NewsletterFacts(**(defaults | facts))


def make_newsletter(**facts: Any) -> Newsletter:
    number = next(_numbers)
    defaults = {
        "slug": f"tide-{number}",
        "name": "First Tide",
        "from_name": "The Test Lantern",
        "from_address": "letters@lantern.example",
    }
    return Newsletter.objects.create(**(defaults | facts))


def make_subscription(
    newsletter: Newsletter, email: str = "", status: str = "active"
) -> Subscription:
    address = parse_address(email or f"reader{next(_numbers)}@readers.example")
    subscriber, _new = Subscriber.objects.get_or_create(
        email_key=address.key, defaults={"email": address.email, "created": NOON}
    )
    return Subscription.objects.create(
        subscriber=subscriber, newsletter=newsletter, status=status, confirmed_at=NOON
    )


def make_new_reader(newsletter: Newsletter, at: datetime, email: str = "") -> Subscription:
    """One who has just confirmed: the welcome series begins."""
    row = make_subscription(newsletter, email)
    Subscription.objects.filter(pk=row.pk).update(confirmed_at=at, welcome_from=at)
    row.refresh_from_db()
    return row


def make_welcome(newsletter: Newsletter, after_days: int = 0, **facts: Any) -> WelcomeLetter:
    """A letter of the series, as if it had been there since the day before NOON."""
    defaults = {
        "subject": f"Day {after_days} in the harbour",
        "text": "Thank you for coming aboard.\n\nEvery morning we write what the tide brought.",
        "created": NOON - timedelta(days=1),
    }
    return WelcomeLetter.objects.create(
        newsletter=newsletter, after_days=after_days, **(defaults | facts)
    )


def make_subscriptions(
    newsletter: Newsletter, number: int, domain: str = "readers.example"
) -> None:
    """Many at once, all active."""
    addresses = [f"reader{newsletter.pk}-{n}@{domain}" for n in range(number)]
    people = Subscriber.objects.bulk_create(
        Subscriber(email=address, email_key=address, created=NOON) for address in addresses
    )
    Subscription.objects.bulk_create(
        Subscription(subscriber=person, newsletter=newsletter, status="active", confirmed_at=NOON)
        for person in people
    )


def photo_url(photo: PublishedPhoto) -> str:
    return f"https://lantern.example/photos/{photo.id}-1200.jpg"


def make_edition(
    newsletter: Newsletter,
    *body: Any,
    clock: Any = lambda: NOON,
    wish: Wish | None = None,
    **facts: Any,
) -> Any:
    story = make_published_story(*body, **facts)
    paper = make_paper(story)
    how = {"photo_url": photo_url, "clock": clock, "wish": wish}
    return making.prepare(story, paper, newsletter, **how)


def states(edition: Any) -> dict[str, str]:
    """How each address fared."""
    return dict(edition.deliveries.values_list("email", "state"))
