"""The pages behind the newsletter box: sign up, confirm, leave. No session, cookie or script."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from courant.front.assets import asset_url
from courant.newsletter import signup
from courant.newsletter.addresses import LONGEST
from courant.newsletter.consent import consent_to
from courant.newsletter.errors import AddressError, TokenError
from courant.newsletter.links import PREFIX
from courant.newsletter.models import Newsletter, Subscription
from courant.newsletter.visitors import evidence_of

STYLE = Path(__file__).parent / "templates" / "newsletter" / "page.css"
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


@our_page
def sign_up(request: HttpRequest) -> HttpResponse:
    """The form, and its one answer to every address."""
    given = request.POST if request.method == "POST" else request.GET
    newsletter = _newsletter(given.get("newsletter", ""))
    with override(newsletter.language if newsletter else get_language()):
        if newsletter is None:
            title = _("There is no such newsletter")
            return _answer(request, Page(title, error=title, status=404))
        facts = newsletter.facts()
        typed = given.get("email", "")[: LONGEST * 2]
        page = Page(
            title=_("Subscribe to %(newsletter)s") % {"newsletter": facts.name},
            lines=(facts.description,) if facts.description else (),
            small=consent_to(facts.name, facts.language).text,
            form=True,
            typed=typed,
            newsletter=newsletter.slug,
        )
        if request.method != "POST":
            return _screen(page)
        try:
            signup.ask(
                typed,
                newsletter,
                evidence_of(request, given.get("page", "")),
                trapped=bool(given.get("website")),
            )
        except AddressError as error:
            return _answer(request, _with(page, error=str(error), status=400))
        thanks = _(
            "Thank you for signing up for this newsletter. We've sent you a confirmation email."
        )
        return _answer(request, Page(facts.name, (thanks,)))


@our_page
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button, for scanners of mail follow links; only its POST confirms."""
    try:
        subscription = signup.pending_subscription(token)
    except TokenError as error:
        return _screen(_refused(error, sign_up_again=True))
    newsletter = subscription.newsletter
    with override(newsletter.language):
        facts = newsletter.facts()
        name = {"newsletter": facts.name, "address": subscription.subscriber.email}
        done = subscription.status == Subscription.Status.ACTIVE
        if request.method != "POST" and not done:
            return _screen(
                Page(
                    _("One more click"),
                    (_("Then “%(newsletter)s” comes to %(address)s.") % name,),
                    button=_("Yes, subscribe me"),
                    small=consent_to(facts.name, facts.language).text,
                )
            )
        if not done:
            signup.confirm(token, evidence_of(request, request.path_info[: len(PREFIX) + 8]))
        return _screen(
            Page(
                _("You are subscribed"),
                (
                    _("“%(newsletter)s” comes to %(address)s from now on.") % name,
                    _("Every letter has a link with which you can unsubscribe."),
                ),
            )
        )


@our_page
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button; POST, from it or a mail program (RFC 8058), ends the subscription."""
    try:
        newsletter = signup.newsletter_to_leave(token)
    except TokenError as error:
        return _screen(_refused(error))
    with override(newsletter.language):
        name = {"newsletter": newsletter.facts().name}
        if request.method != "POST":
            return _screen(
                Page(
                    _("Unsubscribe"),
                    (_("You will get “%(newsletter)s” no more.") % name,),
                    button=_("Unsubscribe me"),
                )
            )
        signup.unsubscribe(token, evidence_of(request, request.path_info[: len(PREFIX) + 12]))
        return _screen(
            Page(
                _("You are unsubscribed"),
                (
                    _("You get “%(newsletter)s” no more.") % name,
                    _("A letter that was on its way already may still arrive."),
                ),
            )
        )


@our_page
def incomplete(request: HttpRequest, rest: str) -> HttpResponse:
    """Where a link of a mail leads that lost a piece on its way."""
    advice = _("Please copy the whole address from the mail, or use the button in it.")
    return _screen(_refused(TokenError(advice)))


@require_safe
def page_css(request: HttpRequest) -> HttpResponse:
    """The layout of these pages, beside the readers' stylesheet."""
    headers = {"Cache-Control": "public, max-age=3600"}
    return HttpResponse(STYLE.read_bytes(), content_type="text/css; charset=utf-8", headers=headers)


def _newsletter(slug: str) -> Newsletter | None:
    if slug:
        return Newsletter.objects.filter(slug=slug).first() if slug.isprintable() else None
    return Newsletter.objects.first()  # the default one comes first


def _refused(error: TokenError, *, sign_up_again: bool = False) -> Page:
    return Page(
        _("This link does not work any more") if error.gone else _("This link is not complete"),
        (str(error),),
        form=sign_up_again and error.gone,
        small="",
        status=410 if error.gone else 404,
    )


def _with(page: Page, **facts: str | int) -> Page:
    return Page(**{**page.__dict__, **facts})


def _answer(request: HttpRequest, page: Page) -> HttpResponse:
    """For the box's script a sentence, for a browser without it a page."""
    if "application/json" in request.headers.get("Accept", ""):
        message = page.error or " ".join(page.lines)
        return JsonResponse(
            {"message": message}, status=page.status, json_dumps_params={"ensure_ascii": False}
        )
    return _screen(page)


def _screen(page: Page) -> HttpResponse:
    facts = {
        "page": page,
        "language": get_language(),
        "stylesheet": asset_url("style.css"),
        "icon": asset_url("icon.svg"),
        "prefix": PREFIX,
        "site": f"{settings.COURANT_URL}/",
        "longest": LONGEST,
    }
    # Without the request: its context processors would touch the session.
    response = HttpResponse(render_to_string("newsletter/page.html", facts), status=page.status)
    response.headers["Content-Language"] = str(facts["language"])
    return response
