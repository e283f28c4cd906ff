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
NO_STORIES = "Readers have no stories yet: `courant work --once` puts out what is published."


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
    story_id = find_story(args.story)
    story = read_story(story_id)
    if story and not is_to_be_heard(story):
        raise Refused(f"“{story.headline}” or its section is set to have no audio.")
    return narrate([story_id], anew=True)


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
    if number or story_ids:
        print(f"{number - wrong} of {number} stories can be heard as they should.")
    else:
        print(NO_STORIES)
    return 1 if wrong else 0


def narrate(story_ids: list[int], *, anew: bool) -> int:
    """Speaks them one after the other, newest first; 1 when one failed."""
    from courant.narration import produce
    from courant.pipeline.narrating import is_to_be_heard
    from courant.pipeline.work import at_work
    from courant.stories.publication import read_story

    pace, failed, done = Pace(len(story_ids)), 0, 0
    with at_work(), progress_bar("Narrating", "stories", worded=True) as bar:
        for number, story_id in enumerate(story_ids):

            def told(sentences: int, of: int, before: int = number) -> None:
                bar(before, len(story_ids), pace.word(before + sentences / of, sentences, of))

            story = read_story(story_id)
            if story and is_to_be_heard(story):
                row = produce.again(story) if anew else produce.due_now(story)
                if row is not None:
                    row = produce.narrate(story, progress=told)
                    done += 1
                    pace.sound += row.seconds if row.status == row.Status.READY else 0
                    failed += _told(story, row)
            bar(number + 1, len(story_ids), pace.word(number + 1))
    print(_summary(done, failed, len(story_ids), pace))
    return 1 if failed else 0


class Pace:
    """How fast it goes, and for how long still."""

    def __init__(self, stories: int) -> None:
        self.stories, self.start, self.sound = stories, time.monotonic(), 0.0

    @property
    def elapsed(self) -> float:
        return max(time.monotonic() - self.start, 0.01)

    @property
    def speed(self) -> float:
        """Seconds of sound a second."""
        return self.sound / self.elapsed

    def word(self, done: float, sentences: int = 0, of: int = 0) -> str:
        """When so many stories are done; and of the next one, so many sentences."""
        left = self.elapsed / max(done, 1e-6) * (self.stories - done)
        parts = [f"sentence {sentences}/{of}"] if of else []
        parts += [f"{self.speed:.0f} s/s"] if self.sound else []
        return ", ".join([*parts, f"{left:.0f} s left"])


def _summary(done: int, failed: int, stories: int, pace: Pace) -> str:
    if not stories:
        return NO_STORIES
    if not done:
        return f"Nothing is missing; stories looked at: {stories}. `--check` reads every file."
    lines = [
        f"{done - failed} of {done} stories spoken, {pace.sound:.0f} s of sound "
        f"in {pace.elapsed:.1f} s ({pace.speed:.0f} times as fast as it is heard)."
    ]
    if done > failed:
        lines.append("Pages play it once a worker has baked them: `courant up`, or `work --once`.")
    return "\n".join(lines)


def _told(story: "PublishedStory", row: "Narration") -> int:
    if row.status == row.Status.READY:
        return 0
    reason = row.error or f"another worker is at it ({row.get_status_display().lower()})"
    print(f"{story.path}: {reason}", file=sys.stderr)
    return 1
