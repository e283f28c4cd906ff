"""What sending remembers beside its messages: routes, counts, and whether it may go on."""

from django.db import models


class Route(models.Model):
    """A way out, such as an SMTP server: how fast it takes mail, whether it is out of order."""

    wagtail_reference_index_ignore = True

    name = models.CharField(max_length=200, unique=True)
    rate = models.FloatField(
        null=True, blank=True, help_text="Messages a second that it takes; empty: no limit known."
    )
    rests = models.PositiveIntegerField(default=0, help_text="Times in a row that it failed.")
    next_at = models.DateTimeField(null=True, blank=True, help_text="Not to be tried before.")
    error = models.TextField("reason", blank=True)

    def __str__(self) -> str:
        return self.name


class Tally(models.Model):
    """How many messages of one kind were sent in one stretch of time."""

    wagtail_reference_index_ignore = True

    name = models.CharField(max_length=260, help_text="An edition, a domain, or everything.")
    start = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint("name", "start", name="one_tally_a_time")]

    def __str__(self) -> str:
        return f"{self.name} from {self.start}: {self.count}"


class SendingHome(models.Model):
    """A home that sends. Its file has the same count: a database from a backup has a lower one."""

    wagtail_reference_index_ignore = True

    key = models.CharField(max_length=32, unique=True)
    count = models.PositiveBigIntegerField(default=0, help_text="Rises with every window sent.")
    seen_at = models.DateTimeField(help_text="When its worker last looked.")

    def __str__(self) -> str:
        return self.key


class SendingLock(models.Model):
    """Nothing of any edition is sent until a person says so."""

    wagtail_reference_index_ignore = True

    reason = models.TextField()
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["-since", "-pk"]

    def __str__(self) -> str:
        return self.reason
