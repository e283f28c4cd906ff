"""Two subjects of one edition, tried against each other."""

from datetime import datetime, timedelta

from django.db import models

from courant.newsletter.models.editions import Edition, Variant


class Contest(models.Model):
    """Some readers get one subject or the other at once; the rest wait for the one that wins.

    The numbers are those by which it was decided, and stay as they were then.
    """

    wagtail_reference_index_ignore = True

    edition = models.OneToOneField(Edition, on_delete=models.PROTECT, related_name="contest")
    share = models.PositiveSmallIntegerField(help_text="Percent of the readers, for each subject.")
    minutes = models.PositiveIntegerField(help_text="From the first letter until it is decided.")
    first_subject = models.CharField(max_length=250)
    second_subject = models.CharField(max_length=250)
    first = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    second_won = models.BooleanField(default=False)
    chance = models.FloatField(null=True, help_text="Of a difference like this one by chance.")
    first_letters = models.PositiveIntegerField(default=0)
    first_clicks = models.PositiveIntegerField(default=0)
    second_letters = models.PositiveIntegerField(default=0)
    second_clicks = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"“{self.first_subject}” or “{self.second_subject}”"

    @property
    def variants(self) -> tuple[int, int]:
        return self.first_id, self.second_id

    @property
    def subject(self) -> str:
        """What readers outside the two groups get."""
        return self.second_subject if self.second_won else self.first_subject

    def ends(self, out_at: datetime) -> datetime:
        return out_at + timedelta(minutes=self.minutes)
