"""Which blocks of one story are seen and not heard."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import Truncator
from wagtail.admin.auth import require_admin_access

from courant.narration.script import spoken_texts
from courant.stories.models import Story
from courant.stories.publication import published_story
from courant.stories.published import Block, PublishedStory

WORDS = 30  # of a block, by which an editor knows it


@dataclass(frozen=True)
class Line:
    """A block that could be read, with its first words."""

    id: str
    words: str
    read: bool


@require_admin_access
def what_is_read(request: HttpRequest, story_id: int) -> HttpResponse:
    """The blocks of a story's newest draft; a POST keeps the choice in a new draft."""
    row = get_object_or_404(Story, pk=story_id)
    rights = row.permissions_for_user(request.user)
    if not rights.can_edit():
        raise PermissionDenied("Only those who may edit a story may choose what of it is read.")
    draft = row.get_latest_revision_as_object()
    lines = lines_of(published_story(draft))
    if request.method != "POST":
        return render(request, "desk/unread.html", {"story": row, "lines": lines})
    if rights.page_locked():
        raise PermissionDenied(f"“{row.title}” is locked: unlock it before you change it.")
    read = set(request.POST.getlist("read"))
    draft.unread = [line.id for line in lines if line.id not in read]
    draft.save_revision(user=request.user, log_action=True)
    messages.success(request, "Kept in a draft. Readers hear it so when the story is published.")
    return redirect("wagtailadmin_pages:edit", row.pk)


def lines_of(story: PublishedStory) -> list[Line]:
    """In the order in which they are read."""
    return [
        Line(block.id, words, block.id not in story.unread)
        for block in story.body
        if (words := _first_words(block))
    ]


def _first_words(block: Block) -> str:
    return Truncator(" ".join(spoken_texts(block))).words(WORDS, truncate=" …")
