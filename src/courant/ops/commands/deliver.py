"""`courant deliver STORY`: send a story to the subscribers."""

import argparse
from urllib.parse import urlsplit

from courant.ops.commands import Refused
from courant.ops.progress import progress_bar

HELP = "send a published story to a newsletter's subscribers"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "story", metavar="STORY", help="its path, such as /harbour/ferry/, or its id"
    )
    parser.add_argument("--newsletter", default="", metavar="SLUG", help="else the default one")


def run(args: argparse.Namespace) -> int:
    from courant.pipeline.editions import CannotDeliver, edition_of, summary
    from courant.pipeline.work import at_work, deliver_all

    try:
        edition = edition_of(find_story(args.story), newsletter=args.newsletter)
    except CannotDeliver as error:
        raise Refused(str(error)) from None
    with at_work(), progress_bar("Delivering", "letters", timed=True) as show:
        deliver_all(show)
    edition.refresh_from_db()
    print(f"“{edition.subject}”: {summary(edition)}")
    return 0


def find_story(name: str) -> int:
    """The id of the public story with that path, URL or id. Raises Refused."""
    from courant.stories.models import PublicStory, Story
    from courant.stories.publication import is_public

    path = "/" + urlsplit(name).path.strip("/") + "/"
    found = PublicStory.objects.filter(path=path).values_list("pk", flat=True).first()
    if found is None and name.isdecimal() and is_public(int(name)):
        found = Story.objects.filter(pk=int(name)).values_list("pk", flat=True).first()
    if found is None:
        raise Refused(f"No published story is at {name!r}. `courant publish` prints the paths.")
    return found
