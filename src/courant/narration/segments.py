"""A sentence as it is published: coded at one loudness, kept, ready to be joined."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

import numpy as np

from courant.narration import loudness
from courant.narration.codecs import Codec, CodecError
from courant.narration.loudness import CEILING, LIMIT, Measure, Samples
from courant.narration.takes import Take, resampled, word_row
from courant.narration.voices.base import Sound, SpokenWord

TRIES = 3  # to come below the ceiling; each lowers the limit by what was too much
MARGIN = 0.97  # meters that oversample in another way find other peaks
HARMED = "The sentence was harmed"


@dataclass(frozen=True)
class Segment:
    """One coded sentence. Its packets hold silence at both ends, so any two can be joined."""

    samples: int  # of speech
    rate: int  # of those samples
    gain: float  # dB that it was turned up
    words: tuple[SpokenWord, ...]
    measures: Measure  # before the gain
    packets: Mapping[str, list[bytes]]  # by codec

    @property
    def seconds(self) -> float:
        return self.samples / self.rate

    @property
    def sizes(self) -> dict[str, list[int]]:
        """Of its packets, by codec."""
        return {name: list(map(len, row)) for name, row in self.packets.items()}


def coded(one: Take, gain: float, codecs: Sequence[Codec]) -> Segment:
    """Code a sentence for all codecs. Raises CodecError when one cannot."""
    level = loudness.limited(one.samples, one.measures, gain)
    packets = {codec.name: _packets(one, gain, level, codec) for codec in codecs}
    return Segment(len(one.samples), one.rate, gain, one.words, one.measures, packets)


def _packets(one: Take, gain: float, level: Samples, codec: Codec) -> list[bytes]:
    """Decoded again before it is kept: whole, heard, and nowhere above the ceiling.

    `level` is the take as it is coded where the first try does not go above it.
    """
    limit, rate = LIMIT, codec.rate(one.rate)
    for _ in range(TRIES):
        samples = resampled(Sound(level, one.rate), rate).samples
        packets = codec.encode(samples, rate)
        heard = codec.decode(packets, rate)
        if len(heard) != len(packets) * codec.frame(rate) or not np.abs(heard).max() > 0:
            raise CodecError(f"A sentence came out of {codec.name} with another length.")
        peak = loudness.true_peak(heard)
        if peak <= CEILING * MARGIN:
            break
        limit *= 0.99 * CEILING * MARGIN / peak
        level = loudness.limited(one.samples, one.measures, gain, limit)
    return packets


def to_bytes(segment: Segment) -> bytes:
    """For the shelf: a line of JSON with a digest of the rest, then measures and packets."""
    energies = segment.measures.energies.astype("<f4").tobytes()
    peaks = segment.measures.peaks.astype("<f2").tobytes()
    body = b"".join([energies, peaks, *(p for row in segment.packets.values() for p in row)])
    facts = {
        "samples": segment.samples,
        "rate": segment.rate,
        "gain": segment.gain,
        "words": [word_row(word) for word in segment.words],
        "measures": [len(energies), len(peaks)],
        "packets": segment.sizes,
        "sha256": hashlib.sha256(body).hexdigest(),
    }
    return json.dumps(facts, separators=(",", ":")).encode() + b"\n" + body


def from_bytes(data: bytes) -> Segment:
    """Raises CodecError when the bytes are not those that were written."""
    head, _, body = data.partition(b"\n")
    try:
        facts = json.loads(head)
        if hashlib.sha256(body).hexdigest() != facts["sha256"]:
            raise CodecError(f"{HARMED}: its bytes are others than were kept.")
        return _parsed(facts, body)
    except (ValueError, KeyError, TypeError) as error:
        raise CodecError(f"{HARMED}: {error}.") from error


def _parsed(facts: dict[str, Any], body: bytes) -> Segment:
    of_energies, of_peaks = facts["measures"]
    place = of_energies + of_peaks
    packets: dict[str, list[bytes]] = {}
    for name, sizes in facts["packets"].items():
        ends = list(accumulate(sizes, initial=place))
        packets[name] = [body[start:end] for start, end in pairwise(ends)]
        place = ends[-1]
    return Segment(
        samples=facts["samples"],
        rate=facts["rate"],
        gain=facts["gain"],
        words=tuple(SpokenWord(*row) for row in facts["words"]),
        measures=Measure(
            np.frombuffer(body[:of_energies], "<f4"),
            np.frombuffer(body[of_energies : of_energies + of_peaks], "<f2").astype(np.float32),
        ),
        packets=packets,
    )
