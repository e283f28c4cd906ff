"""The desk's page about what is heard: what waits, what failed and why, what is only a preview."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST
from wagtail.admin.auth import require_admin_access
from wagtail.admin.menu import MenuItem

from courant.narration.models import Narration
from courant.narration.reasons import reason
from courant.pipeline.narrating import held_back
from courant.stories.models import Story
from courant.stories.publication import read_stories, read_story

SHOWN = 100  # rows of each kind; more are counted


@dataclass(frozen=True)
class Line:
    """A narration with the headline of its story."""

    row: Narration
    headline: str
    held: bool = False  # readers do not see the story until this is done

    @property
    def reason(self) -> str:
        """Why it failed, in words."""
        return reason(self.row)


@require_admin_access
def narrations(request: HttpRequest) -> HttpResponse:
    """What waits, failed, is a preview or has a note."""
    rows = Narration.objects.filter(superseded_at=None)
    status = Narration.Status
    kinds = {
        "waiting": rows.filter(status__in=(status.WAITING, status.SPEAKING)).order_by("-text_at"),
        "failed": rows.filter(status=status.FAILED).order_by("-text_at"),
        "preview": rows.filter(status=status.READY, preview=True).order_by("-made_at"),
        "noted": rows.filter(status=status.READY).exclude(note="").order_by("-made_at"),
    }
    counts = {kind: found.count() for kind, found in kinds.items()}
    shown = {kind: list(found[:SHOWN]) for kind, found in kinds.items()}
    headlines = _headlines({row.story_id for found in shown.values() for row in found})
    waiting = read_stories(row.story_id for row in shown["waiting"])
    held = held_back(frozen.story for frozen in waiting)
    lines = {
        kind: [
            Line(row, headlines.get(row.story_id, f"story {row.story_id}"), row.story_id in held)
            for row in found
        ]
        for kind, found in shown.items()
    }
    return render(request, "desk/narrations.html", {"counts": counts, "shown": SHOWN, **lines})


@require_admin_access
@require_POST
def retry_narration(request: HttpRequest, pk: int) -> HttpResponse:
    """Let one failed narration be tried again, now."""
    row = get_object_or_404(Narration, pk=pk)
    story = Story.objects.filter(pk=row.story_id).first()
    if story is None or not story.permissions_for_user(request.user).can_publish():
        raise PermissionDenied("Only those who may publish a story may have it narrated again.")
    row.retry()
    messages.success(request, f"“{story.title}” is narrated again.")
    return redirect("desk-narrations")


def menu_item() -> MenuItem:
    """Among the reports."""
    return MenuItem("Narrations", reverse("desk-narrations"), icon_name="media", order=900)


def word_after_publishing(request: HttpRequest, story: Story) -> None:
    """Say why readers do not see a story yet."""
    published = read_story(story.pk)
    if published and held_back([published]):
        messages.info(
            request,
            f"Readers will see “{story.title}” when its audio is ready, because its section waits "
            "for it. Reports → Narrations shows how far it is.",
        )


def _headlines(story_ids: set[int]) -> dict[int, str]:
    return dict(Story.objects.filter(pk__in=story_ids).values_list("pk", "title"))
