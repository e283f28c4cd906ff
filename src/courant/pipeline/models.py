"""What the pipeline remembers: what changed and is not worked off, what failed, what was done."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now


class ChangeQuerySet(models.QuerySet["Change"]):
    def due(self) -> "ChangeQuerySet":
        return self.filter(Q(due_at=None) | Q(due_at__lte=now()))


class Change(models.Model):
    """That something readers can see changed; written in the same transaction as the change.

    It says what was touched for those who look at the queue. The worker reads the committed state.
    """

    subject = models.CharField(max_length=100)  # "page:15", "person:8", "frame"
    made_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField(null=True)  # not looked at before then
    bulk = models.BooleanField(default=False)  # one of very many: waits behind what is urgent

    objects = ChangeQuerySet.as_manager()

    class Meta:
        # A whole archive may wait: what is urgent is looked for between any two steps of it.
        indexes = [models.Index("id", name="urgent_change", condition=Q(bulk=False))]

    def __str__(self) -> str:
        return self.subject


class Failure(models.Model):
    """Something that could not be done, why, and since when; gone once it succeeds."""

    class Room(models.TextChoices):
        SCHEDULE = "schedule"
        BAKE = "bake"
        NARRATE = "narrate"
        DELIVER = "deliver"
        FOLLOW = "follow"
        DEVELOP = "develop"

    room = models.CharField(max_length=10, choices=Room)
    subject = models.CharField(max_length=255)
    reason = models.TextField()
    first_at = models.DateTimeField(default=now)
    last_at = models.DateTimeField(default=now)
    times = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-last_at"]
        constraints = [models.UniqueConstraint("room", "subject", name="one_failure_per_subject")]

    def __str__(self) -> str:
        return f"{self.room} {self.subject}: {self.reason}"

    @classmethod
    def note(cls, room: str, subject: str, reason: str) -> None:
        """Record a failure, or that it happened again."""
        row, made = cls.objects.get_or_create(
            room=room, subject=subject[:255], defaults={"reason": reason}
        )
        if not made:
            cls.objects.filter(pk=row.pk).update(reason=reason, last_at=now(), times=F("times") + 1)

    @classmethod
    def settle(cls, room: str, keep: set[str] | None = None) -> None:
        """Forget a room's failures, except those of the subjects in `keep`."""
        settled = cls.objects.filter(room=room).exclude(
            subject__in={name[:255] for name in keep or ()}
        )
        if settled.exists():  # nearly always there is none: then nobody's writing is disturbed
            settled.delete()


class BakeRun(models.Model):
    """One bake: when, and what it did."""

    KEPT = timedelta(days=7)

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(default=now)
    rendered = models.PositiveIntegerField()
    written = models.PositiveIntegerField()
    deleted = models.PositiveIntegerField()
    failed = models.PositiveIntegerField()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.finished_at:%Y-%m-%d %H:%M:%S}: {self.written} written"
