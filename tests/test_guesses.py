"""Whoever knows how addresses are made guesses those of pictures and sounds: none answers."""

import hashlib
import http.client
import json
from contextlib import closing
from itertools import product

import pytest

from tests.conftest import Home, free_port, wait_until

GUESSES = 10_000
SOUNDS = ("mp3", "m4a", "opus", "json", "vtt", "chapters.json")

MAKE = """
from datetime import timedelta
import json
from django.utils.timezone import now
from courant.stories.models import Story
from courant.stories.tests.make import *
made = []
for name in ("draft", "scheduled", "withdrawn"):
    photo = make_desk_photo(credit=f"{name} credit")
    story = make_desk_story(publish=False, title=name, slug=f"{name}-ferry", lead_photo=photo)
    draft = story.get_latest_revision_as_object()
    if name == "scheduled":
        draft.go_live_at = now() + timedelta(days=1)
    revision = draft.save_revision()
    if name != "draft":
        revision.publish()
    made.append({"id": story.pk, "slug": story.slug, "file": photo.file.name})
print(json.dumps(made))
"""
NAMES = """
import json
from fractions import Fraction
from types import SimpleNamespace
from courant.front.pictures import _name
from courant.stories.models import Photo
names = []
for photo in Photo.objects.all():
    facts = SimpleNamespace(digest=photo.file_hash, credit=photo.credit, rights=photo.rights,
        focal_x=None, focal_y=None)
    names += [_name(facts, width, None, ending) for width in range(1, 1601)
        for ending in ("jpg", "webp")]
print(json.dumps(names))
"""
WITHDRAW = "from courant.stories.models import Story; Story.objects.live().get().unpublish()"


def sounds_of(story: dict) -> list[str]:
    """Addresses as narrations have them, with digests of what a guesser may know."""
    known = [story["slug"], str(story["id"]), story["file"], f"/harbour/{story['slug']}/", ""]
    digests = [hashlib.sha256(text.encode()).hexdigest()[:12] for text in known]
    stems = [story["slug"], story["id"], *(f"{story['slug']}-{digest}" for digest in digests)]
    return [f"/audio/{stem}.{ending}" for stem, ending in product(stems, SOUNDS)]


def files_of(story: dict) -> list[str]:
    """Places where an uploaded file may be thought to lie."""
    roots = ("", "/media", "/desk/media", "/renditions", "/static", "/public", "/media/../media")
    name = story["file"].rpartition("/")[2]
    return [f"{root}/{each}" for root in roots for each in (story["file"], name)]


def answered(port: int, paths: list[str]) -> list[str]:
    """Those that somebody who is not logged in gets."""
    got = []
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as line:
        for path in paths:
            line.request("HEAD", path)
            answer = line.getresponse()
            answer.read()
            if answer.status in (200, 206):
                got.append(path)
    return got


@pytest.mark.soak
def test_of_ten_thousand_guessed_addresses_of_stories_that_are_not_public_none_answers(home: Home):
    made, port = json.loads(home.django(MAKE)), free_port()
    home.run("work", "--once")
    tree = home.public.resolve()
    files = [f for folder in ("media", "audio") for f in (tree / folder).glob("[!.]*")]
    files = [f for f in files if not f.name.startswith("podcast-")]  # a cover is the paper's
    true = [f"/{f.relative_to(tree)}" for f in files if f.suffix not in (".br", ".gz", ".zst")]
    guesses = [f"/media/{name}" for name in json.loads(home.django(NAMES))]
    for story in made:
        guesses += sounds_of(story) + files_of(story)
    guesses += [f"/media/{number:012x}-800.jpg" for number in range(GUESSES - len(guesses))]
    web = home.start("web", "--port", str(port))
    try:
        wait_until(lambda: listens(port), "the server answers")
        assert set(answered(port, true)) == set(true), "what is public must answer"
        assert any(path.endswith(".mp3") for path in true)
        hits = answered(port, guesses)
        assert hits, "no guess is good enough to find what is public"
        assert set(hits) <= set(true), "a guess found what is not public"
        home.django(WITHDRAW)
        home.run("work", "--once")
        asked = sorted({*guesses, *true})
        assert len(asked) >= GUESSES
        assert answered(port, asked) == []
    finally:
        web.terminate()
        web.wait(30)
        web.stderr.close()


def listens(port: int) -> bool:
    try:
        return bool(answered(port, ["/robots.txt"]))
    except OSError:
        return False
