"""Taking readers over at the desk: a file, its columns, what would follow; then it follows."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from wagtail.admin.auth import require_admin_access
from wagtail.admin.menu import MenuItem

from courant.newsletter.lists import waiting
from courant.newsletter.lists.read import ListError, files_in, header_of, how, read
from courant.newsletter.lists.sources import FIELDS, SOURCES
from courant.newsletter.lists.take import Account, Taking
from courant.newsletter.models import Newsletter

LARGEST = 20_000_000  # bytes; what is larger takes longer than a page may
LINES = 20_000
REFUSED = 200  # shown


@dataclass(frozen=True)
class Asked:
    """What a person said of a list beside its file."""

    columns: dict[str, str]
    all_are: str


class ReadersItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_take_over(request)


def menu_item() -> MenuItem:
    return ReadersItem("Take readers over", reverse("desk-readers"), icon_name="user", order=900)


def may_take_over(request: HttpRequest) -> bool:
    return bool(request.user.has_perm("newsletter.add_subscriber"))


@require_admin_access
def upload(request: HttpRequest) -> HttpResponse:
    """A POST keeps the file and leads on; nobody is taken over yet."""
    _allow(request)
    if request.method == "POST":
        try:
            return redirect("desk-readers-look", _kept(request).key)
        except ListError as error:
            messages.error(request, str(error))
    context = {"sources": SOURCES, "newsletters": Newsletter.objects.all()}
    return render(request, "desk/readers_upload.html", context)


@require_admin_access
def look(request: HttpRequest, key: str) -> HttpResponse:
    """What would follow, by the columns as they are chosen; a POST lets it follow."""
    _allow(request)
    found = waiting.find(key)
    if found is None:
        raise Http404("This list was taken over, or is older than a day. Upload it again.")
    newsletter = get_object_or_404(Newsletter, pk=found.newsletter)
    asked = _asked(request)
    run = request.method == "POST"
    account, problem = Account(), ""
    try:
        _take(found, newsletter, asked, account, dry=not run)
    except ListError as error:
        problem, run = str(error), False
    if run:
        waiting.forget(key)
    context = {
        "list": found,
        "newsletter": newsletter,
        "asked": asked,
        "fields": [(name, asked.columns.get(name, "")) for name in FIELDS],
        "head": _head(found),
        "account": account,
        "refused": account.refused[:REFUSED],
        "more": max(0, len(account.refused) - REFUSED),
        "problem": problem,
        "done": run,
    }
    return render(request, "desk/readers_look.html", context)


def _allow(request: HttpRequest) -> None:
    if not may_take_over(request):
        raise PermissionDenied("Only those who may add subscribers may take readers over.")


def _kept(request: HttpRequest) -> waiting.Waiting:
    """Raises ListError for what cannot be taken over here."""
    file, source = request.FILES.get("file"), request.POST.get("source", "")
    newsletter = request.POST.get("newsletter", "")
    if file is None or source not in SOURCES or not newsletter.isdigit():
        raise ListError("Choose a file, where it comes from, and a newsletter.")
    if file.size is None or file.size > LARGEST:
        raise ListError("The file is too large for this page: use `courant newsletter import`.")
    data, name = file.read(), file.name or "list.csv"
    if sum(one.count(b"\n") for _name, one in files_in(name, data)) > LINES:
        raise ListError(
            f"The list has more than {LINES:,} lines: use `courant newsletter import`, which shows "
            "how far it is."
        )
    header_of(files_in(name, data)[0][1])
    return waiting.keep(data, file=name, source=source, newsletter=int(newsletter))


def _asked(request: HttpRequest) -> Asked:
    given = request.POST if request.method == "POST" else request.GET
    columns = {name: given.get(f"column-{name}", "") for name in FIELDS}
    all_are = "active" if given.get("all_agreed") else ""
    return Asked({name: column for name, column in columns.items() if column}, all_are)


def _take(
    found: waiting.Waiting, newsletter: Newsletter, asked: Asked, account: Account, *, dry: bool
) -> None:
    as_ = how(found.source, asked.columns, asked.all_are)
    for name, data in files_in(found.file, found.data):
        taking = Taking(newsletter, name, found.source, dry, account=account)
        for _done in taking.run(read(name, data, as_)):
            pass


def _head(found: waiting.Waiting) -> list[str]:
    """Columns to choose from; none once the file is gone."""
    try:
        return header_of(files_in(found.file, found.data)[0][1])
    except FileNotFoundError:
        return []
