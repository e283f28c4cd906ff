"""What every message on its way has in common, whatever is in it."""

from django.db import models


class Outgoing(models.Model):
    """One message to one address. It is `inflight` before it is handed on; the rest is known after.

    A claim is a random number, the fence: who still finds it in the row may go on.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        INFLIGHT = "inflight"
        SUBMITTED = "submitted"
        FAILED = "failed"
        UNCERTAIN = "uncertain"
        SKIPPED = "skipped"  # on purpose; `error` says why

    wagtail_reference_index_ignore = True  # else Wagtail adds index rows at every save

    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    fence = models.PositiveBigIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    doubts = models.PositiveSmallIntegerField(
        default=0, help_text="Attempts whose end nobody knows: so many copies more may have gone."
    )
    next_at = models.DateTimeField(null=True, blank=True, help_text="Not to be tried before.")
    smtp_code = models.PositiveIntegerField(null=True, blank=True)
    error = models.TextField("reason", blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
