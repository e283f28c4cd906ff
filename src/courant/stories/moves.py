"""Old addresses of people and topics lead to the new ones; Wagtail does the same for its pages."""

from typing import Any

from django.db import transaction
from wagtail.contrib.redirects.models import Redirect


def lead_on(old: str, new: str) -> None:
    """Let an address lead to another one for ever, and those that led to it as well."""
    before, after = (Redirect.normalise_path(path) for path in (old, new))
    Redirect.objects.filter(old_path=after, site=None).delete()  # it has come back
    for earlier in Redirect.objects.filter(redirect_link=old):
        earlier.redirect_link = new
        earlier.save()
    Redirect.objects.update_or_create(
        old_path=before, site=None, defaults={"redirect_link": new, "redirect_page": None}
    )


class Addressed:
    """For models with a slug in their address, `path`: the old one leads on when it changes."""

    pk: Any

    @property
    def path(self) -> str:
        raise NotImplementedError

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        rows = type(self)._default_manager  # type: ignore[attr-defined]
        known = rows.filter(pk=self.pk).first() if self.pk else None
        super().save(*args, **kwargs)  # type: ignore[misc]
        if known and known.path != self.path:
            lead_on(known.path, self.path)
