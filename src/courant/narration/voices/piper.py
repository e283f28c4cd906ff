"""Piper: neural voices that run on the newsroom's own machine, from models that it installs.

The models are VITS networks in ONNX with a JSON beside them (https://github.com/rhasspy/piper,
MIT). Nothing of Piper's own program is used: onnxruntime (MIT) runs the model, eSpeak NG gives the
phonemes, both in processes of their own. Each model has a licence of its own: `catalogue`.
"""

import json
from functools import cached_property
from pathlib import Path
from typing import Any

from courant.lib.digests import digest_of, digest_of_file
from courant.narration.faults import Fault
from courant.narration.voices.base import VoiceError
from courant.narration.voices.install import RECORD, harmed
from courant.narration.voices.process import ProcessVoice, module

PROCESS = module("piper_process")


class PiperVoice(ProcessVoice):
    """A model by its name in the catalogue, or by the path of its file."""

    source_type = "trainedAlgorithmicMedia"
    supports_timings = True
    supports_ipa = True

    def __init__(
        self,
        *,
        voice: str,
        speaker: int = 0,
        pace: float = 1.0,  # 1.2: a fifth slower
        time_limit: float = 120,
        processes: int = 2,  # each holds the model: 150 to 300 MB
        command: tuple[str, ...] = PROCESS,
    ) -> None:
        super().__init__(command=command, time_limit=time_limit, processes=processes)
        self.model = model_file(voice)
        self.speaker, self.pace = speaker, pace
        facts = _facts(self.model)
        self.sample_rate = int(facts["audio"]["sample_rate"])
        self.language = str(facts.get("language", {}).get("code", "en")).replace("_", "-")
        self.name = f"Piper {self.model.stem}" + (f", speaker {speaker}" if speaker else "")
        self.licence = installed_licence(self.model)

    @cached_property
    def version(self) -> str:  # type: ignore[override]
        """Of the model, its description and how it is read."""
        parts = [digest_of_file(self.model), digest_of_file(_description(self.model))]
        return digest_of([*parts, self.speaker, self.pace, "1"])

    def request(self, text: str) -> dict[str, Any]:
        return {
            "model": str(self.model),
            "speaker": self.speaker,
            "pace": self.pace,
            "text": text,
        }


def model_file(voice: str) -> Path:
    """Where a model is. Raises VoiceError when it is not installed."""
    from django.conf import settings

    path = Path(voice)
    if path.suffix != ".onnx":
        path = Path(settings.COURANT_VOICE_MODELS) / voice / f"{voice}.onnx"
    if not path.exists() or not _description(path).exists():
        raise VoiceError(
            f"The Piper voice {voice!r} is not installed: there is no {path} with its "
            f".onnx.json. Install it: courant voices install {path.stem}",
            permanent=True,
            fault=Fault.VOICE,
        )
    return path


def installed_licence(model: Path) -> str:
    """The licence that was recorded when the model was installed."""
    record = model.with_name(RECORD)
    try:
        return str(json.loads(record.read_text())["licence"]) if record.exists() else ""
    except (ValueError, KeyError, TypeError) as error:
        message = harmed(record, error)
        raise VoiceError(message, permanent=True, fault=Fault.VOICE) from error


def _description(model: Path) -> Path:
    return model.with_name(f"{model.name}.json")


def _facts(model: Path) -> dict[str, Any]:
    try:
        facts: dict[str, Any] = json.loads(_description(model).read_text())
        return facts if facts["phoneme_id_map"] and facts["audio"]["sample_rate"] else {}
    except (ValueError, KeyError, TypeError) as error:
        raise VoiceError(
            f"{_description(model)} describes no Piper voice: {error!r}",
            permanent=True,
            fault=Fault.VOICE,
        ) from error
