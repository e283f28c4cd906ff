"""Pictures and the words that must stand beside them."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from wagtail.images.models import AbstractImage, AbstractRendition, Image

from courant.lib.digests import digest_of


class Photo(AbstractImage):
    """A photograph or drawing. Without alt text and credit no story that shows it is published."""

    class Origin(models.TextChoices):
        """How it was made, in IPTC's codes."""

        CAMERA = "digitalCapture", "Photograph"
        FILM = "negativeFilm", "Photograph on film"
        MONTAGE = "compositeCapture", "Montage of photographs"
        DRAWING = "digitalCreation", "Drawing, map or chart made by a person"
        DATA = "dataDrivenMedia", "Chart made from data"
        SCREEN = "screenCapture", "Picture of a screen"
        PARTLY = "compositeWithTrainedAlgorithmicMedia", "Partly made by AI"
        MACHINE = "trainedAlgorithmicMedia", "Made by AI"

    alt = models.CharField(
        "alt text",
        max_length=500,
        blank=True,
        help_text="What is to be seen, for those who cannot.",
    )
    caption = models.TextField(blank=True, help_text="Stands below the picture; no credit in it.")
    credit = models.CharField(
        max_length=255, blank=True, help_text="Who made it, as it is to be printed: Name/Agency."
    )
    source = models.CharField(
        max_length=255, blank=True, help_text="Where it came from: agency, handout, own archive."
    )
    rights = models.CharField(max_length=255, blank=True, help_text="Licence or terms.")
    rights_end = models.DateTimeField(
        null=True, blank=True, help_text="From then on no page shows it. Empty: no end."
    )
    origin = models.CharField(
        "how it was made",
        max_length=40,
        choices=Origin,
        blank=True,
        help_text="Is written into its files; that AI made it is said below it.",
    )
    whole = models.BooleanField(
        "show it whole",
        default=False,
        help_text="A chart, a document: in its story nothing of it is cut off on phones.",
    )
    # What the worker has made of it: `pipeline.darkroom`.
    developed = models.CharField(max_length=64, blank=True, editable=False)
    tones = models.CharField(max_length=4, blank=True, editable=False)
    avif = models.BooleanField(default=False, editable=False)

    admin_form_fields = (
        "title",
        "file",
        "alt",
        "caption",
        "credit",
        "source",
        "rights",
        "rights_end",
        "origin",
        "whole",
        "collection",
        "tags",
        "focal_point_x",
        "focal_point_y",
        "focal_point_width",
        "focal_point_height",
    )
    search_fields = Image.search_fields

    class Meta(AbstractImage.Meta):
        indexes = [models.Index("id", name="undeveloped", condition=models.Q(developed=""))]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.file_hash and self.file:
            self._set_file_hash()
        if self.developed != self.negative:
            self.developed, self.tones, self.avif = "", "", False
        super().save(*args, **kwargs)

    @property
    def negative(self) -> str:
        """The digest of all that its public files are made from."""
        told = [self.credit, self.rights, self.origin]
        return digest_of([self.file_hash, self.focal_point_x, self.focal_point_y, *told])

    @property
    def default_alt_text(self) -> str:
        """What Wagtail shows for this picture at the desk."""
        return self.alt or self.title

    def clean(self) -> None:
        super().clean()
        missing = self.missing()
        if self.pk and missing and (title := self._live_story()):
            raise ValidationError(
                f"“{title}” is published with this picture, which needs {' and '.join(missing)}."
            )

    def _live_story(self) -> str:
        """The headline of a published story that shows it; empty when there is none."""
        from wagtail.models import Page, ReferenceIndex

        rows = ReferenceIndex.get_references_to(self)
        ids = [int(pk) for pk in rows.values_list("object_id", flat=True) if pk.isdecimal()]
        page = Page.objects.live().filter(pk__in=ids).first()
        return page.title if page else ""

    def missing(self) -> list[str]:
        """The fields without which the picture may not be published."""
        needed = {"alt text": self.alt, "credit": self.credit}
        return [name for name, value in needed.items() if not value.strip()]


class Rendition(AbstractRendition):
    """A scaled copy that the desk shows. Readers get theirs from `front.pictures`."""

    image = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"], name="one_rendition_per_filter"
            )
        ]
