"""Newsletters, subscribers, editions and deliveries at the desk."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from wagtail.admin.ui.tables import UpdatedAtColumn
from wagtail.admin.widgets.button import HeaderButton
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import (
    EditView,
    InspectView,
    SnippetViewSet,
    SnippetViewSetGroup,
)

from courant.newsletter.models import (
    Delivery,
    DraftEdition,
    Edition,
    Newsletter,
    SignupRequest,
    Subscriber,
)
from courant.newsletter.roll_view import deliveries, listing

READING = ("view",)


class ReadOnlyPolicy(ModelPermissionPolicy):
    """Whoever may do anything with these rows may look at them; they change by what happens."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action in READING and super().user_has_permission(user, action)

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)


class ReadOnly(SnippetViewSet):
    """A list and a page a row."""

    inspect_view_enabled = True
    copy_view_enabled = False
    list_per_page = 50
    panels: list[Any] = []


class NewsletterViewSet(SnippetViewSet):
    model = Newsletter
    icon = "mail"
    list_display = ["__str__", "slug", "language", "is_default"]


class EditDraft(EditView):
    """With the way on: look at it, check it, send it."""

    @cached_property
    def header_buttons(self) -> list[Any]:
        link = reverse("desk-draft", args=[self.object.pk])
        way_on = HeaderButton("Check and send", url=link, icon_name="mail")
        return [*super().header_buttons, way_on]


class DraftEditionViewSet(SnippetViewSet):
    """Editions that editors make by hand."""

    model = DraftEdition
    icon = "edit"
    menu_label = "Make an edition"
    list_display = ["subject", "newsletter", UpdatedAtColumn()]
    list_filter = ["newsletter"]
    search_fields = ["subject"]
    edit_view_class = EditDraft


class SubscriberViewSet(ReadOnly):
    """Read-only: a subscriber without recorded consent must not exist."""

    model = Subscriber
    icon = "user"
    list_display = ["email", "language", "created"]

    @property
    def index_view(self) -> Any:
        """Wagtail's own list counts all rows, and passes over those of the pages before."""
        return listing


class InspectEdition(InspectView):
    """An edition has one page: its letters, how it fares, what may be done with it."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return redirect("desk-edition", self.kwargs["pk"])


class EditionViewSet(ReadOnly):
    model = Edition
    icon = "doc-full"
    list_display = ["subject", "newsletter", "state", "prepared", "created_at", "finished_at"]
    list_filter = ["newsletter", "state"]
    inspect_view_class = InspectEdition


class DeliveryViewSet(ReadOnly):
    model = Delivery
    icon = "mail"

    @property
    def index_view(self) -> Any:
        """As for subscribers: an edition has as many as a newsletter has readers."""
        return deliveries


class SignupRequestViewSet(ReadOnly):
    model = SignupRequest
    icon = "form"
    list_display = ["email", "newsletter", "created", "notice", "state", "error"]
    list_filter = ["state", "notice"]
    search_fields = ["email"]


for model in (Subscriber, SignupRequest, Edition, Delivery):
    register_permission_policy(model, ReadOnlyPolicy(model), exact_class=True)


@register_snippet
class NewsletterGroup(SnippetViewSetGroup):
    items = (
        NewsletterViewSet,
        DraftEditionViewSet,
        SubscriberViewSet,
        SignupRequestViewSet,
        EditionViewSet,
        DeliveryViewSet,
    )
    menu_label = "Newsletter"
    menu_icon = "mail"
    menu_order = 300
