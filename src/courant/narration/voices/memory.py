"""A voice for tests: a tone for each word, always the same, nothing to install."""

import re

import numpy as np

from courant.narration.voices.base import Sound, SpokenWord, Voice, VoiceError

WORD, GAP = 0.12, 0.04  # seconds
LOWEST = 220  # Hz


class MemoryVoice(Voice):
    version = "1"
    source_type = "algorithmicMedia"
    licence = "CC0-1.0"
    supports_timings = True

    def __init__(self, *, language: str = "en", sample_rate: int = 22050, error: str = "") -> None:
        self.name = f"memory {language}"
        self.language = language
        self.sample_rate = sample_rate
        self.error = error  # set: every sentence fails with it
        self.spoken: list[str] = []

    def speak(self, text: str) -> Sound:
        if self.error:
            raise VoiceError(self.error)
        if not text.strip():
            raise VoiceError(f"Nothing to speak in {text!r}.", permanent=True)
        self.spoken.append(text)
        found = list(re.finditer(r"\S+", text))
        step = WORD + GAP
        words = tuple(
            SpokenWord(word.start(), len(word.group()), n * step, n * step + WORD)
            for n, word in enumerate(found)
        )
        samples = np.concatenate([self._word(word.group()) for word in found])
        return Sound(samples, self.sample_rate, words)

    def _word(self, word: str) -> np.ndarray:
        times = np.arange(int(WORD * self.sample_rate), dtype=np.float32) / self.sample_rate
        pitch = LOWEST + 20 * (sum(word.encode()) % 32)
        tone = 0.5 * np.sin(2 * np.pi * pitch * times)
        return np.pad(tone, (0, int(GAP * self.sample_rate))).astype(np.float32)
