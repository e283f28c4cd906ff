"""Cues for machines: WebVTT, the JSON that the player reads, chapters, and the transcript.

https://www.w3.org/TR/webvtt1/ and the Podcasting 2.0 documents on transcripts and chapters.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from courant.narration.script import anchor
from courant.narration.spoken import Chapter, Cue, SpokenStory


def webvtt(cues: Iterable[Cue]) -> bytes:
    """Captions: a sentence each, with the id of its element on the page."""
    blocks = ["WEBVTT\n"]
    for cue in cues:
        times = f"{_clock(cue.start)} --> {_clock(max(cue.end, cue.start + 0.001))}"
        blocks.append(f"{anchor(cue.block, cue.sentence)}\n{times}\n{_caption(cue)}\n")
    return "\n".join(blocks).encode()


def cues_json(spoken: SpokenStory) -> bytes:
    """{"v": 2, "seconds": …, "cues": [[anchor, start, end, [at, place, length, …]], …]}.

    Words are told in one flat row: hundredths of a second from the sentence's start, then where
    they stand in its text and how long they are, in UTF-16 units as browsers count them.
    """
    rows = [_row(cue) for cue in spoken.cues]
    return _json({"v": 2, "seconds": round(spoken.seconds, 3), "cues": rows})


def chapters_json(chapters: Sequence[Chapter]) -> bytes:
    """JSON chapters 1.2."""
    rows = [
        {"startTime": round(c.start, 3), "endTime": round(c.end, 3), "title": c.title}
        for c in chapters
    ]
    return _json({"version": "1.2.0", "chapters": rows})


def transcript(cues: Iterable[Cue]) -> str:
    """What is said, a paragraph for each block."""
    paragraphs: dict[str, list[str]] = {}
    for cue in cues:
        paragraphs.setdefault(cue.block, []).append(cue.text)
    return "\n\n".join(" ".join(texts) for texts in paragraphs.values())


def _row(cue: Cue) -> list[Any]:
    row: list[Any] = [anchor(cue.block, cue.sentence), round(cue.start, 3), round(cue.end, 3)]
    return [*row, list(_words(cue))] if cue.words else row


def _words(cue: Cue) -> Iterator[int]:
    for word in cue.words:
        yield round((word.at - cue.start) * 100)
        yield _units(cue.text[: word.start])
        yield _units(cue.text[word.start : word.start + word.length])


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _caption(cue: Cue) -> str:
    """No arrow and no markup can be in it, whatever the sentence holds."""
    text = " ".join(cue.text.split())
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _clock(seconds: float) -> str:
    whole = round(seconds * 1000)
    hours, rest = divmod(whole, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    return f"{hours:02}:{minutes:02}:{rest // 1000:02}.{rest % 1000:03}"


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
