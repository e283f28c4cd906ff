"""Editions and their deliveries: what was sent, to whom, and how each message fared."""

from django.conf import settings
from django.db import models

from courant.newsletter.models.newsletters import Newsletter
from courant.newsletter.models.outgoing import Outgoing
from courant.newsletter.models.readers import Subscriber


class Edition(models.Model):
    """One newsletter sent once. Letter and audience are frozen before the first message goes."""

    class State(models.TextChoices):
        PREPARING = "preparing"
        SENDING = "sending"
        FINISHED = "finished"
        FAILED = "failed"

    wagtail_reference_index_ignore = True

    key = models.CharField(
        max_length=200, unique=True, help_text="A second edition with the same key is the same one."
    )
    newsletter = models.ForeignKey(Newsletter, on_delete=models.PROTECT, related_name="editions")
    story_id = models.PositiveBigIntegerField(db_index=True)
    subject = models.CharField(max_length=250)
    preheader = models.CharField(max_length=250, blank=True)
    artefact = models.JSONField(help_text="The letter, frozen.")
    digest = models.CharField(max_length=64, help_text="Of the artefact.")
    state = models.CharField(max_length=10, choices=State, default=State.PREPARING)
    error = models.TextField("reason", blank=True)
    candidates = models.PositiveIntegerField(default=0)
    excluded = models.PositiveIntegerField(default=0)
    prepared = models.PositiveIntegerField(default=0)
    ceiling = models.PositiveBigIntegerField(
        default=0, help_text="The newest subscription that counts."
    )
    watermark = models.PositiveBigIntegerField(
        default=0, help_text="The audience is frozen up to here."
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()
    next_at = models.DateTimeField(
        null=True, blank=True, help_text="The transport was out of order; not to be tried before."
    )
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.subject


class Delivery(Outgoing):
    """One edition to one subscriber."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="deliveries")
    subscriber = models.ForeignKey(Subscriber, on_delete=models.PROTECT, related_name="deliveries")
    email = models.CharField("e-mail", max_length=254, help_text="As it was when prepared.")
    token = models.CharField(
        max_length=32, unique=True, help_text="Names it in mail servers' reports."
    )

    class Meta:
        ordering = ["-edition_id", "pk"]
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint("edition", "subscriber", name="one_delivery_a_subscriber")
        ]
        indexes = [models.Index("edition", "state", "id", name="deliveries_due")]

    def __str__(self) -> str:
        return f"{self.email}: {self.state}"
