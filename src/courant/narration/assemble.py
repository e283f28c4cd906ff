"""From a plan to the files of one narration: sound in every form, cues, chapters, cover, marks."""

import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from PIL import Image, ImageOps

from courant.lib.digests import digest_of_file
from courant.lib.files import move_whole, write_whole
from courant.narration import disclosure, shelf
from courant.narration.codecs import CODECS, Codec
from courant.narration.container import Chapter, Tags
from courant.narration.faults import Fault
from courant.narration.making import Making
from courant.narration.models import Narration
from courant.narration.plan import Plan
from courant.narration.provenance import mark
from courant.narration.recorded import Recorded
from courant.narration.script import SUBHEADING
from courant.narration.spoken import Cue
from courant.narration.timeline import Timeline
from courant.narration.voices.base import SpokenWord, VoiceError
from courant.narration.words import WordCue, shown_sentences, word_cues
from courant.stories.published import PublishedPhoto, PublishedStory, Subheading

COVER = 600  # pixels a side
Told = Callable[[int, int], None]


class Sound(Protocol):
    """What is to be heard, spoken or recorded: `prepare` comes first."""

    times: Timeline  # without starts where nobody knows when which sentence is heard
    words: Sequence[tuple[SpokenWord, ...]]
    loudness: float  # LUFS, integrated
    note: str

    def prepare(self, told: Told) -> None: ...

    def write(self, codec: Codec, file: Path, tags: Tags, chapters: Sequence[Chapter]) -> None: ...


@dataclass(frozen=True)
class Facts:
    """What the row of a narration remembers of its files."""

    seconds: float
    loudness: float
    files: dict[str, dict[str, Any]]
    note: str


def assemble(
    row: Narration,
    story: PublishedStory,
    plan: Plan,
    paper: str,
    beat: Callable[[], None],
    told: Told,
) -> Facts:
    """Make all files of a narration. Raises VoiceError, CodecError, OSError, av.FFmpegError."""
    sound = _sound(plan, beat)
    sound.prepare(told)
    cues = cues_of(story, plan, sound.times, sound.words)
    chapters = chapters_of(story, plan, sound.times)
    tags = tags_of(story, plan, paper)
    write_whole(shelf.cues_file(row), sidecar(cues, chapters, sound.times.seconds))
    files = {}
    for name in plan.codecs:
        codec, file = CODECS[name], shelf.sound_file(row, name)
        temporary = file.with_name(f".{file.name}.{row.fence}.tmp")
        try:
            sound.write(codec, temporary, tags, chapters)
            mark(temporary, codec.media_type, story, plan)
            files[name] = {"size": temporary.stat().st_size, "sha256": digest_of_file(temporary)}
            beat()
            move_whole(temporary, file)
        finally:
            temporary.unlink(missing_ok=True)
    return Facts(sound.times.seconds, round(sound.loudness, 2), files, sound.note)


def _sound(plan: Plan, beat: Callable[[], None]) -> Sound:
    if plan.recording:
        return Recorded(plan.recording, plan.script, beat)
    lines = plan.lines
    if not lines:
        message = "There is nothing to read in this story."
        raise VoiceError(message, permanent=True, fault=Fault.NOTHING)
    return Making(lines, plan.codecs, beat)


def cues_of(
    story: PublishedStory, plan: Plan, times: Timeline, words: Sequence[tuple[SpokenWord, ...]]
) -> list[Cue]:
    """A cue for each utterance, with its words where they are known and stand on the page."""
    if not times.starts:
        return []
    shown = shown_sentences(story)
    cues = []
    for each, written, start, end, said in zip(
        plan.script.utterances,
        plan.written.utterances,
        times.starts,
        times.ends,
        words,
        strict=True,
    ):
        text = shown.get((each.block, each.sentence), "")
        found = word_cues(each.text, text, said, start) if text else ()
        cue = Cue(each.block, each.sentence, start, end, text or written.text, found)
        cues.append(replace(cue, start=round(start, 3), end=round(end, 3)))
    return cues


def chapters_of(story: PublishedStory, plan: Plan, times: Timeline) -> list[Chapter]:
    """The headline's and one for each subheading; none where there are no subheadings."""
    if not times.starts:
        return []
    titles = {block.id: block.text for block in story.body if isinstance(block, Subheading)}
    starts = [(story.headline, 0.0)]
    for each, start in zip(plan.script.utterances, times.starts, strict=True):
        if each.role == SUBHEADING and each.block in titles:
            starts.append((titles.pop(each.block), start))
    if len(starts) == 1:
        return []
    ends = [start for _, start in starts[1:]] + [times.seconds]
    return [Chapter(title, a, b) for (title, a), b in zip(starts, ends, strict=True)]


def tags_of(story: PublishedStory, plan: Plan, paper: str) -> Tags:
    """What the files say of themselves, the disclosure among it."""
    names = ", ".join(b.name for b in story.bylines if b.role in ("by", "with"))
    said = disclosure.words(story.language) if plan.source_type else ""
    more = {"AI_DISCLOSURE": said, "DIGITAL_SOURCE_TYPE": disclosure.IPTC + plan.source_type}
    return Tags(
        title=story.headline,
        artist=names or paper,
        paper=paper,
        language=story.language,
        date=story.published.date().isoformat(),
        comment=said,
        more=more if said else {},
        cover=cover_of(story.lead_photo),
    )


def cover_of(photo: PublishedPhoto | None) -> bytes:
    """A square JPEG around what the photo is about; nothing when its file cannot be read."""
    if photo is None:
        return b""
    try:
        with Image.open(photo.file) as picture:
            upright = ImageOps.exif_transpose(picture).convert("RGB")
            place = (photo.focal_x, photo.focal_y)
            square = ImageOps.fit(upright, (COVER, COVER), centering=place)
    except (OSError, ValueError):
        return b""  # the page and the desk say so too: the same file is missing there
    out = io.BytesIO()
    square.save(out, "JPEG", quality=80)
    return out.getvalue()


def sidecar(cues: Iterable[Cue], chapters: Iterable[Chapter], seconds: float) -> bytes:
    """What `spoken` reads: everything about the sound that is no file of its own."""
    rows = [
        [c.block, c.sentence, c.start, c.end, c.text, [[w.start, w.length, w.at] for w in c.words]]
        for c in cues
    ]
    parts = [[chapter.title, chapter.start, chapter.end] for chapter in chapters]
    facts = {"v": 2, "seconds": seconds, "cues": rows, "chapters": parts}
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode()


def from_sidecar(facts: dict[str, Any]) -> tuple[tuple[Cue, ...], tuple[Chapter, ...]]:
    cues = tuple(
        Cue(block, number, start, end, text, tuple(WordCue(*word) for word in words))
        for block, number, start, end, text, words in facts["cues"]
    )
    return cues, tuple(Chapter(*row) for row in facts["chapters"])
