"""What all pages of the desk's tree share."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from wagtail.models import Page, Revision

from courant.stories.checks import Unpublishable, unpublishable

LANGUAGES = [("en", "English"), ("uk", "Українська")]
# First parts of addresses that pages, files and forms of the paper have.
TAKEN_SLUGS = {
    *("about", "archive", "corrections", "lite", "newsletters", "people", "search", "topics"),
    *("podcast", "desk", "newsletter", "figures", "media", "audio", "oembed", "static"),
    *(code for code, _ in LANGUAGES),
}


class Accent(models.TextChoices):
    """Colours that are read easily on every ground of the stylesheet."""

    BLUE = "blue"
    TEAL = "teal"
    RED = "red"
    OCHRE = "ochre"
    PLUM = "plum"
    GREEN = "green"


class BakedPage(Page):
    """A page that readers get as a file; the desk's preview renders the same file's text."""

    class Meta:
        abstract = True

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """For the desk's eyes: readers are given files and never come here."""
        return import_string(settings.COURANT_PREVIEW)(self, request)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        return import_string(settings.COURANT_PREVIEW)(self, request, mode_name)


class Checked:
    """For pages that do not go out while something is missing."""

    def publish(self, revision: Revision, *args: Any, **kwargs: Any) -> Any:
        """Every road to publication ends here. Raises Unpublishable, naming what is missing."""
        if problems := unpublishable(revision.as_object()):
            raise Unpublishable(problems)
        return super().publish(revision, *args, **kwargs)  # type: ignore[misc]


class AddressedPage(BakedPage):
    """A page right below the front page, at an address that the paper itself does not use."""

    class Meta:
        abstract = True

    def minimal_clean(self) -> None:
        super().minimal_clean()
        self._check_address()

    def clean(self) -> None:
        super().clean()
        self._check_address()

    def _check_address(self) -> None:
        if self.slug in TAKEN_SLUGS:
            taken = f"The address /{self.slug}/ is used by the paper itself. Choose another slug."
            raise ValidationError({"slug": taken})
