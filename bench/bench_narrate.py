"""How much CPU a minute of narration costs, and what one corrected sentence costs.

Speaks the demo's longest story with the embedded voice. The limit it is held against: a minute of
sound within 2 s of CPU, so that two cores speak at least sixty times faster than they are heard.
"""

import os
import resource
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIMIT = 2.0  # CPU seconds a minute of sound


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["COURANT_HOME"] = folder
        from courant.ops import home

        home.init(Path(folder))
        from courant.importers.newsroom import Newsroom
        from courant.narration import produce
        from courant.narration.voices import voice_for
        from courant.stories.publication import read_paper
        from courant.stories.published import Paragraph, Run

        Newsroom(ROOT / "demo").load()
        stories = [story for story in read_paper().stories if story.language == "en"]
        story = max(stories, key=lambda each: each.words)
        whole = cpu_of(lambda: produce.narrate(story))
        row = produce.request(story)
        number = next(i for i, block in enumerate(story.body) if isinstance(block, Paragraph))
        body = list(story.body)
        body[number] = Paragraph(body[number].id, (Run("One sentence was wrong. It is mended."),))
        corrected = replace(story, body=tuple(body))
        again = cpu_of(lambda: produce.narrate(corrected))
        voice_for("en").close()
    if row.status != "ready" or not row.seconds:
        print(f"Nothing was spoken: {row.error}", file=sys.stderr)
        return 1
    minutes = row.seconds / 60
    print(f"{'words':<40}{story.words:>8}")
    print(f"{'sound, minutes':<40}{minutes:>8.2f}")
    print(f"{'CPU s a minute of sound':<40}{whole / minutes:>8.2f}")
    print(f"{'share of the limit':<40}{whole / minutes / LIMIT:>8.2f}")
    print(f"{'one paragraph corrected, CPU s':<40}{again:>8.2f}")
    print(f"{'… as a share of the whole':<40}{again / whole:>8.2f}")
    return 0


def cpu_of(act: Callable[[], object]) -> float:
    """CPU seconds of this process; the voice's own process counts when it ends, which is little."""
    before = resource.getrusage(resource.RUSAGE_SELF)
    act()
    after = resource.getrusage(resource.RUSAGE_SELF)
    return (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)


if __name__ == "__main__":
    sys.exit(main())
