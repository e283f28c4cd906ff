"""A word of its own in each field of stories that are not public: it is nowhere until they are."""

import gzip
import io
import re
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path
from typing import Any

import brotli
import pytest
import zstandard
from django.utils.timezone import localtime, now

from courant.newsletter import digest, send
from courant.newsletter.models import Edition
from courant.newsletter.tests.make import Clock, make_newsletter, make_subscription
from courant.newsletter.transports.memory import MemoryTransport
from courant.pipeline import path
from courant.pipeline.editions import CannotDeliver, PhotoAddress, edition_of
from courant.pipeline.schedule import publish_due
from courant.pipeline.tests.archived import go_out_with
from courant.stories.models import Byline, Correction, Person, Story
from courant.stories.paper.tables import public_paper
from courant.stories.tests.make import make_desk_photo, make_desk_story

pytestmark = pytest.mark.django_db

UNPACK = {
    ".gz": gzip.decompress,
    ".br": brotli.decompress,
    ".zst": lambda data: zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data)).read(),
}
# fmt: off
PUBLIC = [
    "headline", "slug", "standfirst", "paragraph", "subheading", "blockcaption", "quote",
    "speaker", "speakerrole", "pullquote", "item", "boxtitle", "boxtext", "tablecaption",
    "cell", "embedtitle", "embedtext", "provider", "embedurl", "leadcaption", "alt",
    "credit", "blockalt", "blockcredit", "person", "bio", "agency", "topic", "correction",
    "rights",
]
# fmt: on
PRIVATE = ["phototitle", "source", "filename"]  # of the desk alone, for ever

SLUGS = {field: f"zq{field}scheduledqz" for field in ("slug", "person", "topic")}
STORY = "harbour/{slug}/index.html"
FEEDS = ("feed.xml", "harbour/feed.xml")
LISTS = ("index.html", "harbour/index.html", "people/{person}/index.html")
SHOWN = {  # where a word must stand once it is public, so that not finding it means something
    "headline": (
        STORY,
        *FEEDS,
        *LISTS,
        "topics/{topic}/index.html",
        "news-sitemap.xml",
        "404.html",
    ),
    "slug": (STORY, *FEEDS, *LISTS, "sitemap-en-1.xml"),
    "standfirst": (STORY, *FEEDS, *LISTS),
    "person": (STORY, *FEEDS, "people/index.html", "sitemap-pages.xml", "about/index.html"),
    "topic": (STORY, *FEEDS, "topics/index.html", "sitemap-pages.xml"),
    "bio": (STORY, "people/{person}/index.html"),
    "paragraph": (STORY, *FEEDS),
    "correction": (STORY, *FEEDS),
    "pullquote": (STORY,),
}


CANARY = re.compile(r"zq[a-z]+qz")


def word(field: str, story: str) -> str:
    """A word that stands in no other text."""
    return f"zq{field}{story}qz"


def make_story(name: str, **facts: Any) -> Story:
    """A story with a canary in each field; its revision is there, and nothing is public."""

    def w(field: str) -> str:
        return word(field, name)

    texts = {"source": w("source"), "rights": w("rights"), "title": w("phototitle")}
    lead = make_desk_photo(alt=w("alt"), credit=w("credit"), **texts)
    other = make_desk_photo(alt=w("blockalt"), credit=w("blockcredit"), **texts)
    for photo in (lead, other):
        with photo.file.open() as data:
            photo.file.save(f"{w('filename')}.jpg", data)
    body = [
        ("paragraph", f"<p>{w('paragraph')} was said.</p>"),
        ("subheading", w("subheading")),
        ("photo", {"photo": other, "caption": w("blockcaption")}),
        ("quote", {"text": f"<p>{w('quote')}</p>", "speaker": w("speaker"),
                   "speaker_role": w("speakerrole")}),
        ("pull_quote", {"text": w("pullquote")}),
        ("list", {"ordered": False, "items": [f"<p>{w('item')}</p>"]}),
        ("box", {"title": w("boxtitle"), "paragraphs": [f"<p>{w('boxtext')}</p>"]}),
        ("table", {"caption": w("tablecaption"), "cells": f"{w('cell')} | a\nb | c"}),
        ("embed", {"url": f"https://example.org/{w('embedurl')}", "title": w("embedtitle"),
                   "description": w("embedtext"), "provider": w("provider")}),
    ]  # fmt: skip
    story = make_desk_story(
        publish=False,
        title=w("headline"),
        slug=w("slug"),
        standfirst=w("standfirst"),
        body=body,
        lead_photo=lead,
        lead_caption=w("leadcaption"),
    )
    draft = story.get_latest_revision_as_object()
    person = Person.objects.create(name=w("person"), bio=w("bio"))
    draft.bylines = [Byline(person=person), Byline(name=w("agency"))]
    draft.topics.set([w("topic")])
    draft.corrections = [Correction(text=w("correction"))]
    for field, value in facts.items():
        setattr(draft, field, value)
    draft.save_revision()
    return story


def publish(story: Story) -> None:
    Story.objects.get(pk=story.pk).get_latest_revision().publish()


def bake() -> None:
    """All that the worker does with stories, until nothing waits."""
    publish_due()
    path.publish()
    while path.narrate_next():
        pass
    path.publish()


def texts(public: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below the public root, unpacked, with its name as part of it."""
    for file in public.rglob("*"):
        if file.is_file():
            data = UNPACK.get(file.suffix, bytes)(file.read_bytes())
            yield file.relative_to(public).as_posix(), data


def found(public: Path, story: str) -> dict[str, set[str]]:
    """By field: the public files that hold its word, or are called after it."""
    where: dict[str, set[str]] = {}
    for name, data in texts(public):
        for field in (*PUBLIC, *PRIVATE):
            canary = word(field, story)
            if canary in name or canary.encode() in data.lower():
                where.setdefault(field, set()).add(name)
    return where


def readable(names: set[str]) -> set[str]:
    """Names inside the tree, without the packed forms of each file."""
    return {name.partition("/")[2] for name in names if not name.endswith(tuple(UNPACK))}


def let_its_time_come(story: Story) -> None:
    row = Story.objects.get(pk=story.pk)
    revision, moment = row.get_latest_revision(), now() - timedelta(seconds=1)
    revision.approved_go_live_at = moment
    revision.content["go_live_at"] = moment.isoformat()
    revision.save()


def test_no_word_of_a_story_is_in_any_file_before_its_time_and_then_each_is(own_folders):
    make_desk_story(title="A public story")
    make_story("draft")
    scheduled = make_story("scheduled", go_live_at=now() + timedelta(hours=1))
    publish(scheduled)
    bake()
    assert (own_folders / "current" / "feed.xml").exists()
    assert found(own_folders, "draft") == found(own_folders, "scheduled") == {}

    let_its_time_come(scheduled)
    bake()
    shown = found(own_folders, "scheduled")
    assert set(shown) == set(PUBLIC)
    for field, names in SHOWN.items():
        missing = {name.format(**SLUGS) for name in names} - readable(shown[field])
        assert not missing, f"{field} is not in {missing}"
    assert any(name.endswith(".mp3") for name, _ in texts(own_folders))
    assert found(own_folders, "draft") == {}


def test_of_a_story_that_was_taken_back_only_its_address_is_left(own_folders):
    other = make_desk_story(title="A public story")
    story = make_story("withdrawn")
    publish(story)
    bake()
    letters = [go_out_with(story.pk), go_out_with(story.pk, other.pk)]
    bake()
    shown = found(own_folders, "withdrawn")
    assert set(shown) == set(PUBLIC)
    assert {f"{letter.path.strip('/')}/index.html" for letter in letters} <= readable(
        shown["headline"]
    )

    Story.objects.get(pk=story.pk).unpublish()
    bake()
    left = found(own_folders, "withdrawn")
    assert set(left) == {"slug"}
    own = f"harbour/{word('slug', 'withdrawn')}/gone.html"
    assert readable(left["slug"]) == {own, f"lite/{own}"}
    sounds = [n for n, _ in texts(own_folders) if "/audio/" in n]
    assert sounds, "the other story has sound"
    assert not [name for name in sounds if word("slug", "withdrawn") in name]


def test_no_edition_is_made_of_a_story_that_is_not_public(own_folders):
    draft = make_story("draft")
    scheduled = make_story("scheduled", go_live_at=now() + timedelta(hours=1))
    publish(scheduled)
    bake()
    for story in (draft, scheduled):
        with pytest.raises(CannotDeliver, match="Only a published story") as refused:
            edition_of(story.pk)
        assert "qz" not in str(refused.value)
    assert not Edition.objects.exists()


def test_no_word_of_a_story_that_is_not_public_is_in_any_letter(own_folders):
    """Neither in a digest of all that there is, nor in an edition frozen while it was public."""
    morning = localtime(now() + timedelta(days=1)).replace(hour=7, minute=1)
    tomorrow = Clock(morning)
    newsletter = make_newsletter(digest="daily", digest_hour=7, digest_since=now())
    make_subscription(newsletter)
    make_desk_story(title="A public story")
    make_story("draft")
    publish(make_story("scheduled", go_live_at=now() + timedelta(hours=1)))
    withdrawn = make_story("withdrawn")
    publish(withdrawn)
    bake()
    frozen = edition_of(withdrawn.pk, newsletter=newsletter.slug)
    assert word("headline", "withdrawn") in frozen.subject
    Story.objects.get(pk=withdrawn.pk).unpublish()
    bake()

    digest.make_due(paper := public_paper(), PhotoAddress(paper), tomorrow)
    path.withhold_what_was_taken_back()
    transport = MemoryTransport()
    for edition in Edition.objects.filter(state=Edition.State.SENDING):
        send.pump(edition, transport, clock=tomorrow)
    letters = [message_from_bytes(mail.data, policy=SMTP) for mail in transport.sent]
    texts = [part for one in letters for part in one.walk() if not part.is_multipart()]
    said = [part.get_content() for part in texts]
    assert any("A public story" in text for text in said)
    # A reader's own links are long random words, and two letters stand in some of them.
    assert not [text for text in (*said, *map(str, letters)) if CANARY.search(text.lower())]
