"""Which digests were due, and what became of each."""

from django.db import models

from courant.newsletter.models.editions import Edition
from courant.newsletter.models.newsletters import Newsletter


class DigestSlot(models.Model):
    """One time at which a newsletter's digest was due. The row makes it that it is made once."""

    wagtail_reference_index_ignore = True

    newsletter = models.ForeignKey(Newsletter, on_delete=models.CASCADE, related_name="+")
    rhythm = models.CharField(
        max_length=6, blank=True, help_text="That its readers chose; empty: the newsletter's own."
    )
    zone = models.CharField(max_length=50, blank=True, help_text="Of its readers; empty: all.")
    at = models.DateTimeField()
    stories = models.JSONField(default=list, help_text="Ids of all it may hold, in their order.")
    edition = models.OneToOneField(
        Edition, null=True, on_delete=models.SET_NULL, help_text="Empty: there was nothing."
    )

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint("newsletter", "rhythm", "zone", "at", name="one_digest_a_slot")
        ]

    def __str__(self) -> str:
        return f"{self.newsletter} {self.at:%Y-%m-%d %H:%M} {self.rhythm} {self.zone}".strip()

    @property
    def period(self) -> str:
        """ "daily" or "weekly"; "" where the newsletter's digests were turned off meanwhile."""
        return self.rhythm or self.newsletter.digest
