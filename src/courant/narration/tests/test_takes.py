"""What a voice gives is looked at before it is believed."""

import numpy as np
import pytest

from courant.narration import takes
from courant.narration.takes import fault_of, take
from courant.narration.voices.base import Sound, VoiceError
from courant.narration.voices.espeak import EspeakVoice
from courant.narration.voices.memory import MemoryVoice

TEXT = "The ferry left the quay at ten."
RATE = 22050


def noise(seconds: float) -> np.ndarray:
    return np.random.default_rng(1).normal(0, 0.2, int(seconds * RATE)).astype(np.float32)


FAULTS = {
    "silence": (np.zeros(2 * RATE, np.float32), "silence"),
    "nothing": (np.zeros(0, np.float32), "silence"),
    "noise": (noise(2), "noise"),
    "no numbers": (np.full(2 * RATE, np.nan, np.float32), "no numbers"),
    "a click": (np.ones(40, np.float32), "only 0.0 s"),
    "a minute": (np.tile(MemoryVoice().speak(TEXT).samples, 60), "s"),
}


class Faulty(MemoryVoice):
    """Gives something else the first `times`."""

    def __init__(self, samples, times):
        super().__init__()
        self.fault, self.times, self.restarts = samples, times, 0

    def speak(self, text):
        sound = super().speak(text)
        self.times -= 1
        return Sound(self.fault, RATE) if self.times >= 0 else sound

    def restart(self):
        self.restarts += 1


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_no_speech_is_asked_for_again_from_a_fresh_engine(fault):
    voice = Faulty(FAULTS[fault][0], times=1)
    assert len(take(voice, TEXT, RATE).samples)
    assert (len(voice.spoken), voice.restarts) == (2, 1)


@pytest.mark.parametrize("fault", FAULTS)
def test_no_speech_twice_is_an_error_that_names_the_sentence(fault):
    samples, said = FAULTS[fault]
    with pytest.raises(VoiceError, match=rf"gave .*{said} for 'The ferry left.*twice"):
        take(Faulty(samples, times=2), TEXT, RATE)


@pytest.mark.parametrize("voice", ["en-gb", "en-us", "uk", "fr-fr", "de", "cmn"])
@pytest.mark.parametrize("text", ["No.", "Yes!", TEXT, "S-s-s-s.", "Sssss, fffff, shhhh."])
def test_real_speech_is_never_taken_for_a_fault(voice, text):
    spoken = EspeakVoice(voice=voice)
    try:
        assert fault_of(spoken.speak(text), text) == ""
    finally:
        spoken.close()


def test_a_take_is_the_same_after_it_was_kept():
    one = take(MemoryVoice(), TEXT, RATE)
    two = takes.from_bytes(takes.to_bytes(one))
    assert np.abs(one.samples - two.samples).max() < 1e-4
    assert (two.rate, two.words) == (one.rate, one.words)
    assert takes.from_bytes(takes.to_bytes(one)[:-3]) is None
    assert takes.from_bytes(b"") is None


def test_a_voice_of_another_rate_is_brought_to_the_storys():
    one = take(MemoryVoice(sample_rate=24000), TEXT, RATE)
    other = take(MemoryVoice(sample_rate=RATE), TEXT, RATE)
    assert one.rate == RATE
    assert len(one.samples) == pytest.approx(len(other.samples), abs=60)
