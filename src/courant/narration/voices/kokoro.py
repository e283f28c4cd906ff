"""Kokoro (Apache-2.0), by kokoro-onnx (MIT) in a process of its own.

The model and its voices are two files that the newsroom fetches:
https://github.com/thewh1teagle/kokoro-onnx. kokoro-onnx needs phonemizer and espeak-ng (GPL-3).
"""

from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from courant.lib.digests import digest_of, digest_of_file
from courant.narration.faults import Fault
from courant.narration.voices.base import VoiceError
from courant.narration.voices.process import ProcessVoice, module

PROCESS = module("kokoro_process")
ESPEAK = {"en": "en-us"}  # kokoro-onnx asks for espeak's names of languages


class KokoroVoice(ProcessVoice):
    """One of Kokoro's voices, such as bf_emma or am_adam."""

    source_type = "trainedAlgorithmicMedia"
    licence = "Apache-2.0"
    sample_rate = 24000
    supports_ipa = True

    def __init__(
        self,
        *,
        model: str,
        voices: str,
        voice: str,
        language: str = "en",
        speed: float = 1.0,
        time_limit: float = 180,
        processes: int = 1,  # each holds the model: 400 MB and more
        command: tuple[str, ...] = PROCESS,
    ) -> None:
        super().__init__(command=command, time_limit=time_limit, processes=processes)
        self.files = [Path(model), Path(voices)]
        for option, file in zip(("model", "voices"), self.files, strict=True):
            if not file.exists():
                message = (
                    f"There is no file {file}, which `{option}` names. Kokoro's two files are at "
                    "https://github.com/thewh1teagle/kokoro-onnx/releases."
                )
                raise VoiceError(message, permanent=True, fault=Fault.VOICE)
        self.voice, self.language, self.speed = voice, language, speed
        self.name = f"Kokoro {voice}"

    @cached_property
    def version(self) -> str:  # type: ignore[override]
        try:
            package = version("kokoro-onnx")
        except PackageNotFoundError:
            raise VoiceError(
                "The package kokoro-onnx is not there: pip install 'courant[kokoro]'",
                permanent=True,
                fault=Fault.VOICE,
            ) from None
        return digest_of([package, self.speed, *map(digest_of_file, self.files)])

    def request(self, text: str) -> dict[str, Any]:
        return {
            "model": str(self.files[0]),
            "voices": str(self.files[1]),
            "voice": self.voice,
            "language": ESPEAK.get(self.language, self.language.lower()),
            "speed": self.speed,
            "text": text,
        }
