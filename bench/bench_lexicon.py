"""What one entry of the lexicon costs on a large paper: from saving it until its stories wait.

Seconds of CPU to show which stories a rule touches, and for the worker to ask for their narrations
and for no other. Beside it the cost of planning every story anew, which is what the index of words
spares. `--stories 10000` is what the project speaks of; rare words stand in few stories.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
RARE, OFTEN = 10, 1000  # stories with the word


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stories", type=int, default=10_000)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="courant-bench-") as folder:
        os.environ["COURANT_HOME"] = folder
        measure(Path(folder), args.stories)
    return 0


def measure(folder: Path, size: int) -> None:
    from courant.ops import home

    home.init(folder)
    from bench.site import make_site

    make_site(size)
    _put_words(size)
    from courant.narration import lexicon
    from courant.narration.models import LexiconEntry, Narration
    from courant.narration.reading.lexicon import Rule
    from courant.stories.publication import read_every_story

    print(f"{size:,} stories; CPU seconds")
    print(f"{'read, indexed and planned once':<52}{_cpu(_ask_for_all)[0]:>8.2f}")
    for word, count in (("Brzesko", RARE), ("Kyrinia", OFTEN)):
        rule = Rule(word, "Bzhesko")
        seconds, touched = _cpu(partial(lexicon.touched_by, "en", word, rule))
        print(f"{f'which stories a rule touches: {len(touched):,}':<52}{seconds:>8.2f}")
        LexiconEntry.objects.create(language="en", grapheme=word, alias=rule.alias)
        before = set(Narration.objects.values_list("digest", flat=True))
        seconds, _ = _cpu(partial(_ask_for, word))
        made = set(Narration.objects.values_list("digest", flat=True)) - before
        assert len(made) == count == len(touched), (len(made), count, len(touched))
        print(f"{f'asking for the narrations of those {count:,}':<52}{seconds:>8.2f}")
    seconds, number = _cpu(lambda: sum(1 for _ in read_every_story()))
    print(f"{f'only to read all {number:,} stories, without the index':<52}{seconds:>8.2f}")


def _ask_for_all() -> None:
    from courant.pipeline import narrating
    from courant.stories.publication import read_every_story

    some = []
    for frozen in read_every_story():
        some.append(frozen.story)
        if len(some) == 200:
            narrating.ask_for(some)
            some = []
    narrating.ask_for(some)


def _ask_for(word: str) -> None:
    """As the worker does it, 50 stories at a time."""
    from courant.pipeline import narrating
    from courant.stories.publication import read_stories

    ids = sorted(narrating.to_be_said_again([f"{narrating.LEXICON}:en:{word}"]))
    for first in range(0, len(ids), 50):
        narrating.ask_for(frozen.story for frozen in read_stories(ids[first : first + 50]))


def _put_words(size: int) -> None:
    """A rare and a common name into headlines."""
    from courant.stories.models import Story

    for word, count in (("Brzesko", RARE), ("Kyrinia", OFTEN)):
        for story in Story.objects.order_by("pk")[: min(count, size)]:
            Story.objects.filter(pk=story.pk).update(title=f"{story.title} {word}")


def _cpu(act: Callable[[], Any]) -> tuple[float, Any]:
    start = time.process_time()
    found = act()
    return time.process_time() - start, found


if __name__ == "__main__":
    sys.exit(main())
