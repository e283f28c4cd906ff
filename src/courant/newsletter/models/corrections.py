"""Corrections to stories that were mailed: what an editor decided, and which letters told them."""

from django.conf import settings
from django.db import models

from courant.newsletter.models.editions import Edition, Variant


class CorrectionNote(models.Model):
    """That an editor wants a correction told to those who got its story without it, or does not."""

    wagtail_reference_index_ignore = True

    story_id = models.PositiveBigIntegerField()
    time = models.DateTimeField(help_text="Of the correction: it tells it from others of a story.")
    wanted = models.BooleanField(help_text="Told in the next edition; else never.")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("story_id", "time", name="one_decision_a_correction")
        ]

    def __str__(self) -> str:
        return f"story {self.story_id}, {self.time:%Y-%m-%d %H:%M}"


class ToldCorrection(models.Model):
    """That a letter tells a correction."""

    wagtail_reference_index_ignore = True

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="told")
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="told")
    story_id = models.PositiveBigIntegerField(db_index=True)
    time = models.DateTimeField(help_text="Of the correction.")

    def __str__(self) -> str:
        return f"{self.edition}: correction of story {self.story_id}"
