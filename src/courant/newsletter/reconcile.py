"""Comparing the rows with all that is known elsewhere: journals, reports, a mail server's log."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from re import compile as pattern

from courant.newsletter.ledger import rows
from courant.newsletter.models import SINGLE, Delivery, Edition
from courant.newsletter.names import name_of
from courant.newsletter.progress import Fares, fares

# What mail servers write when they have taken a message; a refusal names no Message-ID.
TAKEN = pattern(r"(?:message-id|msgid|id)=<([a-z2-7]{32})@", 2)
State = Delivery.State


@dataclass(frozen=True)
class Reconciled:
    recovered: int
    """Messages whose worker was gone."""
    arrived: int
    """Uncertain ones that a server's log or a report shows to have arrived."""
    uncertain: int
    """Uncertain ones that are left."""
    unbalanced: list[Fares]


def reconcile(at: datetime, log: Iterable[str] = ()) -> Reconciled:
    """Bring the rows to what is known. `log`: lines of the mail server that took our mail."""
    recovered = 0
    for model in SINGLE:
        recovered += rows.recover(model._default_manager.all(), at, once_only=True)
    for edition in Edition.objects.filter(deliveries__state=State.INFLIGHT).distinct():
        recovered += rows.recover(
            Delivery.objects.filter(edition=edition), at, once_only=edition.once_only
        )
    taken = {found[1].lower() for line in log for found in TAKEN.finditer(line)}
    arrived = _arrived(taken, at)
    left = Delivery.objects.filter(state=State.UNCERTAIN).count()
    all_fares = [fares(edition, at) for edition in Edition.objects.all()]
    return Reconciled(recovered, arrived, left, [one for one in all_fares if not one.balances])


def _arrived(taken: set[str], at: datetime) -> int:
    uncertain = Delivery.objects.filter(state=State.UNCERTAIN).select_related("edition")
    known = [
        row.pk
        for row in uncertain.iterator()
        if name_of(row.edition_id, row.edition.seed, row.pk) in taken
    ]
    reported = set(uncertain.filter(returns__isnull=False).values_list("pk", flat=True))
    found = Delivery.objects.filter(pk__in=reported.union(known), state=State.UNCERTAIN)
    return found.update(state=State.SUBMITTED, submitted_at=at, error="")
