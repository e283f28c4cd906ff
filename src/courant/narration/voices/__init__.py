"""What turns a sentence into sound: the voices of the setting `voices`, by name.

A voice that is called like a language is that language's; others are asked for by name at the
desk: for a story, for its author, for its section.
"""

import atexit
import json
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from inspect import signature
from typing import TYPE_CHECKING, Any

from courant.narration.faults import Fault
from courant.narration.tongues import tongue

if TYPE_CHECKING:
    from courant.narration.voices.base import Voice

ENGINES = {
    "espeak": "courant.narration.voices.espeak.EspeakVoice",
    "piper": "courant.narration.voices.piper.PiperVoice",
    "openai": "courant.narration.voices.openai.OpenAIVoice",
    "kokoro": "courant.narration.voices.kokoro.KokoroVoice",
}


def voice_for(language: str, names: Iterable[str] = ()) -> "Voice":
    """The first of the named voices that speaks the language, else the language's own.

    "en-GB" is spoken by the voice of "en". Raises VoiceError without one.
    """
    return _voice(name_for(language, names))


def quote_voice_for(language: str, names: Iterable[str] = ()) -> "Voice":
    """The second voice, for what others say, where the first one has one; else the first."""
    name = name_for(language, names)
    return _voice(str(_all()[name].get("QUOTES") or name))


def name_for(language: str, names: Iterable[str] = ()) -> str:
    """The name of the voice that a story is to be spoken in. Raises VoiceError."""
    from courant.narration.voices.base import VoiceError

    for name in filter(None, names):
        if name not in _all():
            raise VoiceError(
                f"There is no voice {name!r}, which the story, its author or its section asks for: "
                f"the setting `voices` has {_known()}.",
                permanent=True,
                fault=Fault.NO_VOICE,
            )
        if tongue(language_of(name)) == tongue(language):
            return name
    found = next((name for name in (language, tongue(language)) if name in _all()), "")
    if not found:
        raise VoiceError(
            f"There is no voice for the language {language!r}: "
            f"the setting `voices` has {_known()}.",
            permanent=True,
            fault=Fault.NO_VOICE,
        )
    return found


def language_of(name: str) -> str:
    """The language of a voice by its name: its own, else its name is one."""
    return str(_all()[name].get("LANGUAGE") or name)


def named(name: str) -> "Voice":
    """A voice by its name in the setting. Raises VoiceError."""
    from courant.narration.voices.base import VoiceError

    if name not in _all():
        message = f"There is no voice {name!r}: there are {_known()}."
        raise VoiceError(message, permanent=True, fault=Fault.NO_VOICE)
    return _voice(name)


def _voice(name: str) -> "Voice":
    """A voice made by its setting; what is wrong with that is a VoiceError, as all else."""
    from courant.narration.voices.base import VoiceError

    try:
        facts = _all()[name]
        return _made(str(facts["BACKEND"]), json.dumps(facts.get("OPTIONS", {}), sort_keys=True))
    except (ImportError, KeyError, TypeError, ValueError) as error:
        raise VoiceError(
            f"The voice {name!r} of the setting `voices` cannot be made: {error}",
            permanent=True,
            fault=Fault.VOICE,
        ) from error


def _all() -> Mapping[str, dict[str, Any]]:
    # Imported here: a voice's own process imports this package and has no use for Django.
    from django.conf import settings

    return settings.COURANT_VOICES


def _known() -> str:
    return ", ".join(sorted(_all())) or "none"


def _fault_of(maker: Callable[..., Any], given: Mapping[str, Any]) -> str:
    """What is wrong with the names of options, in words for whoever wrote them."""
    options = signature(maker).parameters.values()
    if any(option.kind is option.VAR_KEYWORD for option in options):
        return ""
    names = [option.name for option in options if option.name != "command"]  # ours, for tests
    wrong = [name for name in given if name not in (*names, "command")]
    needed = [o.name for o in options if o.default is o.empty and o.name not in given]
    parts = [f"this engine has no option {', '.join(wrong)}"] if wrong else []
    parts += [f"{', '.join(needed)} is missing"] if needed else []
    return f"{'; '.join(parts)}. It takes {', '.join(names)}." if parts else ""


@lru_cache(maxsize=16)
def _made(backend: str, options: str) -> "Voice":
    """One voice a process: starting one may cost seconds and memory."""
    from django.utils.module_loading import import_string

    maker, given = import_string(ENGINES.get(backend, backend)), json.loads(options)
    if fault := _fault_of(maker, given):
        raise TypeError(fault)
    voice: Voice = maker(**given)
    atexit.register(voice.close)
    return voice
