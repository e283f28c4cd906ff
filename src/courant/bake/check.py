"""Makes everything in memory and compares it with what readers have: the oracle of bake.

It trusts no note: stories are frozen anew from the desk's tables, their rows and places in lists
are compared first, then every file that there should be is made and compared byte by byte.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from django.db.models import QuerySet

from courant.bake.build import Make
from courant.bake.generations import store_of
from courant.bake.kinds import kinds
from courant.bake.make import Result, Wanted, make_all, press_for
from courant.bake.models import Generation
from courant.bake.report import Progress
from courant.bake.stores.base import Store
from courant.front.made import PublicFile
from courant.front.sheet import Frame
from courant.lib.batches import batched
from courant.stories import words
from courant.stories.lists import lists_of
from courant.stories.models import PublicList, PublicListing, PublicSource, PublicStory
from courant.stories.paper.tables import CARD, TablesPaper, digest_of_story
from courant.stories.publication import Frozen, read_every_story
from courant.stories.searched import place_of, weights_of

A_STRETCH = 240  # targets made at once
Searched = Callable[[int], dict[int, dict[str, int]]]
"""What search knows of the stories of a volume."""


@dataclass
class Findings:
    """What is not as it should be. Empty lists: readers have exactly what is published."""

    stories: dict[int, str] = field(default_factory=dict)  # rows of the index, by story
    lists: list[str] = field(default_factory=list)  # counts that are wrong, by name
    stale: dict[str, tuple[str, str]] = field(default_factory=dict)  # path -> kind and key
    missing: dict[str, tuple[str, str]] = field(default_factory=dict)
    extra: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)  # kind and key -> why

    def __bool__(self) -> bool:
        return any((self.stories, self.lists, self.stale, self.missing, self.extra, self.failed))

    def lines(self) -> Iterator[str]:
        """One sentence for each finding."""
        for pk, what in sorted(self.stories.items()):
            yield f"story {pk}: {what}"
        for name in self.lists:
            yield f"list {name}: its count of stories is wrong"
        for what, paths in (("stale", self.stale), ("missing", self.missing)):
            for path in sorted(paths):
                yield f"{what}: {path}"
        for path in sorted(self.extra):
            yield f"extra: {path}"
        for name, reason in sorted(self.failed.items()):
            yield f"cannot be made: {name}: {reason}"


def check(
    generation: Generation,
    frame: Frame,
    *,
    many: Make | None = None,
    progress: Progress | None = None,
) -> Findings:
    """Compare what readers have with what is published now. Writes nothing."""
    found = Findings()
    _check_index(found)
    store, expected = store_of(generation), set[str]()
    total = _count(frame)
    for done, result in enumerate(_everything(frame, many), start=1):
        _check_one(found, store, result, expected)
        if progress:
            progress(done, max(total, done))
    found.extra = [path for path in store.paths() if path not in expected]
    return found


# ── The index of what is public ───────────────────────────────────────────────────────────────────


def _check_index(found: Findings) -> None:
    seen, sizes = set[int](), dict[str, int]()
    searched: Searched = lru_cache(1)(words.weights_in)  # stories come by id, volume after volume
    for frozen in read_every_story():
        story = frozen.story
        seen.add(story.id)
        for name in lists_of(story):
            sizes[name] = sizes.get(name, 0) + 1
        if problem := _problem(frozen, searched):
            found.stories[story.id] = problem
    for pk in PublicStory.objects.order_by("pk").values_list("pk", flat=True).iterator():
        if pk not in seen:
            found.stories[pk] = "readers have it, and it is not published"
    known = dict(PublicList.objects.filter(size__gt=0).values_list("name", "size"))
    found.lists = sorted(n for n in {*known, *sizes} if known.get(n) != sizes.get(n))


def _problem(frozen: Frozen, searched: Searched) -> str:
    story = frozen.story
    row = PublicStory.objects.filter(pk=story.id).first()
    if row is None:
        return "it is published, and readers do not have it"
    card = CARD.dump_json(story.card).decode()
    original = story.original or None
    facts = (digest_of_story(story), story.path, story.changed, card, original, frozen.reads.until)
    if (row.digest, row.path, row.changed, row.card, row.original, row.until) != facts:
        return "readers have an older text of it"
    places = set(_of(story.id).values_list("name", "published", "language"))
    if places != {(name, story.published, story.language) for name in lists_of(story)}:
        return "it stands in the wrong lists"
    sources = set(PublicSource.objects.filter(story_id=story.id).values_list("tag", flat=True))
    if sources != frozen.reads.tags:
        return "what it was made from is not what was noted"
    volume, number = place_of(story.id)
    if searched(volume).get(number, {}) != weights_of(story):
        return "search knows an older text of it"
    return ""


def _of(story_id: int) -> QuerySet[PublicListing]:
    return PublicListing.objects.filter(story_id=story_id)


# ── The files ─────────────────────────────────────────────────────────────────────────────────────


def _everything(frame: Frame, many: Make | None) -> Iterator[Result]:
    """Every target that there should be, made anew."""
    wanted = (
        Wanted(kind.name, key)
        for kind in kinds().values()
        for key in kind.keys(TablesPaper(frame.masthead))
    )
    for some in batched(wanted, A_STRETCH):
        yield from many(frame, some) if many else make_all(press_for(frame), some)


def _count(frame: Frame) -> int:
    paper = TablesPaper(frame.masthead)
    return sum(1 for kind in kinds().values() for _ in kind.keys(paper))


def _check_one(found: Findings, store: Store, result: Result, expected: set[str]) -> None:
    wanted, name = result.wanted, (result.wanted.kind, result.wanted.key)
    if result.error or result.changing:
        reason = result.error or f"story {result.changing} has changed and was not noted"
        found.failed[f"{wanted.kind} {wanted.key}"] = reason
        return
    if result.made is None:
        if kinds()[wanted.kind].may_be_absent(wanted.key):
            return
        found.failed[f"{wanted.kind} {wanted.key}"] = "it is listed, and nothing came of it"
        return
    _compare(found, store, PublicFile(result.made.path, result.made.data), name)
    expected.add(result.made.path)
    for asset in result.made.assets:
        if asset.path not in expected:
            _compare(found, store, asset, name)
            expected.add(asset.path)


def _compare(found: Findings, store: Store, file: PublicFile, name: tuple[str, str]) -> None:
    there, data = store.read(file.path), file.read()
    if there is None:
        found.missing[file.path] = name
    elif there != data or not store.variants_fit(file.path, data):
        found.stale[file.path] = name
