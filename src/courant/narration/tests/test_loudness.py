"""Loudness from what is kept, held against FFmpeg's meter."""

import time
import tracemalloc

import numpy as np
import pytest

from courant.narration import loudness, takes
from courant.narration.codecs import CODECS
from courant.narration.segments import coded, from_bytes, to_bytes
from courant.narration.tests.hear import ebur128
from courant.narration.voices.base import Sound
from courant.narration.voices.espeak import EspeakVoice
from courant.narration.voices.memory import MemoryVoice

RATE = 22050
SENTENCES = [
    "The council voted nine to four on Tuesday night to close the old swing bridge to lorries.",
    "Nobody spoke against it.",
    "“We have waited eleven years for this,” said the harbour master, who counts every crossing.",
    "Two haulage firms said that they would go to court, and that the detour costs them an hour.",
]


@pytest.fixture(scope="module")
def speech():
    """A minute of a voice whose peaks touch full scale."""
    voice = EspeakVoice(voice="en-gb")
    sounds = [takes.trimmed(voice.speak(text)) for text in SENTENCES]
    voice.close()
    return sounds


@pytest.mark.parametrize("rate", [16000, 22050, 24000, 44100, 48000])
def test_the_meter_agrees_with_ffmpegs(rate):
    chance = np.random.default_rng(3)
    voice = MemoryVoice(sample_rate=rate).speak("la li lo " * 20).samples
    swells = np.repeat(chance.uniform(0.02, 0.8, 40), -(-len(voice) // 40))[: len(voice)]
    samples = (voice * swells).astype(np.float32)
    measured = loudness.measure(samples, rate)
    level, peak = ebur128(samples, rate)
    assert loudness.lufs(measured) == pytest.approx(level, abs=0.12)
    assert 20 * np.log10(measured.peaks.max()) == pytest.approx(peak, abs=0.15)


def test_the_loudness_behind_the_limiter_is_foretold(speech):
    for take in speech:
        for gain in (0.0, 6.0, 12.0):
            limited = loudness.limited(take.samples, take.measures, gain)
            told = loudness.lufs(take.measures, gain)
            # A sentence has few blocks, and meters begin them elsewhere.
            assert told == pytest.approx(ebur128(limited, take.rate)[0], abs=0.3)


def test_the_limiter_never_lets_a_peak_through_and_moves_nothing_else(speech):
    for take in speech:
        loud = loudness.limited(take.samples, take.measures, 12.0)
        assert loudness.true_peak(loud) <= loudness.LIMIT * 1.05
        soft = loudness.limited(take.samples * np.float32(0.1), take.measures, -40.0)
        assert np.allclose(soft, take.samples * 0.001, atol=1e-6)


def test_joined_sentences_are_as_loud_as_their_sound(speech):
    starts, parts, at = [], [], 0.0
    for take in speech:
        starts.append(at)
        parts += [take.samples, np.zeros(11025, np.float32)]
        at += len(take.samples) / take.rate + 0.5
    whole = loudness.joined(list(zip(starts, [t.measures for t in speech], strict=True)), at)
    assert loudness.lufs(whole) == pytest.approx(ebur128(np.concatenate(parts), 22050)[0], abs=0.15)
    gain = loudness.gain_for(whole)
    assert loudness.lufs(whole, gain) == pytest.approx(loudness.TARGET, abs=0.05)


def long_speech(seconds):
    """Swelling noise of a voice's colour."""
    chance = np.random.default_rng(7)
    noise = np.convolve(chance.normal(size=seconds * RATE), np.full(8, 0.1), "same")
    swells = np.repeat(chance.uniform(0.02, 0.9, seconds), RATE)
    return np.clip(noise * swells, -1, 1).astype(np.float32)


def test_a_long_sentence_is_measured_some_seconds_at_a_time_with_the_same_figures(monkeypatch):
    samples = long_speech(25)
    in_parts = loudness.measure(samples, RATE)
    limited, peak = loudness.limited(samples, in_parts, 6.0), loudness.true_peak(samples)
    monkeypatch.setattr(loudness, "AT_ONCE", 10**9)
    monkeypatch.setattr(loudness, "PIECE", 1 << 30)
    whole = loudness.measure(samples, RATE)
    assert np.allclose(in_parts.energies, whole.energies, rtol=1e-3, atol=1e-7)
    assert np.allclose(in_parts.peaks, whole.peaks, atol=1e-3)
    assert loudness.lufs(in_parts, 6.0) == pytest.approx(loudness.lufs(whole, 6.0), abs=1e-3)
    assert np.allclose(limited, loudness.limited(samples, in_parts, 6.0))
    assert peak == pytest.approx(loudness.true_peak(samples))


@pytest.mark.parametrize("act", ["measure", "limit", "true peak"])
def test_what_a_measure_needs_beside_the_sound_itself_does_not_grow_with_it(act):
    extra = []
    for seconds in (15, 60):
        samples = long_speech(seconds)
        measures = loudness.measure(samples, RATE)
        acts = {
            "measure": lambda s=samples: loudness.measure(s, RATE),
            "limit": lambda s=samples, m=measures: loudness.limited(s, m, 6.0),
            "true peak": lambda s=samples: loudness.true_peak(s),
        }
        tracemalloc.start()
        acts[act]()
        extra.append(tracemalloc.get_traced_memory()[1] - samples.nbytes)
        tracemalloc.stop()
    assert extra[1] < 1.3 * extra[0] + 2_000_000


def test_the_search_for_a_peak_leaves_the_other_cores_alone():
    """What numpy spreads over all of them costs them more than it spares this one."""
    samples = long_speech(60)
    loudness.true_peak(samples)
    own, all_threads = time.thread_time(), time.process_time()
    for _ in range(5):
        loudness.true_peak(samples)
    own, all_threads = time.thread_time() - own, time.process_time() - all_threads
    assert all_threads < 1.2 * own


def test_the_peak_between_samples_is_found_wherever_it_stands():
    at = np.arange(4000)
    for shift in (0.25, 0.5, 0.75):
        for place in (3, 17, 1000, 2005, 3995):
            tone = np.sinc((at - place - shift) / 1.5).astype(np.float32)
            assert loudness.true_peak(tone) == pytest.approx(1.0, abs=0.02)


def test_silence_has_no_loudness_and_needs_no_gain():
    nothing = loudness.measure(np.zeros(22050, np.float32), 22050)
    assert loudness.lufs(nothing) == -np.inf
    assert loudness.gain_for(nothing) == 0.0


@pytest.mark.parametrize("name", CODECS)
def test_no_coded_sentence_goes_above_the_ceiling(speech, name):
    """Not even at a gain that no story needs."""
    codec = CODECS[name]
    for take in speech:
        segment = coded(take, 15.0, [codec])
        heard = codec.decode(segment.packets[name], codec.rate(take.rate))
        assert ebur128(heard, codec.rate(take.rate))[1] <= -2.0


def test_a_segment_is_the_same_after_it_was_kept(speech):
    segment = coded(speech[1], 3.0, list(CODECS.values()))
    kept = from_bytes(to_bytes(segment))
    assert (kept.samples, kept.rate, kept.gain) == (segment.samples, segment.rate, 3.0)
    assert kept.words == segment.words
    assert kept.packets == segment.packets
    assert loudness.lufs(kept.measures) == pytest.approx(loudness.lufs(segment.measures), abs=0.01)


def test_a_sound_of_one_sample_can_be_measured():
    one = loudness.measure(np.array([0.5], np.float32), 22050)
    assert len(one.energies) == 1
    assert len(takes.trimmed(Sound(np.array([0.5], np.float32), 22050)).samples)
