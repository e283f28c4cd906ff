"""What the desk answers when a story may not be published and no form could say so."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from courant.stories.checks import Unpublishable


class RefusedPublication:
    """On roads to publication without the story's form, such as the approval of a workflow."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Unpublishable):
            return None
        for reason in ValidationError(error).messages:
            messages.error(request, f"Not published. {reason}")
        return redirect(request.headers.get("Referer") or reverse("wagtailadmin_home"))
