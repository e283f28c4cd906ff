"""The desk's preview: the same renderer and the same frozen story as the reader's page."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from courant.front.pictures import Pictures
from courant.front.targets import render_front, render_section, render_story
from courant.narration import produce
from courant.stories.models import Section, Story
from courant.stories.publication import published_story, read_paper


def preview(page: Any, request: HttpRequest) -> HttpResponse:
    """What readers would get if this revision were published now. Nothing is written for them."""
    paper = read_paper()
    base = reverse("desk-rendition", args=["x"]).removesuffix("x")
    pictures = Pictures(Path(settings.COURANT_RENDITIONS), base=base)
    spoken = produce.spoken_all(paper.stories)
    if isinstance(page, Story):
        story = published_story(page)
        others = tuple(s for s in paper.stories if s.id != story.id)
        made = render_story(story, replace(paper, stories=(story, *others)), {}, pictures)
    elif isinstance(page, Section):
        section = next((s for s in paper.sections if s.id == page.pk), None)
        if section is None:
            return HttpResponse("This section has no public page yet.", content_type="text/plain")
        section = replace(section, title=page.title, description=page.description)
        made = render_section(section, paper, spoken, pictures)
    else:
        texts = {"name": page.title, "tagline": page.tagline}
        picks = tuple(pick.story_id for pick in page.picks.all())
        made = render_front(replace(paper, picks=picks, **texts), spoken, pictures)
    response = HttpResponse(made.data)
    response["Content-Security-Policy"] = "default-src 'self'; frame-ancestors 'self'"
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
