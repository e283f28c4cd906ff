"""A script and its voices -> files of sound and their cues. Never holds more than a sentence.

First every sentence that is not kept is spoken, then the story's loudness is known, then every
sentence is coded at it, then they are joined. Each step can be killed and finds its work again.
"""

import os
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

from courant.lib.digests import digest_of
from courant.narration import loudness, shelf, takes
from courant.narration.codecs import CODECS, Codec
from courant.narration.codecs.mp3 import info_frame
from courant.narration.container import Chapter, Tags, write
from courant.narration.loudness import TARGET, Measure
from courant.narration.script import Utterance
from courant.narration.segments import Segment, coded
from courant.narration.takes import Take
from courant.narration.timeline import silences, timeline
from courant.narration.voices.base import SpokenWord, Voice, VoiceError

STEP = 0.25  # dB: stories differ by no more, and corrections find the sentences of before
# LU that a corrected story may be off its target before all of it is spoken and coded anew. In a
# short one a single sentence moves the loudness, and nobody hears that.
NEAR, NEAR_SHORT, SHORT = 0.4, 2.0, 30.0
CORES = os.cpu_count() or 1
CODING = threading.BoundedSemaphore(CORES)  # whatever many stories are in the making at once

T = TypeVar("T")
Sizes = dict[str, list[int]]  # of packets, by codec
Beat = Callable[[], None]
"""Called often; raises when the work is not wanted any more."""


@dataclass(frozen=True)
class Line:
    """One utterance and who says it."""

    utterance: Utterance
    voice: Voice
    rate: int  # of samples, the same in a whole story

    def key(self, codecs: Sequence[Codec]) -> str:
        """Everything that changes the sound of this sentence, and nothing else."""
        profiles = [codec.profile for codec in codecs]
        return digest_of([self.voice.key, self.rate, self.utterance.text, profiles])


@dataclass(frozen=True)
class Spoken:
    """What is known of a sentence that can be heard: enough to place it."""

    seconds: float
    words: tuple[SpokenWord, ...]
    measures: Measure
    gains: tuple[float, ...] = ()  # at which it is coded already
    sizes: Sizes | None = None  # of its packets, at the first of these gains


class Making:
    """One narration in the making: `prepare` it, then `write` it in each form."""

    def __init__(self, lines: Sequence[Line], codecs: Sequence[str], beat: Beat) -> None:
        self.lines = lines
        self.codecs = [CODECS[name] for name in codecs]
        self.keys = [line.key(self.codecs) for line in lines]
        self.beat = beat
        self.note = ""

    def prepare(self, told: Callable[[int, int], None]) -> None:
        """Speak what is not kept, decide on the level, code what is not kept."""
        spoken = self._speak(told)
        self.words: Sequence[tuple[SpokenWord, ...]] = [one.words for one in spoken]
        pauses = [line.utterance.pause for line in self.lines]
        self.times = timeline([one.seconds for one in spoken], pauses)
        self.gains = self._choose_gains(spoken)
        self.sizes = self._code(spoken)
        self.loudness = self._loudness(spoken)

    def write(self, codec: Codec, file: Path, tags: Tags, chapters: Sequence[Chapter]) -> None:
        """Write one file. Raises VoiceError, CodecError, OSError, av.FFmpegError."""
        rate = codec.rate(self.lines[0].rate)
        rows = [row[codec.name] for row in self.sizes]
        silent = list(silences(codec, rate, self.times, list(map(len, rows))))
        quiet = codec.silence(rate)
        first = b""
        if codec.name == "mp3":
            in_file: list[int] = []
            for pause, row in zip(silent, [*rows, []], strict=True):
                in_file += [len(quiet)] * pause + row
            first = info_frame(quiet, in_file)

        def packets() -> Iterator[bytes]:
            for number, pause in enumerate(silent[:-1]):
                yield from [quiet] * pause
                yield from self._segment(number).packets[codec.name]
                self.beat()
            yield from [quiet] * silent[-1]

        write(file, codec, rate, packets(), tags, chapters, first)

    # ── Speaking ──────────────────────────────────────────────────────────────────────────────────

    def _speak(self, told: Callable[[int, int], None]) -> list[Spoken]:
        """Every sentence, kept from before or spoken now; as many at once as the voices can."""
        found: list[Spoken] = []
        parallel = max(line.voice.parallel for line in self.lines)
        # More threads than engines: none waits while what it said is measured and kept.
        together = 2 * parallel if parallel > 1 else 1
        for number, one in enumerate(in_order(self._spoken, len(self.lines), together), start=1):
            found.append(one)
            self.beat()
            told(number, len(self.lines))
        return found

    def _spoken(self, number: int) -> Spoken:
        key = self.keys[number]
        gains = shelf.gains(key)
        for gain in gains:
            if kept := shelf.segment(key, gain):
                others = (gain, *(other for other in gains if other != gain))
                return Spoken(kept.seconds, kept.words, kept.measures, others, kept.sizes)
        one = self._take(number)
        return Spoken(len(one.samples) / one.rate, one.words, one.measures)

    def _take(self, number: int) -> Take:
        line, key = self.lines[number], self.keys[number]
        if kept := shelf.take(key):
            return kept
        try:
            one = takes.take(line.voice, line.utterance.text, line.rate)
        except VoiceError as error:
            error.utterance = number
            raise
        shelf.keep_take(key, one)
        return one

    # ── The level ─────────────────────────────────────────────────────────────────────────────────

    def _choose_gains(self, spoken: Sequence[Spoken]) -> list[float]:
        """For each voice the gain (dB) that brings its sentences to the target."""
        chosen: dict[str, float] = {}
        for key in {line.voice.key for line in self.lines}:
            mine = [n for n, line in enumerate(self.lines) if line.voice.key == key]
            parts = [(self.times.starts[n], spoken[n].measures) for n in mine]
            kept = Counter(gain for n in mine for gain in spoken[n].gains)
            whole = loudness.joined(parts, self.times.seconds)
            chosen[key] = gain_near(whole, [gain for gain, _ in kept.most_common(3)])
        return [chosen[line.voice.key] for line in self.lines]

    def _loudness(self, spoken: Sequence[Spoken]) -> float:
        """The integrated loudness (LUFS) of the whole."""
        parts = [
            (start, loudness.at_gain(one.measures, gain))
            for start, one, gain in zip(self.times.starts, spoken, self.gains, strict=True)
        ]
        return loudness.lufs(loudness.joined(parts, self.times.seconds))

    # ── Coding ────────────────────────────────────────────────────────────────────────────────────

    def _code(self, spoken: Sequence[Spoken]) -> list[Sizes]:
        """Every sentence coded and kept; returns the sizes of its packets."""

        def coded_one(number: int) -> Sizes:
            one = spoken[number]
            if one.sizes and one.gains[0] == self.gains[number]:
                return one.sizes
            kept = self._segment(number)
            shelf.drop_take(self.keys[number])
            return kept.sizes

        sizes = []
        for row in in_order(coded_one, len(self.lines), CORES):
            sizes.append(row)
            self.beat()
        return sizes

    def _segment(self, number: int) -> Segment:
        """As it is kept; made again when it was lost on the way."""
        key, gain = self.keys[number], self.gains[number]
        if kept := shelf.segment(key, gain):
            return kept
        one = self._take(number)
        with CODING:
            made = coded(one, gain, self.codecs)
        shelf.keep_segment(key, made)
        return made


def sample(text: str, voice: Voice) -> bytes:
    """One sentence as a small MP3 at the usual loudness: for the desk and for tests of a voice.

    Raises VoiceError, CodecError.
    """
    codec = CODECS["mp3"]
    one = takes.take(voice, text, codec.rate(voice.sample_rate))
    gain = round(loudness.gain_for(one.measures) / STEP) * STEP
    packets = coded(one, gain, [codec]).packets["mp3"]
    return info_frame(packets[0], list(map(len, packets))) + b"".join(packets)


def in_order(act: Callable[[int], T], count: int, together: int) -> Iterator[T]:
    """The results of `act` for 0, 1, …, some computed ahead; the first error ends it."""
    if together == 1:
        yield from map(act, range(count))
        return
    running: deque[Future[T]] = deque()
    numbers = iter(range(count))
    with ThreadPoolExecutor(together) as pool:
        try:
            while True:
                ahead = islice(numbers, 2 * together - len(running))
                running.extend(pool.submit(act, number) for number in ahead)
                if not running:
                    return
                yield running.popleft().result()
        finally:
            for future in running:
                future.cancel()


def gain_near(measures: Measure, kept: Iterable[float]) -> float:
    """The gain (dB) for the target; one of those kept, as long as it is near enough."""
    near = NEAR_SHORT if len(measures.energies) < SHORT * loudness.STEP else NEAR
    for gain in kept:
        if abs(loudness.lufs(measures, gain) - TARGET) <= near:
            return gain
    return round(loudness.gain_for(measures) / STEP) * STEP
