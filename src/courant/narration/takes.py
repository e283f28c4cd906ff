"""One sentence from a voice: checked, trimmed, measured, and kept until it is coded."""

import json
from dataclasses import dataclass

import av
import numpy as np
from numpy.typing import NDArray

from courant.narration.faults import Fault
from courant.narration.loudness import Measure, measure
from courant.narration.voices.base import Sound, SpokenWord, Voice, VoiceError

Samples = NDArray[np.float32]

QUIET = 0.01  # of a sound's own peak: what is softer at its ends is cut off
BEFORE, AFTER = 0.02, 0.04  # seconds kept around what is louder
FADE = 0.005
SILENT = 0.003  # of full scale: a sound without a louder sample is none
SHORTEST, LONGEST = 0.012, 0.6  # seconds a letter; speech takes 0.04 to 0.1
NOISE_FLATNESS = 0.6  # of the spectrum: 1 is white noise, speech stays below 0.2
NOISE_STEADINESS = 0.25  # how much 50 ms differ from each other: speech 0.6 and more


class Unheard(Exception):
    """What a voice gave is not speech."""


@dataclass(frozen=True)
class Take:
    """A sentence as it was spoken: no silence around it, nothing changed in its level."""

    samples: Samples
    rate: int
    words: tuple[SpokenWord, ...]
    measures: Measure


def take(voice: Voice, text: str, rate: int) -> Take:
    """Let a voice speak a sentence. Raises VoiceError, also when twice no speech comes back."""
    try:
        sound = _speech(voice, text)
    except Unheard:
        voice.restart()
        try:
            sound = _speech(voice, text)
        except Unheard as error:
            message = f"{voice.name} gave {error} for {text!r}, twice."
            raise VoiceError(message, fault=Fault.NO_SPEECH) from error
    return trimmed(resampled(sound, rate))


def _speech(voice: Voice, text: str) -> Sound:
    sound = voice.speak(text)
    if fault := fault_of(sound, text):
        raise Unheard(fault)
    return sound


def fault_of(sound: Sound, text: str) -> str:
    """What makes a sound no speech of this text; empty for what may well be it.

    Only what no voice does on purpose: silence, noise, numbers that are none, a wild length.
    """
    samples = sound.samples
    if not np.isfinite(samples).all():
        return "samples that are no numbers"
    if not len(samples) or np.abs(samples).max() < SILENT:
        return "silence"
    letters = sum(character.isalnum() for character in text)
    if sound.seconds < SHORTEST * letters:
        return f"only {sound.seconds:.1f} s"
    if sound.seconds > LONGEST * letters + 5:
        return f"{sound.seconds:.0f} s"
    return "noise" if _is_noise(sound) else ""


def _is_noise(sound: Sound) -> bool:
    """Steady and with the same energy at every pitch."""
    size = sound.rate // 20
    count = len(sound.samples) // size
    if count < 4:
        return False
    parts = sound.samples[: count * size].reshape(count, size)
    energies = np.square(parts).mean(1)
    if energies.std() > NOISE_STEADINESS * energies.mean():
        return False
    power = np.square(np.abs(np.fft.rfft(parts * np.hanning(size), axis=1))).mean(0)[2:-2]
    flatness = np.exp(np.log(power + 1e-12).mean()) / (power.mean() + 1e-12)
    return bool(flatness > NOISE_FLATNESS)


def resampled(sound: Sound, rate: int) -> Sound:
    """The same sound at another rate of samples."""
    if sound.rate == rate:
        return sound
    resampler = av.AudioResampler(format="flt", layout="mono", rate=rate)
    frame = av.AudioFrame.from_ndarray(sound.samples[None], "flt", "mono")
    frame.sample_rate = sound.rate
    blocks = [out.to_ndarray()[0] for part in (frame, None) for out in resampler.resample(part)]
    return Sound(np.concatenate(blocks), rate, sound.words)


def trimmed(sound: Sound) -> Take:
    """Without the silence at both ends; it begins and ends at nought, softly."""
    level = np.abs(sound.samples)
    loud = level > QUIET * level.max()
    first = max(0, int(loud.argmax()) - int(BEFORE * sound.rate))
    last = len(loud) - int(loud[::-1].argmax()) + int(AFTER * sound.rate)
    del level
    kept = np.clip(sound.samples[first:last], -1, 1)
    length = min(int(FADE * sound.rate), len(kept) // 2)
    kept[:length] *= np.linspace(0, 1, length, dtype=np.float32)
    kept[len(kept) - length :] *= np.linspace(1, 0, length, dtype=np.float32)
    cut, seconds = first / sound.rate, len(kept) / sound.rate
    words = tuple(
        SpokenWord(
            word.start,
            word.length,
            _within(word.at - cut, seconds),
            _within(word.until - cut, seconds),
        )
        for word in sound.words
    )
    return Take(kept, sound.rate, words, measure(kept, sound.rate))


def _within(second: float, seconds: float) -> float:
    return round(min(max(second, 0.0), seconds), 3)


def to_bytes(one: Take) -> bytes:
    """For the shelf: a line of JSON, then energies, peaks and 16-bit samples."""
    parts = [
        one.measures.energies.astype("<f4").tobytes(),
        one.measures.peaks.astype("<f4").tobytes(),
        np.round(one.samples * 32767).astype("<i2").tobytes(),
    ]
    words = [word_row(word) for word in one.words]
    facts = {"rate": one.rate, "words": words, "bytes": [len(part) for part in parts]}
    return json.dumps(facts).encode() + b"\n" + b"".join(parts)


def from_bytes(data: bytes) -> Take | None:
    """None when it was harmed."""
    head, _, body = data.partition(b"\n")
    try:
        facts = json.loads(head)
        of_energies, of_peaks, of_samples = facts["bytes"]
        if len(body) != of_energies + of_peaks + of_samples:
            return None
        energies = np.frombuffer(body[:of_energies], "<f4")
        peaks = np.frombuffer(body[of_energies : of_energies + of_peaks], "<f4")
        samples = np.frombuffer(body[of_energies + of_peaks :], "<i2") * np.float32(1 / 32767)
        words = tuple(SpokenWord(*row) for row in facts["words"])
        return Take(samples, facts["rate"], words, Measure(energies, peaks))
    except (ValueError, KeyError, TypeError):
        return None


def word_row(word: SpokenWord) -> list[float]:
    return [word.start, word.length, word.at, word.until]
