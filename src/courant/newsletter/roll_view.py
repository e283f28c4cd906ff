"""The desk's list of readers."""

from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from courant.newsletter.models import Newsletter, Subscription
from courant.newsletter.roll import Search, page_of


def listing(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("newsletter.view_subscriber"):
        raise PermissionDenied("Only those who may view subscribers may list them.")
    search = _search(request)
    page = page_of(search)
    query = {"q": search.address, "newsletter": search.newsletter or "", "status": search.status}
    context = {
        "asked": search,
        "readers": page.readers,
        "next": urlencode(query | {"after": page.next}) if page.next else "",
        "first": urlencode(query) if search.after else "",
        "newsletters": Newsletter.objects.all(),
        "statuses": Subscription.Status.choices,
    }
    return render(request, "newsletter/roll.html", context)


def _search(request: HttpRequest) -> Search:
    """What is no number or no status was not written by our form, and narrows nothing."""
    given = request.GET
    number, status = given.get("newsletter", ""), given.get("status", "")
    return Search(
        given.get("q", "")[:254],
        int(number) if number.isascii() and number.isdigit() and len(number) < 10 else None,
        status if status in Subscription.Status.values else "",
        given.get("after", "")[:254],
    )
