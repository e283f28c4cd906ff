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
    from courant.pipeline.narrating import is_to_be_heard, newest_first
    from courant.stories.publication import read_story

    if args.check:
        return check(newest_first())
    if not args.story:
        return narrate(newest_first(), anew=args.all)
    story = read_story(find_story(args.story))
    if story and not is_to_be_heard(story):
        raise Refused(f"“{story.headline}” or its section is set to have no audio.")
    return narrate([story.id] if story else [], anew=True)


def check(story_ids: list[int]) -> int:
    """Names each story whose sound is not as it should be; 1 when there is one."""
    from courant.pipeline.narrating import check as checked

    wrong = number = 0
    with progress_bar("Checking", "stories") as bar:
        for number, fate in enumerate(checked(story_ids), start=1):
            bar(number, max(number, len(story_ids)))
            if fate.trouble:
                wrong += 1
                print(f"{fate.story.path}: {fate.trouble}")
    print(f"{number - wrong} of {number} stories can be heard as they should.")
    return 1 if wrong else 0


def narrate(story_ids: list[int], *, anew: bool) -> int:
    """Speaks them one after the other, newest first; 1 when one failed."""
    from courant.narration import produce
    from courant.pipeline.narrating import is_to_be_heard
    from courant.pipeline.work import at_work
    from courant.stories.publication import read_story

    start, sound, failed, done = time.monotonic(), 0.0, 0, 0
    with at_work(), progress_bar("Narrating", "stories") as bar:
        for number, story_id in enumerate(story_ids, start=1):
            story = read_story(story_id)
            if story and is_to_be_heard(story):
                row = produce.again(story) if anew else produce.due_now(story)
                if row is not None:
                    row = produce.narrate(story)
                    done += 1
                    sound += row.seconds if row.status == row.Status.READY else 0
                    failed += _told(story, row)
            elapsed = time.monotonic() - start
            left = elapsed / number * (len(story_ids) - number)
            bar(number, len(story_ids), f"{sound / max(elapsed, 0.01):.0f} s/s, {left:.0f} s left")
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
