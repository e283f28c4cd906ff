"""The story's form at the desk."""

from typing import Any

from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.models import Page

from courant.lib.slugs import free_slug
from courant.stories.checks import cannot_be_version, unpublishable


class StoryForm(WagtailAdminPageForm):
    """Refuses to publish what may not go out, and keeps everything that was typed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False  # made from the headline, in Latin letters
        if not self.instance.pk and self.parent_page and "language" in self.fields:
            self.initial["language"] = self.parent_page.specific.language

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data.get("slug") or ""
        if slug or not self.parent_page:
            return slug
        siblings = Page.objects.child_of(self.parent_page).exclude(pk=self.instance.pk)
        return free_slug(self.data.get("title", ""), siblings)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if self.data.get("action-publish") and not self.errors:
            for problem in unpublishable(self._as_typed(cleaned)):
                self.add_error(None, problem)
            if original := cleaned.get("original"):
                self._check_version(original.specific, cleaned["language"])
        return cleaned

    def _check_version(self, original: Any, language: str) -> None:
        if problem := cannot_be_version(self.instance, original, language):
            self.add_error("original", problem)

    def _as_typed(self, cleaned: dict[str, Any]) -> Any:
        """The story with the photo and body of this form, before they are saved."""
        story = type(self.instance)(lead_photo=cleaned.get("lead_photo"))
        story.body = cleaned.get("body") or []
        return story
