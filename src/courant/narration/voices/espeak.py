"""eSpeak NG, embedded: no download and no server; understandable, not beautiful.

GPL-3.0-or-later, so it stays a program of its own: see `espeak_process`.
https://github.com/espeak-ng/espeak-ng/blob/1.52.0/src/include/espeak-ng/speak_lib.h
"""

from importlib.metadata import version
from typing import Any

from courant.narration.voices.base import Tier
from courant.narration.voices.process import ProcessVoice, module

PROCESS = module("espeak_process")


class EspeakVoice(ProcessVoice):
    """Every voice and language of eSpeak NG."""

    sample_rate = 22050
    source_type = "algorithmicMedia"  # rules, not a trained model
    licence = "GPL-3.0-or-later; what it speaks is free of it"
    tier = Tier.PREVIEW
    supports_timings = True

    def __init__(
        self,
        *,
        voice: str = "en-gb",
        words_a_minute: int = 165,
        time_limit: float = 30,  # ten minutes of sound need three
        command: tuple[str, ...] = PROCESS,
    ) -> None:
        super().__init__(command=command, time_limit=time_limit)
        self.voice = self.language = voice
        self.words_a_minute = words_a_minute
        self.name = f"eSpeak NG {voice}, {words_a_minute} words a minute"
        self.version = version("espeakng-loader")  # it carries the library and its data

    def request(self, text: str) -> dict[str, Any]:
        return {"voice": self.voice, "rate": self.words_a_minute, "text": text}
