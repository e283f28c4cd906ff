"""What search costs: noting stories, one more story, the files, and the first result in a browser.

The stories are of made-up words that come as often as words of a language do (Zipf). Only what
search needs of them is made: rows of public stories, the parts of their words, and cards. The
first 2,000 are written and noted as the worker notes them; beyond, rows are filled in that are what
noting would leave of such words.

`--sizes 1000,10000,100000` takes the large paper too (five minutes of CPU). With `--every 16` only
each sixteenth part is made beforehand, the others when they are asked for: then all but the times
with nothing at hand are to be believed.
"""

import argparse
import itertools
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate, product
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
VOCABULARY, WORDS, AT_ONCE, UPDATES = 60_000, 500, 512, 10
NOTED = 8 * 256 - 1  # whole volumes: the first has no story 0
RANKS = (40, 400, 2000, 9000, 20000)  # of the words looked for, by how often they come
LIMITS = {"first": 150.0, "update": 1000.0, "kb": 300.0, "requests": 8.0, "all": 1000.0}
TEN_YEARS = timedelta(days=3650)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1000,10000")
    parser.add_argument("--every", type=int, default=1, help="make each n-th part beforehand")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        return measure_one(args.one, args.every)
    good = True
    for size in (int(number) for number in args.sizes.split(",")):
        with tempfile.TemporaryDirectory(prefix="courant-bench-") as folder:
            command = [sys.executable, __file__, "--one", str(size), "--every", str(args.every)]
            good &= not subprocess.run(
                command, env=os.environ | {"COURANT_HOME": folder, "DJANGO_ALLOW_ASYNC_UNSAFE": "1"}
            ).returncode
    return 0 if good else 1


def measure_one(size: int, every: int) -> int:
    from courant.ops import home

    folder = Path(os.environ["COURANT_HOME"])
    home.init(folder)
    facts: dict[str, float] = {"stories": size}
    facts |= noting(min(size, NOTED))
    filling(min(size, NOTED) + 1, size)
    facts |= files(folder / "site", every)
    facts |= {"MB of memory at most, all of it made": _peak()}
    facts |= updating(size)
    facts |= looking(size, folder / "site")
    for name, value in facts.items():
        limit = next((f"  (limit {v:,.0f})" for k, v in LIMITS.items() if f"[{k}]" in name), "")
        print(f"{name.split(' [')[0]:<52}{value:>14,.1f}{limit}")
    over = [n for n, v in facts.items() if any(f"[{k}]" in n and v > m for k, m in LIMITS.items())]
    print(f"OVER THE LIMIT: {', '.join(over)}\n" if over else "")
    return 1 if over else 0


class Writer:
    """Stories of made-up words, with a typical number of common and rare ones."""

    def __init__(self, size: int) -> None:
        self.size = size
        onsets = [*"bcdfghjklmnprstvwz", "st", "br", "cl", "dr", "fr", "gr", "pl", "sh", "tr"]
        parts = [onset + vowel for onset in onsets for vowel in "aeiou"]
        chance = random.Random(7)
        found = ["".join(word) + end for word in product(parts, repeat=2) for end in "nrlkd"]
        chance.shuffle(found)
        self.words = found[:VOCABULARY]
        self.weights = list(accumulate(1 / (n + 2.7) for n in range(len(self.words))))
        self.chance = random.Random(1)

    def story(self, number: int, more: str = "") -> Any:
        """The same one each time, with `more` at its end."""
        from courant.stories.tests.make import (
            make_byline,
            make_person,
            make_published_story,
            make_section,
        )

        self.chance = random.Random(number)
        writer = make_person(id=number % 40 + 1, name=f"{self.words[number % 40].title()} Quill")
        return make_published_story(
            self.text(WORDS) + more,
            id=number,
            headline=self.text(8),
            published=datetime(2016, 1, 1, tzinfo=UTC) + TEN_YEARS * number / self.size,
            section=make_section(id=number % 6 + 1),
            bylines=(make_byline(writer.name, person=writer),),
        )

    def text(self, count: int) -> str:
        return " ".join(self.chance.choices(self.words, cum_weights=self.weights, k=count))


def noting(size: int) -> dict[str, float]:
    """As the worker notes them, but more at once."""
    from django.db import transaction

    from courant.stories import words

    writer, spent = Writer(size), 0.0
    for first in range(1, size + 1, AT_ONCE):
        stories = [writer.story(n) for n in range(first, min(first + AT_ONCE, size + 1))]
        _public(stories)
        start = time.process_time()
        with transaction.atomic():
            words.update(stories, [])
        spent += time.process_time() - start
        _tell("noting", stories[-1].id, size)
    return {"CPU ms to note a story": spent / size * 1000}


def filling(first: int, size: int) -> None:
    """The rows of the stories from `first` on, volume by volume."""
    from courant.stories.models import PublicWords
    from courant.stories.searched import VOLUME

    filler = Filler(Writer(size), size)
    for volume in range(first // VOLUME, size // VOLUME + 1 if first <= size else 0):
        ids = range(max(first, volume * VOLUME), min(size + 1, (volume + 1) * VOLUME))
        filler.cards(ids)
        PublicWords.objects.bulk_create(filler.rows(volume, ids))
        _tell("filling in", ids[-1], size)


class Filler:
    """Rows of stories whose words are drawn as the writer draws them."""

    def __init__(self, writer: Writer, size: int) -> None:
        import numpy

        from courant.lib.words import stem

        self.size, self.chance = size, numpy.random.default_rng(1)
        self.terms = sorted({stem(word) for word in writer.words})
        place = {term: n for n, term in enumerate(self.terms)}
        self.term_of = numpy.array([place[stem(word)] for word in writer.words])
        self.weights = numpy.array(writer.weights)
        self.like = writer.story(1)

    def cards(self, ids: range) -> None:
        from dataclasses import replace

        _public([replace(self.like, id=n, path=f"/harbour/story-{n}/") for n in ids])

    def rows(self, volume: int, ids: range) -> list[Any]:
        import zlib

        from courant.stories.models import PublicWords
        from courant.stories.searched import FACTS, SHARDS, VOLUME, coded, shard_of

        shards: list[list[str]] = [[] for _ in range(SHARDS + 1)]
        for term, line in self.lines([n % VOLUME for n in ids]):
            shards[shard_of(term)].append(f"{term} {line}\n")
        facts: dict[str, dict[int, int]] = {}
        for n in ids:
            day = datetime(2016, 1, 1, tzinfo=UTC) + TEN_YEARS * n / self.size
            for fact in (f"@s:{n % 6 + 1}", f"@p:{n % 40 + 1}", "@k:news", f"@d:{day:%Y-%m-%d}"):
                facts.setdefault(fact, {})[n % VOLUME] = 1
        shards[FACTS] = [f"{fact} {coded(facts[fact])}\n" for fact in sorted(facts)]
        return [
            PublicWords(volume=volume, shard=n, data=zlib.compress("".join(text).encode(), 1))
            for n, text in enumerate(shards)
        ]

    def lines(self, numbers: list[int]) -> Iterator[tuple[str, str]]:
        """The terms of so many stories, each with its postings, as `coded` writes them."""
        import numpy

        from courant.stories.searched import LARGEST

        drawn = self.chance.random((len(numbers), WORDS + 8)) * self.weights[-1]
        terms = self.term_of[numpy.searchsorted(self.weights, drawn)]
        pairs, counts = numpy.unique(
            terms * 256 + numpy.array(numbers)[:, None], return_counts=True
        )
        weights = numpy.maximum(1, numpy.rint(LARGEST * counts / (counts + 1.4))).astype(int)
        term, number = pairs // 256, pairs % 256
        new = numpy.concatenate(([True], term[1:] != term[:-1]))
        gaps = number - numpy.where(new, 0, numpy.concatenate(([0], number[:-1] + 1)))
        postings = [
            f"{g or ''}{chr(64 + w)}" for g, w in zip(gaps.tolist(), weights.tolist(), strict=True)
        ]
        starts = [*numpy.flatnonzero(new).tolist(), len(postings)]
        for start, end in itertools.pairwise(starts):
            yield self.terms[term[start]], "".join(postings[start:end])


def files(folder: Path, every: int) -> dict[str, float]:
    from courant.front.assets import assets
    from courant.front.search import SearchCards, SearchWords, search_index, search_page

    press, words, cards = _press(), SearchWords(), SearchCards()
    keys = list(words.keys(press.paper))
    start = time.process_time()
    parts = [_make(press, words, key, folder) for key in keys[::every]]
    spent = (time.process_time() - start) / len(parts)
    start, of_cards = time.process_time(), list(cards.keys(press.paper))
    for key in of_cards:
        _make(press, cards, key, folder)
    spent_on_cards = time.process_time() - start
    for file in (search_index(press), search_page(press)):
        _put(folder, file.path, file.data)
    for asset in assets():
        _put(folder, asset.path, asset.read())
    return {
        "files of words": len(keys),
        "files of cards": len(of_cards),
        "CPU ms to make and compress a file of words": spent * 1000,
        "CPU s for all of words and cards": spent * len(keys) + spent_on_cards,
        "MB of all words, compressed": statistics.mean(parts) * len(keys) / 1e6,
        "KB of the largest part, compressed [kb]": max(parts) / 1000,
        "KB of a part, median": statistics.median(parts) / 1000,
    }


def _make(press: Any, kind: Any, key: str, folder: Path) -> int:
    """Make one file; returns its size over the line."""
    file = kind.make(press, key)
    return _put(folder, file.path, file.data) if file else 0


def _tell(doing: str, done: int, size: int) -> None:
    print(f"\r{doing} {done:,} of {size:,}   ", end="", file=sys.stderr)


def updating(size: int) -> dict[str, float]:
    """One more story, and two words more in an old one: noted, its files made and written."""
    writer = Writer(size)
    new = [_update(writer.story(size + 1 + n)) for n in range(UPDATES)]
    olds = [min(size, NOTED) * n // UPDATES + 1 for n in range(UPDATES)]
    edited = [_update(writer.story(old, " xylophone quixotry")) for old in olds]
    return {
        "files that a new story touches": statistics.median(files for _, _, files in new),
        "CPU ms of a new story, median [update]": statistics.median(cpu for cpu, _, _ in new),
        "ms until they are written, median": statistics.median(spent for _, spent, _ in new),
        "ms until they are written, slowest": max(spent for _, spent, _ in new),
        "files that two words in an old story touch": statistics.median(n for _, _, n in edited),
        "CPU ms of them, median": statistics.median(cpu for cpu, _, _ in edited),
        "CPU ms of them, most [update]": max(cpu for cpu, _, _ in edited),
    }


def _update(story: Any) -> tuple[float, float, int]:
    """CPU and other ms, and the files that are others now."""
    from django.db import transaction

    from courant.front.search import SearchCards, SearchWords
    from courant.stories import words
    from courant.stories.index import Delta

    _public([story])
    folder = Path(os.environ["COURANT_HOME"]) / "site"
    start, cpu, count = time.perf_counter(), time.process_time(), 0
    with transaction.atomic():
        delta = Delta(words.update([story], []), stories={story.id})
    press = _press()
    for kind in (SearchWords(), SearchCards()):
        for key in kind.touched(delta):
            if (file := kind.make(press, key)) is not None and _is_other(folder, file):
                _put(folder, file.path, file.data)
                count += 1
    return (time.process_time() - cpu) * 1000, (time.perf_counter() - start) * 1000, count


def _is_other(folder: Path, file: Any) -> bool:
    """As bake asks by its digest: what is the same is not written."""
    path = folder / file.path
    return not path.exists() or path.read_bytes() != file.data


def looking(size: int, folder: Path) -> dict[str, float]:
    """From the key to the first result: with an empty cache, and with the words at hand."""
    from playwright.sync_api import sync_playwright

    from tests.browser import ARGUMENTS, chromium
    from tests.search_paper import served

    writer, asked = Writer(size), dict[str, list[Look]]()
    with served(folder) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        for rank in RANKS:
            pair = [writer.words[rank], writer.words[rank // 2]]
            typed = pair[0][:-2] + pair[0][-1] + pair[0][-2]
            for name, words in (("two words", pair), ("a misspelt word", [typed])):
                page = browser.new_page()
                page.route("**/search/words/**", lambda route: _at_hand(route, folder))
                page.goto(f"{url}/search/")
                asked.setdefault(name, []).append(_look(page, " ".join(words), folder))
                page.close()
        browser.close()
    return {name: value for kind, looks in asked.items() for name, value in _told(kind, looks)}


@dataclass(frozen=True)
class Look:
    """One question: how long it took, and what was fetched for it."""

    cold: float
    warm: float
    requests: int
    kb: float
    largest: float
    others: int


def _look(page: Any, words: str, folder: Path) -> Look:
    cold = page.evaluate(LOOK, words)
    warm = min(page.evaluate(LOOK, words) for _ in range(5))
    names = page.evaluate(FETCHED)
    sizes = [_size(folder / name) for name in names if name.startswith("search/words/")]
    return Look(cold, warm, len(sizes), sum(sizes), max(sizes), len(names) - len(sizes))


def _at_hand(route: Any, folder: Path) -> None:
    """Make a part that was not made beforehand."""
    from courant.front.search import SearchWords

    path = folder / urlsplit(route.request.url).path.lstrip("/")
    if not path.exists():
        number, *_, part = path.stem.split("-")
        _make(_press(), SearchWords(), f"{number}:{part}", folder)
    route.continue_()


def _told(kind: str, looks: list[Look]) -> Iterator[tuple[str, float]]:
    only = " [{}]" if kind == "two words" else ""
    yield f"{kind}: ms to a result, nothing at hand, median", _median(looks, "cold")
    yield f"{kind}: ms to a result, words at hand, median", _median(looks, "warm")
    yield f"{kind}: ms to a result, words at hand, slowest [first]", max(x.warm for x in looks)
    yield f"{kind}: files of words, most{only.format('requests')}", max(x.requests for x in looks)
    yield f"{kind}: KB of them, compressed, median", _median(looks, "kb")
    yield f"{kind}: KB of them, compressed, most{only.format('all')}", max(x.kb for x in looks)
    yield f"{kind}: files of index, cards, median", _median(looks, "others")


def _median(looks: list[Look], name: str) -> float:
    return statistics.median(getattr(look, name) for look in looks)


def _size(path: Path) -> float:
    """KB over the line."""
    small = path.with_name(path.name + ".br")
    return (small if small.exists() else path).stat().st_size / 1000


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


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
    .filter((path) => path.startsWith("/search/") && path !== "/search/")
    .map((path) => path.slice(1))"""


def _public(stories: list[Any]) -> None:
    from courant.stories.models import PublicStory
    from courant.stories.paper.tables import CARD

    rows = (
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
    PublicStory.objects.bulk_create(rows, ignore_conflicts=True)


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
