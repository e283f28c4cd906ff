"""What the readers' pages share: their frame, their headers, the answer to a link that fails."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from courant.front.assets import asset_url, integrity
from courant.newsletter.addresses import LONGEST
from courant.newsletter.errors import TokenError
from courant.newsletter.links import PREFIX

POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; img-src 'self'"
)
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",  # the address is a key
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
}
METHODS = ("GET", "HEAD", "POST")
View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Page:
    """One screen: a title, sentences, and perhaps one button that posts to the same address."""

    title: str
    lines: tuple[str, ...] = ()
    button: str = ""
    small: str = ""
    choices: tuple[tuple[str, str], ...] = ()  # of a reason that may be given with the button
    form: bool = False  # the sign-up form instead of the button
    error: str = ""
    typed: str = ""
    newsletter: str = ""
    status: int = 200


def our_page(view: View) -> View:
    """Only GET, HEAD and POST; no CSRF cookie, for the form stands in files; headers of our own."""

    @csrf_exempt
    @wraps(view)
    def wrapped(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        if request.method not in METHODS:
            response = HttpResponse(status=405, headers={"Allow": ", ".join(METHODS)})
        else:
            response = view(request, *args, **kwargs)
        for name, value in HEADERS.items():
            response.headers[name] = value
        return response

    return wrapped


def refused(error: TokenError, *, sign_up_again: bool = False) -> Page:
    return Page(
        _("This link does not work any more") if error.gone else _("This link is not complete"),
        (str(error),),
        form=sign_up_again and error.gone,
        small="",
        status=410 if error.gone else 404,
    )


def answer(request: HttpRequest, page: Page) -> HttpResponse:
    """For the box's script a sentence, for a browser without it a page."""
    if "application/json" in request.headers.get("Accept", ""):
        message = page.error or " ".join(page.lines)
        return JsonResponse(
            {"message": message}, status=page.status, json_dumps_params={"ensure_ascii": False}
        )
    return screen(page)


def screen(page: Page, template: str = "page.html", **more: Any) -> HttpResponse:
    facts: dict[str, Any] = {
        **more,
        "page": page,
        "language": get_language(),
        "stylesheet": asset_url("style.css"),
        "integrity": integrity("style.css"),
        "icon": asset_url("icon.svg"),
        "prefix": PREFIX,
        "site": f"{settings.COURANT_URL}/",
        "longest": LONGEST,
    }
    # Without the request: its context processors would touch the session.
    response = HttpResponse(render_to_string(f"newsletter/{template}", facts), status=page.status)
    response.headers["Content-Language"] = str(facts["language"])
    return response
