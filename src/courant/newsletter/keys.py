"""Secrets for single purposes, derived from the secret key and from those that it replaced."""

import hmac
from functools import lru_cache

from django.conf import settings


def keys_for(purpose: str) -> list[bytes]:
    """The key to sign with first, then those that are still honoured."""
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return _derived(purpose, tuple(map(str, secrets)))


@lru_cache(maxsize=32)
def _derived(purpose: str, secrets: tuple[str, ...]) -> list[bytes]:
    return [keyed(secret.encode(), f"courant.newsletter {purpose}") for secret in secrets]


def keyed(key: bytes, data: str | bytes) -> bytes:
    """HMAC-SHA256."""
    return hmac.digest(key, data if isinstance(data, bytes) else data.encode(), "sha256")
