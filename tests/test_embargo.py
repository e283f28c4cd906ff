"""Before its time a story is nowhere that a reader can reach: not hidden, absent."""

import subprocess
from datetime import UTC, datetime, timedelta

from tests.conftest import Home, wait_until

CANARY = "Zirkelwyn"  # a word that stands in no other text

MAKE = """
from datetime import datetime
from courant.stories.tests.make import *
from courant.stories.models import Byline, Correction, Person, Topic, Story, FrontPick, FrontPage
word = "{word}"
portrait = make_desk_photo(title=word, alt=word, caption=word, credit=word)
photo = make_desk_photo(title=word, alt=word, caption=word, credit=word, source=word, rights=word)
open_story = make_desk_story("An open story that relates to the other one.")
body = [("paragraph", f"<p>{word} paragraph.</p>"), ("subheading", word),
    ("photo", {{"photo": photo, "caption": word}}),
    ("quote", {{"text": f"<p>{word}</p>", "speaker": word, "speaker_role": word}}),
    ("pull_quote", {{"text": word}}), ("list", {{"ordered": False, "items": [f"<p>{word}</p>"]}}),
    ("box", {{"title": word, "paragraphs": [f"<p>{word}</p>"]}}),
    ("table", {{"caption": word, "cells": f"{word} | a\\n{word} | b"}}),
    ("embed", {{"url": f"https://example.org/{word}", "title": word, "description": word, "provider": word}})]
story = make_desk_story(publish=False, title=word, slug=word.lower(), standfirst=word, body=body,
    lead_photo=photo, lead_caption=word)
draft = story.get_latest_revision_as_object()
draft.go_live_at = datetime.fromisoformat("{time}")
draft.bylines = [Byline(person=Person.objects.create(name=word + " Quill", bio=word, portrait=portrait)),
    Byline(name=word + " Agency")]
draft.topics.set([word + " topic"])
draft.corrections = [Correction(text=word)]
draft.save_revision().publish()
front = FrontPage.objects.get()
front.picks = [FrontPick(story=Story.objects.get(pk=story.pk))]
front.save_revision().publish()
related = open_story.get_latest_revision_as_object()
related.body = [("paragraph", f'<p>See <a linktype="page" id="{{story.pk}}">the other</a>.</p>'),
    ("related", {{"story": story}})]
related.save_revision().publish()
assert not Story.objects.get(pk=story.pk).live
print(story.pk)
"""

MOVE = """
from datetime import datetime
from courant.stories.models import Story
draft = Story.objects.get(pk={pk}).get_latest_revision_as_object()
draft.go_live_at = datetime.fromisoformat("{time}")
draft.save_revision().publish()
"""
HOUR = timedelta(hours=1)


def leaks(home: Home) -> list[str]:
    """Every public file, path and mail with the canary in it, and every one that holds its photo."""
    photos = [f.read_bytes() for f in (home.path / "media").rglob("desk-*") if f.is_file()]
    found = []
    for folder in (home.path / "public", home.path / "outbox"):
        for file in folder.rglob("*"):
            if CANARY.lower() in str(file.relative_to(folder)).lower():
                found.append(str(file))
            elif file.is_file():
                data = file.read_bytes()
                if CANARY.lower().encode() in data.lower() or data in photos:
                    found.append(str(file))
    return found


def test_a_scheduled_story_is_in_no_file_mail_or_answer_until_its_time_and_then_in_all(server):
    home = server.home
    pk = home.django(MAKE.format(word=CANARY, time=(datetime.now(UTC) + HOUR).isoformat()))
    home.run("work", "--once", code=None)
    assert (home.public / "harbour").exists()  # the open story is out: something was baked

    refused = home.run("deliver", pk, code=1)
    assert CANARY not in refused.stdout + refused.stderr
    slug = CANARY.lower()
    for path in (f"/harbour/{slug}/", f"/topics/{slug}-topic/", f"/people/{slug}-quill/", "/"):
        assert CANARY.lower() not in server.get(path)[1].lower(), path
    for path in ("/feed.xml", "/harbour/feed.xml", "/sitemap.xml", "/news-sitemap.xml", "/people/"):
        assert CANARY.lower() not in server.get(path)[1].lower(), path
    assert leaks(home) == []

    time = datetime.now(UTC) + timedelta(seconds=8)
    home.django(MOVE.format(pk=pk, time=time.isoformat()))
    wait_until(lambda: server.get(f"/harbour/{slug}/")[0] == 200, "the story is out", 60, 0.02)
    assert datetime.now(UTC) >= time
    assert leaks(home)  # the same search finds it now: it can find


def test_photos_of_a_draft_cannot_be_guessed_by_a_reader(server):
    home = server.home
    name = home.django(
        "from courant.stories.tests.make import make_desk_photo\nprint(make_desk_photo().file.name)"
    )
    for path in (f"/media/{name}", f"/{name}", f"/desk/media/{name}", f"/media/../media/{name}"):
        status, text = server.get(path)
        assert status == 404 or "password" in text.lower(), path


def test_the_secret_of_a_home_is_in_no_public_file(home: Home, story_file):
    home.run("publish", str(story_file))
    home.run("work", "--once")
    secret = (home.path / "secrets" / "secret_key").read_text().strip()
    command = ["grep", "-rlF", "--", secret, str(home.path / "public"), str(home.path / "outbox")]
    assert subprocess.run(command, capture_output=True, text=True).stdout == ""
