"""The desk's preview: the same renderer and the same frozen story as the reader's page."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from courant.bake.make import SpokenStories
from courant.front import render
from courant.front.listening import Audio, MemoryAudio
from courant.front.made import Made
from courant.front.pictures import Pictures
from courant.front.sheet import Press
from courant.stories.links import Links
from courant.stories.models import FrontPage, Section, StandingPage, Story
from courant.stories.paper.tables import TablesPaper
from courant.stories.publication import (
    chosen_on,
    frozen_page,
    masthead_facts,
    published_story,
    read_masthead,
)
from courant.stories.published import FrontChoices, Masthead, PublishedStory


def preview(page: Any, request: HttpRequest, mode: str = "") -> HttpResponse:
    """What readers would get if this revision were published now. Nothing is written for them.

    `mode`: of a front page, the language of the front that is wanted.
    """
    made = _made(page, mode)
    if made is None:
        return HttpResponse("This section has no public page yet.", content_type="text/plain")
    response = HttpResponse(made.data)
    response["Content-Security-Policy"] = "default-src 'self'; frame-ancestors 'self'"
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def _made(page: Any, mode: str) -> Made | None:
    masthead = read_masthead()
    if isinstance(page, Story):
        story = published_story(page)
        return render.story_page(_press(masthead, [story], audio=MemoryAudio()), story)
    if isinstance(page, Section):
        return _section(page, masthead)
    if isinstance(page, StandingPage):
        return render.standing_page(_press(masthead), frozen_page(page, Links()))
    return _front(page, masthead, mode)


def _section(page: Section, masthead: Masthead) -> Made | None:
    public = next((s for s in masthead.sections if s.id == page.pk), None)
    if public is None:
        return None
    changed = replace(public, title=page.title, description=page.description)
    sections = tuple(changed if s.id == page.pk else s for s in masthead.sections)
    return render.section_page(_press(replace(masthead, sections=sections)), changed)


def _front(page: FrontPage, masthead: Masthead, language: str) -> Made:
    masthead = replace(masthead, **masthead_facts(page))
    press = _press(masthead, chosen=chosen_on(page))
    return render.front_page(press, masthead.front_for(language))


def _press(
    masthead: Masthead,
    coming: Iterable[PublishedStory] = (),
    *,
    chosen: FrontChoices | None = None,
    audio: Audio | None = None,
) -> Press:
    base = reverse("desk-rendition", args=["x"]).removesuffix("x")
    pictures = Pictures(Path(settings.COURANT_RENDITIONS), base=base)
    return Press(TablesPaper(masthead, coming, chosen=chosen), pictures, audio or SpokenStories())
