"""The pages behind the newsletter box: sign up, confirm, leave. No session, cookie or script."""

from dataclasses import replace
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.utils.encoding import iri_to_uri
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from courant.figures.visits import is_counted
from courant.newsletter import clicks, leaving, signup
from courant.newsletter.addresses import LONGEST
from courant.newsletter.consent import consent_to
from courant.newsletter.errors import AddressError, TokenError
from courant.newsletter.links import PREFIX
from courant.newsletter.models import ConsentEvent, EditionLink, Newsletter, Subscription
from courant.newsletter.screens import Page, answer, our_page, refused, screen
from courant.newsletter.tokens import read_click
from courant.newsletter.visitors import evidence_of

STYLE = Path(__file__).parent / "templates" / "newsletter" / "page.css"


@our_page
def sign_up(request: HttpRequest) -> HttpResponse:
    """The form, and its one answer to every address."""
    given = request.POST if request.method == "POST" else request.GET
    newsletter = _newsletter(given.get("newsletter", ""))
    with override(newsletter.language if newsletter else get_language()):
        if newsletter is None:
            title = _("There is no such newsletter")
            return answer(request, Page(title, error=title, status=404))
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
            return screen(page)
        try:
            signup.ask(
                typed,
                newsletter,
                evidence_of(request, given.get("page", "")),
                trapped=bool(given.get("website")),
            )
        except AddressError as error:
            return answer(request, replace(page, error=str(error), status=400))
        thanks = _(
            "Thank you for signing up for this newsletter. We've sent you a confirmation email."
        )
        return answer(request, Page(facts.name, (thanks,)))


@our_page
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a button, for scanners of mail follow links; only its POST confirms."""
    try:
        subscription = signup.pending_subscription(token)
    except TokenError as error:
        return screen(refused(error, sign_up_again=True))
    newsletter = subscription.newsletter
    with override(newsletter.language):
        facts = newsletter.facts()
        name = {"newsletter": facts.name, "address": subscription.subscriber.email}
        done = subscription.status == Subscription.Status.ACTIVE
        if request.method != "POST" and not done:
            return screen(
                Page(
                    _("One more click"),
                    (_("Then “%(newsletter)s” comes to %(address)s.") % name,),
                    button=_("Yes, subscribe me"),
                    small=consent_to(facts.name, facts.language).text,
                )
            )
        if not done:
            signup.confirm(token, evidence_of(request, request.path_info[: len(PREFIX) + 8]))
        return screen(
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
        newsletter = leaving.newsletter_to_leave(token)
    except TokenError as error:
        return screen(refused(error))
    with override(newsletter.language):
        name = {"newsletter": newsletter.facts().name}
        if request.method != "POST":
            return screen(
                Page(
                    _("Unsubscribe"),
                    (_("You will get “%(newsletter)s” no more.") % name,),
                    button=_("Unsubscribe me"),
                    choices=_reasons(),
                )
            )
        leaving.unsubscribe(
            token,
            evidence_of(request, request.path_info[: len(PREFIX) + 12]),
            reason=request.POST.get("reason", ""),
        )
        return screen(
            Page(
                _("You are unsubscribed"),
                (
                    _("You get “%(newsletter)s” no more.") % name,
                    _("A letter that was on its way already may still arrive."),
                ),
            )
        )


@our_page
def lead(request: HttpRequest, token: str) -> HttpResponse:
    """Where a link of a letter leads. A number is counted of it, and nothing of who came."""
    try:
        click = read_click(token)
        link = EditionLink.objects.select_related("edition__newsletter").get(pk=click.link)
    except TokenError as error:
        return screen(refused(error))
    except EditionLink.DoesNotExist:
        return screen(refused(TokenError(_("The page that it led to is not known any more."))))
    wanted = link.edition.newsletter.count_clicks
    if wanted and request.method == "GET" and is_counted(request):
        clicks.note(click)
    return HttpResponse(status=302, headers={"Location": iri_to_uri(link.url)})


@our_page
def incomplete(request: HttpRequest, rest: str) -> HttpResponse:
    """Where a link of a mail leads that lost a piece on its way."""
    advice = _("Please copy the whole address from the mail, or use the button in it.")
    return screen(refused(TokenError(advice)))


@require_safe
def page_css(request: HttpRequest) -> HttpResponse:
    """The layout of these pages, beside the readers' stylesheet."""
    headers = {"Cache-Control": "public, max-age=3600"}
    return HttpResponse(STYLE.read_bytes(), content_type="text/css; charset=utf-8", headers=headers)


def _reasons() -> tuple[tuple[str, str], ...]:
    reason = ConsentEvent.Reason
    return (
        (reason.TOO_OFTEN, _("It comes too often")),
        (reason.NOT_FOR_ME, _("It is not for me any more")),
        (reason.NOT_ASKED, _("I did not ask for it")),
        (reason.OTHER, _("Another reason")),
    )


def _newsletter(slug: str) -> Newsletter | None:
    if slug:
        return Newsletter.objects.filter(slug=slug).first() if slug.isprintable() else None
    return Newsletter.objects.first()  # the default one comes first
