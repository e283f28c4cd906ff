"""Letters at the desk before they go: as they look, what is wrong with them, a test, sending."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from wagtail.admin.auth import require_admin_access

from courant.newsletter import contests
from courant.newsletter.audience import active_subscribers
from courant.newsletter.compose import Letter
from courant.newsletter.contest import Wish
from courant.newsletter.errors import NewsletterError
from courant.newsletter.ledger import database_time
from courant.newsletter.letter_checks import Remark, Tried, foreign_links, remarks_on
from courant.newsletter.link_tries import try_all
from courant.newsletter.models import DraftEdition, Newsletter
from courant.newsletter.standing.checks import Finding, check_all
from courant.newsletter.trial import send_trial
from courant.pipeline.editions import (
    CannotDeliver,
    edition_from,
    edition_of_draft,
    letter_of,
    letter_of_draft,
    notes_in,
)
from courant.stories.models import Story

MAY_SEND = "newsletter.change_draftedition"
# A letter brings its styles with it and loads photos; nothing else, and nothing runs.
POLICY = "default-src 'none'; img-src * data:; style-src 'unsafe-inline'; sandbox"
DARK = "(prefers-color-scheme: dark)"


def preview(draft: DraftEdition, mode: str) -> HttpResponse:
    """For the editor's preview panel, also of what was not saved yet."""
    return _framed(lambda: letter_of_draft(draft, noted=mode == "noted"), mode)


def shown(letter: Letter, mode: str) -> HttpResponse:
    """A letter as a reader's mail program shows it: "letter", "noted", "dark" or "text"."""
    if mode == "text":
        response = HttpResponse(letter.text, content_type="text/plain; charset=utf-8")
    else:
        response = HttpResponse(letter.html.replace(DARK, "all" if mode == "dark" else "not all"))
    response["Content-Security-Policy"] = f"{POLICY}; frame-ancestors 'self'"
    response["Cache-Control"] = "private, no-store"
    return response


def _framed(write: Callable[[], Letter], mode: str) -> HttpResponse:
    try:
        return shown(write(), mode)
    except CannotDeliver as error:
        return HttpResponse(str(error), content_type="text/plain; charset=utf-8")


@require_admin_access
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """A hand-made edition as readers will get it; a POST sends it, or a test of it."""
    may_send(request)
    row = get_object_or_404(DraftEdition, pk=pk)
    if request.method == "POST":
        return _act(request, row)
    context = {
        "draft": row,
        "readers": active_subscribers(row.newsletter),
        "edition": edition_from(row),
        "editor": reverse(DraftEdition.snippet_viewset.get_url_name("edit"), args=[pk]),
        **with_second(row.wish, row.newsletter, seen(request, lambda: letter_of_draft(row))),
        "notes": notes_in(row.newsletter),
        "noted_frame": reverse("desk-draft-letter", args=[pk, "noted"]),
        "frame": reverse("desk-draft-letter", args=[pk, "letter"]),
        "dark_frame": reverse("desk-draft-letter", args=[pk, "dark"]),
    }
    return render(request, "desk/draft.html", context)


@require_admin_access
def draft_letter(request: HttpRequest, pk: int, mode: str) -> HttpResponse:
    """What the frames of that page show."""
    may_send(request)
    return preview(get_object_or_404(DraftEdition, pk=pk), mode)


@require_admin_access
def story_letter(request: HttpRequest, story_id: int, newsletter: str, mode: str) -> HttpResponse:
    """A story as the letter that it would be."""
    story = get_object_or_404(Story, pk=story_id)
    if not story.permissions_for_user(request.user).can_publish():
        raise PermissionDenied("Only those who may publish a story may deliver it.")
    row = get_object_or_404(Newsletter, slug=newsletter)
    return _framed(lambda: letter_of(story.pk, row), mode)


def may_send(request: HttpRequest) -> None:
    if not request.user.has_perm(MAY_SEND):
        raise PermissionDenied("Only those who may make editions may look at them and send them.")


def seen(request: HttpRequest, write: Callable[[], Letter]) -> dict[str, Any]:
    """A letter with what is to be said about it; others are asked over the network if wished."""
    try:
        letter = write()
    except CannotDeliver as error:
        return {"refused": str(error)}
    foreign = foreign_links(letter, settings.COURANT_URL)
    tried = try_all(foreign) if request.GET.get("links") else None
    return {
        "letter": letter,
        "links_to_try": 0 if tried else len(foreign),
        "remarks": remarks(letter, tried),
        "standing": _standing() if request.GET.get("standing") else None,
    }


def with_second(wish: Wish | None, newsletter: Newsletter, found: dict[str, Any]) -> dict[str, Any]:
    """With a second subject's inbox line, what is to be said of it, and why it cannot be tried."""
    if wish is None or "letter" not in found:
        return found
    first = found["letter"]
    of_second = remarks(contests.under(first, wish))
    new = [each for each in of_second if each not in found["remarks"]]
    named = [replace(each, text=f"Second subject: {each.text}") for each in new]
    return {
        **found,
        "wish": wish,
        "remarks": [*found["remarks"], *named],
        "contest_refused": contests.why_not(wish, first.subject, newsletter),
    }


def remarks(letter: Letter, tried: Sequence[Tried] | None = None) -> list[Remark]:
    return remarks_on(letter, settings.COURANT_URL, is_public_path, tried)


def is_public_path(path: str) -> bool:
    """Whether readers find a file at a path now."""
    parts = [part for part in path.split("/") if part]
    if ".." in parts:
        return False
    place = Path(settings.COURANT_PUBLIC, "current", *parts)
    return (place / "index.html" if path.endswith("/") else place).is_file()


def _standing() -> list[Finding]:
    return [finding for finding in check_all() if finding.wrong]


def _act(request: HttpRequest, row: DraftEdition) -> HttpResponse:
    """Do what was asked for, and say how it went."""
    try:
        if request.POST.get("action") == "test":
            done = _try(request, letter_of_draft(row), row.wish)
        else:
            done = _send(request, row)
    except (CannotDeliver, NewsletterError) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect("desk-draft", row.pk)


def _try(request: HttpRequest, letter: Letter, wish: Wish | None) -> str:
    done = send_test(request, letter)
    if wish is None:
        return done
    send_test(request, contests.under(letter, wish))
    return f"A test with each subject went to {getattr(request.user, 'email', '')}."


def send_test(request: HttpRequest, letter: Letter) -> str:
    """To who asks for it; says so. Raises CannotDeliver, EditionError or TransportError."""
    address = getattr(request.user, "email", "")
    if not address:
        raise CannotDeliver("Your account has no e-mail address: write one under your account.")
    send_trial(letter, address, database_time())
    return f"A test went to {address}."


def _send(request: HttpRequest, row: DraftEdition) -> str:
    edition = edition_of_draft(row, created_by=request.user)
    if edition.state == edition.State.HELD:
        return f"“{edition}” is made, and waits. {edition.hold}"
    return f"“{edition}” goes out in a minute. Until then you can take it back."
