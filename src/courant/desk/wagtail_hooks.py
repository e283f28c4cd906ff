"""What the desk shows beside Wagtail."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import Permission
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.staticfiles import versioned_static
from wagtail.admin.ui.components import Component
from wagtail.admin.viewsets.pages import PageListingViewSet
from wagtail.admin.widgets.button import Button

from courant.desk import (
    corrections,
    editions,
    figures,
    hearing,
    letters,
    lexicon,
    media,
    narrations,
    readers,
    unread,
    views,
    welcomes,
)
from courant.newsletter import restored
from courant.newsletter.ledger import database_time
from courant.newsletter.progress import under_way
from courant.pipeline.state import last_done, problems, waiting
from courant.stories.checks import unpublishable
from courant.stories.models import Story


@hooks.register("register_admin_urls")
def urls() -> list[Any]:
    return [
        path("media/<path:name>", media.photo, name="desk-photo"),
        path("renditions/<path:name>", media.rendition, name="desk-rendition"),
        path("courant/deliver/<int:story_id>/", views.deliver, name="desk-deliver"),
        path("courant/files/<int:story_id>/", views.files, name="desk-files"),
        path("courant/retry/", views.retry, name="desk-retry"),
        path("courant/narrations/", narrations.narrations, name="desk-narrations"),
        path(
            "courant/narrations/<int:pk>/retry/",
            narrations.retry_narration,
            name="desk-retry-narration",
        ),
        path("courant/stories/<int:story_id>/sound/", hearing.how_it_sounds, name="desk-sound"),
        path("courant/stories/<int:story_id>/read/", unread.what_is_read, name="desk-unread"),
        path("courant/samples/<str:key>.mp3", hearing.sample, name="desk-sample"),
        path("courant/lexicon/", lexicon.rules, name="desk-lexicon"),
        path("courant/lexicon/new/", lexicon.rule, name="desk-new-rule"),
        path("courant/lexicon/<int:pk>/", lexicon.rule, name="desk-rule"),
        path("courant/lexicon/<int:pk>/delete/", lexicon.delete_rule, name="desk-delete-rule"),
        path("courant/lexicon/take-in/", lexicon.take_in, name="desk-lexicon-take-in"),
        path("courant/lexicon/<slug:language>.pls", lexicon.export, name="desk-lexicon-file"),
        path("courant/corrections/", corrections.corrections, name="desk-corrections"),
        path("courant/editions/<int:pk>/", letters.draft, name="desk-draft"),
        path(
            "courant/editions/<int:pk>/letter/<slug:mode>/",
            letters.draft_letter,
            name="desk-draft-letter",
        ),
        path(
            "courant/deliver/<int:story_id>/<slug:newsletter>/<slug:mode>/",
            letters.story_letter,
            name="desk-story-letter",
        ),
        path("courant/made/<int:pk>/", editions.edition, name="desk-edition"),
        path("courant/made/<int:pk>/approve/", editions.approve, name="desk-approve"),
        path("courant/made/<int:pk>/take-back/", editions.take_back, name="desk-take-back"),
        path("courant/made/<int:pk>/<slug:name>/", editions.control, name="desk-control"),
        path(
            "courant/made/<int:pk>/<int:number>/<slug:mode>/",
            editions.edition_letter,
            name="desk-edition-letter",
        ),
        path("courant/welcomes/<int:pk>/", welcomes.letter, name="desk-welcome"),
        path("courant/welcomes/<int:pk>/<slug:mode>/", welcomes.frame, name="desk-welcome-letter"),
        path("courant/figures/", figures.figures, name="desk-figures"),
        path("courant/figures/<int:story_id>/", figures.story_figures, name="desk-story-figures"),
        path("courant/readers/", readers.upload, name="desk-readers"),
        path("courant/readers/<slug:key>/", readers.look, name="desk-readers-look"),
        path("courant/send-again/", views.unlock_sending, name="desk-unlock"),
    ]


class StatePanel(Component):
    """On the desk's home: what waits, what failed."""

    name = "newsroom-state"
    template_name = "desk/state.html"
    order = 50

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {
            "waiting": waiting(),
            "problems": problems(),
            "done": last_done(),
            "sending": under_way(database_time()),
            "locked": restored.reason(),
            "csrf_token": parent_context.get("csrf_token"),
        }


class StoryListing(PageListingViewSet):
    """All stories of the paper in one list, whichever section they stand in."""

    model = Story
    name = "stories"
    menu_label = "Stories"
    icon = "doc-full"
    menu_order = 90
    add_to_admin_menu = True
    ordering = "-latest_revision_created_at"


@hooks.register("register_admin_viewset")
def story_listing() -> StoryListing:
    return StoryListing("stories")


@hooks.register("construct_main_menu")
def hide_documents(request: HttpRequest, items: list[Any]) -> None:
    """Stories have no documents; a menu that leads nowhere public only misleads."""
    items[:] = [item for item in items if item.name != "documents"]


@hooks.register("register_reports_menu_item")
def narrations_item() -> MenuItem:
    return narrations.menu_item()


@hooks.register("register_reports_menu_item")
def corrections_item() -> MenuItem:
    return corrections.menu_item()


@hooks.register("register_reports_menu_item")
def figures_item() -> MenuItem:
    return figures.menu_item()


@hooks.register("register_admin_menu_item")
def lexicon_item() -> MenuItem:
    return lexicon.menu_item()


@hooks.register("register_settings_menu_item")
def readers_item() -> MenuItem:
    return readers.menu_item()


@hooks.register("register_permissions")
def permissions_to_keep_the_lexicon() -> Any:
    """Shown where groups get their rights."""
    return Permission.objects.filter(
        content_type__app_label="narration", content_type__model="lexiconentry"
    )


@hooks.register("after_publish_page")
def say_what_readers_wait_for(request: HttpRequest, page: Any) -> None:
    if isinstance(page, Story):
        narrations.word_after_publishing(request, page)


@hooks.register("insert_global_admin_css")
def style_of_our_pages() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', versioned_static("desk/desk.css"))


@hooks.register("construct_homepage_panels")
def state_panel(request: HttpRequest, panels: list[Any]) -> None:
    panels.append(StatePanel())


def _is_story(page: Any) -> bool:
    return isinstance(page, Story) and bool(page.pk)


@hooks.register("register_page_header_buttons")
def deliver_button(
    page: Any, user: Any, view_name: str, next_url: str | None = None
) -> Iterator[Button]:
    if _is_story(page) and page.permissions_for_user(user).can_publish():
        link = reverse("desk-deliver", args=[page.pk])
        yield Button("Deliver as newsletter", link, icon_name="mail", priority=70)


@hooks.register("register_page_header_buttons")
def files_button(
    page: Any, user: Any, view_name: str, next_url: str | None = None
) -> Iterator[Button]:
    if _is_story(page) and page.permissions_for_user(user).can_edit():
        link = reverse("desk-files", args=[page.pk])
        yield Button("Where it is public", link, icon_name="site", priority=75)


@hooks.register("register_page_header_buttons")
def sound_button(
    page: Any, user: Any, view_name: str, next_url: str | None = None
) -> Iterator[Button]:
    if _is_story(page) and page.permissions_for_user(user).can_edit():
        link = reverse("desk-sound", args=[page.pk])
        yield Button("How it sounds", link, icon_name="media", priority=72)


@hooks.register("register_page_header_buttons")
def figures_button(
    page: Any, user: Any, view_name: str, next_url: str | None = None
) -> Iterator[Button]:
    if _is_story(page) and page.permissions_for_user(user).can_edit():
        link = reverse("desk-story-figures", args=[page.pk])
        yield Button("How it is read", link, icon_name="table", priority=76)


@hooks.register("before_bulk_action")
def refuse_incomplete_in_bulk(
    request: HttpRequest, action_type: str, objects: list[Any], action: Any
) -> HttpResponse | None:
    """One story that may not go out stops the whole choice, with its reasons, before any is out."""
    if action_type != "publish":
        return None
    found = False
    for page in objects:
        draft = page.get_latest_revision_as_object()
        if isinstance(draft, Story) and (reasons := unpublishable(draft)):
            messages.error(request, f"“{draft.title}” was not published. {' '.join(reasons)}")
            found = True
    return redirect("wagtailadmin_home") if found else None
