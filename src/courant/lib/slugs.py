"""Parts of addresses, in letters that every mail client and file system keeps."""

from typing import Any

from anyascii import anyascii
from django.utils.text import slugify

LONGEST = 80


def slug_of(text: str, fallback: str = "untitled") -> str:
    """A lower-case ASCII slug; other scripts are written in Latin letters."""
    words = slugify(anyascii(text))
    if len(words) > LONGEST:
        words = words[:LONGEST].rsplit("-", 1)[0]
    return words.strip("-") or fallback


def free_slug(text: str, taken: Any) -> str:
    """A slug that no row of the queryset `taken` has: the plain one, else with -2, -3, …"""
    base = slug_of(text)
    used = set(taken.filter(slug__startswith=base).values_list("slug", flat=True))
    candidates = (base if n == 1 else f"{base}-{n}" for n in range(1, len(used) + 2))
    return next(slug for slug in candidates if slug not in used)
