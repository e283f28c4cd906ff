"""What keeps a story from being published, said so that an editor can put it right."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.timezone import localtime, now

if TYPE_CHECKING:
    from courant.stories.models import Photo, StandingPage, Story


class Unpublishable(ValidationError):
    """A story may not go out; its messages say why."""


def unpublishable(story: "Story | StandingPage") -> list[str]:
    """One sentence for each thing that is missing; empty when it may go out."""
    problems = []
    for where, photo in photos_of(story):
        if photo is None:
            problems.append(f"{where} was deleted. Choose another one or remove it.")
        elif missing := photo.missing():
            problems.append(f"{where} (“{photo.title}”) has no {' and no '.join(missing)}.")
        elif photo.rights_end and photo.rights_end <= now():
            ended = localtime(photo.rights_end)
            problems.append(f"The rights in {where.lower()} ended on {ended:%d.%m.%Y, %H:%M}.")
    if not any(block.block_type in ("paragraph", "list", "quote") for block in story.body):
        problems.append(f"The {story._meta.verbose_name} has no text yet.")
    return problems


def photos_of(story: "Story | StandingPage") -> Iterator[tuple[str, "Photo | None"]]:
    """Every photo on a page with where it stands, None for one that was deleted."""
    if getattr(story, "lead_photo_id", None):
        yield "The lead photo", story.lead_photo
    for number, block in enumerate(story.body, start=1):
        if block.block_type == "photo":
            yield f"The photo in block {number} of the body", block.value["photo"]
