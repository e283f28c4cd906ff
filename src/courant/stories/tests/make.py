"""Makers of test data: each supplies what the test does not care about."""

import io
import itertools
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from courant.stories import published as out
from courant.stories.paper import MemoryPaper

_numbers = itertools.count(1)
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def make_section(**facts: Any) -> out.PublishedSection:
    defaults = {
        "id": 1,
        "title": "Harbour",
        "path": "/harbour/",
        "slug": "harbour",
        "language": "en",
    }
    return out.PublishedSection(**(defaults | facts))


def make_person(**facts: Any) -> out.PublishedPerson:
    defaults = {"id": 1, "name": "Marta Quill", "path": "/people/marta-quill/"}
    return out.PublishedPerson(**(defaults | facts))


def make_byline(name: str = "Marta Quill", role: str = "by", **facts: Any) -> out.PublishedByline:
    return out.PublishedByline(role, name, facts.get("person"))


def paragraph(text: str, key: str = "") -> out.Paragraph:
    return out.Paragraph(key or f"b{next(_numbers)}", (out.Run(text),))


def make_published_story(*body: str | out.Block, **facts: Any) -> out.PublishedStory:
    """A story; strings become paragraphs."""
    number = facts.get("id") or next(_numbers)
    texts = body or ("The river rose in the night. By morning it had gone down again.",)
    defaults: dict[str, Any] = {
        "id": number,
        "path": f"/harbour/story-{number}/",
        "headline": f"Headline number {number}",
        "standfirst": "What happened, in one sentence.",
        "kind": "news",
        "language": "en",
        "section": make_section(),
        "bylines": (make_byline(),),
        "topics": (),
        "published": NOON - timedelta(minutes=number),
        "updated": None,
        "lead_photo": None,
        "body": tuple(paragraph(b) if isinstance(b, str) else b for b in texts),
    }
    return out.PublishedStory(**(defaults | facts))


def make_paper(
    *stories: out.PublishedStory,
    moved: Sequence[out.Moved] = (),
    chosen: out.FrontChoices | None = None,
    gone: Mapping[str, int] | None = None,
    standing: Sequence[out.PublishedPage] = (),
    **facts: Any,
) -> MemoryPaper:
    """A paper in memory; `facts` are of its masthead."""
    sections = {story.section.id: story.section for story in stories} or {1: make_section()}
    defaults: dict[str, Any] = {
        "name": "The Test Lantern",
        "tagline": "News of an invented town",
        "language": "en",
        "time_zone": "Europe/London",
        "url": "http://127.0.0.1:8000",
        "sections": tuple(sections.values()),
    }
    masthead = out.Masthead(**(defaults | {"pages": tuple(standing)} | facts))
    return MemoryPaper(masthead, stories, moved=moved, chosen=chosen, gone=gone, pages=standing)


def make_picture_bytes(width: int = 800, height: int = 533, colour: str = "teal") -> bytes:
    """A JPEG."""
    from PIL import Image

    buffer = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(buffer, "JPEG")
    return buffer.getvalue()


def make_published_photo(folder: Path, **facts: Any) -> out.PublishedPhoto:
    """A picture with a real file in `folder`."""
    file = folder / f"photo-{next(_numbers)}.jpg"
    file.write_bytes(make_picture_bytes())
    defaults: dict[str, Any] = {
        "id": 1,
        "file": file,
        "width": 800,
        "height": 533,
        "alt": "A boat at a quay",
        "caption": "The boat came in at six.",
        "credit": "Ilse Brandt/Lantern",
        "digest": file.stem,
    }
    return out.PublishedPhoto(**(defaults | facts))


# ── Rows at the desk ──────────────────────────────────────────────────────────────────────────────


def make_desk_photo(**facts: Any) -> Any:
    """A Photo row with a real file."""
    from django.core.files.base import ContentFile

    from courant.stories.models import Photo

    name = f"desk-{next(_numbers)}.jpg"
    defaults = {"title": name, "alt": "A boat at a quay", "credit": "Ilse Brandt/Lantern"}
    file = ContentFile(make_picture_bytes(), name=name)
    return Photo.objects.create(file=file, **(defaults | facts))


def make_desk_section(title: str = "Harbour", **facts: Any) -> Any:
    """A live Section below the front page."""
    from courant.stories.models import FrontPage, Section

    existing = Section.objects.filter(title=title).first()
    front = FrontPage.objects.get()
    return existing or front.add_child(instance=Section(title=title, **facts))


def make_desk_story(*paragraphs: str, publish: bool = True, **facts: Any) -> Any:
    """A Story row with a revision; published unless told otherwise."""
    from courant.stories.models import Story

    number = next(_numbers)
    section = facts.pop("section", None) or make_desk_section()
    texts = paragraphs or ("The river rose in the night. By morning it had gone down again.",)
    body = facts.pop("body", None) or [("paragraph", f"<p>{text}</p>") for text in texts]
    story = Story(
        **(
            {"title": f"Headline number {number}", "slug": f"desk-story-{number}", "live": False}
            | facts
        )
    )
    story.body = body
    section.add_child(instance=story)
    revision = story.save_revision()
    if publish:
        revision.publish()
        story.refresh_from_db()
    return story


def make_public(*stories: Any) -> None:
    """Let readers have these rows' stories, as bake would; without any it is all of them."""
    from courant.stories import index
    from courant.stories.publication import read_every_story, read_stories

    found = read_stories([story.pk for story in stories]) if stories else read_every_story()
    index.update({frozen.story.id: frozen for frozen in found})
