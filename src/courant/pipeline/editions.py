"""Published stories become an edition: where narration, page and newsletter meet."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.conf import settings

from courant.front.pictures import Pictures
from courant.narration import produce
from courant.newsletter import making
from courant.newsletter.archive import path_for
from courant.newsletter.audience import active
from courant.newsletter.compose import Letter, compose
from courant.newsletter.contest import Wish
from courant.newsletter.errors import EditionError
from courant.newsletter.ledger import database_time
from courant.newsletter.models import CorrectionNote, DraftEdition, Edition, Newsletter
from courant.newsletter.noted import Note, mark_of, only
from courant.newsletter.notes import offered, readers_of, to_tell
from courant.newsletter.progress import fares
from courant.newsletter.roundup import Roundup, compose_roundup
from courant.pipeline import narrating
from courant.stories.links import Links
from courant.stories.paper import Paper
from courant.stories.paper.tables import Changing, public_paper
from courant.stories.publication import is_public, read_story
from courant.stories.published import PublishedPhoto, PublishedStory
from courant.stories.richtext import runs_of

LETTER_PHOTO = 1200  # pixels: twice the width of a letter, for sharp screens


class CannotDeliver(Exception):
    """The story cannot become an edition; the message says why."""


@dataclass(frozen=True)
class PhotoAddress:
    """Where readers' mail programs find a photo."""

    paper: Paper

    def __call__(self, photo: PublishedPhoto) -> str:
        pictures = Pictures(Path(settings.COURANT_RENDITIONS))
        return self.paper.url + pictures.rendition(photo, LETTER_PHOTO).url


def edition_of(
    story_id: int,
    *,
    newsletter: str = "",
    created_by: Any = None,
    wait: bool = False,
    wish: Wish | None = None,
) -> Edition:
    """Freeze a public story and its audience; the worker sends it. Twice makes one edition.

    `wish`: a second subject that is tried first.
    """
    row = newsletter_named(newsletter)
    paper = public_paper()
    story = public_story(paper, story_id)
    _refuse_to_nobody(row, Edition.objects.filter(newsletter=row, story_id=story.id).exists())
    try:
        return making.prepare(
            story,
            paper,
            row,
            spoken=produce.spoken(story),
            photo_url=PhotoAddress(paper),
            created_by=created_by,
            wait=wait,
            wish=wish,
        )
    except EditionError as error:
        raise CannotDeliver(str(error)) from error


def letter_of(story_id: int, newsletter: Newsletter) -> Letter:
    """The letter that `edition_of` would freeze now. Raises CannotDeliver."""
    paper = public_paper()
    story = public_story(paper, story_id)
    spoken = produce.spoken(story)
    path = making.story_path(newsletter, story.id, database_time())
    return compose(story, paper, newsletter.facts(), spoken, PhotoAddress(paper), path)


def edition_of_draft(draft: DraftEdition, *, created_by: Any, wait: bool = True) -> Edition:
    """Freeze a hand-made edition and its audience. Twice makes one edition.

    Raises CannotDeliver, also when a story of it is not public.
    """
    paper = public_paper()
    stories = [public_story(paper, story_id) for story_id in draft.story_ids()]
    if not stories:
        raise CannotDeliver("No story is in it yet. Choose one at least.")
    _refuse_to_nobody(draft.newsletter, edition_from(draft) is not None)
    try:
        return making.prepare_roundup(
            _roundup(draft, stories),
            stories,
            paper,
            draft.newsletter,
            photo_url=PhotoAddress(paper),
            key=draft.key,
            created_by=created_by,
            wait=wait,
            wish=draft.wish,
        )
    except EditionError as error:
        raise CannotDeliver(str(error)) from error


def letter_of_draft(draft: DraftEdition, *, noted: bool = False) -> Letter:
    """The letter as it would be frozen now, without stories that are not public.

    `noted`: as those get it whom all its correction notes concern. Raises CannotDeliver when it
    gets too long.
    """
    paper = public_paper()
    stories = list(_at_hand(paper, draft.story_ids()))
    facts = draft.newsletter.facts()
    notes = to_tell(paper, database_time()) if noted else []
    roundup = replace(_roundup(draft, stories), notes=notes)
    try:
        letter = compose_roundup(roundup, paper, facts, PhotoAddress(paper))
    except EditionError as error:
        raise CannotDeliver(str(error)) from error
    return only(letter, mark_of(notes), range(len(notes)))


def notes_in(newsletter: Newsletter) -> list[tuple[Note, int]]:
    """The corrections that the next edition tells, each with how many of its readers need it."""
    found = to_tell(public_paper(), database_time())
    return [(note, readers_of(note.key, newsletter).count()) for note in found]


@dataclass(frozen=True)
class Offer:
    """A correction that could be told; `wanted` is None where nobody has decided."""

    note: Note
    readers: int
    wanted: bool | None


def corrections_to_tell() -> list[Offer]:
    """Corrections of stories that were mailed without them, with who still needs them."""
    decided = {
        (row.story_id, row.time): row.wanted for row in CorrectionNote.objects.order_by("pk")
    }
    return [
        Offer(note, readers_of(note.key).count(), decided.get(note.key))
        for note in offered(public_paper(), database_time())
    ]


def edition_from(draft: DraftEdition) -> Edition | None:
    """The edition that it has become."""
    return Edition.objects.filter(key=draft.key).first() if draft.pk else None


def _roundup(draft: DraftEdition, stories: Sequence[PublishedStory]) -> Roundup:
    links = Links()
    return Roundup(
        subject=draft.subject,
        preheader=draft.preheader,
        introduction=tuple(runs_of(text, links.path_of) for text in draft.paragraphs()),
        entries=making.entries_of(stories),
        path=path_for(draft.newsletter.slug, database_time(), f"e{draft.pk or 0}"),
    )


def public_story(paper: Paper, story_id: int) -> PublishedStory:
    """A story that a letter may lead to. Raises CannotDeliver."""
    if not is_public(story_id):
        raise CannotDeliver(
            f"{_named(story_id)} is not published. Only a published story can be delivered."
        )
    try:
        story = paper.story(story_id)
    except Changing:
        story = None
    if story is None and (held := read_story(story_id)) and narrating.held_back([held]):
        raise CannotDeliver(
            f"{_named(story_id)} waits for its audio, and has no page yet. "
            "Deliver it when it is out."
        )
    if story is None:  # letters must not lead to a page that is not there
        raise CannotDeliver(
            f"The page of {_named(story_id)} is just being made. Try again in a moment."
        )
    return story


def _at_hand(paper: Paper, story_ids: Iterable[int]) -> Iterator[PublishedStory]:
    for story_id in story_ids:
        with suppress(CannotDeliver):
            yield public_story(paper, story_id)


def _named(story_id: int) -> str:
    story = read_story(story_id)
    return f"“{story.headline}”" if story else f"Story {story_id}"


def _refuse_to_nobody(newsletter: Newsletter, made: bool) -> None:
    """An edition to nobody would be finished at once, and who comes later would never get it.

    Readers who get digests get its stories with the next one.
    """
    if not made and not active(newsletter).exists():
        raise CannotDeliver(f"Nobody is subscribed to “{newsletter}” yet. Nothing was made.")


def summary(edition: Edition) -> str:
    """How its letters fare, in one sentence."""
    return str(fares(edition, database_time()))


def newsletter_named(slug: str) -> Newsletter:
    """The newsletter of that name, or the default one. Raises CannotDeliver."""
    rows = Newsletter.objects.all()
    found = rows.filter(slug=slug).first() if slug else rows.filter(is_default=True).first()
    if found is None:
        names = ", ".join(rows.values_list("slug", flat=True)) or "none; make one at the desk"
        raise CannotDeliver(
            f"There is no newsletter {slug or '(default)'!r}. Newsletters: {names}."
        )
    return found
