"""From a report to its row, and what follows from it."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count

from courant.newsletter.deliveries import hold_domain, suppress_address_of
from courant.newsletter.ledger import database_time
from courant.newsletter.models import Delivery, Edition, Return
from courant.newsletter.names import delivery_named
from courant.newsletter.returns.parse import Kind, Reported, reports_in

log = logging.getLogger(__name__)

# An address whose mail bounces for a passing reason is given up after this many editions …
EDITIONS, WITHIN = 3, timedelta(days=14)
# … and a domain that refuses us is held back from so many refusals on, if they are a good part.
REFUSALS, PART = 5, 0.05
State = Delivery.State


def take_in(data: bytes, recipients: tuple[str, ...] = (), *, source: str = "mail") -> int:
    """Record what a returned mail reports; how many reports found their row."""
    return record(reports_in(data, recipients), source=source)


def record(reports: Iterable[Reported], *, source: str, at: datetime | None = None) -> int:
    """Each report counts once, however often it comes; one that names no delivery is dropped."""
    count = 0
    for report in reports:
        delivery = next(filter(None, map(delivery_named, report.about)), None)
        if delivery is None:
            log.info("A report names no delivery of ours: %s", report.kind)
            continue
        count += _record_one(report, delivery, source, at or database_time())
    return count


@transaction.atomic
def _record_one(report: Reported, delivery: Delivery, source: str, at: datetime) -> int:
    row, new = Return.objects.get_or_create(
        source=source,
        event=report.event,
        defaults={
            "delivery": delivery,
            "kind": report.kind,
            "fault": report.fault,
            "status": report.status,
            "detail": report.detail,
            "time": at,
        },
    )
    if new:
        _it_arrived(delivery, at)
        if report.kind == Kind.COMPLAINED:
            _mark(delivery, Delivery.Returned.COMPLAINED)
            suppress_address_of(delivery.pk, "complaint")
        elif report.kind == Kind.BOUNCED:
            _mark(delivery, Delivery.Returned.BOUNCED)
            _bounced(row)
    return 1


def _it_arrived(delivery: Delivery, at: datetime) -> None:
    """A report about a message proves that its server had it: it is uncertain no more."""
    Delivery.objects.filter(pk=delivery.pk, state=State.UNCERTAIN).update(
        state=State.SUBMITTED, submitted_at=at, error=""
    )


def _mark(delivery: Delivery, returned: str) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(returned=returned)


def _bounced(row: Return) -> None:
    told = f"{row.status} {row.detail}".strip()
    if row.fault == Return.Fault.ADDRESS:
        suppress_address_of(row.delivery_id, f"bounced: {told}")
    elif row.fault == Return.Fault.PASSING and _bounces_always(row):
        suppress_address_of(row.delivery_id, f"bounced in {EDITIONS} editions: {told}")
    elif row.fault == Return.Fault.OURS and _refuses_us(row):
        hold_domain(row.delivery.edition_id, row.delivery.email.rpartition("@")[2], told)


def _bounces_always(row: Return) -> bool:
    bounced = Return.objects.filter(
        delivery__subscriber=row.delivery.subscriber_id,
        kind=Kind.BOUNCED,
        fault=Return.Fault.PASSING,
        time__gt=row.time - WITHIN,
    )
    editions = bounced.aggregate(number=Count("delivery__edition", distinct=True))["number"]
    return editions >= EDITIONS


def _refuses_us(row: Return) -> bool:
    """Whether a good part of an edition's mail to one domain comes back for our standing."""
    edition: Edition = row.delivery.edition
    domain = row.delivery.email.rpartition("@")[2]
    if domain in edition.held:
        return False
    there = edition.deliveries.filter(email__endswith=f"@{domain}", state=State.SUBMITTED)
    refused = there.filter(returns__fault=Return.Fault.OURS).distinct().count()
    return refused >= REFUSALS and refused >= PART * there.count()
