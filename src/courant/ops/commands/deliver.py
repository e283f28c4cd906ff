"""`courant deliver STORY`: send a story to the subscribers."""

import argparse
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from courant.ops.commands import Refused
from courant.ops.progress import progress_bar

if TYPE_CHECKING:
    from courant.stories.published import Paper, PublishedStory

HELP = "send a published story to a newsletter's subscribers"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "story", metavar="STORY", help="its path, such as /harbour/ferry/, or its id"
    )
    parser.add_argument("--newsletter", default="", metavar="SLUG", help="else the default one")


def run(args: argparse.Namespace) -> int:
    from courant.pipeline.editions import CannotDeliver, edition_of, summary
    from courant.pipeline.path import deliver
    from courant.pipeline.work import at_work
    from courant.stories.publication import read_paper

    story = find_story(args.story, read_paper())
    try:
        edition = edition_of(story.id, newsletter=args.newsletter)
    except CannotDeliver as error:
        raise Refused(str(error)) from None
    with at_work(), progress_bar("Delivering", "letters", timed=True) as show:
        while deliver(show):
            pass
    edition.refresh_from_db()
    print(f"“{edition.subject}”: {summary(edition)}")
    return 0


def find_story(name: str, paper: "Paper") -> "PublishedStory":
    """The public story with that path, URL or id. Raises Refused."""
    path = "/" + urlsplit(name).path.strip("/") + "/"
    for story in paper.stories:
        if name == str(story.id) or path == story.path:
            return story
    raise Refused(f"No published story is at {name!r}. `courant publish` prints the paths.")
