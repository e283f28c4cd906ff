"""Corrections to stories that were mailed: an editor decides which of them readers are told."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from wagtail.admin.auth import require_admin_access
from wagtail.admin.menu import MenuItem

from courant.desk.letters import may_send
from courant.newsletter.notes import decide
from courant.pipeline.editions import corrections_to_tell


@require_admin_access
def corrections(request: HttpRequest) -> HttpResponse:
    """What could be told, to how many; a POST decides on one."""
    may_send(request)
    if request.method != "POST":
        return render(request, "desk/corrections.html", {"offers": corrections_to_tell()})
    try:
        story_id = int(request.POST["story"])
        time = datetime.fromisoformat(request.POST["time"])
    except (KeyError, ValueError):
        return HttpResponseBadRequest("Which correction is meant? Please go back and try again.")
    known = {offer.note.key for offer in corrections_to_tell()}
    if (story_id, time) not in known:
        messages.error(request, "This correction does not stand on a public story any more.")
        return redirect("desk-corrections")
    wanted = request.POST.get("action") == "tell"
    decide(story_id, time, wanted=wanted, by=request.user)
    messages.success(
        request,
        "It is told in the next edition, to those who got the story without it."
        if wanted
        else "It is not told.",
    )
    return redirect("desk-corrections")


def menu_item() -> MenuItem:
    return MenuItem(
        "Corrections to tell", reverse("desk-corrections"), icon_name="warning", order=820
    )
