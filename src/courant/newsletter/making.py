"""Making an edition: its letters are written down and tried once, then its audience is frozen."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from courant.lib.digests import digest_of
from courant.narration import produce
from courant.narration.spoken import SpokenStory
from courant.newsletter import archive, contests
from courant.newsletter.addressed import Addressed, packed
from courant.newsletter.audience import active_subscribers, freeze, newest_subscription
from courant.newsletter.compose import (
    PREFERENCES,
    UNSUBSCRIBE,
    Letter,
    PhotoUrl,
    Recipient,
    compose,
    personal,
)
from courant.newsletter.contest import Wish
from courant.newsletter.deliveries import links_of
from courant.newsletter.errors import EditionError
from courant.newsletter.ledger import Clock, database_time
from courant.newsletter.models import Edition, EditionStory, Newsletter, Subscription
from courant.newsletter.noted import Note, mark_of, only, stamps
from courant.newsletter.notes import to_tell
from courant.newsletter.roundup import Entry, Roundup, compose_roundup
from courant.stories.paper import Paper
from courant.stories.published import PublishedStory


def prepare(
    story: PublishedStory,
    paper: Paper,
    newsletter: Newsletter,
    *,
    photo_url: PhotoUrl,
    spoken: SpokenStory | None = None,
    key: str = "",
    clock: Clock = database_time,
    **how: Any,
) -> Edition:
    """Turn a public story into an edition with letter and audience frozen. Raises EditionError.

    The same story and newsletter again give the same edition, unless another `key` is passed.
    `how`: see `make`.
    """
    if paper.story(story.id) is None:
        raise EditionError(f"“{story.headline}” is not public: publish it before it is delivered.")
    path = story_path(newsletter, story.id, clock())
    notes = to_tell(paper, clock())
    letter = compose(story, paper, newsletter.facts(), spoken, photo_url, path, notes)
    key = key or f"{newsletter.pk}/{story.id}"
    return make(newsletter, key, letter, [story], path=path, notes=notes, clock=clock, **how)


def story_path(newsletter: Newsletter, story_id: int, at: datetime) -> str:
    """Where the letter of one story is going to be read in a browser."""
    return archive.path_for(newsletter.slug, at, str(story_id))


def prepare_roundup(
    roundup: Roundup,
    stories: Iterable[PublishedStory],
    paper: Paper,
    newsletter: Newsletter,
    *,
    photo_url: PhotoUrl,
    key: str,
    clock: Clock = database_time,
    **how: Any,
) -> Edition:
    """The same for several stories, which are those of the roundup. Raises EditionError."""
    roundup = replace(roundup, notes=to_tell(paper, clock()))
    letter = compose_roundup(roundup, paper, newsletter.facts(), photo_url)
    return make(
        newsletter,
        key,
        letter,
        list(stories),
        path=roundup.path,
        introduction=roundup.introduction,
        notes=roundup.notes,
        clock=clock,
        **how,
    )


def make(
    newsletter: Newsletter,
    key: str,
    letter: Letter,
    stories: list[PublishedStory],
    *,
    path: str = "",
    introduction: archive.Introduction = (),
    notes: Sequence[Note] = (),
    created_by: Any = None,
    wait: bool = False,
    wish: Wish | None = None,
    clock: Clock = database_time,
) -> Edition:
    """One edition a key. `wait`: it can be taken back for a moment before the first letter goes.
    `wish`: a second subject that is tried first.

    `letter` has all `notes`; who needs none of them gets it without a trace of them. An edition to
    more readers than the setting allows one person is held. Raises EditionError.
    """
    made = Edition.objects.filter(key=key).exists()
    if not made and (why := contests.why_not(wish, letter.subject, newsletter)):
        raise EditionError(why)
    try_once(letter, clock())
    if wish:
        try_once(contests.under(letter, wish), clock())
    artefact = artefact_of(letter, introduction, notes)
    with transaction.atomic():
        edition, created = Edition.objects.get_or_create(
            key=key,
            defaults={
                "newsletter": newsletter,
                "story_id": stories[0].id if len(stories) == 1 else None,
                "section_id": stories[0].section.id if len(stories) == 1 else None,
                "subject": letter.subject,
                "preheader": letter.preheader,
                "artefact": artefact,
                "digest": digest_of(artefact),
                "path": path,
                "ceiling": newest_subscription(),
                "hold": reason_to_hold(newsletter),
                "created_by": created_by,
                "created_at": clock(),
                "next_at": clock() if wait else None,
            },
        )
        if created:
            write_stories(edition, stories)
            if wish:
                contests.begin(edition, wish, Letter(**artefact["letter"]))
    return freeze(edition.pk, clock, Addressed(edition))


def entries_of(stories: Sequence[PublishedStory]) -> list[Entry]:
    """Stories with the length of their sound."""
    spoken = produce.spoken_all(stories)
    return [
        Entry(story.card, spoken[story.id].seconds if story.id in spoken else 0.0)
        for story in stories
    ]


def artefact_of(
    letter: Letter, introduction: archive.Introduction = (), notes: Sequence[Note] = ()
) -> dict[str, Any]:
    return {
        "letter": asdict(only(letter, mark_of(notes), ())),
        **(packed(letter, notes) if notes else {}),
        "introduction": archive.packed(introduction),
        "html_bytes": len(letter.html.encode()),
        "text_bytes": len(letter.text.encode()),
    }


def write_stories(edition: Edition, stories: Iterable[PublishedStory], variant: Any = None) -> None:
    """Note which stories a letter holds, and in which version."""
    EditionStory.objects.bulk_create(
        EditionStory(
            edition=edition,
            variant=variant,
            story_id=story.id,
            version=story.changed,
            corrections=stamps(story.corrections),
        )
        for story in stories
    )


def reason_to_hold(newsletter: Newsletter, rhythm: str = Subscription.Rhythm.EACH) -> str:
    """Why one person may not send to so many; empty when they may."""
    limit = settings.COURANT_APPROVAL_ABOVE
    readers = active_subscribers(newsletter, rhythm) if limit else 0
    if readers <= limit:
        return ""
    return f"It goes to {readers:,} readers, more than {limit:,}: a second person must approve it."


def try_once(letter: Letter, at: datetime) -> None:
    """What no message could be written with is told now, not once a subscriber."""
    links = links_of(1, 1, 1, at)
    to = Recipient(
        "reader@example.org", links[UNSUBSCRIBE], links[PREFERENCES], "<1@example.org>", at
    )
    try:
        personal(letter, to)
    except ValueError as error:
        raise EditionError(
            f"No mail can be written for this newsletter: {error} "
            "See its sender's address and the setting site_url."
        ) from error
