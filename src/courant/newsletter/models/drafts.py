"""Editions in the making: what an editor chooses, writes and puts in order before it is sent."""

import re

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, PageChooserPanel
from wagtail.fields import RichTextField
from wagtail.models import Orderable, PreviewableMixin, RevisionMixin

from courant.newsletter.contest import MINUTES, SHARES, Wish
from courant.newsletter.models.newsletters import Newsletter

PARAGRAPH = re.compile(r"<p\b[^>]*>(.*?)</p>", re.DOTALL)


class DraftEdition(PreviewableMixin, RevisionMixin, ClusterableModel):
    """A hand-made edition until it is sent; the edition itself is then frozen, this stays."""

    newsletter = models.ForeignKey(Newsletter, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=150, help_text="What readers see first in their inbox.")
    preheader = models.CharField(
        max_length=140,
        blank=True,
        help_text="Stands beside the subject in the inbox. Empty: the beginning of the letter.",
    )
    second_subject = models.CharField(
        max_length=150,
        blank=True,
        help_text="Tried against the first on some readers; the others get the one that is "
        "followed more, or the first where chance explains the difference. Clicks must be counted.",
    )
    contest_share = models.PositiveSmallIntegerField(
        "readers for each subject, in percent",
        default=Wish.share,
        validators=[MinValueValidator(SHARES[0]), MaxValueValidator(SHARES[1])],
    )
    contest_minutes = models.PositiveIntegerField(
        "decided after so many minutes",
        default=Wish.minutes,
        validators=[MinValueValidator(MINUTES[0]), MaxValueValidator(MINUTES[1])],
        help_text="From the first letter. The others wait so long.",
    )
    introduction = RichTextField(
        blank=True, features=["bold", "italic", "link"], help_text="Above the stories."
    )

    panels = [
        FieldPanel("newsletter"),
        FieldPanel("subject"),
        FieldPanel("preheader"),
        MultiFieldPanel(
            [
                FieldPanel("second_subject"),
                FieldPanel("contest_share"),
                FieldPanel("contest_minutes"),
            ],
            heading="A second subject",
        ),
        FieldPanel("introduction"),
        InlinePanel("stories", label="Story", heading="Stories, in this order", min_num=1),
    ]

    class Meta:
        ordering = ["-pk"]
        verbose_name = "edition in the making"
        verbose_name_plural = "editions in the making"

    def __str__(self) -> str:
        return self.subject

    @property
    def preview_modes(self) -> list[tuple[str, str]]:
        return [("letter", "Letter"), ("text", "Plain text")]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        answer: HttpResponse = import_string(settings.COURANT_DRAFT_PREVIEW)(self, mode_name)
        return answer

    def paragraphs(self) -> list[str]:
        """The introduction, a piece of rich text each."""
        return PARAGRAPH.findall(self.introduction)

    @property
    def wish(self) -> Wish | None:
        """The second subject that is to be tried, if there is one."""
        if not self.second_subject.strip():
            return None
        return Wish(self.second_subject.strip(), self.contest_share, self.contest_minutes)

    def story_ids(self) -> list[int]:
        """In the editor's order, each once."""
        return list(dict.fromkeys(row.story_id for row in self.stories.all()))

    @property
    def key(self) -> str:
        """Of the edition that it becomes: there is one, however often it is sent."""
        return f"draft/{self.pk}"


class DraftStory(Orderable):
    """A story that an editor chose for an edition."""

    draft = ParentalKey(DraftEdition, on_delete=models.CASCADE, related_name="stories")
    story = models.ForeignKey("stories.Story", on_delete=models.CASCADE, related_name="+")

    panels = [PageChooserPanel("story", "stories.Story")]

    def __str__(self) -> str:
        return str(self.story)
