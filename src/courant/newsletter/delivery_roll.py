"""The list of deliveries, a page at a time: of however many, none is counted or passed over."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from django.db.models import QuerySet

from courant.lib.database import begins_with
from courant.newsletter.models import Delivery, Edition, Subscriber

PAGE = 50
LOOKED_AT = 100  # editions for one page, where few letters are in the state that is asked for


@dataclass(frozen=True)
class Search:
    """`address`: what it begins with. `edition` (its key) and `state` narrow further."""

    address: str = ""
    edition: int | None = None
    state: str = ""
    after: str = ""

    @property
    def states(self) -> list[str]:
        return [self.state] if self.state else list(Delivery.State.values)


@dataclass(frozen=True)
class Page:
    deliveries: list[Delivery]
    next: str
    """What to search after for the next page; empty on the last."""


def page_of(search: Search) -> Page:
    """The newest edition's first, each edition's newest first; or by address."""
    return _by_address(search) if search.address.strip() else _by_edition(search)


def _by_edition(search: Search) -> Page:
    last, below = _mark(search.after)
    editions = Edition.objects.order_by("-pk").values_list("pk", flat=True)
    if search.edition:
        editions = editions.filter(pk=search.edition)
    if last:
        editions = editions.filter(pk__lte=last)
    found: list[tuple[int, int]] = []
    looked_at = list(editions[:LOOKED_AT])
    for edition in looked_at:
        rows = Delivery.objects.filter(edition=edition)
        if edition == last:
            rows = rows.filter(pk__lt=below)
        found += [(edition, pk) for pk in _newest(rows, search, PAGE + 1 - len(found))]
        if len(found) > PAGE:
            return Page(
                _rows(pk for _edition, pk in found[:PAGE]), "{}-{}".format(*found[PAGE - 1])
            )
    more = f"{looked_at[-1]}-0" if len(looked_at) == LOOKED_AT else ""
    return Page(_rows(pk for _edition, pk in found), more)


def _by_address(search: Search) -> Page:
    key = search.address.strip().casefold()
    if not key.isascii():
        return Page([], "")  # keys are ASCII
    readers = Subscriber.objects.filter(begins_with("email_key", key)).exclude(email="")
    last, _space, below = search.after.partition(" ")
    found: list[tuple[str, int]] = []
    rows = readers.filter(email_key__gte=last).order_by("email_key")
    for subscriber, address in rows.values_list("pk", "email_key")[: PAGE + 2]:
        theirs = Delivery.objects.filter(subscriber=subscriber)
        if search.edition:
            theirs = theirs.filter(edition=search.edition)
        if address == last and below.isdigit():
            theirs = theirs.filter(pk__lt=int(below))
        newest = theirs.filter(state__in=search.states).order_by("-pk").values_list("pk", flat=True)
        found += [(address, pk) for pk in newest[: PAGE + 1 - len(found)]]
        if len(found) > PAGE:
            return Page(_rows(pk for _key, pk in found[:PAGE]), "{} {}".format(*found[PAGE - 1]))
    return Page(_rows(pk for _key, pk in found), "")


def _newest(rows: QuerySet[Delivery], search: Search, number: int) -> list[int]:
    """The index knows the order within a state: the newest of each, then the newest of all."""
    keys = (
        rows.filter(state=state).order_by("-pk").values_list("pk", flat=True)[:number]
        for state in search.states
    )
    return sorted(chain.from_iterable(keys), reverse=True)[:number]


def _rows(keys: Iterator[int]) -> list[Delivery]:
    """In the order of their keys; without the letters, which are large."""
    order = list(keys)
    rows = Delivery.objects.select_related("edition").defer("edition__artefact").in_bulk(order)
    return [rows[key] for key in order]


def _mark(after: str) -> tuple[int, int]:
    """Of "12-345": an edition and a delivery of it."""
    edition, _hyphen, delivery = after.partition("-")
    known = edition.isascii() and edition.isdigit() and delivery.isascii() and delivery.isdigit()
    return (int(edition), int(delivery)) if known and len(after) < 40 else (0, 0)
