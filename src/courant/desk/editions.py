"""An edition at the desk once it is made: its letters, how it fares, approving, taking back."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST
from wagtail.admin.auth import require_admin_access

from courant.desk import letters
from courant.newsletter import controls
from courant.newsletter.compose import Letter
from courant.newsletter.edition_figures import figures_of
from courant.newsletter.errors import EditionError
from courant.newsletter.ledger import database_time
from courant.newsletter.models import Edition
from courant.pipeline.editions import summary

SHOWN = 6  # letters of a digest that differ


@require_admin_access
def edition(request: HttpRequest, pk: int) -> HttpResponse:
    """Its letters as they are frozen, and what may still be done."""
    row = _visible(request, pk)
    context = {
        "edition": row,
        "fate": summary(row),
        "figures": figures_of(row),
        "may_take_back": controls.may_take_back(row, database_time()),
        "letters": [
            (number, found, letters.remarks(found))
            for number, found in list(_letters(row).items())[:SHOWN]
        ],
    }
    return render(request, "desk/edition.html", context)


@require_admin_access
def edition_letter(request: HttpRequest, pk: int, number: int, mode: str) -> HttpResponse:
    """What the frames of that page show; `number` is a variant's, 0 for the only letter."""
    found = _letters(_visible(request, pk)).get(number)
    if found is None:
        raise Http404
    return letters.shown(found, mode)


@require_admin_access
@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    letters.may_send(request)
    return _done(
        request,
        get_object_or_404(Edition, pk=pk),
        lambda row: controls.approve(row, request.user, database_time()),
        "“{}” is approved and goes out in a minute. Until then it can be taken back.",
    )


@require_admin_access
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    return _done(
        request,
        _visible(request, pk),
        lambda row: controls.take_back(row, database_time()),
        "“{}” was taken back. Nobody got it.",
    )


def _visible(request: HttpRequest, pk: int) -> Edition:
    """For those who may make editions, and for who made this one."""
    row = get_object_or_404(Edition, pk=pk)
    if not (request.user.has_perm(letters.MAY_SEND) or row.created_by_id == request.user.pk):
        raise PermissionDenied("Only those who may make editions may look at them.")
    return row


def _letters(row: Edition) -> dict[int, Letter]:
    if row.artefact:
        return {0: Letter(**row.artefact["letter"])}
    return {variant.pk: Letter(**variant.letter) for variant in row.variants.order_by("pk")}


def _done(
    request: HttpRequest, row: Edition, act: Callable[[Edition], None], words: str
) -> HttpResponse:
    try:
        act(row)
    except EditionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, words.format(row))
    return redirect("desk-edition", row.pk)
