"""Which of the setting's voices something is read in."""

from typing import Any

from django.conf import settings
from django.db import models


def voice_choices() -> list[tuple[str, str]]:
    """The voices by name, and nothing chosen first."""
    rows = [
        (name, f"{facts.get('LABEL') or name} ({facts.get('LANGUAGE') or name})")
        for name, facts in settings.COURANT_VOICES.items()
    ]
    return [("", "The usual voice"), *rows]


class VoiceField(models.CharField[str, str]):
    """The name of a voice; empty: whoever would speak without it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        usual: dict[str, Any] = {"max_length": 60, "blank": True, "default": ""}
        super().__init__(*args, **usual | {"choices": voice_choices} | kwargs)
