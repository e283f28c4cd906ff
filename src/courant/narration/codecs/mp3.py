"""MP3: what every player plays. ISO 11172-3 and 13818-3, layer III."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from courant.narration.codecs.base import Codec, CodecError

# By the two version bits of a header: MPEG-1 and MPEG-2.
RATES = {0b11: (44100, 48000, 32000), 0b10: (22050, 24000, 16000)}
KBITS = {
    0b11: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    0b10: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
SAMPLES = {0b11: 1152, 0b10: 576}
SIDE_INFO = {0b11: 17, 0b10: 9}  # bytes, mono


class Mp3(Codec):
    """`reservoir=0` makes each frame stand alone, so that any row of frames is an MP3."""

    name, media_type = "mp3", "audio/mpeg"
    encoder, decoder, container = "libmp3lame", "mp3float", "mp3"
    bit_rate = 48_000
    options = {"reservoir": "0", "compression_level": "7"}  # 5 costs half as much again
    rates = (16000, 22050, 24000, 32000, 44100, 48000)
    scale = 0.95  # LAME turns down what it codes at a constant bit rate, against clipping

    def frame(self, rate: int) -> int:
        return 576 if rate < 32000 else 1152

    def delay(self, rate: int) -> int:
        return 1105  # of LAME's and the decoder's filters


@dataclass(frozen=True)
class Frame:
    """One MP3 frame: where it stands and what it holds."""

    start: int
    size: int
    samples: int
    rate: int


def frames(data: bytes) -> Iterator[Frame]:
    """The frames of a row of MP3 frames. Raises CodecError."""
    start = 0
    while start < len(data):
        frame = _frame(data, start)
        start += frame.size
        if start > len(data):
            raise CodecError("The last MP3 frame is cut off.")
        yield frame


def _frame(data: bytes, start: int) -> Frame:
    head = int.from_bytes(data[start : start + 4])
    version, kbits, rate = head >> 19 & 0b11, head >> 12 & 0b1111, head >> 10 & 0b11
    if head >> 21 != 0x7FF or version not in RATES or not 0 < kbits < 15 or rate == 3:
        raise CodecError(f"Byte {start} begins no MP3 frame.")
    hertz, samples = RATES[version][rate], SAMPLES[version]
    size = samples // 8 * KBITS[version][kbits] * 1000 // hertz + (head >> 9 & 1)
    return Frame(start, size, samples, hertz)


def info_frame(first: bytes, sizes: Sequence[int]) -> bytes:
    """The silent first frame that carries count of frames, bytes and a table for seeking.

    `first` is the first packet, `sizes` are those of all. It says nothing about the encoder's
    delay: then every player plays every sample, and the cues hold in all of them.
    http://gabriel.mp3-tech.org/mp3infotag.html
    """
    version = first[1] >> 3 & 0b11
    head = first[:2] + bytes([first[2] & ~0b10]) + first[3:4]  # without the padding bit
    size = _frame(head, 0).size
    total = size + sum(sizes)
    places, place = [], size
    for packet in sizes:
        places.append(place)
        place += packet
    table = bytes(places[len(places) * percent // 100] * 256 // total for percent in range(100))
    fields = [0b0111, len(sizes), total]  # flags: frames, bytes and table are there
    body = b"Info" + b"".join(field.to_bytes(4) for field in fields) + table
    frame = head + bytes(SIDE_INFO[version]) + body
    if len(frame) > size:
        raise CodecError(f"An MP3 frame of {size} bytes is too small for the table.")
    return frame.ljust(size, b"\0")
