"""Clicks of an edition, counted by link and letter: nothing tells who clicked.

An address of ours names a link and a letter, the same for all who get that letter. It is sealed:
nobody makes one that leads elsewhere.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localdate

from courant.figures.keeping import write_dropped
from courant.figures.models import FiguresSettings
from courant.lib.abacus import Abacus, Key
from courant.lib.database import add_up
from courant.lib.digests import digest_of_bytes
from courant.newsletter.compose import Letter
from courant.newsletter.leading import leads_in, led_through
from courant.newsletter.links import click_url
from courant.newsletter.models import ClickDay, Edition, EditionLink
from courant.newsletter.tokens import Click, click_token

CLICKS = "clicks"


@dataclass
class LinkFigures:
    """One link of an edition: how often it was followed, in all and by variant (0: none)."""

    url: str
    clicks: int = 0
    by_variant: dict[int, int] = field(default_factory=dict)


def clicks_of(edition: Edition) -> list[LinkFigures]:
    """Every link of an edition with its clicks, the most followed first.

    Clicks, not readers: who clicks twice counts twice, and so does a scanner that says that it is
    a browser. Empty where clicks of the edition are not counted.
    """
    found = {pk: LinkFigures(url) for pk, url in edition.links.values_list("pk", "url")}
    rows = ClickDay.objects.filter(link__edition=edition)
    of = rows.order_by("variant_id").values_list("link_id", "variant_id", "clicks")
    for link, variant, number in of:
        figures = found[link]
        figures.clicks += number
        figures.by_variant[variant] = figures.by_variant.get(variant, 0) + number
    return sorted(found.values(), key=lambda one: (-one.clicks, one.url))


def with_counted_links(letter: Letter, edition: Edition, variant: int | None) -> Letter:
    """The letter as it is sent: its links lead through ours, if the edition's clicks are counted.

    May run twice: the same link keeps its row.
    """
    if not edition.clicks_counted:
        return letter
    rows = _rows(edition, leads_in(letter, settings.COURANT_URL))
    return led_through(letter, {url: _address(pk, variant) for url, pk in rows.items()})


def note(click: Click) -> None:
    """Count one click on the paper's day."""
    ABACUS.add([(localdate(), click.link, click.variant)])


@transaction.atomic
def write(counts: Counter[Key], dropped: int) -> None:
    links = {link for _day, link, _variant in counts}
    known = set(EditionLink.objects.filter(pk__in=links).values_list("pk", flat=True))
    rows = [
        {"link_id": link, "variant_id": variant, "day": day, "clicks": number}
        for (day, link, variant), number in counts.items()
        if link in known
    ]
    add_up(ClickDay, ["link_id", "variant_id", "day"], ["clicks"], rows)
    write_dropped(CLICKS, dropped)


def forget_old_clicks(today: date) -> None:
    """Delete numbers that have had their time. The links lead on."""
    ClickDay.objects.filter(day__lt=FiguresSettings.now().oldest(today)).delete()


def _rows(edition: Edition, urls: Iterable[str]) -> dict[str, int]:
    """The rows of these addresses, made where there are none; several workers may do so at once."""
    digests = {digest_of_bytes(url.encode()): url for url in urls}
    EditionLink.objects.bulk_create(
        [EditionLink(edition=edition, digest=digest, url=url) for digest, url in digests.items()],
        ignore_conflicts=True,
    )
    rows = edition.links.filter(digest__in=digests)
    return {digests[digest]: pk for digest, pk in rows.values_list("digest", "pk")}


def _address(link: int, variant: int | None) -> str:
    return click_url(settings.COURANT_URL, click_token(link, variant or 0))


ABACUS = Abacus("Clicks of newsletters", write)
