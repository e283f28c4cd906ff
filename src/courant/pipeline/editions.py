"""A published story becomes an edition: where narration, page and newsletter meet."""

from pathlib import Path
from typing import Any

from django.conf import settings

from courant.front.pictures import Pictures
from courant.narration import produce
from courant.newsletter import send
from courant.newsletter.audience import active_subscribers
from courant.newsletter.errors import EditionError
from courant.newsletter.ledger import database_time
from courant.newsletter.models import Edition, Newsletter
from courant.newsletter.progress import fares
from courant.pipeline import narrating
from courant.stories.paper import Paper
from courant.stories.paper.tables import Changing, public_paper
from courant.stories.publication import is_public, read_story
from courant.stories.published import PublishedPhoto, PublishedStory

LETTER_PHOTO = 1200  # pixels: twice the width of a letter, for sharp screens


class CannotDeliver(Exception):
    """The story cannot become an edition; the message says why."""


def edition_of(story_id: int, *, newsletter: str = "", created_by: Any = None) -> Edition:
    """Freeze a public story and its audience; the worker sends it. Twice makes one edition."""
    row = _newsletter(newsletter)
    paper = public_paper()
    story = _public_story(paper, story_id)
    made = Edition.objects.filter(newsletter=row, story_id=story.id).exists()
    if not made and not active_subscribers(row):
        # An edition to nobody would be finished at once, and who comes later would never get it.
        raise CannotDeliver(f"Nobody is subscribed to “{row}” yet. Nothing was made.")
    pictures = Pictures(Path(settings.COURANT_RENDITIONS))

    def photo_url(photo: PublishedPhoto) -> str:
        return paper.url + pictures.rendition(photo, LETTER_PHOTO).url

    try:
        return send.prepare(
            story,
            paper,
            row,
            spoken=produce.spoken(story),
            photo_url=photo_url,
            created_by=created_by,
        )
    except EditionError as error:
        raise CannotDeliver(str(error)) from error


def _public_story(paper: Paper, story_id: int) -> PublishedStory:
    if not is_public(story_id):
        raise CannotDeliver("Only a published story can be delivered. Publish it first.")
    try:
        story = paper.story(story_id)
    except Changing:
        story = None
    if story is None and (held := read_story(story_id)) and narrating.held_back([held]):
        raise CannotDeliver("The story's page waits for its audio. Deliver it when it is out.")
    if story is None:  # letters must not lead to a page that is not there
        raise CannotDeliver("Its page is just being made. Try again in a moment.")
    return story


def summary(edition: Edition) -> str:
    """How its letters fare, in one sentence."""
    return str(fares(edition, database_time()))


def _newsletter(slug: str) -> Newsletter:
    rows = Newsletter.objects.all()
    found = rows.filter(slug=slug).first() if slug else rows.filter(is_default=True).first()
    if found is None:
        names = ", ".join(rows.values_list("slug", flat=True)) or "none; make one at the desk"
        raise CannotDeliver(
            f"There is no newsletter {slug or '(default)'!r}. Newsletters: {names}."
        )
    return found
