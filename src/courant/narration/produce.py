"""Speaks stories and keeps the sound: every effect of narration is here.

Rows say what is wanted and what is there; files are named by what is in them. Each step can be
killed at any line and done again.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any

import av
from django.db import transaction
from django.utils.timezone import now

from courant.lib.digests import digest_of_file
from courant.lib.slugs import slug_of
from courant.narration import shelf
from courant.narration.assemble import Facts, assemble, from_sidecar
from courant.narration.chosen import choices_of
from courant.narration.codecs import CODECS, CodecError
from courant.narration.faults import Fault
from courant.narration.lexicon import Lexica, lexicon_of
from courant.narration.models import DEATHS, NO_FAULT, Narration, SpokenText
from courant.narration.plan import Plan, basis_of, plan_for
from courant.narration.provenance.certificate import NoCertificate
from courant.narration.reasons import fault_of
from courant.narration.script import script_for
from courant.narration.signals import narration_failed, narration_ready
from courant.narration.spoken import SoundFile, SpokenStory
from courant.narration.voices.base import Voice, VoiceError
from courant.stories.models import FrontPage
from courant.stories.published import PublishedStory

Progress = Callable[[int, int], None]
GiveWay = Callable[[], None]
"""Called before each sentence in each step; may wait a while for what is more urgent."""

HOLD_EVERY = 1.0  # seconds between two signs of life in the row
KEEP_SUPERSEDED = timedelta(hours=1)  # a bake that began before an edit may still copy the old file
KEEP_SENTENCES = timedelta(days=30)  # most corrections come in the first days


class Lost(Exception):
    """The claim is in other hands, or the text is wanted no more."""


# ── Asking ────────────────────────────────────────────────────────────────────────────────────────


def request(story: PublishedStory, *, voice: Voice | None = None) -> Narration:
    """The row for this text of the story, made if need be. Other texts of it are superseded.

    Where only the lexicon or the choices of reading are others, what readers hear stays until this
    one is ready.

    A row that is ready without its file waits again. Asking twice changes nothing.
    """
    return _request(story, _plan_of_today(story, voice))


def _plan_of_today(story: PublishedStory, voice: Voice | None = None) -> Plan:
    language = story.language
    return plan_for(story, voice=voice, lexicon=lexicon_of(language), choices=choices_of(language))


def _request(story: PublishedStory, plan: Plan) -> Narration:
    digest = plan.digest
    rows = list(Narration.objects.filter(story_id=story.id))
    row = next((row for row in rows if row.digest == digest), None)
    if row is None:
        row = _new_row(story, plan)
    elif _is_settled(rows, plan):
        return row
    _supersede_others(row, plan.basis)
    if row.superseded_at is not None:
        Narration.objects.filter(pk=row.pk).update(superseded_at=None)
    if row.status == Narration.Status.READY and not shelf.is_there(row):
        gone = Narration.objects.filter(pk=row.pk, status=Narration.Status.READY)
        gone.update(status=Narration.Status.WAITING)
    row.reread()
    return row


def request_all(stories: Sequence[PublishedStory]) -> None:
    """`request` for many: a query, and a few for each language; one more when some are new."""
    lexica, choices = Lexica(), cache(choices_of)
    rows: dict[int, list[Narration]] = {}
    for row in Narration.objects.of([story.id for story in stories]):
        rows.setdefault(row.story_id, []).append(row)
    new = []
    for story in stories:
        language = story.language
        plan = plan_for(story, lexicon=lexica.of(language), choices=choices(language))
        if story.id not in rows:
            new.append(Narration(story_id=story.id, digest=plan.digest, **_facts(story, plan)))
        elif not _is_settled(rows[story.id], plan):
            _request(story, plan)
    if new:  # all at once: an old archive has many
        Narration.objects.bulk_create(new, ignore_conflicts=True)


def _is_settled(rows: Sequence[Narration], plan: Plan) -> bool:
    """Nothing is to be done: what is wanted is known and, if it is ready, there.

    Beside it there is at most the sound of the same text that is heard until it is ready.
    """
    present = [row for row in rows if row.superseded_at is None]
    row = next((row for row in present if row.digest == plan.digest), None)
    if row is None:
        return False
    ready = row.status == Narration.Status.READY
    others = [other for other in present if other is not row]
    if any(ready or not _may_stay(other, plan.basis) for other in others):
        return False
    return not ready or shelf.is_there(row)


def _may_stay(row: Narration, basis: str) -> bool:
    """It can be heard, and is of the same text by other rules."""
    return row.status == Narration.Status.READY and row.is_of(basis)


def _new_row(story: PublishedStory, plan: Plan) -> Narration:
    rows, facts = Narration.objects, _facts(story, plan)
    return rows.get_or_create(story_id=story.id, digest=plan.digest, defaults=facts)[0]


def _facts(story: PublishedStory, plan: Plan) -> dict[str, Any]:
    """Of a narration that nobody has begun."""
    facts: dict[str, Any] = {
        "text_at": story.updated or story.published,
        "basis": plan.basis,
    }
    if plan.trouble:
        trouble = {"error": str(plan.trouble), "fault": plan.trouble.fault}
        facts |= {"status": Narration.Status.FAILED, **trouble}
    return facts


def _supersede_others(row: Narration, basis: str) -> None:
    """Other texts are wanted no more; of this one, what can be heard stays until `row` can be."""
    others = Narration.objects.filter(story_id=row.story_id).exclude(pk=row.pk)
    others.filter(status__in=(Narration.Status.WAITING, Narration.Status.FAILED)).delete()
    present = others.filter(superseded_at=None)
    if row.status != Narration.Status.READY or not shelf.is_there(row):
        heard = max(filter(lambda o: _may_stay(o, basis), present), key=_made, default=None)
        present = present.exclude(pk=heard.pk) if heard else present
    present.update(superseded_at=now())


def _made(row: Narration) -> datetime:
    return row.made_at or row.text_at


def again(story: PublishedStory) -> Narration:
    """Let a story's narration be made anew, from kept sentences where there are some."""
    row = request(story)
    ended = Narration.objects.filter(pk=row.pk, status__in=("ready", "failed"))
    ended.update(status=Narration.Status.WAITING, attempts=0, next_at=None, **NO_FAULT)
    row.reread()
    return row


def due_now(story: PublishedStory) -> Narration | None:
    """The narration that a story lacks, to be tried at once; None when nothing is to be done."""
    row = request(story)
    if row.status == Narration.Status.FAILED:
        row.retry()
    return None if row.status == Narration.Status.READY else row


# ── Speaking ──────────────────────────────────────────────────────────────────────────────────────


def narrate(
    story: PublishedStory,
    *,
    voice: Voice | None = None,
    progress: Progress | None = None,
    give_way: GiveWay = lambda: None,
) -> Narration:
    """Speak a story once per text, and return its row. What goes wrong is recorded there.

    Nothing happens when it is spoken already, is not due, or another worker is at it.
    """
    plan = _plan_of_today(story, voice)
    row = _request(story, plan)
    if not row.claim():
        return row
    try:
        if row.attempts > DEATHS:
            message = f"The worker died {DEATHS} times in this narration."
            raise VoiceError(message, permanent=True, fault=Fault.DEATHS)
        _make(row, story, plan, progress, give_way)
    except Lost:
        _clear_after_loss(row)
    except (VoiceError, CodecError, NoCertificate, OSError, av.FFmpegError) as error:
        _fail(row, error, plan)
        if row.failed_for_good:
            send = partial(narration_failed.send, sender=Narration, story_id=row.story_id)
            transaction.on_commit(send)
    return row


def _fail(row: Narration, error: Exception, plan: Plan) -> None:
    number = getattr(error, "utterance", None)
    row.fail(
        str(error),
        permanent=getattr(error, "permanent", False),
        fault=fault_of(error, recorded=plan.recording is not None),
        sentence="" if number is None else plan.written.utterances[number].text,
    )


def _make(
    row: Narration, story: PublishedStory, plan: Plan, progress: Progress | None, give_way: GiveWay
) -> None:
    held = Held(row, give_way)

    def told(done: int, total: int) -> None:
        held.done, held.total = done, total
        if progress:
            progress(done, total)

    facts = assemble(row, story, plan, _paper_name(), held.beat, told)
    _keep(row.hold(held.total, held.total))
    with transaction.atomic():
        _finish(row, plan, facts)
    transaction.on_commit(partial(narration_ready.send, sender=Narration, story_id=row.story_id))


def _finish(row: Narration, plan: Plan, facts: Facts) -> None:
    """From here on this is heard, and not what was heard of the same text until now."""
    _keep(
        row.finish(
            voice=plan.speaker[:100],
            source_type=plan.source_type,
            preview=plan.preview,
            seconds=facts.seconds,
            loudness=facts.loudness,
            files=facts.files,
            note=facts.note,
        )
    )
    _supersede_others(row, plan.basis)


class Held:
    """The claim on a row, held by signs of life; raises Lost when it is another's."""

    def __init__(self, row: Narration, give_way: GiveWay) -> None:
        self.row, self.give_way = row, give_way
        self.done = self.total = 0
        self.last = 0.0

    def beat(self) -> None:
        self.give_way()
        if time.monotonic() - self.last > HOLD_EVERY:
            self.last = time.monotonic()
            _keep(self.row.hold(self.done, self.total))


def _keep(held: bool) -> None:
    if not held:
        raise Lost


def _paper_name() -> str:
    return FrontPage.objects.order_by("pk").values_list("title", flat=True).first() or ""


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
    known: dict[int, list[Narration]] = {}
    for row in rows:
        known.setdefault(row.story_id, []).append(row)
    found = (_spoken(story, known[story.id]) for story in stories if story.id in known)
    return {one.story_id: one for one in found if one}


def heard(ids: Iterable[int]) -> set[int]:
    """Which of these stories can be heard: for marks on lists, where the text is not at hand."""
    wanted = set(ids)
    rows = Narration.objects.ready().of(sorted(wanted))
    return {row.story_id for row in rows if row.story_id in wanted and shelf.is_there(row)}


def trouble_of(story: PublishedStory, row: Narration | None) -> str:
    """What is wrong with the sound of a story, "" when nothing is. Reads every byte of it."""
    if row is None:
        return "It was never asked for."
    if row.digest != _plan_of_today(story).digest:
        return "It is of another text, voice or form, or said by other rules."
    if row.status != Narration.Status.READY:
        again = f" It is tried again at {row.next_at:%H:%M}." if row.next_at else ""
        return f"{row.get_status_display()}. {row.error}{again}".strip()
    for ending, facts in row.files.items():
        file = shelf.sound_file(row, ending)
        if not file.exists():
            return f"Its {ending} is missing."
        if digest_of_file(file) != facts["sha256"]:
            return f"Its {ending} is not the file that was made."
    return "" if shelf.is_there(row) else "Its cues are missing."


def _spoken(story: PublishedStory, rows: Iterable[Narration]) -> SpokenStory | None:
    """By which rules and choices it was said does not matter: a row is of today's text or not."""
    basis = basis_of(story)
    mine = [row for row in rows if row.is_of(basis) and shelf.is_there(row)]
    if not mine:
        return None
    row = max(mine, key=_made)
    facts = shelf.cue_facts(shelf.cues_file(row), row.made_at)
    cues, chapters = from_sidecar(facts)
    slug = slug_of(story.path.rstrip("/").rsplit("/", 1)[-1])
    base = f"/audio/{slug}-{row.sound}"
    return SpokenStory(
        story_id=story.id,
        digest=script_for(story).digest,  # of the text as it is written: pages compare that
        # PostgreSQL keeps no order inside JSON.
        files=tuple(_file(row, ending, base) for ending in CODECS if ending in row.files),
        cues_path=f"{base}.json",
        captions_path=f"{base}.vtt" if cues else "",
        chapters_path=f"{base}.chapters.json" if chapters else "",
        seconds=row.seconds,
        voice=row.voice,
        source_type=row.source_type,
        cues=cues,
        chapters=chapters,
    )


def _file(row: Narration, ending: str, base: str) -> SoundFile:
    media_type, size = CODECS[ending].media_type, row.files[ending]["size"]
    return SoundFile(media_type, shelf.sound_file(row, ending), f"{base}.{ending}", size)


# ── Letting go ────────────────────────────────────────────────────────────────────────────────────


def forget(story_id: int) -> None:
    """Remove all sound of a story that was taken back. A worker that is at it notices and stops."""
    Narration.objects.filter(story_id=story_id).delete()
    SpokenText.objects.filter(story_id=story_id).delete()
    shelf.forget_story(story_id)


def prune() -> int:
    """Remove sound of superseded texts, and sentences unused for long; returns how many files."""
    old = Narration.objects.superseded().filter(superseded_at__lt=now() - KEEP_SUPERSEDED)
    old.exclude(status=Narration.Status.SPEAKING, claimed_until__gt=now()).delete()
    wanted = {file for row in Narration.objects.all() for file in shelf.files_of(row)}
    unwanted = (file for file in shelf.story_files() if file not in wanted)
    return shelf.remove_older(unwanted, KEEP_SUPERSEDED) + shelf.remove_older(
        shelf.sentence_files(), KEEP_SENTENCES
    )
