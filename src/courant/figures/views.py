"""Where pages tell that they were read. No session, no cookie, nothing of who it was."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from courant.figures import keeping
from courant.figures.address import LARGEST
from courant.figures.beacon import BeaconError, parse
from courant.figures.visits import is_counted, is_from_our_page


@csrf_exempt  # pages are files and have no token; `is_from_our_page` looks instead
def count(request: HttpRequest) -> HttpResponse:
    """Take a report. Touches no table: it is written down later, with others."""
    if not keeping.SWITCH.is_on():
        return _says(404, "Readings are not counted here.")
    if request.method != "POST":
        return _says(405, "Pages report here by POST.", Allow="POST")
    if not is_from_our_page(request):
        return _says(403, "Only pages of this paper report here.")
    if len(request.body) > LARGEST:
        return _says(413, f"A report has at most {LARGEST} bytes.")
    if not is_counted(request):
        return _says(204)
    try:
        taken = keeping.note(parse(request.POST.dict()))
    except BeaconError as error:
        return _says(400, str(error))
    return _says(204) if taken else _says(429, "Too many report at once; this one was dropped.")


def _says(status: int, sentence: str = "", **headers: str) -> HttpResponse:
    told = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex", **headers}
    kind = "text/plain; charset=utf-8"
    return HttpResponse(sentence, status=status, content_type=kind, headers=told)
