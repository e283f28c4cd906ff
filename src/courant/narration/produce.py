"""Speaks stories and keeps the sound: every effect of narration is here.

Rows say what is wanted and what is there; files are named by what is in them. Each step can be
killed at any line and done again.
"""

import json
import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from functools import partial

import av
from django.db import transaction
from django.utils.timezone import now

from courant.lib.digests import digest_of
from courant.lib.files import write_whole
from courant.lib.slugs import slug_of
from courant.narration import encode, shelf
from courant.narration.models import DEATHS, Narration
from courant.narration.script import Script, Utterance, anchor, script_for
from courant.narration.signals import narration_ready
from courant.narration.spoken import Cue, SpokenStory
from courant.narration.voices import voice_for
from courant.narration.voices.base import Voice, VoiceError
from courant.stories.models import FrontPage
from courant.stories.published import PublishedStory

Progress = Callable[[int, int], None]

HOLD_EVERY = 1.0  # seconds between two signs of life in the row
KEEP_SUPERSEDED = timedelta(hours=1)  # a bake that began before an edit may still copy the old file
KEEP_SENTENCES = timedelta(days=30)  # most corrections come in the first days


class Lost(Exception):
    """The claim is in other hands, or the text is wanted no more."""


# ── Asking ────────────────────────────────────────────────────────────────────────────────────────


def request(story: PublishedStory, *, voice: Voice | None = None) -> Narration:
    """The row for this text of the story, made if need be. Other texts of it are superseded.

    A row that is ready without its file waits again. Asking twice changes nothing.
    """
    digest, reason = _wanted(script_for(story), voice)
    rows = list(Narration.objects.filter(story_id=story.id))
    row = next((row for row in rows if row.digest == digest), None)
    if row is None:
        row = _new_row(story, digest, reason)
    elif _is_settled(rows, digest):
        return row
    _supersede_others(row)
    if row.superseded_at is not None:
        Narration.objects.filter(pk=row.pk).update(superseded_at=None)
    if row.status == Narration.Status.READY and not shelf.is_there(row):
        gone = Narration.objects.filter(pk=row.pk, status=Narration.Status.READY)
        gone.update(status=Narration.Status.WAITING)
    row.reread()
    return row


def request_all(stories: Sequence[PublishedStory]) -> None:
    """`request` for many: one query when nothing has changed."""
    rows: dict[int, list[Narration]] = {}
    for row in Narration.objects.of([story.id for story in stories]):
        rows.setdefault(row.story_id, []).append(row)
    for story in stories:
        if not _is_settled(rows.get(story.id, []), _wanted(script_for(story))[0]):
            request(story)


def _wanted(script: Script, voice: Voice | None = None) -> tuple[str, str]:
    """The digest of the narration that a script should have, and why it cannot be made, or ""."""
    try:
        return narration_digest(script, voice or voice_for(script.language)), ""
    except VoiceError as error:
        return digest_of([script.digest, None]), str(error)


def _is_settled(rows: Sequence[Narration], digest: str) -> bool:
    """Nothing is to be done: one text is known, the right one, and if it is ready it is there."""
    present = [row for row in rows if row.superseded_at is None]
    if [row.digest for row in present] != [digest]:
        return False
    return present[0].status != Narration.Status.READY or shelf.is_there(present[0])


def narration_digest(script: Script, voice: Voice) -> str:
    """Names a sound: what is said, in which voice, in which encoding."""
    return digest_of([script.digest, voice.key, encode.PROFILE])


def _new_row(story: PublishedStory, digest: str, reason: str) -> Narration:
    facts: dict[str, object] = {"text_at": story.updated or story.published}
    if reason:
        facts |= {"status": Narration.Status.FAILED, "error": reason}
    return Narration.objects.get_or_create(story_id=story.id, digest=digest, defaults=facts)[0]


def _supersede_others(row: Narration) -> None:
    others = Narration.objects.filter(story_id=row.story_id).exclude(pk=row.pk)
    others.filter(status__in=(Narration.Status.WAITING, Narration.Status.FAILED)).delete()
    others.filter(superseded_at=None).update(superseded_at=now())


# ── Speaking ──────────────────────────────────────────────────────────────────────────────────────


def narrate(
    story: PublishedStory, *, voice: Voice | None = None, progress: Progress | None = None
) -> Narration:
    """Speak a story once per text, and return its row. What goes wrong is recorded there.

    Nothing happens when it is spoken already, is not due, or another worker is at it.
    """
    row = request(story, voice=voice)
    if not row.claim():
        return row
    try:
        if row.attempts > DEATHS:
            raise VoiceError(f"The worker died {DEATHS} times in this narration.", permanent=True)
        _speak(row, script_for(story), voice or voice_for(story.language), story, progress)
    except Lost:
        _clear_after_loss(row)
    except (VoiceError, OSError, av.FFmpegError) as error:
        row.fail(str(error), permanent=getattr(error, "permanent", False))
    return row


def _speak(
    row: Narration,
    script: Script,
    voice: Voice,
    story: PublishedStory,
    progress: Progress | None,
) -> None:
    segments = []
    held = time.monotonic()
    total = len(script.utterances)
    for done, utterance in enumerate(script.utterances):
        if done == 0 or time.monotonic() - held > HOLD_EVERY:
            held = time.monotonic()
            _keep(row.hold(done, total))
        segments.append(sentence_frames(utterance, voice))
        if progress:
            progress(done + 1, total)
    if not segments:
        raise VoiceError("There is nothing to read in this story.", permanent=True)
    _keep(row.hold(total, total))
    starts, seconds = encode.starts_of(segments, voice.sample_rate)
    cues = _cues(script, starts, seconds)
    sound = encode.whole_file(segments, _tags(story))
    write_whole(shelf.cues_file(row), _cues_json(cues, seconds))
    write_whole(shelf.sound_file(row), sound)
    _keep(row.finish(voice=voice.name, seconds=seconds, size=len(sound)))
    transaction.on_commit(partial(narration_ready.send, sender=Narration, story_id=row.story_id))


def _keep(held: bool) -> None:
    if not held:
        raise Lost


def sentence_frames(utterance: Utterance, voice: Voice) -> bytes:
    """The encoded sound of one sentence: kept from last time, or spoken now and kept."""
    key = digest_of([voice.key, utterance.text, utterance.pause, encode.PROFILE])
    if kept := shelf.kept_sentence(key):
        return kept
    data = encode.encode(voice.speak(utterance.text), voice.gain, utterance.pause)
    write_whole(shelf.sentence_file(key), data)
    return data


def _cues(script: Script, starts: Sequence[float], seconds: float) -> tuple[Cue, ...]:
    """Each sentence lasts until the next begins, its pause included."""
    ends = [*starts[1:], seconds]
    return tuple(
        Cue(utterance.block, utterance.sentence, round(start, 3), round(end, 3))
        for utterance, start, end in zip(script.utterances, starts, ends, strict=True)
    )


def _cues_json(cues: Iterable[Cue], seconds: float) -> bytes:
    rows = [[anchor(cue.block, cue.sentence), cue.start, cue.end] for cue in cues]
    facts = {"v": 1, "seconds": round(seconds, 3), "cues": rows}
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode()


def _tags(story: PublishedStory) -> encode.Tags:
    paper = FrontPage.objects.order_by("pk").values_list("title", flat=True).first()
    return encode.Tags(story.headline, paper or "", story.language)


def _clear_after_loss(row: Narration) -> None:
    """Leave nothing of a narration that nobody wants; what another worker made stays."""
    wanted = Narration.objects.filter(story_id=row.story_id, digest=row.digest)
    wanted.superseded().filter(status=Narration.Status.SPEAKING, fence=row.fence).delete()
    if not wanted.exists():
        for file in shelf.files_of(row):
            file.unlink(missing_ok=True)


# ── What can be heard ─────────────────────────────────────────────────────────────────────────────


def spoken(story: PublishedStory) -> SpokenStory | None:
    """The sound of exactly this text in the voice of today, or None."""
    return spoken_all([story]).get(story.id)


def spoken_all(stories: Sequence[PublishedStory]) -> dict[int, SpokenStory]:
    """The spoken ones among stories, by id, with one query."""
    rows = Narration.objects.ready().of([story.id for story in stories])
    known = {row.story_id: row for row in rows}
    found = (_spoken(story, known[story.id]) for story in stories if story.id in known)
    return {one.story_id: one for one in found if one}


def heard(story_ids: Iterable[int]) -> set[int]:
    """Which of these stories have sound now, of the text that was asked for last."""
    rows = Narration.objects.ready().filter(story_id__in=list(story_ids))
    return {row.story_id for row in rows if shelf.is_there(row)}


def _spoken(story: PublishedStory, row: Narration) -> SpokenStory | None:
    script = script_for(story)
    if row.digest != _wanted(script)[0] or not shelf.is_there(row):
        return None
    name = f"{slug_of(story.path.rstrip('/').rsplit('/', 1)[-1])}-{row.digest[:12]}"
    return SpokenStory(
        story_id=story.id,
        digest=script.digest,
        file=shelf.sound_file(row),
        path=f"/audio/{name}.mp3",
        cues_path=f"/audio/{name}.json",
        seconds=row.seconds,
        size=row.size,
        voice=row.voice,
        cues=_cues_of(script, shelf.cue_times(shelf.cues_file(row), row.made_at)),
    )


def _cues_of(script: Script, times: Sequence[tuple[float, float]]) -> tuple[Cue, ...]:
    return tuple(
        Cue(utterance.block, utterance.sentence, start, end)
        for utterance, (start, end) in zip(script.utterances, times, strict=True)
    )


# ── Letting go ────────────────────────────────────────────────────────────────────────────────────


def forget(story_id: int) -> None:
    """Remove all sound of a story that was taken back. A worker that is at it notices and stops."""
    Narration.objects.filter(story_id=story_id).delete()
    shutil.rmtree(shelf.story_folder(story_id), ignore_errors=True)


def prune() -> int:
    """Remove sound of superseded texts, and sentences unused for long; returns how many files."""
    old = Narration.objects.superseded().filter(superseded_at__lt=now() - KEEP_SUPERSEDED)
    old.exclude(status=Narration.Status.SPEAKING, claimed_until__gt=now()).delete()
    wanted = {file for row in Narration.objects.all() for file in shelf.files_of(row)}
    unwanted = (file for file in shelf.story_files() if file not in wanted)
    return shelf.remove_older(unwanted, KEEP_SUPERSEDED) + shelf.remove_older(
        shelf.sentence_files(), KEEP_SENTENCES
    )
