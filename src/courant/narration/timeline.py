"""When each sentence is heard: one table of times that holds for every codec.

Codecs count in frames of different lengths, so files of the same sentences drift apart. Here the
times are fixed first, and each codec fills the pauses with as many silent frames as bring it back
to them: no sentence is ever further from its time than half a frame (13 to 24 ms).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from courant.narration.codecs import Codec

LEAD = 0.25  # seconds before the first sentence: some players cut off a file's first moments


@dataclass(frozen=True)
class Timeline:
    """Start and end of each sentence's speech, in seconds, and the whole length."""

    starts: tuple[float, ...]
    ends: tuple[float, ...]
    seconds: float


def timeline(lengths: Sequence[float], pauses: Sequence[float]) -> Timeline:
    """Sentences of some seconds, each with its pause behind it."""
    starts, ends, at = [], [], LEAD
    for length, pause in zip(lengths, pauses, strict=True):
        starts.append(at)
        ends.append(at + length)
        at += length + pause
    return Timeline(tuple(starts), tuple(ends), at)


def silences(codec: Codec, rate: int, times: Timeline, counts: Sequence[int]) -> Iterator[int]:
    """How many silent packets stand before each sentence of `counts` packets, and at the end."""
    written = 0
    for start, count in zip(times.starts, counts, strict=True):
        silent = max(0, codec.packets(start, rate) - written)
        yield silent
        written += silent + count
    whole = round((times.seconds * rate + codec.skipped(rate)) / codec.frame(rate))
    yield max(0, whole - written)
