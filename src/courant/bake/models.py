"""What bake remembers: the trees it made, each file in them, and what each file was made from."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now


class Generation(models.Model):
    """One whole public tree. Readers see the one that `public/current` leads to."""

    class State(models.TextChoices):
        BUILDING = "building"
        CURRENT = "current"
        PREVIOUS = "previous"  # kept, so that one command goes back to it
        REFUSED = "refused"  # somebody went back from it: it is not made again
        DROPPED = "dropped"  # its files and rows are being removed

    fingerprint = models.CharField(max_length=64)  # of frame, templates, code
    frame = models.TextField()  # JSON: masthead and sign-up box, as its pages show them
    state = models.CharField(max_length=10, choices=State, default=State.BUILDING)
    filled = models.BooleanField(default=False)  # whether all its targets are written down
    heard_to = models.PositiveBigIntegerField(default=0)  # stories up to it were asked to be heard
    started_at = models.DateTimeField(default=now)
    switched_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "state", condition=Q(state__in=["building", "current"]), name="one_of_each"
            )
        ]

    def __str__(self) -> str:
        return f"generation {self.pk} ({self.state})"

    @property
    def folder(self) -> str:
        return f"generation-{self.pk}"


class TargetQuerySet(models.QuerySet["Target"]):
    def of(self, generation: Generation) -> "TargetQuerySet":
        return self.filter(generation=generation)

    def in_place(self) -> "TargetQuerySet":
        """Those with a file in the tree."""
        return self.exclude(path="")

    def stale(self) -> "TargetQuerySet":
        """In the order in which they are made: urgent ones first, then what others link to."""
        return self.filter(stale=True).order_by("bulk", "order", "rank", "pk")

    def due(self) -> "TargetQuerySet":
        """Those that have to be made again because time has passed."""
        return self.filter(due_at__lte=now(), stale=False)


class Target(models.Model):
    """One public file, or the fact that none stands there (then `path` is empty)."""

    generation = models.ForeignKey(Generation, on_delete=models.CASCADE, related_name="targets")
    kind = models.CharField(max_length=32)
    key = models.CharField(max_length=1000)
    path = models.CharField(max_length=1000, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)  # bytes, not compressed
    files = models.TextField(blank=True)  # public files that it needs beside it, a line each
    squeezed = models.BooleanField(default=False)  # compressed as small as can be

    stale = models.BooleanField(default=True)
    bulk = models.BooleanField(default=False)  # one of very many: waits for what is urgent
    order = models.SmallIntegerField(default=0)
    rank = models.IntegerField(default=0)
    due_at = models.DateTimeField(null=True)  # made again then at the latest
    error = models.TextField(blank=True)  # why it could not be made; the old file stays
    problems = models.TextField(blank=True)  # what it has to do without
    tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(null=True)  # rendered and found right
    changed_at = models.DateTimeField(null=True)  # other bytes put in place

    objects = TargetQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("generation", "kind", "key", name="one_target_per_key"),
        ]
        indexes = [
            models.Index("generation", "path", name="target_path"),
            models.Index(
                "generation", "bulk", "order", "rank", name="target_stale", condition=Q(stale=True)
            ),
            models.Index("due_at", name="target_due", condition=Q(due_at__isnull=False)),
            models.Index(
                "generation", name="target_loose", condition=Q(squeezed=False) & ~Q(path="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}: {self.path or 'absent'}"


class Dependency(models.Model):
    """That a target was made from something: see `lib.reads`."""

    target = models.ForeignKey(Target, on_delete=models.CASCADE, related_name="reads")
    tag = models.CharField(max_length=1100, db_index=True)

    def __str__(self) -> str:
        return f"{self.target_id} reads {self.tag}"


class PublicFile(models.Model):
    """A picture or a sound in a tree, with the number of targets that need it there."""

    generation = models.ForeignKey(Generation, on_delete=models.CASCADE, related_name="files")
    path = models.CharField(max_length=255)
    uses = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint("generation", "path", name="one_row_per_file")]
        indexes = [models.Index("generation", name="unused_files", condition=Q(uses__lte=0))]

    def __str__(self) -> str:
        return f"{self.path} ({self.uses})"


class Removal(models.Model):
    """A file that has to go, once nothing that is waiting to be made may link to it."""

    generation = models.ForeignKey(Generation, on_delete=models.CASCADE, related_name="removals")
    path = models.CharField(max_length=1000)

    def __str__(self) -> str:
        return self.path


class Following(models.Model):
    """How far one follower of the public tree has come: a bucket, or a CDN.

    `asked` grows when the tree is going to change, and is what `done` becomes once it has followed:
    a kill at any moment leaves the two apart.
    """

    name = models.CharField(max_length=20, primary_key=True)
    asked = models.PositiveBigIntegerField(default=1)
    done = models.PositiveBigIntegerField(default=0)
    complete = models.BooleanField(default=False)  # has been told of the whole tree once
    error = models.TextField(blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True)  # not tried again before then
    done_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name}: {self.error or ('waits' if self.asked != self.done else 'done')}"


class Followed(models.Model):
    """A file as a follower knows it. Pictures and sounds have no digest: their names change."""

    follower = models.ForeignKey(Following, on_delete=models.CASCADE, related_name="files")
    path = models.CharField(max_length=1000)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint("follower", "path", name="one_row_per_follower")]

    def __str__(self) -> str:
        return f"{self.follower_id}: {self.path}"


class Lease(models.Model):
    """Who may write public files, and until when. `fence` grows each time that it is taken."""

    name = models.CharField(max_length=20, primary_key=True)
    holder = models.CharField(max_length=100, blank=True)
    fence = models.PositiveBigIntegerField(default=0)
    until = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return f"{self.name}: {self.holder or 'free'}"

    @classmethod
    def take(cls, name: str, holder: str, length: timedelta) -> int:
        """The fence of a lease that is ours now; 0 when somebody else has it."""
        cls.objects.get_or_create(name=name)
        free = cls.objects.filter(Q(holder="") | Q(until__lt=now()), name=name)
        if free.update(holder=holder, fence=F("fence") + 1, until=now() + length) != 1:
            return 0
        return cls.objects.values_list("fence", flat=True).get(name=name, holder=holder)

    @classmethod
    def renew(cls, name: str, fence: int, length: timedelta) -> bool:
        """Hold it longer. False when it is no longer ours."""
        mine = cls.objects.filter(name=name, fence=fence).exclude(holder="")
        return mine.update(until=now() + length) == 1

    @classmethod
    def release(cls, name: str, fence: int) -> None:
        cls.objects.filter(name=name, fence=fence).update(holder="", until=now())

    @classmethod
    def end_all(cls) -> bool:
        """For the one who knows that every holder is dead; whether one had died with it in hand."""
        return cls.objects.exclude(holder="").update(holder="", until=now()) > 0
