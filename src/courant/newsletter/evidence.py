"""What proves a reader's yes or no: rows are added, and forget only where they came from."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models

from courant.newsletter.consent import Consent, consent_to
from courant.newsletter.models import ConsentEvent, Newsletter, Subscriber, Subscription

# The evidence itself stays; this forgets who looked at which page with which program.
NOWHERE = {"page": "", "network": "", "user_agent": ""}


@dataclass(frozen=True)
class Evidence:
    """Where a yes or no came from."""

    page: str = ""
    network: str = ""
    user_agent: str = ""


def add_event(
    kind: str, subscription: Subscription, evidence: Evidence, at: datetime, *, reason: str = ""
) -> None:
    """A yes or no to one newsletter, with the words that were agreed to."""
    facts = subscription.newsletter.facts()
    consent = consent_to(facts.name, facts.language)
    add_statement(
        kind,
        subscription.subscriber,
        consent,
        evidence,
        at,
        newsletter=subscription.newsletter,
        reason=reason,
    )


def add_statement(
    kind: str,
    subscriber: Subscriber,
    said: Consent,
    evidence: Evidence,
    at: datetime,
    *,
    newsletter: Newsletter | None = None,
    reason: str = "",
) -> None:
    """What a reader said in a form, in its exact words."""
    ConsentEvent.objects.create(
        kind=kind,
        subscriber=subscriber,
        newsletter=newsletter,
        time=at,
        text=said.text,
        text_version=said.version,
        text_language=said.language,
        reason=reason,
        **asdict(evidence),
    )


def forget_origins(rows: models.Q) -> int:
    """Blank page, network and program of events; what was said, and when, stays."""
    known = models.Q(page="") & models.Q(network="") & models.Q(user_agent="")
    return _events().filter(rows).exclude(known).update(**NOWHERE)


def forget_old_origins(at: datetime) -> int:
    """What is older than the setting `visitor_days` allows."""
    days = settings.COURANT_VISITOR_DAYS
    return forget_origins(models.Q(time__lt=at - timedelta(days=days)))


def _events() -> "models.QuerySet[ConsentEvent]":
    """Past the guard of `ConsentEvent.objects`: for this module alone."""
    return models.QuerySet(ConsentEvent)
