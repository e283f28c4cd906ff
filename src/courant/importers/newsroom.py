"""A newsroom kept as a folder of TOML files and pictures -> the desk, published."""

import re
import tomllib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.timezone import get_default_timezone, now
from wagtail.models import Page

from courant.stories.models import (
    Byline,
    Correction,
    FrontPage,
    FrontPick,
    LanguageFront,
    Person,
    Photo,
    Section,
    StandingPage,
    Story,
)

WEEK = timedelta(days=7)
STORY_LINK = re.compile(r'href="story:([a-z0-9-]+)"')

Progress = Callable[[int, int], None]


class BrokenNewsroom(Exception):
    """A file of the folder cannot be used; the message names it and what is wrong."""


class Newsroom:
    """One folder, read whole. Raises BrokenNewsroom, FileNotFoundError."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.facts = _read(folder / "newsroom.toml")
        self.stories = [_read(file) for file in sorted((folder / "stories").glob("*.toml"))]
        self.shift = self._weeks_to_now()

    def load(self, progress: Progress | None = None) -> int:
        """Put it on the desk and publish it; returns how many stories are new.

        What is there already, by slug, stays as it is: an interrupted load is taken up again.
        """
        with transaction.atomic():
            front = self._paper()
            sections = {
                facts["slug"]: self._section(front, facts) for facts in self.facts["sections"]
            }
        self.photos = {facts["file"]: self._photo(facts) for facts in self.facts["photos"]}
        self.people = {facts["slug"]: self._person(facts) for facts in self.facts["people"]}
        known = set(Story.objects.filter(live=True).values_list("slug", flat=True))
        # All stories first, as drafts, so that they can point at each other.
        self.rows = {facts["slug"]: self._draft(sections, facts) for facts in self.stories}
        new = [facts for facts in self.stories if facts["slug"] not in known]
        # The oldest first, as they would have been published; its links then lead somewhere.
        for number, facts in enumerate(sorted(new, key=lambda f: f["published"]), start=1):
            self._publish(facts)
            if progress:
                progress(number, len(new))
        for facts in self.facts.get("pages", ()):
            self._page(front, facts)
        self._picks(front)
        return len(new)

    def _weeks_to_now(self) -> timedelta:
        """How far all dates move, in whole weeks, so that the newest story is of the last week."""
        times = [facts.get("updated", facts["published"]) for facts in self.stories]
        newest = max(times).replace(tzinfo=get_default_timezone())
        return (now() - newest) // WEEK * WEEK

    def _time(self, value: datetime | None) -> datetime | None:
        return value.replace(tzinfo=get_default_timezone()) + self.shift if value else None

    def _paper(self) -> FrontPage:
        facts = self.facts["paper"]
        front = FrontPage.objects.get()
        front.title = front.draft_title = facts["name"]
        front.tagline, front.about = facts["tagline"], facts["about"]
        front.notice = facts.get("notice", "")
        front.fronts = [
            LanguageFront(**each, sort_order=number)
            for number, each in enumerate(self.facts.get("fronts", ()))
        ]
        front.save()
        return front

    def _section(self, front: FrontPage, facts: dict[str, Any]) -> Section:
        found = Section.objects.child_of(front).filter(slug=facts["slug"]).first()
        if found:
            return found
        # The empty section that `init` made gives way to the paper's own.
        Section.objects.child_of(front).filter(slug="news", numchild=0).delete()
        accents = list(Section.Accent)
        order = [s["slug"] for s in self.facts["sections"]].index(facts["slug"])
        section = Section(
            title=facts["title"],
            slug=facts["slug"],
            language=facts["language"],
            description=facts["description"],
            accent=facts.get("accent", accents[order % len(accents)]),
        )
        return Page.objects.get(pk=front.pk).add_child(instance=section)

    def _photo(self, facts: dict[str, Any]) -> Photo:
        found = Photo.objects.filter(title=facts["title"], source=facts["source"]).first()
        if found:
            return found
        data = (self.folder / "photos" / facts["file"]).read_bytes()
        names = ("title", "alt", "caption", "credit", "source", "rights", "origin")
        photo = Photo(
            file=ContentFile(data, name=facts["file"]), **{n: facts.get(n, "") for n in names}
        )
        photo.save()
        across, down = facts.get("focal", (0.5, 0.5))
        photo.focal_point_x, photo.focal_point_y = (
            round(across * photo.width),
            round(down * photo.height),
        )
        photo.focal_point_width = photo.focal_point_height = 1
        photo.save()
        return photo

    def _person(self, facts: dict[str, Any]) -> Person:
        found = Person.objects.filter(slug=facts["slug"]).first()
        return found or Person.objects.create(
            slug=facts["slug"],
            name=facts["name"],
            role=facts["role"],
            bio=facts["bio"],
            portrait=self.photos.get(facts.get("portrait", "")),
        )

    def _draft(self, sections: dict[str, Section], facts: dict[str, Any]) -> Story:
        section = sections[facts["section"]]
        found = Story.objects.child_of(section).filter(slug=facts["slug"]).first()
        if found:
            return found
        story = Story(title=facts["headline"], slug=facts["slug"], live=False)
        return Page.objects.get(pk=section.pk).add_child(instance=story)

    @transaction.atomic
    def _publish(self, facts: dict[str, Any]) -> None:
        story = self.rows[facts["slug"]]
        story.standfirst = facts.get("standfirst", "")
        story.kind, story.language = facts["kind"], facts["language"]
        story.ended = facts.get("ended", False)
        story.original = self.rows[facts["original"]] if "original" in facts else None
        story.published_at = self._time(facts["published"])
        story.updated_at = self._time(facts.get("updated"))
        story.lead_photo = self.photos[facts["lead_photo"]] if "lead_photo" in facts else None
        story.lead_caption = facts.get("lead_caption", "")
        story.bylines = [
            Byline(person=self.people[entry["person"]], role=entry["role"], sort_order=number)
            for number, entry in enumerate(facts["bylines"])
        ]
        story.corrections = [
            Correction(
                time=self._time(entry["time"]),
                kind=entry["kind"],
                text=entry["text"],
                sort_order=number,
            )
            for number, entry in enumerate(facts.get("corrections", ()))
        ]
        story.topics.set(facts["topics"])
        story.body = [(block["type"], self._value(block)) for block in facts["body"]]
        story.save_revision().publish()

    def _page(self, front: FrontPage, facts: dict[str, Any]) -> None:
        if StandingPage.objects.child_of(front).filter(slug=facts["slug"]).exists():
            return
        names = ("title", "slug", "purpose", "standfirst")
        page = StandingPage(**{name: facts.get(name, "") for name in names}, live=False)
        Page.objects.get(pk=front.pk).add_child(instance=page)
        page.body = [(block["type"], self._value(block)) for block in facts["body"]]
        page.save_revision().publish()

    def _value(self, block: dict[str, Any]) -> Any:
        match block["type"]:
            case "paragraph":
                return self._html(block["text"])
            case "subheading":
                return block["text"]
            case "photo":
                return self._photo_block(block)
            case "gallery":
                return {"photos": [self._photo_block(each) for each in block["photos"]]}
            case "quote":
                names = ("speaker", "speaker_role")
                return {"text": self._html(block["text"])} | {n: block.get(n, "") for n in names}
            case "pull_quote":
                return {"text": block["text"]}
            case "list":
                items = [self._html(item) for item in block["items"]]
                return {"ordered": block.get("ordered", False), "items": items}
            case "box":
                texts = [self._html(text) for text in block["paragraphs"]]
                return {"title": block["title"], "paragraphs": texts}
            case "table":
                rows = [block["header"], *block["rows"]]
                cells = "\n".join(" | ".join(row) for row in rows)
                return {"caption": block.get("caption", ""), "cells": cells}
            case "embed":
                card = ("url", "title", "description", "provider")
                return {name: block.get(name, "") for name in card}
            case "update":
                return {"time": self._time(block["time"]), "headline": block["headline"]}
            case "related":
                return {"story": self.rows[block["story"]]}
        raise BrokenNewsroom(f"There is no block of type {block['type']!r}.")

    def _photo_block(self, block: dict[str, Any]) -> dict[str, Any]:
        names = ("caption", "size")
        return {"photo": self.photos[block["photo"]]} | {n: block.get(n, "") for n in names}

    def _html(self, text: str) -> str:
        def link(match: re.Match[str]) -> str:
            return f'linktype="page" id="{self.rows[match[1]].pk}"'

        return f"<p>{STORY_LINK.sub(link, text)}</p>"

    def _picks(self, front: FrontPage) -> None:
        facts = self.facts["front"]
        if front.picks.exists():
            return
        front.picks = [
            FrontPick(story=self.rows[slug], place=place, sort_order=number)
            for number, (place, slug) in enumerate(_chosen(facts))
        ]
        front.save_revision().publish()


def _chosen(facts: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Place and slug of each story that the front page has by choice."""
    yield "top", facts["lead"]
    yield from (("top", slug) for slug in facts["secondary"])
    for place in ("important", "opinion"):
        yield from ((place, slug) for slug in facts.get(place, ()))


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BrokenNewsroom(f"{file.name}: {error}") from None
