"""Letters at the desk before they go: as they look, what is wrong with them, a test, approval."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST
from wagtail.admin.auth import require_admin_access

from courant.newsletter import controls
from courant.newsletter.audience import active_subscribers
from courant.newsletter.compose import Letter
from courant.newsletter.errors import EditionError
from courant.newsletter.ledger import database_time
from courant.newsletter.models import DraftEdition, Edition
from courant.pipeline.editions import (
    CannotDeliver,
    edition_from,
    edition_of_draft,
    letter_of_draft,
    summary,
)

MAY_SEND = "newsletter.change_draftedition"
# A letter brings its styles with it and loads photos; nothing else, and nothing runs.
LETTER_POLICY = "default-src 'none'; img-src * data:; style-src 'unsafe-inline'; sandbox"


def preview(draft: DraftEdition, mode: str) -> HttpResponse:
    """For the editor's preview panel, also of what was not saved yet."""
    try:
        letter = letter_of_draft(draft)
    except CannotDeliver as error:
        return HttpResponse(str(error), content_type="text/plain; charset=utf-8")
    return shown(letter, mode)


def shown(letter: Letter, mode: str) -> HttpResponse:
    """A letter as a reader's mail program shows it: "letter", "dark" or "text"."""
    if mode == "text":
        response = HttpResponse(letter.text, content_type="text/plain; charset=utf-8")
    else:
        html = letter.html
        if mode == "dark":
            html = html.replace("(prefers-color-scheme: dark)", "all")
        else:
            html = html.replace("(prefers-color-scheme: dark)", "not all")
        response = HttpResponse(html)
    response["Content-Security-Policy"] = f"{LETTER_POLICY}; frame-ancestors 'self'"
    response["Cache-Control"] = "private, no-store"
    return response


def _may_send(request: HttpRequest) -> None:
    if not request.user.has_perm(MAY_SEND):
        raise PermissionDenied("Only those who may make editions may look at them and send them.")


@require_admin_access
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """A hand-made edition as readers will get it; a POST sends it."""
    _may_send(request)
    row = get_object_or_404(DraftEdition, pk=pk)
    if request.method == "POST":
        return _answered(request, row, lambda: _send(request, row))
    edition = edition_from(row)
    context = {
        "draft": row,
        "readers": active_subscribers(row.newsletter),
        "edition": edition,
        "editor": reverse(DraftEdition.snippet_viewset.get_url_name("edit"), args=[pk]),
        "fate": summary(edition) if edition else "",
        "may_take_back": edition is not None and controls.may_take_back(edition, database_time()),
    }
    try:
        context["letter"] = letter_of_draft(row)
    except CannotDeliver as error:
        context["refused"] = str(error)
    return render(request, "desk/draft.html", context)


@require_admin_access
def draft_letter(request: HttpRequest, pk: int, mode: str) -> HttpResponse:
    """What the frames of that page show."""
    _may_send(request)
    return preview(get_object_or_404(DraftEdition, pk=pk), mode)


@require_admin_access
@require_POST
def decide(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Approve an edition, or take it back."""
    _may_send(request)
    edition = get_object_or_404(Edition, pk=pk)
    verbs: dict[str, Callable[[], str]] = {
        "approve": lambda: _approve(request, edition),
        "take-back": lambda: _take_back(edition),
    }
    return _answered(request, _draft_of(edition), verbs[verb])


def _draft_of(edition: Edition) -> DraftEdition | None:
    kind, _, pk = edition.key.partition("/")
    return DraftEdition.objects.filter(pk=int(pk)).first() if kind == "draft" else None


def _send(request: HttpRequest, row: DraftEdition) -> str:
    edition = edition_of_draft(row, created_by=request.user)
    if edition.hold and edition.state == Edition.State.HELD:
        return f"“{edition}” is made, and waits. {edition.hold}"
    return f"“{edition}” goes out in a minute. Until then you can take it back."


def _approve(request: HttpRequest, edition: Edition) -> str:
    controls.approve(edition, request.user, database_time())
    return f"“{edition}” is approved and goes out in a minute. Until then it can be taken back."


def _take_back(edition: Edition) -> str:
    controls.take_back(edition, database_time())
    return f"“{edition}” was taken back. Nobody got it."


def _answered(
    request: HttpRequest, row: DraftEdition | None, act: Callable[[], str]
) -> HttpResponse:
    """Do it, and say how it went on the page that it was asked from."""
    try:
        messages.success(request, act())
    except (CannotDeliver, EditionError) as error:
        messages.error(request, str(error))
    return redirect("desk-draft", row.pk) if row else redirect("wagtailadmin_home")
