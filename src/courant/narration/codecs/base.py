"""What every codec does: packets of one sentence that can be kept, joined and counted exactly."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import lru_cache

import av
import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
TOGETHER = 64  # frames handed over at once: FFmpeg divides them, for less than Python does
SILENT = 12  # frames of silence, of which one from the middle stands for all


class CodecError(Exception):
    """A sound could not be coded, or coded bytes are not what they should be."""


class Codec(ABC):
    """One codec. Every sentence is coded for itself, so that an edited one costs one sentence.

    Whole frames make lengths add up to the sample; silence at both ends makes joins inaudible.
    """

    name: str  # of the setting, and the ending of the file
    media_type: str
    encoder: str  # FFmpeg's names
    decoder: str
    container: str
    bit_rate: int
    options: dict[str, str]
    rates: tuple[int, ...]  # of samples, that it can code
    scale: float = 1.0  # what the encoder does to the level, taken back before it
    version: int = 1  # raise it with any change that changes the sound

    @property
    def profile(self) -> str:
        """Changes with everything that changes the bytes of a sentence."""
        return f"{self.encoder} {self.bit_rate} {sorted(self.options.items())} {self.version}"

    def rate(self, wanted: int) -> int:
        """The rate in which a sound of the wanted rate is coded: the same, or the next higher."""
        return min((rate for rate in self.rates if rate >= wanted), default=max(self.rates))

    @abstractmethod
    def frame(self, rate: int) -> int:
        """Samples in a frame."""

    @abstractmethod
    def delay(self, rate: int) -> int:
        """How many samples later a sentence's sound comes out than its first packet begins."""

    def skipped(self, rate: int) -> int:
        """Samples that every player leaves out at the start of a file."""
        return 0

    def encode(self, samples: Samples, rate: int) -> list[bytes]:
        """The packets of a sound; all of it is in them, and only whole frames."""
        return list(self.stream([samples], rate))

    def stream(self, parts: Iterable[Samples], rate: int) -> Iterator[bytes]:
        """The packets of a sound that comes in parts."""
        codec = self._encoder(rate)
        size, at = self.frame(rate), 0
        rest = np.zeros(0, np.float32)

        def packets(samples: Samples) -> Iterator[bytes]:
            nonlocal at
            for start in range(0, len(samples), TOGETHER * size):
                part = samples[None, start : start + TOGETHER * size]
                frame = av.AudioFrame.from_ndarray(part, "fltp", "mono")
                frame.sample_rate, frame.pts = rate, at
                at += part.shape[1]
                yield from map(bytes, codec.encode(frame))

        for part in parts:
            rest = np.concatenate([rest, part / np.float32(self.scale)])
            whole = len(rest) // size * size
            yield from packets(rest[:whole])
            rest = rest[whole:]
        yield from packets(np.pad(rest, (0, -len(rest) % size)))
        yield from map(bytes, codec.encode(None))

    def decode(self, packets: list[bytes], rate: int) -> Samples:
        """All samples of packets, those too that a player would leave out. Raises CodecError."""
        codec = av.CodecContext.create(self.decoder, "r")
        assert isinstance(codec, av.AudioCodecContext)  # noqa: S101 - for mypy
        if extra := self.extra_data(rate):
            codec.extradata = extra
        frames: list[av.AudioFrame] = []
        try:
            for data in packets:
                frames += codec.decode(av.Packet(data))
            frames += codec.decode(None)
        except av.FFmpegError as error:
            raise CodecError(f"What was coded as {self.name} cannot be decoded: {error}") from error
        # Read where they lie: `to_ndarray` costs as much as decoding.
        blocks = [np.frombuffer(memoryview(f.planes[0]), np.float32, f.samples) for f in frames]
        return np.concatenate(blocks) if blocks else np.zeros(0, np.float32)

    def silence(self, rate: int) -> bytes:
        """One packet of silence, the same every time."""
        return _silence(self, rate)

    def extra_data(self, rate: int) -> bytes:
        """What a decoder must know before the first packet."""
        return b""

    def packets(self, seconds: float, rate: int) -> int:
        """After how many packets a sentence must begin for its sound to come at that second."""
        return round((seconds * rate + self.skipped(rate) - self.delay(rate)) / self.frame(rate))

    def seconds(self, packets: int, rate: int) -> float:
        """The length of a file of so many packets, as players hear it."""
        return (packets * self.frame(rate) - self.skipped(rate)) / rate

    def _encoder(self, rate: int) -> av.AudioCodecContext:
        codec = av.CodecContext.create(self.encoder, "w")
        assert isinstance(codec, av.AudioCodecContext)  # noqa: S101 - for mypy
        codec.sample_rate, codec.layout, codec.format = rate, "mono", "fltp"
        codec.bit_rate, codec.time_base = self.bit_rate, Fraction(1, rate)
        codec.options = self.options
        codec.open(strict=False)
        return codec


@lru_cache(maxsize=32)
def _silence(codec: Codec, rate: int) -> bytes:
    packets = codec.encode(np.zeros(SILENT * codec.frame(rate), np.float32), rate)
    return min(packets[SILENT // 2 : SILENT // 2 + 4], key=len)  # MP3: one without padding
