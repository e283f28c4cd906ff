"""A reader's own page: what comes and how, another address, all data, farewell."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import override

from courant.newsletter import erasure, moving, notify, preferences
from courant.newsletter.errors import AddressError, NewsletterError, TokenError
from courant.newsletter.links import PREFIX
from courant.newsletter.models import Newsletter, Subscriber, Subscription
from courant.newsletter.models.newsletters import LANGUAGES
from courant.newsletter.mydata import data_of
from courant.newsletter.preferences import Wishes
from courant.newsletter.screens import Page, our_page, refused, screen
from courant.newsletter.suppression import is_suppressed
from courant.newsletter.visitors import evidence_of
from courant.newsletter.zones import is_zone, zones

PAGE = f"{PREFIX}preferences/"
LONGEST_PAUSE = timedelta(days=366)


class FormError(NewsletterError):
    """What a form says that cannot be; the text is for the reader."""


@our_page
def show(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows forms; each posts what it is to `do` back to the same address."""
    try:
        subscriber = preferences.subscriber_of(token)
    except TokenError as error:
        return _no_longer(request, token, error)
    with override(subscriber.language):
        if request.method != "POST":
            return _forms(subscriber)
        act = {"save": _save, "move": _move, "data": _data, "delete": _delete}
        chosen = act.get(request.POST.get("do", ""), _nothing)
        try:
            return chosen(request, subscriber)
        except (AddressError, FormError) as error:
            return _forms(subscriber, error=str(error), do=request.POST.get("do", ""))


@our_page
def move(request: HttpRequest, token: str) -> HttpResponse:
    """What the mail to a new address leads to; only the button's POST moves anything."""
    try:
        notice = moving.asked(token)
        with override(notice.subscriber.language):
            if request.method != "POST" and not moving.is_done(notice):
                return screen(
                    Page(
                        _("One more click"),
                        (_("Then your letters come to %(address)s.") % {"address": notice.email},),
                        button=_("Yes, send them here"),
                    )
                )
            moving.move(token, evidence_of(request, f"{PREFIX}move/"))
            told = _("Your letters come to %(address)s from now on.") % {"address": notice.email}
            return screen(Page(_("Your address is changed"), (told,)))
    except TokenError as error:
        return screen(refused(error))


def _no_longer(request: HttpRequest, token: str, error: TokenError) -> HttpResponse:
    """An old link may still ask for a new one, which goes to its owner and nobody else."""
    subscriber = preferences.subscriber_for_a_new_link(token)
    if subscriber is None:
        return screen(refused(error))
    with override(subscriber.language):
        if request.method == "POST":
            with_mail = _("A new link is on its way to the address to which this one was sent.")
            notify.send_link(subscriber, now())
            return screen(Page(_("Please look into your mail"), (with_mail,)))
        page = refused(error)
        return screen(Page(page.title, page.lines, button=_("Send me a new link"), status=410))


def _save(request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    changed = preferences.change(subscriber, _wishes(request), evidence_of(request, PAGE))
    with override(changed.language):
        return _forms(changed, told=_("Saved."))


def _move(request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    address = moving.ask(subscriber, request.POST.get("email", "")[:500])
    told = _("We have sent a mail to %(address)s. The change counts once it is confirmed there.")
    return _forms(subscriber, told=told % {"address": address})


def _data(request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    shown = {"ensure_ascii": False, "indent": 2}
    response = JsonResponse(data_of(subscriber), json_dumps_params=shown)
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


def _delete(request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    if not request.POST.get("sure"):
        raise FormError(_("Please tick the box first: deleting cannot be taken back."))
    erasure.erase(subscriber, evidence_of(request))
    return screen(
        Page(
            _("You are deleted"),
            (
                _("We have forgotten your address and what you were sent."),
                _("Should you want our letters again, you can sign up at any time."),
            ),
        )
    )


def _nothing(request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    """Also what a mail program or a scanner posts that knows nothing of our forms."""
    raise FormError(_("Please use one of the buttons on this page."))


def _wishes(request: HttpRequest) -> Wishes:
    given = request.POST
    language = given.get("language", "")
    if language not in dict(LANGUAGES):
        raise FormError(_("Please choose one of the languages."))
    return Wishes(
        newsletters=_numbers(given.getlist("newsletter")),
        offered_newsletters=_numbers(given.getlist("offered_newsletter")),
        sections=_numbers(given.getlist("section")),
        offered_sections=_numbers(given.getlist("offered_section")),
        language=language,
        paused_until=_day(given.get("paused_until", "")),
        rhythms=_rhythms(given),
        time_zone=_zone(given.get("time_zone")),
    )


def _rhythms(given: Mapping[str, str]) -> dict[int, str]:
    """Of the fields "rhythm-1" and the like. Raises FormError."""
    found = {
        number: given[name]
        for name in given
        if name.startswith("rhythm-")
        for number in _numbers([name.removeprefix("rhythm-")])
    }
    if not set(found.values()) <= set(Subscription.Rhythm.values):
        raise FormError(_("Please choose from the list how often letters come."))
    return found


def _zone(name: str | None) -> str | None:
    """Raises FormError. None where the form did not offer any."""
    if name and not is_zone(name):
        raise FormError(_("Please choose a time zone from the list."))
    return name


def _numbers(values: list[str]) -> list[int]:
    """What is no number was not written by our form."""
    return [
        int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 10
    ]


def _day(text: str) -> date | None:
    """Raises FormError. A day that has come is no pause any more."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise FormError(
            _("“%(text)s” is no date. Please write it like this: 2027-03-31.") % {"text": text[:40]}
        ) from None
    if day > localdate() + LONGEST_PAUSE:
        raise FormError(_("A pause can be a year long at most. To stop for ever, unsubscribe."))
    return day if day > localdate() else None


def _forms(
    subscriber: Subscriber, *, told: str = "", error: str = "", do: str = ""
) -> HttpResponse:
    page = Page(
        _("Your preferences"),
        (_("For letters to %(address)s.") % {"address": subscriber.email},),
        status=400 if error else 200,
    )
    return screen(
        page,
        "preferences.html",
        subscriber=subscriber,
        choices=preferences.choices_of(subscriber),
        languages=LANGUAGES,
        zones=zones() if Newsletter.objects.filter(digest_local=True).exists() else None,
        paused=subscriber.paused_until if subscriber.pauses(localdate()) else None,
        suppressed=is_suppressed(subscriber.email_key),
        latest=localdate() + LONGEST_PAUSE,
        tomorrow=localdate() + timedelta(days=1),
        told=told,
        error=error,
        do=do,
    )
