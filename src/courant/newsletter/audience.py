"""Freezing who gets an edition: in chunks, once each, with numbers that must add up."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max

from courant.newsletter.addresses import parse_address
from courant.newsletter.errors import AddressError, EditionError
from courant.newsletter.models import Delivery, Edition, Newsletter, Subscription
from courant.newsletter.suppression import suppressed_among

CHUNK = 1000  # short transactions: the desk writes meanwhile


def newest_subscription() -> int:
    """Who subscribes later gets the next edition."""
    return Subscription.objects.aggregate(newest=Max("pk"))["newest"] or 0


def active_subscribers(newsletter: Newsletter) -> int:
    """How many an edition would go to now."""
    return newsletter.subscriptions.filter(status=Subscription.Status.ACTIVE).count()


def freeze(edition_id: int) -> Edition:
    """Write a delivery for every active subscription, then let the edition go. Raises EditionError.

    Any process may call it again after a crash, or at the same time: a chunk counts once.
    """
    while _freeze_chunk(edition_id):
        pass
    edition = Edition.objects.get(pk=edition_id)
    if edition.state == Edition.State.PREPARING:
        _check(edition)
        Edition.objects.filter(pk=edition_id, state=Edition.State.PREPARING).update(
            state=Edition.State.SENDING, once_only=edition.newsletter.once_only, error=""
        )
    return Edition.objects.get(pk=edition_id)


def _freeze_chunk(edition_id: int) -> bool:
    """False when there is no more to do."""
    with transaction.atomic():
        edition = (
            Edition.objects.select_for_update().select_related("newsletter").get(pk=edition_id)
        )
        if edition.state != Edition.State.PREPARING:
            return False
        chunk = list(
            edition.newsletter.subscriptions.filter(
                status=Subscription.Status.ACTIVE,
                pk__gt=edition.watermark,
                pk__lte=edition.ceiling,
            )
            .select_related("subscriber")
            .order_by("pk")[:CHUNK]
        )
        if not chunk:
            return False
        deliveries = _deliveries(edition, chunk)
        Delivery.objects.bulk_create(deliveries)
        edition.watermark = chunk[-1].pk
        edition.candidates += len(chunk)
        edition.prepared += len(deliveries)
        edition.excluded += len(chunk) - len(deliveries)
        edition.save(update_fields=["watermark", "candidates", "prepared", "excluded"])
    return True


def _deliveries(edition: Edition, chunk: Sequence[Subscription]) -> list[Delivery]:
    without = suppressed_among([one.subscriber.email_key for one in chunk])
    found = []
    for one in chunk:
        email = _ascii(one.subscriber.email)
        if not email or one.subscriber.email_key in without:
            continue
        found.append(Delivery(edition=edition, subscriber=one.subscriber, email=email))
    return found


def _ascii(email: str) -> str:
    try:
        return parse_address(email).ascii
    except AddressError:
        return ""


def _check(edition: Edition) -> None:
    written = edition.deliveries.count()
    if edition.candidates != edition.prepared + edition.excluded or edition.prepared != written:
        problem = (
            f"The numbers of “{edition}” do not add up: {edition.candidates} candidates, "
            f"{edition.excluded} excluded, {edition.prepared} prepared, {written} written. "
            "Nothing was sent; please report this."
        )
        Edition.objects.filter(pk=edition.pk).update(state=Edition.State.FAILED, error=problem)
        raise EditionError(problem)
