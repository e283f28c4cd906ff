"""What belongs to one story: bylines in order, topics, corrections."""

from anyascii import anyascii
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.text import slugify
from modelcluster.fields import ParentalKey
from taggit.models import ItemBase, TagBase
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.models import Orderable
from wagtail.snippets.models import register_snippet

from courant.stories.moves import Addressed


class Byline(Orderable):
    """One name over a story: a person of ours, or a free name such as an agency."""

    class Role(models.TextChoices):
        BY = "by", "by"
        WITH = "with", "with"
        PHOTOS = "photos", "photos by"
        DRAWINGS = "drawings", "drawings by"
        TRANSLATION = "translation", "translated by"
        EDITING = "editing", "edited by"

    story = ParentalKey("stories.Story", on_delete=models.CASCADE, related_name="bylines")
    person = models.ForeignKey(
        "stories.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(
        max_length=150, blank=True, help_text="Only for a name without a page here, e.g. an agency."
    )
    role = models.CharField(max_length=16, choices=Role, default=Role.BY)

    panels = [FieldRowPanel([FieldPanel("role"), FieldPanel("person"), FieldPanel("name")])]

    def __str__(self) -> str:
        return f"{self.role} {self.person or self.name}"

    def clean(self) -> None:
        super().clean()
        if not self.person_id and not self.name.strip():
            raise ValidationError("A byline needs a person or a name.")


@register_snippet
class Topic(Addressed, TagBase):
    """What stories are about, across sections."""

    free_tagging = True
    panels = [FieldPanel("name"), FieldPanel("slug")]

    class Meta:
        ordering = ["name"]

    @property
    def path(self) -> str:
        return f"/topics/{self.slug}/"

    def slugify(self, tag: str, i: int | None = None) -> str:
        """Latin letters only, as in every other address; taggit adds `i` when a slug is taken."""
        slug = slugify(anyascii(tag)) or "topic"
        return slug if i is None else f"{slug}-{i}"


class StoryTopic(ItemBase):
    """That a story is about a topic."""

    tag = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="story_topics")
    content_object = ParentalKey(
        "stories.Story", on_delete=models.CASCADE, related_name="story_topics"
    )


class Correction(Orderable):
    """What was wrong, said openly, with the time at which it was put right."""

    class Kind(models.TextChoices):
        CORRECTION = "correction", "Correction"
        CLARIFICATION = "clarification", "Clarification"
        UPDATE = "update", "Update"

    story = ParentalKey("stories.Story", on_delete=models.CASCADE, related_name="corrections")
    time = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=16, choices=Kind, default=Kind.CORRECTION)
    text = models.TextField()

    panels = [FieldRowPanel([FieldPanel("time"), FieldPanel("kind")]), FieldPanel("text")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.text[:60]}"
