"""Addresses that get nothing, whatever else is stored: keyed digests, which outlive erasure."""

from collections.abc import Collection

from courant.newsletter.keys import keyed, keys_for
from courant.newsletter.models import Suppression

PURPOSE = "suppression"


def suppress(email_key: str, reason: str) -> None:
    """From now on this address gets nothing. A second call changes nothing."""
    digest = _digests(email_key)[0]
    Suppression.objects.get_or_create(address_hmac=digest, defaults={"reason": reason})


def is_suppressed(email_key: str) -> bool:
    return bool(suppressed_among([email_key]))


def suppressed_among(email_keys: Collection[str]) -> set[str]:
    """Those of the addresses that get nothing; one query."""
    by_digest = {digest: key for key in email_keys for digest in _digests(key)}
    found = Suppression.objects.filter(address_hmac__in=by_digest)
    return {by_digest[digest] for digest in found.values_list("address_hmac", flat=True)}


def _digests(email_key: str) -> list[str]:
    return [keyed(key, email_key).hex() for key in keys_for(PURPOSE)]
