"""Samples -> MP3: frames of one sentence that can be kept, joined and counted exactly.

Every sentence is encoded for itself, so an edited one costs one sentence. `reservoir=0` makes each
frame stand alone, whole frames make lengths add up, and silence at the end makes joins inaudible.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np
from numpy.typing import NDArray

from courant.narration.voices.base import Sound

BIT_RATE = 48_000
OPTIONS = {"reservoir": "0", "compression_level": "5"}
DELAY = 1105  # samples of LAME's and the decoder's filters: sound comes out that much later
SILENCE, BREATH = 0.003, 0.03  # of full scale; seconds kept after the last louder sample
PROFILE = (
    f"mp3 {BIT_RATE} {OPTIONS['compression_level']} 1"  # raise the last number with any change
)

# MPEG-1 and MPEG-2, layer III, from ISO 11172-3 and 13818-3, by the two version bits of a header.
RATES = {0b11: (44100, 48000, 32000), 0b10: (22050, 24000, 16000)}
KBITS = {
    0b11: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    0b10: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
SAMPLES = {0b11: 1152, 0b10: 576}
SIDE_INFO = {0b11: 17, 0b10: 9}  # bytes, mono


class BrokenFrames(ValueError):
    """Bytes that are not a row of whole MP3 frames."""


@dataclass(frozen=True)
class Frame:
    """One MP3 frame: where it stands and what it holds."""

    start: int
    size: int
    samples: int
    rate: int


@dataclass(frozen=True)
class Tags:
    """What the file says about itself."""

    title: str
    paper: str
    language: str
    comment: str = "Created with AI assistance"


def encode(sound: Sound, gain: float, pause: float) -> bytes:
    """MP3 frames of one sentence, with `pause` seconds of silence at its end."""
    samples = _with_pause(sound, pause) * np.float32(gain)
    codec = av.CodecContext.create("libmp3lame", "w")
    assert isinstance(codec, av.AudioCodecContext)  # noqa: S101 - for mypy
    codec.sample_rate, codec.layout, codec.format = sound.rate, "mono", "fltp"
    codec.bit_rate, codec.time_base, codec.options = BIT_RATE, Fraction(1, sound.rate), OPTIONS
    codec.open()
    size = codec.frame_size
    padded = np.pad(samples, (0, -len(samples) % size))
    packets: list[bytes] = []
    for start in range(0, len(padded), size):
        frame = av.AudioFrame.from_ndarray(padded[None, start : start + size], "fltp", "mono")
        frame.sample_rate, frame.pts = sound.rate, start
        packets += map(bytes, codec.encode(frame))
    return b"".join([*packets, *map(bytes, codec.encode(None))])


def _with_pause(sound: Sound, pause: float) -> NDArray[np.float32]:
    """The sound with its own silence at the end replaced by `pause`, cut off at full scale."""
    loud = np.flatnonzero(np.abs(sound.samples) > SILENCE)
    end = int(loud[-1]) + 1 + int(BREATH * sound.rate) if len(loud) else 0
    kept = np.clip(sound.samples[:end], -1, 1)
    return np.concatenate([kept, np.zeros(int(pause * sound.rate), np.float32)])


def frames(data: bytes) -> Iterator[Frame]:
    """The frames of a row of MP3 frames. Raises BrokenFrames."""
    start = 0
    while start < len(data):
        frame = _frame(data, start)
        start += frame.size
        if start > len(data):
            raise BrokenFrames("The last frame is cut off.")
        yield frame


def _frame(data: bytes, start: int) -> Frame:
    head = int.from_bytes(data[start : start + 4])
    version, kbits, rate = head >> 19 & 0b11, head >> 12 & 0b1111, head >> 10 & 0b11
    if head >> 21 != 0x7FF or version not in RATES or not 0 < kbits < 15 or rate == 3:
        raise BrokenFrames(f"Byte {start} begins no MP3 frame.")
    hertz, samples = RATES[version][rate], SAMPLES[version]
    size = samples // 8 * KBITS[version][kbits] * 1000 // hertz + (head >> 9 & 1)
    return Frame(start, size, samples, hertz)


def seconds_of(data: bytes) -> float:
    """The decoded length of joined frames. Raises BrokenFrames."""
    return sum(frame.samples / frame.rate for frame in frames(data))


def starts_of(segments: Iterable[bytes], rate: int) -> tuple[list[float], float]:
    """When each segment begins to be heard in the joined file, and the file's whole length."""
    starts, samples = [], 0
    for segment in segments:
        starts.append((samples + DELAY) / rate)
        samples += sum(frame.samples for frame in frames(segment))
    return starts, samples / rate


def whole_file(segments: Sequence[bytes], tags: Tags) -> bytes:
    """A tagged MP3 whose length players know at once and in which they can seek."""
    sound = b"".join(segments)
    return id3(tags, milliseconds=round(seconds_of(sound) * 1000)) + info_frame(sound) + sound


def info_frame(sound: bytes) -> bytes:
    """The silent first frame that carries count of frames, bytes and a table for seeking.

    It says nothing about the encoder's delay: then every player plays every sample, and the cues
    hold in all of them. http://gabriel.mp3-tech.org/mp3infotag.html
    """
    row = list(frames(sound))
    first = row[0]
    version = sound[1] >> 3 & 0b11
    head = sound[:2] + bytes([sound[2] & ~0b10]) + sound[3:4]  # without the padding bit
    size = _frame(head, 0).size
    total = size + len(sound)
    places = (row[len(row) * percent // 100].start for percent in range(100))
    table = bytes((size + place) * 256 // total for place in places)
    fields = [0b0111, len(row), total]  # flags: frames, bytes and table are there
    body = b"Info" + b"".join(field.to_bytes(4) for field in fields) + table
    frame = head + bytes(SIDE_INFO[version]) + body
    if len(frame) > size or first.start != 0:
        raise BrokenFrames(f"A frame of {size} bytes is too small for the table.")
    return frame.ljust(size, b"\0")


def id3(tags: Tags, *, milliseconds: int) -> bytes:
    """An ID3v2.3 tag, the version that every player reads. https://id3.org/id3v2.3.0"""
    language = {"en": "eng", "uk": "ukr"}.get(tags.language.lower().split("-")[0], "und")
    body = b"".join(
        [
            _text_frame("TIT2", tags.title),
            _text_frame("TPE1", tags.paper),
            _text_frame("TALB", tags.paper),
            _text_frame("TLAN", language),
            _text_frame("TLEN", str(milliseconds)),
            _id3_frame("COMM", b"\x01eng" + _utf16("") + b"\0\0" + _utf16(tags.comment)),
        ]
    )
    size = bytes(len(body) >> shift & 0x7F for shift in (21, 14, 7, 0))  # seven bits a byte
    return b"ID3\x03\x00\x00" + size + body


def _text_frame(name: str, text: str) -> bytes:
    return _id3_frame(name, b"\x01" + _utf16(text)) if text else b""


def _id3_frame(name: str, body: bytes) -> bytes:
    return name.encode() + len(body).to_bytes(4) + b"\0\0" + body


def _utf16(text: str) -> bytes:
    return b"\xff\xfe" + text.encode("utf-16-le", "replace")
