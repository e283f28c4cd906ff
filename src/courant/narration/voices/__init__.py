"""What turns a sentence into sound, chosen by language in COURANT_VOICES."""

import atexit
import json
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from courant.narration.voices.base import Voice


def voice_for(language: str) -> "Voice":
    """The voice of a language; "en-GB" is spoken by that of "en". Raises VoiceError without one."""
    # Imported here: a voice's own process imports this package and has no use for Django.
    from django.conf import settings

    from courant.narration.voices.base import VoiceError

    voices = settings.COURANT_VOICES
    chosen = voices.get(language) or voices.get(language.lower().split("-")[0])
    if not chosen:
        known = ", ".join(sorted(voices)) or "none"
        raise VoiceError(
            f"There is no voice for the language {language!r}: COURANT_VOICES has {known}.",
            permanent=True,
        )
    return _made(str(chosen["BACKEND"]), json.dumps(chosen.get("OPTIONS", {}), sort_keys=True))


@lru_cache(maxsize=16)
def _made(backend: str, options: str) -> "Voice":
    """One voice a process: starting one may cost seconds and memory."""
    from django.utils.module_loading import import_string

    voice: Voice = import_string(backend)(**json.loads(options))
    atexit.register(voice.close)
    return voice
