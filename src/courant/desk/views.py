"""Pages of the desk beside Wagtail's: deliver a story, try again what failed."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST
from wagtail.admin.auth import require_admin_access

from courant.bake.explain import NotPublic
from courant.desk import letters
from courant.desk.files import files_with
from courant.newsletter import restored
from courant.newsletter.audience import active_subscribers
from courant.newsletter.contest import Wish
from courant.newsletter.errors import EditionError
from courant.newsletter.ledger import database_time
from courant.newsletter.message import one_line
from courant.newsletter.models import Edition, Newsletter
from courant.pipeline.editions import CannotDeliver, edition_of, letter_of, notes_in, summary
from courant.pipeline.state import retry_everything
from courant.stories.models import Story


@require_admin_access
def deliver(request: HttpRequest, story_id: int) -> HttpResponse:
    """Show what would be sent to how many; a POST makes the edition, unless it asks to look."""
    story = get_object_or_404(Story, pk=story_id)
    if not story.permissions_for_user(request.user).can_publish():
        raise PermissionDenied("Only those who may publish a story may deliver it.")
    newsletters = Newsletter.objects.order_by("-is_default", "name")
    sends = request.method == "POST" and request.POST.get("action") != "look"
    if sends and _make_edition(request, story):
        return redirect("wagtailadmin_pages:edit", story.pk)
    context = {
        "story": story,
        "editions": [(row, summary(row)) for row in Edition.objects.filter(story_id=story.pk)],
        "usual": Wish(""),
        "asked": request.POST,
        "newsletters": [(row, active_subscribers(row)) for row in newsletters],
    }
    if story.live and newsletters:
        context |= _looked(request, story, list(newsletters))
    return render(request, "desk/deliver.html", context)


def _looked(
    request: HttpRequest, story: Story, newsletters: Sequence[Newsletter]
) -> dict[str, Any]:
    """The letter as readers of the chosen newsletter would get it, under one subject or two."""
    named = [row for row in newsletters if row.slug == request.POST.get("newsletter")]
    chosen = named[0] if named else newsletters[0]
    found = letters.seen(request, lambda: letter_of(story.pk, chosen))
    try:
        found = letters.with_second(_wish(request), chosen, found)
    except EditionError as error:
        messages.error(request, str(error))
    return {**found, "chosen": chosen, "notes": notes_in(chosen)}


def _make_edition(request: HttpRequest, story: Story) -> bool:
    """False when it was refused: then the form comes again with what was typed, and the reason."""
    try:
        edition = edition_of(
            story.pk,
            newsletter=request.POST.get("newsletter", ""),
            created_by=request.user,
            wait=True,
            wish=_wish(request),
        )
    except (CannotDeliver, EditionError) as error:
        messages.error(request, str(error))
        return False
    messages.success(request, f"“{edition.subject}” is an edition: {summary(edition)}")
    return True


def _wish(request: HttpRequest) -> Wish | None:
    """The second subject, if one was written. Raises EditionError for what is no number."""
    subject = one_line(request.POST.get("second_subject", ""))
    if not subject:
        return None
    share, minutes = (request.POST.get(name, "").strip() for name in ("share", "minutes"))
    for number in (share, minutes):
        if not (number.isascii() and number.isdigit() and len(number) < 6):
            raise EditionError(f"“{number[:20]}” is no number: write the share and the minutes so.")
    return Wish(subject, int(share), int(minutes))


@require_admin_access
def files(request: HttpRequest, story_id: int) -> HttpResponse:
    """In which public files a story is, since when, and what could not be made."""
    story = get_object_or_404(Story, pk=story_id)
    if not story.permissions_for_user(request.user).can_edit():
        raise PermissionDenied("Only those who may edit a story may see where it is.")
    try:
        found = list(files_with(story.pk))
    except NotPublic:
        found = []
    return render(request, "desk/files.html", {"story": story, "files": found})


@require_admin_access
@require_POST
def unlock_sending(request: HttpRequest) -> HttpResponse:
    """After a restore: somebody has looked, and editions may go out again."""
    if not request.user.has_perm("newsletter.view_edition"):
        raise PermissionDenied("Only those who may see editions may let them go out again.")
    if restored.unlock(str(request.user), database_time()):
        messages.success(request, "Editions go out again.")
    return redirect("wagtailadmin_home")


@require_admin_access
@require_POST
def retry(request: HttpRequest) -> HttpResponse:
    """Try again everything that failed."""
    retry_everything()
    messages.success(request, "Everything that failed is tried again now.")
    return redirect("wagtailadmin_home")
