"""Addresses that get nothing, whatever else is stored: keyed digests, which outlive erasure."""

from collections.abc import Collection, Iterable

from django.db.models import QuerySet

from courant.newsletter.keys import keyed, keys_for
from courant.newsletter.models import Suppression

PURPOSE = "suppression"


def suppress(email_key: str, reason: str, *, until_signup: bool = False) -> None:
    """From now on this address gets nothing. A second call changes nothing but what was mild.

    `until_signup`: its owner may come back, by signing up and confirming; no import brings it back.
    """
    digest = keyed(keys_for(PURPOSE)[0], email_key).hex()
    facts = {"reason": reason, "until_signup": until_signup}
    row, new = Suppression.objects.get_or_create(address_hmac=digest, defaults=facts)
    if not new and row.until_signup and not until_signup:
        Suppression.objects.filter(pk=row.pk).update(**facts)


def lift(email_keys: Iterable[str]) -> None:
    """Let mail go to these addresses again: their suppression was an error."""
    _rows(email_keys).delete()


def is_suppressed(email_key: str) -> bool:
    return bool(suppressed_among([email_key]))


def may_sign_up(email_key: str) -> bool:
    """Whether nothing but its owner's own wish keeps mail from this address."""
    return not _rows([email_key]).filter(until_signup=False).exists()


def welcome_back(email_key: str) -> None:
    """Its owner has confirmed that mail may come again."""
    _rows([email_key]).filter(until_signup=True).delete()


def suppressed_among(email_keys: Collection[str]) -> set[str]:
    """Those of the addresses that get nothing; one query."""
    secrets = keys_for(PURPOSE)
    by_digest = {keyed(each, key).hex(): key for key in email_keys for each in secrets}
    found = Suppression.objects.filter(address_hmac__in=by_digest)
    return {by_digest[digest] for digest in found.values_list("address_hmac", flat=True)}


class Suppressed:
    """All of them at one moment, for who asks about a million addresses."""

    def __init__(self) -> None:
        self._keys = keys_for(PURPOSE)
        self._digests = frozenset(Suppression.objects.values_list("address_hmac", flat=True))

    def __contains__(self, email_key: str) -> bool:
        return any(keyed(key, email_key).hex() in self._digests for key in self._keys)


def _rows(email_keys: Iterable[str]) -> QuerySet[Suppression]:
    secrets = keys_for(PURPOSE)
    digests = [keyed(each, key).hex() for key in email_keys for each in secrets]
    return Suppression.objects.filter(address_hmac__in=digests)
