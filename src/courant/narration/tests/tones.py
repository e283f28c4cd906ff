"""A voice whose sound tells which words were said, and the ear that hears them in a file."""

import sys
from pathlib import Path
from typing import Any

import numpy as np

from courant.narration.tests.tone_engine import GAP, RATE, WORD, pitch_of
from courant.narration.voices.process import ProcessVoice

EDGE = 0.015  # seconds of a word that are not listened to, at both ends
NEAR = 6.0  # Hz between what is heard and what should be


class ToneVoice(ProcessVoice):
    """Speaks through `tone_engine`; the folder is where that keeps its log."""

    name = "tones"
    version = "1"
    language = "en"
    sample_rate = RATE
    source_type = "algorithmicMedia"
    licence = "CC0-1.0"
    supports_timings = True

    def __init__(self, *, folder: str, time_limit: float = 30) -> None:
        command = (sys.executable, "-m", "courant.narration.tests.tone_engine", folder)
        super().__init__(command=command, time_limit=time_limit)

    def request(self, text: str) -> dict[str, Any]:
        return {"text": text}


def asked(folder: Path) -> list[str]:
    """Every sentence that the engine was asked for, as often as it was."""
    log = folder / "asked"
    return log.read_text().splitlines() if log.exists() else []


def happened(folder: Path) -> list[str]:
    """The faults that came about."""
    log = folder / "happened"
    return log.read_text().splitlines() if log.exists() else []


def is_heard(text: str, samples: np.ndarray, rate: int, start: float) -> bool:
    """Whether these words and no others sound from there on."""
    words = text.split()
    for number, word in enumerate(words):
        begin = start + number * (WORD + GAP)
        piece = samples[int((begin + EDGE) * rate) : int((begin + WORD - EDGE) * rate)]
        if abs(_pitch(piece, rate) - pitch_of(word)) > NEAR:
            return False
    end = start + len(words) * (WORD + GAP)
    behind = samples[int((end + EDGE) * rate) : int((end + WORD) * rate)]
    return not behind.size or float(np.abs(behind).max()) < 0.05  # a pause, and not one more word


def _pitch(samples: np.ndarray, rate: int) -> float:
    """The loudest pitch; 0 where there is nothing to hear."""
    if len(samples) < 200 or np.abs(samples).max() < 0.05:
        return 0.0
    size = 1 << 15
    power = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), size))
    return float(power.argmax()) * rate / size
