"""The desk's lists of readers and of deliveries."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from courant.newsletter import delivery_roll
from courant.newsletter.models import Delivery, Edition, Newsletter, Subscription
from courant.newsletter.roll import Search, page_of

OFFERED = 50  # editions to choose from; an older one is found by its own page


def listing(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("newsletter.view_subscriber"):
        raise PermissionDenied("Only those who may view subscribers may list them.")
    search = _search(request)
    page = page_of(search)
    query = {"q": search.address, "newsletter": search.newsletter or "", "status": search.status}
    context = {
        "asked": search,
        "readers": page.readers,
        **_ways(query, search.after, page.next),
        "newsletters": Newsletter.objects.all(),
        "statuses": Subscription.Status.choices,
    }
    return render(request, "newsletter/roll.html", context)


def deliveries(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("newsletter.view_delivery"):
        raise PermissionDenied("Only those who may view deliveries may list them.")
    given = request.GET
    state = given.get("state", "")
    search = delivery_roll.Search(
        given.get("q", "")[:254],
        _number(given.get("edition", "")),
        state if state in Delivery.State.values else "",
        given.get("after", "")[:300],
    )
    page = delivery_roll.page_of(search)
    query = {"q": search.address, "edition": search.edition or "", "state": search.state}
    context = {
        "asked": search,
        "deliveries": page.deliveries,
        **_ways(query, search.after, page.next),
        "editions": Edition.objects.values_list("pk", "subject", "created_at")[:OFFERED],
        "states": Delivery.State.choices,
    }
    return render(request, "newsletter/deliveries.html", context)


def _search(request: HttpRequest) -> Search:
    """What is no number or no status was not written by our form, and narrows nothing."""
    given = request.GET
    status = given.get("status", "")
    return Search(
        given.get("q", "")[:254],
        _number(given.get("newsletter", "")),
        status if status in Subscription.Status.values else "",
        given.get("after", "")[:254],
    )


def _ways(query: Mapping[str, object], after: str, following: str) -> dict[str, str]:
    """To the next page and to the first one, where there are such."""
    return {
        "next": urlencode({**query, "after": following}) if following else "",
        "first": urlencode(query) if after else "",
    }


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
