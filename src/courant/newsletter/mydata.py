"""All that is known of one reader, for the reader."""

from collections.abc import Iterable
from typing import Any

from courant.newsletter import contests
from courant.newsletter.models import Subscriber, WelcomeMail
from courant.newsletter.suppression import is_suppressed


def data_of(subscriber: Subscriber) -> dict[str, Any]:
    """Every row about a reader, ready for JSON."""
    return {
        "address": subscriber.email,
        "language": subscriber.language,
        "since": subscriber.created,
        "paused_until": subscriber.paused_until,
        "time_zone": subscriber.time_zone,
        "sections_not_wanted": subscriber.without_sections,
        "suppressed": is_suppressed(subscriber.email_key),
        "subscriptions": _rows(
            subscriber.subscriptions.all(),
            newsletter="newsletter__slug",
            status="status",
            how_often="rhythm",
            confirmed="confirmed_at",
            unsubscribed="unsubscribed_at",
        ),
        "said": _rows(
            subscriber.consent.all(),
            what="kind",
            newsletter="newsletter__slug",
            time="time",
            words="text",
            language="text_language",
            page="page",
            program="user_agent",
            network="network",
            reason="reason",
        ),
        "letters": _rows(
            subscriber.deliveries.annotate(subject=contests.subject_got()),
            subject="subject",
            address="email",
            state="state",
            time="submitted_at",
            returned="returned",
        ),
        "welcomes": _rows(
            WelcomeMail.objects.filter(subscription__subscriber=subscriber),
            subject="subject",
            newsletter="subscription__newsletter__slug",
            address="email",
            state="state",
            time="submitted_at",
        ),
        "other_mails": _rows(
            subscriber.notices.all(), what="kind", address="email", state="state", time="created"
        ),
    }


def _rows(rows: Any, **names: str) -> list[dict[str, Any]]:
    found: Iterable[tuple[Any, ...]] = rows.values_list(*names.values())
    return [dict(zip(names, row, strict=True)) for row in found]
