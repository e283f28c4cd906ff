"""How often stories are read and heard, by day: numbers, and nothing of any reader."""

from datetime import date, timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

DAYS = 400  # a year to compare with, and a month more


@register_setting(icon="table")
class FiguresSettings(BaseGenericSetting):
    """Whether readings are counted, and for how long all figures are kept."""

    reading = models.BooleanField(
        "count what is read and heard",
        default=True,
        help_text="Numbers by story and day, nothing of any reader. Off: pages send nothing.",
    )
    days = models.PositiveSmallIntegerField(
        "keep figures for, in days",
        default=DAYS,
        validators=[MinValueValidator(1), MaxValueValidator(3650)],
        help_text="Then they are deleted; clicks in newsletters too.",
    )

    panels = [FieldPanel("reading"), FieldPanel("days")]

    class Meta:
        verbose_name = "figures"

    @classmethod
    def now(cls) -> "FiguresSettings":
        """As they are; without a row as they begin. Looking makes none."""
        return cls.objects.first() or cls()

    def oldest(self, today: date) -> date:
        """The first day of which figures are kept."""
        return today - timedelta(days=self.days)


class ReadingDay(models.Model):
    """How a story fared on one day. docs/figures.md has the rule behind each number."""

    wagtail_reference_index_ignore = True

    story_id = models.PositiveBigIntegerField()
    day = models.DateField(db_index=True)
    section_id = models.PositiveBigIntegerField(help_text="The one that it stood in that day.")
    opened = models.PositiveIntegerField(default=0)
    read = models.PositiveIntegerField(default=0)
    finished = models.PositiveIntegerField(default=0)
    listened = models.PositiveIntegerField(default=0)
    heard_out = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint("story_id", "day", name="one_reading_a_day")]

    def __str__(self) -> str:
        return f"story {self.story_id} on {self.day}"


class HearingDay(models.Model):
    """How often each sentence of one sound was heard on one day, by its number in the cues."""

    wagtail_reference_index_ignore = True

    story_id = models.PositiveBigIntegerField()
    sound = models.CharField(max_length=12, help_text="As its files are named: of its digest.")
    day = models.DateField(db_index=True)
    sentences = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint("story_id", "sound", "day", name="one_hearing_a_day")
        ]

    def __str__(self) -> str:
        return f"story {self.story_id}, sound {self.sound}, on {self.day}"


class Dropped(models.Model):
    """Reports that were turned away on a day, because too many came in a minute."""

    wagtail_reference_index_ignore = True

    what = models.CharField(max_length=20)
    day = models.DateField(db_index=True)
    number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint("what", "day", name="one_number_dropped_a_day")]

    def __str__(self) -> str:
        return f"{self.number} of {self.what} on {self.day}"
