"""What every voice does."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from courant.lib.digests import digest_of


class VoiceError(Exception):
    """A sentence could not be spoken. `permanent`: another try would end the same way."""

    def __init__(self, message: str, *, permanent: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent


@dataclass(frozen=True)
class Sound:
    """One channel of samples between -1 and 1."""

    samples: NDArray[np.float32]
    rate: int

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate


class Voice(ABC):
    """Speaks one sentence at a time; safe to call from several threads."""

    name: str  # as the desk shows it: "eSpeak NG en-gb"
    version: str  # of whatever makes the sound
    language: str  # BCP 47
    sample_rate: int
    gain: float  # factor before encoding, fixed for this voice: see `encode`
    # IPTC's word for how the sound comes about, for provenance: "algorithmicMedia" for rules,
    # "trainedAlgorithmicMedia" for a trained model.
    source_type: str

    @abstractmethod
    def speak(self, text: str) -> Sound:
        """The sound of one sentence. Raises VoiceError."""

    @property
    def key(self) -> str:
        """Changes with everything that changes the sound."""
        return digest_of([self.name, self.version, self.language, self.sample_rate, self.gain])

    def close(self) -> None:  # noqa: B027 - most voices hold nothing
        """Let go of processes and memory. Speaking again is allowed."""
