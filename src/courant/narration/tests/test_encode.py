import io

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courant.narration import encode
from courant.narration.tests.hear import decoded, loudness
from courant.narration.voices.base import Sound
from courant.narration.voices.espeak import EspeakVoice
from courant.narration.voices.memory import MemoryVoice

TAGS = encode.Tags("Пором «Надія» повертається", "The Lantern", "uk")
RATES = [16000, 22050, 24000, 32000, 44100, 48000]


def tones(rate: int = 22050, count: int = 4, pause: float = 0.3) -> list[bytes]:
    voice = MemoryVoice(sample_rate=rate)
    return [encode.encode(voice.speak("la " * (n + 1)), 1.0, pause) for n in range(count)]


@pytest.mark.parametrize("rate", RATES)
def test_the_decoded_length_is_the_counted_one_to_the_sample(rate):
    segments = tones(rate)
    samples, found = decoded(encode.whole_file(segments, TAGS))
    _, seconds = encode.starts_of(segments, rate)
    assert found == rate
    assert len(samples) == round(seconds * rate)


@pytest.mark.parametrize("rate", RATES)
def test_each_sentence_is_heard_from_its_start_and_not_before(rate):
    segments = tones(rate)
    samples, _ = decoded(encode.whole_file(segments, TAGS))
    starts, _ = encode.starts_of(segments, rate)
    for start in starts:
        at = round(start * rate)
        assert loudness(samples[at : at + rate // 20]) > 0.2
        assert loudness(samples[max(0, at - rate // 20) : at - rate // 100]) < 0.01


def test_joins_are_silent():
    segments = tones()
    samples, _ = decoded(encode.whole_file(segments, TAGS))
    joins = np.cumsum([round(encode.seconds_of(segment) * 22050) for segment in segments])[:-1]
    for join in joins:
        assert np.abs(samples[join - 200 : join + 200]).max() < 0.001


def test_a_player_knows_length_and_tags_from_the_first_bytes():
    segments = tones(count=12)
    data = encode.whole_file(segments, TAGS)
    _, seconds = encode.starts_of(segments, 22050)
    with av.open(io.BytesIO(data[:2000])) as container:
        duration = container.streams.audio[0].duration * container.streams.audio[0].time_base
        tags = container.metadata
    assert float(duration) == pytest.approx(seconds)
    assert tags["title"] == "Пором «Надія» повертається"
    assert tags["artist"] == tags["album"] == "The Lantern"
    assert tags["language"] == "ukr"
    assert tags["comment"] == "Created with AI assistance"


def test_seeking_lands_on_the_sentence():
    segments = tones(count=12)
    starts, _ = encode.starts_of(segments, 22050)
    with av.open(io.BytesIO(encode.whole_file(segments, TAGS))) as container:
        container.seek(int(starts[8] * av.time_base))
        frame = next(container.decode(audio=0))
    assert starts[8] - 0.1 < frame.time <= starts[8]


def test_the_pause_replaces_the_voices_own_silence():
    tone = MemoryVoice().speak("la")
    padded = Sound(np.pad(tone.samples, (0, 22050)), 22050)
    assert encode.encode(padded, 1.0, 0.5) == encode.encode(tone, 1.0, 0.5)
    longer = encode.seconds_of(encode.encode(tone, 1.0, 1.0))
    shorter = encode.seconds_of(encode.encode(tone, 1.0, 0.5))
    assert longer - shorter == pytest.approx(0.5, abs=0.03)


def test_the_loudest_voice_does_not_clip():
    voice = EspeakVoice(voice="uk")
    text = "Рада ухвалила рішення дев’ятьма голосами проти чотирьох."
    sound = voice.speak(text)
    voice.close()
    assert np.abs(sound.samples).max() > 0.9
    samples, _ = decoded(encode.encode(sound, voice.gain, 0.3))
    assert 0.3 < np.abs(samples).max() < 0.95


def test_silence_is_encoded_as_its_pause():
    frames = encode.encode(Sound(np.zeros(5000, np.float32), 22050), 1.0, 0.5)
    assert encode.seconds_of(frames) == pytest.approx(0.55, abs=0.05)


@settings(deadline=None)
@given(st.integers(1, 60_000), st.floats(0, 2))
def test_any_length_makes_whole_frames_that_hold_all_of_it(count, pause):
    samples = np.full(count, 0.25, np.float32)
    frames = encode.encode(Sound(samples, 22050), 1.0, pause)
    needed = (count + encode.DELAY) / 22050 + pause
    assert needed <= encode.seconds_of(frames) < needed + encode.BREATH + 0.1


@pytest.mark.parametrize("harm", [lambda d: d[:-1], lambda d: d[7:], lambda d: b"<html>" + d])
def test_harmed_frames_are_noticed(harm):
    with pytest.raises(encode.BrokenFrames):
        encode.seconds_of(harm(tones()[0]))
