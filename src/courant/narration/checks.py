"""Wrong voices stop Courant at its start, not at the first story."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from courant.narration.voices import voice_for


@register
def check_voices(**_: Any) -> list[CheckMessage]:
    """Every voice of COURANT_VOICES can be made. Nothing is spoken and no process starts."""
    found: list[CheckMessage] = []
    for language in settings.COURANT_VOICES:
        try:
            voice_for(language)
        except (ImportError, KeyError, TypeError, ValueError) as error:
            found.append(
                Error(
                    f"The voice of {language!r} in COURANT_VOICES cannot be made: {error!r}",
                    hint="BACKEND is the dotted path of a Voice; OPTIONS are its arguments.",
                    id="narration.E001",
                )
            )
    return found
