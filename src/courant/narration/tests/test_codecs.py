"""Packets of sentences: whole, joined to the sample, heard when the times say."""

import io
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courant.narration.codecs import CODECS, CodecError, mp3
from courant.narration.container import Chapter, Tags, write
from courant.narration.takes import trimmed
from courant.narration.tests.hear import decoded, loudness
from courant.narration.timeline import silences, timeline
from courant.narration.voices.base import Sound
from courant.narration.voices.memory import MemoryVoice
from courant.stories.tests.make import make_picture_bytes

TAGS = Tags(
    title="Пором «Надія» повертається",
    artist="Marta Quill",
    paper="The Lantern",
    language="uk",
    date="2026-11-20",
    comment="Created with AI assistance",
    more={"AI_DISCLOSURE": "Created with AI assistance"},
    cover=make_picture_bytes(300, 300),
)
CHAPTERS = [Chapter("Перший", 0, 1.2), Chapter("Second", 1.2, 3.0)]
FORMS = [(name, rate) for name, codec in CODECS.items() for rate in codec.rates]


def joined(name: str, rate: int, folder: Path, count: int = 4, pause: float = 0.4):
    """A file of `count` sentences, each of one more word; with its timeline and packets."""
    codec = CODECS[name]
    voice = MemoryVoice(sample_rate=rate)
    takes = [trimmed(voice.speak("la " * (n + 1))) for n in range(count)]
    rows = [codec.encode(take.samples, rate) for take in takes]
    times = timeline([len(take.samples) / rate for take in takes], [pause] * count)
    packets = []
    for silent, row in zip(
        silences(codec, rate, times, list(map(len, rows))), [*rows, []], strict=True
    ):
        packets += [codec.silence(rate)] * silent + row
    first = mp3.info_frame(packets[0], list(map(len, packets))) if name == "mp3" else b""
    file = folder / f"joined.{name}"
    write(file, codec, rate, packets, TAGS, CHAPTERS, first)
    return file, times, packets


@pytest.mark.parametrize(("name", "rate"), FORMS)
def test_a_joined_file_is_as_long_as_counted_and_as_planned(name, rate, tmp_path):
    file, times, packets = joined(name, rate, tmp_path)
    samples, found = decoded(file)
    codec = CODECS[name]
    assert found == rate
    assert len(samples) == len(packets) * codec.frame(rate) - codec.skipped(rate)
    assert len(samples) / rate == pytest.approx(codec.seconds(len(packets), rate))
    assert abs(len(samples) / rate - times.seconds) <= codec.frame(rate) / rate


@pytest.mark.parametrize(("name", "rate"), FORMS)
def test_each_sentence_is_heard_at_its_time_within_half_a_frame(name, rate, tmp_path):
    file, times, _ = joined(name, rate, tmp_path, count=6)
    samples, _ = decoded(file)
    slack = CODECS[name].frame(rate) / rate / 2 + 0.006  # the fade takes a moment to be loud
    for start in times.starts:
        near = np.abs(samples[round((start - 0.2) * rate) : round((start + 0.1) * rate)])
        onset = np.argmax(near > 0.02) / rate - 0.2
        assert abs(onset) <= slack


@pytest.mark.parametrize("name", CODECS)
def test_what_is_joined_is_what_each_sentence_is_alone(name, tmp_path):
    """The same samples, wherever a sentence stands: nothing of a neighbour is heard in it."""
    codec = CODECS[name]
    rate = codec.rate(22050)
    voice = MemoryVoice(sample_rate=rate)
    rows = [codec.encode(trimmed(voice.speak(text)).samples, rate) for text in ("la", "la la")]
    quiet = [codec.silence(rate)] * 10
    whole = codec.decode([*quiet, *rows[0], *quiet, *rows[1], *quiet], rate)
    frame = codec.frame(rate)
    for row, start in ((rows[0], 10), (rows[1], 20 + len(rows[0]))):
        alone = codec.decode([*quiet, *row, *quiet], rate)[10 * frame :]
        here = whole[start * frame :][: len(row) * frame]
        assert np.abs(here - alone[: len(here)]).max() < (0.001 if name == "opus" else 1e-7)


@pytest.mark.parametrize("name", CODECS)
def test_the_silence_between_sentences_is_silent(name, tmp_path):
    rate = CODECS[name].rate(22050)
    file, times, _ = joined(name, rate, tmp_path)
    samples, _ = decoded(file)
    for end, start in zip(times.ends, [*times.starts[1:], times.seconds], strict=True):
        pause = samples[round((end + 0.06) * rate) : round((start - 0.06) * rate)]
        assert np.abs(pause).max() < 0.001


@pytest.mark.parametrize("name", CODECS)
def test_the_level_comes_out_as_it_went_in(name):
    codec = CODECS[name]
    rate = codec.rate(22050)
    tone = 0.4 * np.sin(2 * np.pi * 700 * np.arange(2 * rate) / rate).astype(np.float32)
    heard = codec.decode(codec.encode(tone, rate), rate)[rate // 2 : rate]
    assert loudness(heard) == pytest.approx(0.4 / np.sqrt(2), rel=0.005)


@pytest.mark.parametrize("name", ["mp3", "m4a"])
def test_players_know_length_tags_chapters_and_cover(name, tmp_path):
    file, times, _ = joined(name, 22050, tmp_path)
    with av.open(str(file)) as container:
        audio = container.streams.audio[0]
        assert float(audio.duration * audio.time_base) == pytest.approx(times.seconds, abs=0.05)
        facts = container.metadata
        chapters = [(c["metadata"]["title"], c["start"], c["end"]) for c in container.chapters()]
        (picture,) = [s for s in container.streams.video if s.disposition.name == "attached_pic"]
        assert next(container.demux(picture)).size == len(TAGS.cover)
    assert facts["title"] == "Пором «Надія» повертається"
    assert (facts["artist"], facts["album"]) == ("Marta Quill", "The Lantern")
    assert facts["comment"] == "Created with AI assistance"
    assert chapters == [("Перший", 0, 1200), ("Second", 1200, 3000)]


def test_an_mp3_tells_its_length_in_its_first_bytes_and_can_be_sought(tmp_path):
    file, times, _ = joined("mp3", 22050, tmp_path, count=12)
    start = file.read_bytes()
    head = start.find(b"Info") + 400
    with av.open(io.BytesIO(start[:head])) as container:
        audio = container.streams.audio[0]
        assert float(audio.duration * audio.time_base) == pytest.approx(times.seconds, abs=0.03)
    with av.open(str(file)) as container:
        container.seek(int(times.starts[8] * av.time_base))
        assert next(container.decode(audio=0)).time == pytest.approx(times.starts[8], abs=0.06)


@settings(deadline=None, max_examples=25)
@given(st.integers(1, 40_000), st.sampled_from(sorted(CODECS)))
def test_any_length_makes_whole_frames_that_hold_all_of_it(count, name):
    codec = CODECS[name]
    rate = codec.rate(22050)
    packets = codec.encode(np.full(count, 0.25, np.float32), rate)
    held = len(packets) * codec.frame(rate)
    assert count + codec.delay(rate) <= held < count + codec.delay(rate) + 4 * codec.frame(rate)


@pytest.mark.parametrize("harm", [lambda d: d[:-1], lambda d: d[7:], lambda d: b"<html>" + d])
def test_harmed_frames_are_noticed(harm):
    data = b"".join(CODECS["mp3"].encode(MemoryVoice().speak("la").samples, 22050))
    assert sum(frame.samples for frame in mp3.frames(data)) == 576 * len(list(mp3.frames(data)))
    with pytest.raises(CodecError):
        list(mp3.frames(harm(data)))


def test_a_rate_that_a_codec_lacks_becomes_the_next_higher_one():
    assert [CODECS["mp3"].rate(wanted) for wanted in (8000, 22050, 23000, 96000)] == [
        16000,
        22050,
        24000,
        48000,
    ]
    assert CODECS["opus"].rate(22050) == 48000


def test_a_sound_is_cut_at_its_ends_and_keeps_its_words():
    tone = MemoryVoice().speak("la li")
    padded = Sound(np.pad(tone.samples, (22050, 11025)), 22050, tone.words)
    one, two = trimmed(tone), trimmed(padded)
    assert len(two.samples) == pytest.approx(len(one.samples), abs=500)
    assert one.words[1].at == pytest.approx(0.16, abs=0.001)
    assert np.abs(two.samples[0]) == np.abs(two.samples[-1]) == 0
