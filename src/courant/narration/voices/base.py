"""What every voice does."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from courant.lib.digests import digest_of
from courant.narration.faults import Fault


class VoiceError(Exception):
    """A sentence could not be spoken. `permanent`: another try would end the same way.

    The message is for whoever keeps the server; what an editor is told follows from `fault`.
    """

    def __init__(
        self, message: str, *, permanent: bool = False, fault: Fault = Fault.UNKNOWN
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.fault = fault
        self.utterance: int | None = None  # the number of the one that could not be spoken


class Tier(StrEnum):
    """What a voice is good for."""

    PREVIEW = "preview"  # understandable, not what a newsroom would choose to be heard with
    FULL = "full"


@dataclass(frozen=True)
class SpokenWord:
    """When one word of the text is heard. Places count characters, times seconds of the sound."""

    start: int
    length: int
    at: float
    until: float


@dataclass(frozen=True)
class Sound:
    """One channel of samples between -1 and 1, and its words where the voice knows them."""

    samples: NDArray[np.float32]
    rate: int
    words: tuple[SpokenWord, ...] = ()

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate


class Voice(ABC):
    """Speaks one sentence at a time; safe to call from several threads.

    What it cannot do it says with its flags; asked for it all the same, it raises.
    """

    name: str  # as the desk shows it: "eSpeak NG en-gb"
    version: str  # of whatever makes the sound
    language: str  # BCP 47
    sample_rate: int
    # IPTC's word for how the sound comes about, for provenance: "algorithmicMedia" for rules,
    # "trainedAlgorithmicMedia" for a trained model.
    source_type: str
    licence: str = ""  # of the voice; empty: not known, and the desk says so
    tier: Tier = Tier.FULL
    supports_timings: bool = False  # `Sound.words` says when each word is heard
    supports_ipa: bool = False  # [[wˈɜːd]] in a text is spoken as those sounds
    parallel: int = 1  # sentences that it speaks at once

    @abstractmethod
    def speak(self, text: str) -> Sound:
        """The sound of one sentence. Raises VoiceError."""

    @property
    def key(self) -> str:
        """Changes with everything that changes the sound."""
        return digest_of([self.name, self.version, self.language, self.sample_rate])

    def restart(self) -> None:
        """Begin anew after something went wrong inside: nothing of it is left."""
        self.close()

    def close(self) -> None:  # noqa: B027 - most voices hold nothing
        """Let go of processes and memory. Speaking again is allowed."""
