"""The list of readers, a page at a time: however many there are, none is counted or passed over."""

from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch

from courant.lib.database import begins_with
from courant.newsletter.models import Subscriber, Subscription

PAGE = 50


@dataclass(frozen=True)
class Search:
    """`address`: what it begins with. `newsletter` (its key) and `status` narrow further."""

    address: str = ""
    newsletter: int | None = None
    status: str = ""
    after: str = ""


@dataclass(frozen=True)
class Page:
    readers: list[Subscriber]
    next: str
    """What to search after for the next page; empty on the last."""


def page_of(search: Search) -> Page:
    """Readers with the subscriptions that were looked for; newest first, or by address."""
    if search.address.strip():
        return _by_address(search)
    if search.newsletter:
        return _of_newsletter(search)
    rows = Subscriber.objects.exclude(email="").order_by("-pk")
    if search.after.isdigit():
        rows = rows.filter(pk__lt=int(search.after))
    found = list(rows.prefetch_related(_subscriptions())[: PAGE + 1])
    return _cut(found, [str(one.pk) for one in found])


def _by_address(search: Search) -> Page:
    key = search.address.strip().casefold()
    if not key.isascii():
        return Page([], "")  # keys are ASCII
    rows = Subscriber.objects.filter(begins_with("email_key", key)).order_by("email_key")
    if search.newsletter:
        wanted = Subscription.objects.filter(subscriber=OuterRef("pk"), status__in=_states(search))
        rows = rows.filter(Exists(wanted.filter(newsletter=search.newsletter)))
    if search.after:
        rows = rows.filter(email_key__gt=search.after)
    found = list(rows.prefetch_related(_subscriptions())[: PAGE + 1])
    return _cut(found, [one.email_key for one in found])


def _of_newsletter(search: Search) -> Page:
    """The index knows the order within a status: the newest of each, then the newest of all."""
    rows = Subscription.objects.filter(newsletter=search.newsletter).order_by("-pk")
    if search.after.isdigit():
        rows = rows.filter(pk__lt=int(search.after))
    keys = sorted(
        chain.from_iterable(
            rows.filter(status=state).values_list("pk", "subscriber")[: PAGE + 1]
            for state in _states(search)
        ),
        reverse=True,
    )[: PAGE + 1]
    readers = Subscriber.objects.prefetch_related(_subscriptions()).in_bulk(
        [subscriber for _pk, subscriber in keys]
    )
    return _cut([readers[subscriber] for _pk, subscriber in keys], [str(pk) for pk, _one in keys])


def _states(search: Search) -> list[str]:
    return [search.status] if search.status else list(Subscription.Status.values)


def _subscriptions() -> Prefetch[Any]:
    return Prefetch("subscriptions", Subscription.objects.select_related("newsletter"))


def _cut(found: list[Subscriber], marks: list[str]) -> Page:
    return Page(found[:PAGE], marks[PAGE - 1] if len(found) > PAGE else "")
