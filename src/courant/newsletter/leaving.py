"""Leaving a newsletter: at once, for ever, with a reason if the reader gives one."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from courant.newsletter.errors import TokenError
from courant.newsletter.evidence import Evidence, add_event
from courant.newsletter.ledger import Clock
from courant.newsletter.models import ConsentEvent, Newsletter, Subscription
from courant.newsletter.tokens import read_unsubscribe

Status = Subscription.Status


def newsletter_to_leave(token: str) -> Newsletter:
    """What an unsubscribe link is about; changes nothing. Raises TokenError."""
    found = Newsletter.objects.filter(pk=read_unsubscribe(token).newsletter).first()
    if found is None:
        raise TokenError(
            _("This newsletter is no longer published, so nothing is sent."), gone=True
        )
    return found


def unsubscribe(
    token: str, evidence: Evidence, *, reason: str = "", clock: Clock = now
) -> Newsletter:
    """End a subscription at once. A second call changes nothing. Raises TokenError."""
    asked = read_unsubscribe(token)
    newsletter = newsletter_to_leave(token)
    subscription = Subscription.objects.filter(
        subscriber=asked.subscriber, newsletter=newsletter
    ).first()
    if subscription:
        end(subscription, evidence, clock(), reason=reason)
    return newsletter


def end(subscription: Subscription, evidence: Evidence, at: datetime, *, reason: str = "") -> bool:
    """End one subscription, with its evidence; False when it had ended before."""
    known = reason if reason in ConsentEvent.Reason.values else ""
    with transaction.atomic():
        ours = Subscription.objects.filter(pk=subscription.pk).exclude(status=Status.UNSUBSCRIBED)
        changed = ours.update(status=Status.UNSUBSCRIBED, unsubscribed_at=at)
        if changed:
            kind = ConsentEvent.Kind.UNSUBSCRIBED
            add_event(kind, subscription, evidence, at, reason=known)
    return bool(changed)
