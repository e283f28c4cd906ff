"""A letter of a welcome series at the desk: as readers get it, who got it, a test."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from wagtail.admin.auth import require_admin_access

from courant.desk import letters
from courant.newsletter.compose import Letter
from courant.newsletter.errors import NewsletterError
from courant.newsletter.models import Newsletter, WelcomeLetter, WelcomeMail
from courant.newsletter.series_letter import Words, compose_welcome
from courant.newsletter.welcomes import fared
from courant.pipeline.editions import CannotDeliver
from courant.stories.paper.tables import public_paper

MAY_CHANGE = "newsletter.change_newsletter"
TOLD = {
    WelcomeMail.State.SUBMITTED: "submitted",
    WelcomeMail.State.WAITING: "waiting",
    WelcomeMail.State.INFLIGHT: "on the way",
    WelcomeMail.State.UNCERTAIN: "uncertain",
    WelcomeMail.State.FAILED: "failed",
    WelcomeMail.State.SKIPPED: "skipped, because the reader had left or the address is suppressed",
}


@require_admin_access
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter as it was saved; a POST sends a test of it."""
    row = _row(request, pk)
    written = _written(row)
    if request.method == "POST":
        return _test(request, row, written)
    context = {
        "row": row,
        "letter": written,
        "remarks": letters.remarks(written),
        "fared": _told(row),
        "editor": reverse(
            Newsletter.snippet_viewset.get_url_name("edit"), args=[row.newsletter_id]
        ),
        "frame": reverse("desk-welcome-letter", args=[pk, "letter"]),
        "dark_frame": reverse("desk-welcome-letter", args=[pk, "dark"]),
    }
    return render(request, "desk/welcome.html", context)


@require_admin_access
def frame(request: HttpRequest, pk: int, mode: str) -> HttpResponse:
    """What the frames of that page show."""
    return letters.shown(_written(_row(request, pk)), mode)


def _row(request: HttpRequest, pk: int) -> WelcomeLetter:
    if not request.user.has_perm(MAY_CHANGE):
        raise PermissionDenied("Only those who may change newsletters may look at their series.")
    return get_object_or_404(WelcomeLetter.objects.select_related("newsletter"), pk=pk)


def _written(row: WelcomeLetter) -> Letter:
    words = Words(row.subject, row.text)
    return compose_welcome(words, public_paper(), row.newsletter.facts())


def _told(row: WelcomeLetter) -> str:
    """ "1,204 submitted, 3 waiting"."""
    counts: dict[Any, int] = fared(row)
    return ", ".join(f"{counts[state]:,} {words}" for state, words in TOLD.items() if counts[state])


def _test(request: HttpRequest, row: WelcomeLetter, written: Letter) -> HttpResponse:
    try:
        messages.success(request, letters.send_test(request, written))
    except (CannotDeliver, NewsletterError) as error:
        messages.error(request, str(error))
    return redirect("desk-welcome", row.pk)
