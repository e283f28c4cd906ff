"""What is spoken, what waits to be, and what failed."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now

from courant.narration.chosen import ReadingSettings, SpokenLines
from courant.narration.entries import LexiconEntry, SpokenText

__all__ = ["LexiconEntry", "Narration", "ReadingSettings", "SpokenLines", "SpokenText"]

LEASE = timedelta(minutes=2)  # longer than any voice takes for one sentence, twice
ATTEMPTS = 3
DEATHS = 10  # of workers in one narration, before it is taken for what kills them
NO_FAULT = {"error": "", "fault": "", "sentence": ""}
SECOND = timedelta(seconds=1)
A_QUERY = 500  # ids in one query
WAIT, GROWTH = (
    timedelta(minutes=1),
    4,
)  # before the second attempt; the third waits that much longer


class NarrationQuerySet(models.QuerySet["Narration"]):
    def waiting(self) -> Self:
        """Not spoken yet, and nobody is at it."""
        return self.filter(status=Narration.Status.WAITING)

    def ready(self) -> Self:
        """Can be heard, and is of the story's present text."""
        return self.filter(status=Narration.Status.READY, superseded_at=None)

    def failed(self) -> Self:
        """With a reason in `error`; `next_at` says whether it is tried again."""
        return self.filter(status=Narration.Status.FAILED)

    def superseded(self) -> Self:
        """Of a text or a voice that the story no longer has."""
        return self.exclude(superseded_at=None)

    def due(self) -> Self:
        """What may be claimed: new, to be tried again, left by a dead worker. Newest text first."""
        status = Narration.Status
        again = Q(status=status.FAILED, next_at__lte=now())
        lost = Q(status=status.SPEAKING, claimed_until__lt=now())
        open_ = Q(status=status.WAITING) | again | lost
        return self.filter(open_, superseded_at=None).order_by("-text_at", "-pk")

    def end_leases(self) -> None:
        """Free what is being spoken: for the one who knows that every other worker is dead."""
        self.filter(status=Narration.Status.SPEAKING).update(claimed_until=now() - SECOND)

    def of(self, story_ids: Sequence[int]) -> Self:
        """Those of some stories; a range where the list is too long for a query."""
        if len(story_ids) <= A_QUERY:
            return self.filter(story_id__in=story_ids)
        return self.filter(story_id__range=(min(story_ids), max(story_ids)))


class Narration(models.Model):
    """One text of one story in one voice, spoken once."""

    class Status(models.TextChoices):
        WAITING = "waiting"
        SPEAKING = "speaking"
        READY = "ready"
        FAILED = "failed"

    story_id = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)  # of script, voice and encoding
    # The same before the lexicon's rules: of which text it is. Empty: made before there were any.
    basis = models.CharField(max_length=64, blank=True)
    text_at = models.DateTimeField(default=now)  # when the text became public
    superseded_at = models.DateTimeField(null=True, blank=True)  # another text took its place
    status = models.CharField(max_length=8, choices=Status, default=Status.WAITING)

    claimed_until = models.DateTimeField(null=True, blank=True)
    fence = models.PositiveIntegerField(default=0)  # grows with each claim: a late worker is seen
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True)  # failed: when it is tried again
    error = models.TextField(blank=True)  # for whoever keeps the server
    fault = models.CharField(max_length=20, blank=True)  # its kind: what an editor is told
    sentence = models.TextField(blank=True)  # at which it failed, as the story has it
    sentences_done = models.PositiveIntegerField(default=0)
    sentences_total = models.PositiveIntegerField(default=0)

    voice = models.CharField(max_length=100, blank=True)
    source_type = models.CharField(max_length=40, blank=True)  # IPTC; empty for a human voice
    preview = models.BooleanField(default=False)  # in a voice that is no newsroom's choice
    seconds = models.FloatField(default=0)
    loudness = models.FloatField(null=True, blank=True)  # LUFS, integrated
    files = models.JSONField(default=dict)  # by ending: {"mp3": {"size": bytes, "sha256": …}}
    note = models.CharField(max_length=255, blank=True)  # what an editor should know of it
    made_at = models.DateTimeField(null=True, blank=True)

    objects = NarrationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("story_id", "digest", name="one_narration_per_text"),
        ]
        indexes = [models.Index("status", "superseded_at", name="narration_work")]

    def __str__(self) -> str:
        return f"story {self.story_id} {self.digest[:12]} ({self.status})"

    def claim(self) -> bool:
        """Take the work. False when it is done, not due, or in other hands."""
        # One UPDATE whose own conditions decide: with a subquery PostgreSQL would let two through.
        changed = (
            Narration.objects.due()
            .filter(pk=self.pk)
            .update(
                status=self.Status.SPEAKING,
                claimed_until=now() + LEASE,
                fence=F("fence") + 1,
                attempts=F("attempts") + 1,
                sentences_done=0,
            )
        )
        self.reread()
        return changed == 1

    def reread(self) -> None:
        """As committed now; unchanged when the row is gone."""
        with suppress(Narration.DoesNotExist):
            self.refresh_from_db()

    def hold(self, done: int, total: int) -> bool:
        """Report progress and keep the claim. False when it was lost: the work must stop."""
        return self._record(claimed_until=now() + LEASE, sentences_done=done, sentences_total=total)

    def finish(self, **facts: object) -> bool:
        """The files are in place, and these are the facts of them. False if the claim was lost."""
        return self._record(
            **facts,
            status=self.Status.READY,
            made_at=now(),
            claimed_until=None,
            next_at=None,
            attempts=0,
            **NO_FAULT,
        )

    def fail(self, reason: str, *, permanent: bool, fault: str = "", sentence: str = "") -> bool:
        """Say why; try again later, unless that is vain."""
        again = not permanent and self.attempts < ATTEMPTS
        return self._record(
            status=self.Status.FAILED,
            error=reason,
            fault=fault,
            sentence=sentence,
            claimed_until=None,
            next_at=now() + WAIT * GROWTH ** (self.attempts - 1) if again else None,
        )

    @property
    def failed_for_good(self) -> bool:
        """Nobody will try again unless asked to."""
        return self.status == self.Status.FAILED and self.next_at is None

    @property
    def sound(self) -> str:
        """The sound's own name in its public files: of its digest; "" before it is made."""
        return str(self.files.get("mp3", {}).get("sha256", ""))[:12]

    def is_of(self, basis: str) -> bool:
        """Whether it is the sound of this text, whatever rules it was said by."""
        return (self.basis or self.digest) == basis

    def retry(self) -> None:
        """Let a failed narration be tried again, now."""
        rows = Narration.objects.failed().filter(pk=self.pk)
        rows.update(status=self.Status.WAITING, attempts=0, next_at=None, **NO_FAULT)
        self.reread()

    def _record(self, **facts: object) -> bool:
        """Write only with the claim of this object: fence and status as they were taken."""
        mine = Narration.objects.filter(
            pk=self.pk, fence=self.fence, status=self.Status.SPEAKING, superseded_at=None
        )
        if mine.update(**facts) != 1:
            return False
        for name, value in facts.items():
            setattr(self, name, value)
        return True
