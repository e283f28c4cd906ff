"""What search costs: noting stories, one more story, the files, and the first result in a browser.

The stories are of made-up words that come as often as words of a language do (Zipf). Only what
search needs of them is made: rows of public stories, their shards and cards. `--sizes
1000,10000,100000` takes the large paper too (ten minutes).
"""

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import accumulate, product
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
VOCABULARY, WORDS, AT_ONCE, UPDATES = 60_000, 500, 512, 10
LIMITS = {"first": 150.0, "update": 1000.0, "kb": 300.0}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1000,10000")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        return measure_one(args.one)
    good = True
    for size in (int(number) for number in args.sizes.split(",")):
        with tempfile.TemporaryDirectory(prefix="courant-bench-") as folder:
            command = [sys.executable, __file__, "--one", str(size)]
            good &= not subprocess.run(
                command, env=os.environ | {"COURANT_HOME": folder}
            ).returncode
    return 0 if good else 1


def measure_one(size: int) -> int:
    from courant.ops import home

    folder = Path(os.environ["COURANT_HOME"])
    home.init(folder)
    facts: dict[str, float] = {"stories": size}
    facts |= noting(size)
    facts |= files(folder / "site")
    facts |= updating(size)
    facts |= looking(folder / "site")
    for name, value in facts.items():
        limit = next((f"  (limit {v:,.0f})" for k, v in LIMITS.items() if f"[{k}]" in name), "")
        print(f"{name.split(' [')[0]:<52}{value:>14,.1f}{limit}")
    over = [n for n, v in facts.items() if any(f"[{k}]" in n and v > m for k, m in LIMITS.items())]
    print(f"OVER THE LIMIT: {', '.join(over)}\n" if over else "")
    return 1 if over else 0


class Writer:
    """Stories of made-up words, with a typical number of common and rare ones."""

    def __init__(self) -> None:
        onsets = [*"bcdfghjklmnprstvwz", "st", "br", "cl", "dr", "fr", "gr", "pl", "sh", "tr"]
        parts = [onset + vowel for onset in onsets for vowel in "aeiou"]
        chance = random.Random(7)
        found = ["".join(word) + end for word in product(parts, repeat=2) for end in "nrlkd"]
        chance.shuffle(found)
        self.words = found[:VOCABULARY]
        self.weights = list(accumulate(1 / (n + 2.7) for n in range(len(self.words))))
        self.chance = random.Random(1)

    def story(self, number: int) -> Any:
        from courant.stories.tests.make import make_published_story

        text = " ".join(self.chance.choices(self.words, cum_weights=self.weights, k=WORDS))
        headline = " ".join(self.chance.choices(self.words, cum_weights=self.weights, k=8))
        return make_published_story(text, id=number, headline=headline)


def noting(size: int) -> dict[str, float]:
    """As the worker notes them, but more at once."""
    from django.db import transaction

    from courant.stories import words

    writer, spent = Writer(), 0.0
    for first in range(1, size + 1, AT_ONCE):
        stories = [writer.story(n) for n in range(first, min(first + AT_ONCE, size + 1))]
        _public(stories)
        start = time.process_time()
        with transaction.atomic():
            words.update(stories, [])
        spent += time.process_time() - start
        print(f"\rnoting {stories[-1].id:,} of {size:,}   ", end="", file=sys.stderr)
    return {"CPU ms to note a story": spent / size * 1000}


def files(folder: Path) -> dict[str, float]:
    from courant.front.assets import assets
    from courant.front.search import SearchCards, SearchWords, search_index, search_page

    press, start, made = _press(), time.process_time(), []
    for kind in (SearchWords(), SearchCards()):
        for key in kind.keys(press.paper):
            if (file := kind.make(press, key)) is not None:
                made.append((file.path, _put(folder, file.path, file.data)))
    spent = time.process_time() - start
    for file in (search_index(press), search_page(press)):
        _put(folder, file.path, file.data)
    for asset in assets():
        data = asset.data if isinstance(asset.data, bytes) else asset.data.read_bytes()
        _put(folder, asset.path, data)
    shards = [size for path, size in made if "/words/" in path]
    return {
        "files": len(made),
        "CPU s to make and compress all of them": spent,
        "MB of all shards, compressed": sum(shards) / 1e6,
        "KB of the largest shard, compressed [kb]": max(shards) / 1000,
        "KB of a shard, median": statistics.median(shards) / 1000,
    }


def updating(size: int) -> dict[str, float]:
    """One more story, and one word of an old one: noted, its files made, compressed, written."""
    new = Writer()
    new.chance = random.Random(3)
    times, cpu, touched = [], [], []
    for n in range(UPDATES):
        start = time.process_time()
        spent, count = _update(new.story(size + 1 + n))
        cpu.append((time.process_time() - start) * 1000)
        times.append(spent)
        touched.append(count)
    return {
        "files that a new story touches": statistics.median(touched),
        "CPU ms of a new story, median": statistics.median(cpu),
        "ms until they are written, median": statistics.median(times),
        "ms until they are written, slowest [update]": max(times),
    }


def _update(story: Any) -> tuple[float, int]:
    from django.db import transaction

    from courant.front.search import SearchCards, SearchWords
    from courant.stories import words
    from courant.stories.index import Delta

    _public([story])
    folder = Path(os.environ["COURANT_HOME"]) / "site"
    start, count = time.perf_counter(), 0
    with transaction.atomic():
        delta = Delta(words.update([story], []), stories={story.id})
    press = _press()
    for kind in (SearchWords(), SearchCards()):
        for key in kind.touched(delta):
            if (file := kind.make(press, key)) is not None:
                _put(folder, file.path, file.data)
                count += 1
    return (time.perf_counter() - start) * 1000, count


def looking(folder: Path) -> dict[str, float]:
    """From the key to the first result, with an empty cache and with the shards at hand."""
    from playwright.sync_api import sync_playwright

    from tests.browser import ARGUMENTS, chromium
    from tests.search_paper import served

    writer, cold, warm, fetched = Writer(), [], [], []
    with served(folder) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        for rank in (40, 400, 2000, 9000, 20000):
            page = browser.new_page()
            page.goto(f"{url}/search/")
            words = f"{writer.words[rank]} {writer.words[rank // 2]}"
            cold.append(page.evaluate(LOOK, words))
            warm.append(min(page.evaluate(LOOK, words) for _ in range(5)))
            names = page.evaluate(FETCHED)
            fetched.append(sum((folder / f"{name}.br").stat().st_size for name in names) / 1000)
            page.close()
        browser.close()
    return {
        "ms to the first result, nothing at hand, median": statistics.median(cold),
        "ms to the first result, shards at hand, median": statistics.median(warm),
        "ms to the first result, shards at hand, slowest [first]": max(warm),
        "KB fetched for two words, compressed, median": statistics.median(fetched),
    }


LOOK = """async (words) => {
    const form = document.querySelector("form[data-search]");
    const list = document.querySelector("[data-results]");
    list.replaceChildren();
    form.elements.q.value = words;
    const start = performance.now();
    form.requestSubmit();
    while (!list.children.length) await new Promise((resolve) => setTimeout(resolve));
    return performance.now() - start;
}"""
FETCHED = """() => performance.getEntriesByType("resource")
    .map((entry) => new URL(entry.name).pathname)
    .filter((path) => path.startsWith("/search/words/"))
    .map((path) => path.slice(1))"""


def _public(stories: list[Any]) -> None:
    from courant.stories.models import PublicStory
    from courant.stories.paper.tables import CARD

    PublicStory.objects.bulk_create(
        PublicStory(
            story_id=s.id,
            path=s.path,
            published=s.published,
            changed=s.published,
            language="en",
            card=CARD.dump_json(s.card).decode(),
        )
        for s in stories
    )


def _press() -> Any:
    from courant.front.listening import MemoryAudio
    from courant.front.pictures import Pictures
    from courant.front.sheet import Press
    from courant.stories.paper.tables import TablesPaper
    from courant.stories.published import Masthead

    masthead = Masthead("Bench", "", "en", "UTC", "http://127.0.0.1")
    return Press(TablesPaper(masthead), Pictures(Path()), MemoryAudio())


def _put(folder: Path, name: str, data: bytes) -> int:
    """Write a file and its compressed forms, as bake does; returns the size over the line."""
    from courant.lib.compression import variants

    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    forms = {".br": data} | variants(name, data)
    for ending, small in forms.items():
        path.with_name(path.name + ending).write_bytes(small)
    return len(forms[".br"])


if __name__ == "__main__":
    sys.exit(main())
