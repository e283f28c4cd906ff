"""The kinds of public files that the house has; each room declares its own."""

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from courant.front.kind import Kind


@cache
def kinds() -> dict[str, Kind]:
    """By name, what others link to first."""
    found = [kind for path in settings.COURANT_KINDS for kind in import_string(path)]
    names = [kind.name for kind in found]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"COURANT_KINDS declares {', '.join(sorted(twice))} more than once.")
    return {kind.name: kind for kind in sorted(found, key=lambda kind: kind.order)}
