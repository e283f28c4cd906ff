"""How much CPU a page costs: reading the paper, rendering it, finding that nothing changed.

Bakes the demo newsroom into a temporary home. The limit it is held against: a paper of 300 stories
must be compared within 10 s of CPU, since every publication does it until bake tracks reads.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIMIT = 10.0 / 300  # CPU seconds a story
ROUNDS = 5


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["COURANT_HOME"] = folder
        from courant.ops import home

        home.init(Path(folder))
        from courant.importers.newsroom import Newsroom
        from courant.pipeline.path import publish
        from courant.stories.publication import read_paper

        Newsroom(ROOT / "demo").load()
        publish(everything=True)  # makes the renditions, once
        stories = len(read_paper().stories)
        reading = median_cpu(read_paper)
        whole = median_cpu(lambda: publish(everything=True))
        report = publish(everything=True)
    if not report or report.written:
        print("The second bake wrote something: nothing was measured.", file=sys.stderr)
        return 1
    share = whole / stories / LIMIT
    print(f"{'stories':<34}{stories:>8}")
    print(f"{'pages':<34}{report.rendered:>8}")
    print(f"{'read the paper, CPU ms a story':<34}{reading / stories * 1000:>8.2f}")
    print(f"{'bake unchanged, CPU ms a page':<34}{whole / report.rendered * 1000:>8.2f}")
    print(f"{'bake unchanged, CPU ms a story':<34}{whole / stories * 1000:>8.2f}")
    print(f"{'share of the limit':<34}{share:>8.2f}")
    return 0


def median_cpu(act: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        act()
        times.append(time.process_time() - start)
    return sorted(times)[ROUNDS // 2]


if __name__ == "__main__":
    sys.exit(main())
