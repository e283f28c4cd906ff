"""The settings of reading at the desk: one row for the paper, lines for each of its languages."""

from django.db import models
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from courant.narration import disclosure
from courant.narration.choices import Choices
from courant.narration.tongues import tongue
from courant.stories import published as out
from courant.stories.models.base import LANGUAGES

KINDS: dict[str, type[out.Block]] = {
    "subheadings": out.Subheading,
    "quotes": out.Quote,
    "lists": out.ListBlock,
    "boxes": out.Box,
}


@register_setting(icon="media")
class ReadingSettings(ClusterableModel, BaseGenericSetting):
    """What is read of every story. A change speaks only the sentences that it touches."""

    headline = models.BooleanField(default=True)
    byline = models.BooleanField(default=True)
    date = models.BooleanField("date of publication", default=False)
    corrections = models.BooleanField(
        default=False, help_text="Said at the end, each with what it is."
    )
    subheadings = models.BooleanField(default=True, help_text="Without them no chapters.")
    quotes = models.BooleanField("quote blocks", default=True)
    lists = models.BooleanField(default=True)
    boxes = models.BooleanField(default=True)
    disclosure = models.BooleanField(
        "say that a machine speaks",
        default=False,
        help_text="At the end, by the voice itself; where narration_disclosure is off, nowhere.",
    )

    panels = [
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("headline"), FieldPanel("byline"), FieldPanel("date")]),
                FieldRowPanel([FieldPanel("subheadings"), FieldPanel("quotes")]),
                FieldRowPanel([FieldPanel("lists"), FieldPanel("boxes")]),
                FieldPanel("corrections"),
                FieldPanel("disclosure"),
            ],
            heading="What is read",
        ),
        InlinePanel("lines", label="Language", heading="Words around a story"),
    ]

    class Meta:
        verbose_name = "reading aloud"


class SpokenLines(models.Model):
    """Words that a voice says around every story of a language."""

    settings = ParentalKey(ReadingSettings, on_delete=models.CASCADE, related_name="lines")
    language = models.CharField(max_length=10, choices=LANGUAGES)
    opening = models.CharField("first", max_length=300, blank=True, help_text="Such as: This is …")
    closing = models.CharField("last", max_length=300, blank=True)
    quote_begins = models.CharField(
        "before a quote", max_length=60, blank=True, help_text="Such as: Quote."
    )
    quote_ends = models.CharField(
        "behind a quote", max_length=60, blank=True, help_text="Such as: End of quote."
    )

    panels = [
        FieldPanel("language"),
        FieldRowPanel([FieldPanel("opening"), FieldPanel("closing")]),
        FieldRowPanel([FieldPanel("quote_begins"), FieldPanel("quote_ends")]),
    ]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["settings", "language"],
                name="one_set_of_lines",
                violation_error_message="There are lines for this language already.",
            ),
        ]

    def __str__(self) -> str:
        return f"lines ({self.language})"


def choices_of(language: str) -> Choices:
    """The newsroom's choices of today for stories in a language."""
    row = ReadingSettings.objects.first() or ReadingSettings()
    rows = SpokenLines.objects.filter(settings=row.pk, language=tongue(language))
    lines = (rows.first() if row.pk else None) or SpokenLines()
    return Choices(
        headline=row.headline,
        byline=row.byline,
        date=row.date,
        corrections=row.corrections,
        unread=frozenset(kind for name, kind in KINDS.items() if not getattr(row, name)),
        opening=lines.opening,
        closing=lines.closing,
        disclosure=disclosure.said(language, asked=row.disclosure),
        quote_begins=lines.quote_begins,
        quote_ends=lines.quote_ends,
    )
