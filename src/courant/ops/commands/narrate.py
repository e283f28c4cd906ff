"""`courant narrate`: speak what is missing, everything, one story; or check what is there."""

import argparse
import sys
import time
from typing import TYPE_CHECKING

from courant.ops.commands import Refused
from courant.ops.progress import progress_bar

if TYPE_CHECKING:
    from courant.narration.models import Narration
    from courant.stories.published import PublishedStory

HELP = "speak stories now: --missing, --all or one; or --check what is there"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("story", nargs="?", metavar="STORY", help="its path, its URL or its id")
    what.add_argument("--missing", action="store_true", help="what waits or failed")
    what.add_argument("--all", action="store_true", help="every story, made anew from sentences")
    what.add_argument("--check", action="store_true", help="read every file; changes nothing")


def run(args: argparse.Namespace) -> int:
    from courant.ops.commands.deliver import find_story
    from courant.pipeline.narrating import to_be_heard
    from courant.stories.publication import read_paper

    paper = read_paper()
    stories = to_be_heard(paper.stories)
    if args.check:
        return check(stories)
    if args.story:
        story = find_story(args.story, paper)
        if story not in stories:
            raise Refused(f"The section of “{story.headline}” has no audio.")
        stories = [story]
    return narrate(stories, anew=args.all or bool(args.story))


def check(stories: "list[PublishedStory]") -> int:
    """Names each story whose sound is not as it should be; 1 when there is one."""
    from courant.pipeline.narrating import check as checked

    wrong = 0
    with progress_bar("Checking", "stories") as bar:
        for number, fate in enumerate(checked(stories), start=1):
            bar(number, len(stories))
            if fate.trouble:
                wrong += 1
                print(f"{fate.story.path}: {fate.trouble}")
    print(f"{len(stories) - wrong} of {len(stories)} stories can be heard as they should.")
    return 1 if wrong else 0


def narrate(stories: "list[PublishedStory]", *, anew: bool) -> int:
    """Speaks them one after the other, newest first; 1 when one failed."""
    from courant.narration import produce
    from courant.pipeline.work import at_work

    start, sound, failed, done = time.monotonic(), 0.0, 0, 0
    with at_work(), progress_bar("Narrating", "stories") as bar:
        for number, story in enumerate(stories, start=1):
            row = produce.again(story) if anew else produce.due_now(story)
            if row is not None:
                row = produce.narrate(story)
                done += 1
                sound += row.seconds if row.status == row.Status.READY else 0
                failed += _told(story, row)
            elapsed = time.monotonic() - start
            left = elapsed / number * (len(stories) - number)
            bar(number, len(stories), f"{sound / max(elapsed, 0.01):.0f} s/s, {left:.0f} s left")
    elapsed = time.monotonic() - start
    print(
        f"{done - failed} of {done} stories spoken, {sound:.0f} s of sound in {elapsed:.1f} s "
        f"({sound / max(elapsed, 0.01):.0f} times as fast as it is heard)."
    )
    return 1 if failed else 0


def _told(story: "PublishedStory", row: "Narration") -> int:
    if row.status == row.Status.READY:
        return 0
    reason = row.error or f"another worker is at it ({row.get_status_display().lower()})"
    print(f"{story.path}: {reason}", file=sys.stderr)
    return 1
