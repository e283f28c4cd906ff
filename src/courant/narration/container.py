"""Packets -> a file with tags, chapters and a cover, through FFmpeg's own writers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain, islice
from pathlib import Path
from typing import Any

import av

from courant.narration.codecs import Codec
from courant.narration.tongues import tongue

A_SECOND = 1000  # chapters count milliseconds
MP3_TOGETHER = 256  # frames
LANGUAGES = {"en": "eng", "uk": "ukr"}  # ISO 639-2, for tags

# Only what FFmpeg cannot know: version 3 of ID3 is read by every player, our own first frame
# carries the table for seeking, and an M4A's index stands in front.
OPTIONS = {
    "mp3": {"id3v2_version": "3", "write_xing": "0"},
    "mp4": {"movflags": "+faststart", "brand": "M4A "},
    "ogg": {},
}


@dataclass(frozen=True)
class Chapter:
    """A part of the sound with a heading, in seconds."""

    title: str
    start: float
    end: float


@dataclass(frozen=True)
class Tags:
    """What the file says about itself."""

    title: str
    artist: str  # who wrote it, or who reads it
    paper: str
    language: str  # BCP 47
    date: str = ""  # "2026-11-20"
    comment: str = ""
    more: dict[str, str] = field(default_factory=dict)  # names of our own
    cover: bytes = b""  # JPEG

    def facts(self) -> dict[str, str]:
        short = LANGUAGES.get(tongue(self.language), "und")
        facts = {
            "title": self.title,
            "artist": self.artist,
            "album": self.paper,
            "album_artist": self.paper,
            "genre": "News",
            "date": self.date,
            "language": short,
            "comment": self.comment,
            **self.more,
        }
        return {name: text for name, text in facts.items() if text}


def write(
    path: Path,
    codec: Codec,
    rate: int,
    packets: Iterable[bytes],
    tags: Tags,
    chapters: Iterable[Chapter] = (),
    first: bytes = b"",
) -> None:
    """Write the packets, one after the other, never holding all of them.

    `first` is a packet that no player plays. Raises av.FFmpegError, which is an OSError when the
    disk is at fault.
    """
    with av.open(str(path), "w", format=codec.container, options=OPTIONS[codec.container]) as file:
        stream = file.add_stream(codec.encoder, rate=rate, layout="mono")
        assert isinstance(stream, av.AudioStream)  # noqa: S101 - for mypy
        stream.bit_rate = codec.bit_rate
        stream.codec_context.options = codec.options
        stream.codec_context.open(strict=False)
        file.metadata.update(tags.facts())
        rows = [_chapter(number, chapter) for number, chapter in enumerate(chapters)]
        if rows and codec.container != "ogg":
            file.set_chapters(rows)
        _cover(file, codec, tags.cover)
        frame = codec.frame(rate)
        at, base = -codec.skipped(rate), Fraction(1, rate)
        # An MP3 is its frames, one after the other: so many at once cost FFmpeg as much as one.
        together = MP3_TOGETHER if codec.container == "mp3" else 1
        for some in _together(chain([first] if first else [], packets), together):
            packet = av.Packet(b"".join(some))
            packet.stream, packet.pts, packet.dts = stream, at, at
            packet.duration = frame * len(some)
            packet.time_base, packet.is_keyframe = base, True
            file.mux_one(packet)
            at += packet.duration


def _together(packets: Iterable[bytes], count: int) -> Iterator[list[bytes]]:
    rest = iter(packets)
    while some := list(islice(rest, count)):
        yield some


def _chapter(number: int, chapter: Chapter) -> Any:
    return {
        "id": number,
        "start": round(chapter.start * A_SECOND),
        "end": round(chapter.end * A_SECOND),
        "time_base": Fraction(1, A_SECOND),
        "metadata": {"title": chapter.title},
    }


def _cover(file: av.container.OutputContainer, codec: Codec, picture: bytes) -> None:
    if not picture or codec.container == "ogg":
        return
    stream = file.add_stream("mjpeg", rate=1)
    stream.width = stream.height = 1  # the picture says its own size
    stream.pix_fmt = "yuvj420p"
    stream.disposition = av.stream.Disposition.attached_pic
    file.start_encoding()
    packet = av.Packet(picture)
    packet.stream, packet.pts, packet.dts, packet.is_keyframe = stream, 0, 0, True
    file.mux(packet)
