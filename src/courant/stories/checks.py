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


def cannot_be_version(story: "Story", original: "Story", language: str) -> str:
    """Why a story in a language may not be a version of another one; empty when it may."""
    if original.pk == story.pk:
        return "A story is no version of itself. Choose the story that it tells anew, or none."
    if first := original.original:
        return f"“{original.title}” is itself a version. Choose its original, “{first.title}”."
    if own := story.pk and original.__class__.objects.filter(original=story.pk).first():
        return (
            f"“{own.title}” names this story as its original. Let that one name "
            f"“{original.title}” first."
        )
    if original.language == language:
        return f"“{original.title}” is in the same language. Set this story's language first."
    others = original.versions.filter(language=language).exclude(pk=story.pk)
    if other := others.first():
        return (
            f"“{original.title}” has a version in this language already: “{other.title}”. "
            "Take the original out of one of the two."
        )
    return ""


def photos_of(story: "Story | StandingPage") -> Iterator[tuple[str, "Photo | None"]]:
    """Every photo on a page with where it stands, None for one that was deleted."""
    if getattr(story, "lead_photo_id", None):
        yield "The lead photo", story.lead_photo
    for number, block in enumerate(story.body, start=1):
        if block.block_type == "photo":
            yield f"The photo in block {number} of the body", block.value["photo"]
        elif block.block_type == "gallery":
            for place, each in enumerate(block.value["photos"], start=1):
                yield f"Photo {place} in block {number} of the body", each["photo"]
