"""Wrong voices stop Courant at its start, not at the first story."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from courant.narration.voices import named
from courant.narration.voices.base import VoiceError


@register
def check_voices(**_: Any) -> list[CheckMessage]:
    """Every voice of the settings can be made. Nothing is spoken and no process starts."""
    found: list[CheckMessage] = []
    for name in settings.COURANT_VOICES:
        try:
            named(name)
        except VoiceError as error:
            found.append(
                Error(
                    f"{name}: {error}",
                    hint="docs/narration.md lists the engines and what each of them needs.",
                    id="narration.E001",
                )
            )
    return found
