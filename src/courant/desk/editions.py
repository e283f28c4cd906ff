"""An edition at the desk once it is made: its letters, how it fares, approving, taking back."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST
from wagtail.admin.auth import require_admin_access

from courant.desk import letters
from courant.newsletter import contests, controls
from courant.newsletter.compose import Letter
from courant.newsletter.edition_figures import figures_of
from courant.newsletter.errors import EditionError
from courant.newsletter.ledger import database_time
from courant.newsletter.models import Edition
from courant.newsletter.progress import fares

SHOWN = 6  # letters of an edition that differ
State = Edition.State


@dataclass(frozen=True)
class Control:
    """What may be done with an edition on its way, and what is said when it is done."""

    label: str
    states: tuple[str, ...]
    act: Callable[[Edition], object]
    done: str
    gentle: bool = True  # else it cannot be undone


CONTROLS = {
    "pause": Control(
        "Pause",
        (State.SENDING,),
        controls.pause,
        "“{}” is paused: no letter begins any more. Those already begun are brought to their end.",
    ),
    "resume": Control(
        "Go on sending",
        (State.PAUSED,),
        controls.resume,
        "“{}” goes on where it was stopped.",
    ),
    "cancel": Control(
        "Stop for ever",
        (State.PREPARING, State.HELD, State.SENDING, State.PAUSED),
        controls.cancel,
        "“{}” is stopped: who has not got it will not.",
        gentle=False,
    ),
    "resend": Control(
        "Send again to those who may not have got it",
        (State.FINISHED, State.PAUSED),
        controls.resend_missing,
        "“{}” is sent again to those who did not get it, or may not have.",
    ),
}


@require_admin_access
def edition(request: HttpRequest, pk: int) -> HttpResponse:
    """Its letters as they are frozen, and what may still be done."""
    row = _visible(request, pk)
    contest = contests.of(row)
    context = {
        "edition": row,
        "contest": contest,
        "contest_told": contests.told(contest) if contest else "",
        "contest_waits": bool(contest and not contest.decided_at),
        "fares": fares(row, database_time()),
        "moving": row.state == State.SENDING,
        "controls": [
            (name, each)
            for name, each in CONTROLS.items()
            if row.state in each.states and (name != "resend" or controls.missing(row))
        ],
        "page": f"{settings.COURANT_URL}{row.path}" if row.path and row.out_at else "",
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


@require_admin_access
@require_POST
def control(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Pause an edition, let it go on, stop it, fill its gaps."""
    letters.may_send(request)
    found = CONTROLS.get(name)
    if found is None:
        raise Http404
    return _done(request, get_object_or_404(Edition, pk=pk), found.act, found.done)


def _visible(request: HttpRequest, pk: int) -> Edition:
    """For those who may make editions or see them, and for who made this one."""
    row = get_object_or_404(Edition, pk=pk)
    may_see = any(map(request.user.has_perm, (letters.MAY_SEND, "newsletter.view_edition")))
    if not (may_see or row.created_by_id == request.user.pk):
        raise PermissionDenied("Only those who may make editions may look at them.")
    return row


def _letters(row: Edition) -> dict[int, Letter]:
    """By variant, without those of a contest: they differ in their subject alone."""
    contest = contests.of(row)
    found = {0: Letter(**row.artefact["letter"])} if row.artefact else {}
    others = row.variants.exclude(pk__in=contest.variants if contest else ()).order_by("pk")
    found |= {each.pk: Letter(**each.letter) for each in others}
    return {number: contests.worded(each, number, contest) for number, each in found.items()}


def _done(
    request: HttpRequest, row: Edition, act: Callable[[Edition], object], words: str
) -> HttpResponse:
    try:
        act(row)
    except EditionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, words.format(row))
    return redirect("desk-edition", row.pk)
