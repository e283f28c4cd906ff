"""Editions that are out, for tests of their pages."""

from itertools import count
from typing import Any

from courant.newsletter import archive, making
from courant.newsletter.controls import go_out
from courant.newsletter.ledger import database_time
from courant.newsletter.models import Edition, Newsletter
from courant.newsletter.roundup import Roundup
from courant.newsletter.tests.make import make_subscription, photo_url
from courant.stories.paper.tables import Changing, public_paper
from courant.stories.published import Run

_numbers = count(1)


def go_out_with(*story_ids: int, words: str = "Good morning.", link: str = "") -> Edition | None:
    """An edition of public stories whose letters are about to go; None while a story changes."""
    row = Newsletter.objects.get(is_default=True)
    if not row.subscriptions.exists():
        make_subscription(row)
    paper = public_paper()
    try:
        stories = [story for story_id in story_ids if (story := paper.story(story_id))]
    except Changing:
        return None
    how: dict[str, Any] = {"photo_url": photo_url}
    if len(stories) == 1:
        edition = making.prepare(stories[0], paper, row, **how)
    else:
        number = next(_numbers)
        roundup = Roundup(
            subject=f"The week {number}: {stories[0].headline}",
            entries=making.entries_of(stories),
            introduction=((Run(words, bold=True, href=link or stories[0].path),),),
            path=archive.path_for(row.slug, database_time(), f"e{number}"),
        )
        edition = making.prepare_roundup(roundup, stories, paper, row, key=f"draft/{number}", **how)
    go_out(edition, database_time())
    return edition
