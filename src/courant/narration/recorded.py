"""A story that a person read: brought to the same loudness and forms as what machines speak."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import av
import numpy as np

from courant.narration import loudness
from courant.narration.codecs import Codec, CodecError
from courant.narration.codecs.mp3 import info_frame
from courant.narration.container import Chapter, Tags, write
from courant.narration.loudness import Measure, Samples
from courant.narration.script import Script
from courant.narration.takes import resampled
from courant.narration.timeline import LEAD, Timeline
from courant.narration.voices.base import Sound, SpokenWord
from courant.stories.published import PublishedRecording

RATE = 24000  # enough for a voice, and the highest at which MP3 counts in short frames
PIECE, SLACK = (
    12.0,
    2.0,
)  # seconds worked on at once; where in their end the quietest place is sought
NO_CUES = "A recording: no sentence is marked while it is heard."


class Recorded:
    """One recording in the making, a few seconds of it in memory at a time."""

    def __init__(
        self, recording: PublishedRecording, script: Script, beat: Callable[[], None]
    ) -> None:
        self.recording, self.script, self.beat = recording, script, beat
        self.words: Sequence[tuple[SpokenWord, ...]] = [()] * len(script.utterances)
        self.note = NO_CUES

    def prepare(self, told: Callable[[int, int], None]) -> None:
        """Measure it."""
        pieces, count = [], 0
        for piece in self._pieces():
            pieces.append(loudness.measure(piece, RATE))
            count += len(piece)
            self.beat()
            told(round(count / RATE), max(1, round(self.recording.seconds)))
        self.measures = Measure(
            np.concatenate([one.energies for one in pieces]),
            np.concatenate([one.peaks for one in pieces]),
        )
        self.gain = loudness.gain_for(self.measures)
        self.loudness = loudness.lufs(self.measures, self.gain)
        self.times = Timeline((), (), LEAD + count / RATE)

    def write(self, codec: Codec, file: Path, tags: Tags, chapters: Sequence[Chapter]) -> None:
        """Write one file; the sound begins `LEAD` seconds after it, in every form."""
        rate = codec.rate(RATE)
        lead = round(LEAD * rate) + codec.skipped(rate) - codec.delay(rate)
        sizes: list[int] = []

        def sounds() -> Iterator[Samples]:
            yield np.zeros(lead, np.float32)
            for piece in self._pieces():
                self.beat()
                level = loudness.limited(piece, loudness.measure(piece, RATE), self.gain)
                yield resampled(Sound(level, RATE), rate).samples

        if codec.name == "mp3":  # its first frame tells the sizes of all: they are found out first
            first_packet = codec.silence(rate)
            sizes = [len(packet) for packet in codec.stream(sounds(), rate)]
            first = info_frame(first_packet, sizes)
        else:
            first = b""
        write(file, codec, rate, codec.stream(sounds(), rate), tags, chapters, first)

    def _pieces(self) -> Iterator[Samples]:
        """The recording, one channel, cut where it is quietest."""
        rest = np.zeros(0, np.float32)
        for block in self._blocks():
            rest = np.concatenate([rest, block])
            if len(rest) > PIECE * RATE:
                at = _quietest(rest)
                yield rest[:at]
                rest = rest[at:]
        if len(rest):
            yield rest

    def _blocks(self) -> Iterator[Samples]:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
        try:
            with av.open(str(self.recording.file)) as container:
                for frame in container.decode(audio=0):
                    frame.pts = None
                    yield from (out.to_ndarray()[0] for out in resampler.resample(frame))
                yield from (out.to_ndarray()[0] for out in resampler.resample(None))
        except IndexError:
            raise CodecError(f"{self.recording.file.name} holds no sound.") from None


def _quietest(samples: Samples) -> int:
    """The place of the quietest 10 ms near the end."""
    size = RATE // loudness.STEP
    tail = samples[-round(SLACK * RATE) :]
    count = len(tail) // size
    energies = np.square(tail[: count * size]).reshape(count, size).mean(1)
    # On a whole number of steps, so that the measures of pieces follow each other exactly.
    return (len(samples) - len(tail) + int(energies.argmin()) * size) // size * size
