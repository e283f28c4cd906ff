"""The people whom bylines name."""

from django.db import models
from django.db.models.functions import Lower
from wagtail.admin.panels import FieldPanel
from wagtail.search import index
from wagtail.snippets.models import register_snippet

from courant.lib.slugs import free_slug
from courant.stories.models.voices import VoiceField
from courant.stories.moves import Addressed


@register_snippet
class Person(Addressed, index.Indexed, models.Model):
    """A reporter, photographer or guest. No account at the desk is needed."""

    name = models.CharField(max_length=150)
    slug = models.SlugField(
        max_length=150, unique=True, blank=True, help_text="Part of the address."
    )
    role = models.CharField(max_length=150, blank=True, help_text="Such as: Harbour correspondent.")
    bio = models.TextField("about", blank=True)
    portrait = models.ForeignKey(
        "stories.Photo", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    voice = VoiceField(help_text="Reads what this person writes, in the voice's own language.")

    panels = [
        FieldPanel("name"),
        FieldPanel("role"),
        FieldPanel("bio"),
        FieldPanel("portrait"),
        FieldPanel("voice"),
        FieldPanel("slug"),
    ]
    search_fields = [
        index.SearchField("name"),
        index.AutocompleteField("name"),
        index.SearchField("role"),
    ]

    class Meta:
        ordering = [Lower("name"), "pk"]
        verbose_name_plural = "people"

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        if not self.slug:
            self.slug = free_slug(self.name, Person.objects.exclude(pk=self.pk))
        super().save(*args, **kwargs)

    @property
    def path(self) -> str:
        return f"/people/{self.slug}/"
