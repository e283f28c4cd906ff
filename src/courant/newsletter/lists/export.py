"""All that we know of readers, as CSV files that a spreadsheet may open: no cell is a formula."""

import csv
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from courant.lib.cells import safe
from courant.newsletter.models import ConsentEvent, Subscriber, Suppression
from courant.newsletter.suppression import Suppressed

AT_ONCE = 2000
READERS = (
    "reader",
    "email",
    "newsletter",
    "status",
    "subscribed_at",
    "confirmed_at",
    "unsubscribed_at",
    "language",
    "how_often",
    "time_zone",
    "paused_until",
    "sections_not_wanted",
    "suppressed",
)
CONSENT = (
    *("reader", "kind", "newsletter", "time", "text", "text_version", "text_language"),
    *("page", "network", "user_agent", "reason"),
)
SUPPRESSIONS = ("digest", "reason", "until_signup", "created")


def export_all(folder: Path) -> dict[str, int]:
    """Write the three files; returns how many lines each has. Raises OSError."""
    return {
        name: _write(folder / name, head, rows)
        for name, head, rows in (
            ("readers.csv", READERS, readers()),
            ("consent.csv", CONSENT, consent()),
            ("suppressions.csv", SUPPRESSIONS, suppressions()),
        )
    }


def readers() -> Iterator[tuple[Any, ...]]:
    """A line for each subscription; who was deleted is left out."""
    barred = Suppressed()
    rows = (
        Subscriber.objects.exclude(email="")
        .order_by("pk")
        .values_list(
            *("pk", "email", "subscriptions__newsletter__slug", "subscriptions__status", "created"),
            *("subscriptions__confirmed_at", "subscriptions__unsubscribed_at", "language"),
            *("subscriptions__rhythm", "time_zone"),
            *("paused_until", "without_sections", "email_key"),
        )
    )
    for *facts, sections, key in rows.iterator(AT_ONCE):
        yield (*facts, " ".join(map(str, sections)), "yes" if key in barred else "")


def consent() -> Iterator[tuple[Any, ...]]:
    rows = ConsentEvent.objects.order_by("pk").values_list(
        *("subscriber", "kind", "newsletter__slug", "time", "text", "text_version"),
        *("text_language", "page", "network", "user_agent", "reason"),
    )
    return rows.iterator(AT_ONCE)


def suppressions() -> Iterator[tuple[Any, ...]]:
    """Digests: they mean something only with this paper's secret key."""
    rows = Suppression.objects.order_by("pk")
    return rows.values_list("address_hmac", "reason", "until_signup", "created").iterator(AT_ONCE)


def _write(path: Path, head: Iterable[str], rows: Iterable[tuple[Any, ...]]) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)  # addresses
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        count = 0
        for row in rows:
            writer.writerow(map(safe, row))
            count += 1
    return count
