"""Finds the targets that a change makes stale, and marks them in every tree that is kept up."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from courant.bake import plan
from courant.bake.kinds import kinds
from courant.bake.models import Dependency, Generation, Target
from courant.lib.batches import batched
from courant.lib.database import begins_with
from courant.stories.index import Delta
from courant.stories.paper.tables import neighbours

A_QUERY = 500  # values in one query
BULK = 300  # so many at once are not urgent: they wait behind what is
KEPT_UP = (Generation.State.CURRENT, Generation.State.BUILDING)


@dataclass(frozen=True)
class Placed:
    """Stories whose own pages were just put in place in a generation: they are not stale there."""

    generation: Generation
    stories: frozenset[int] = frozenset()

    def homes(self) -> set[tuple[str, str]]:
        homes = [kind.name for kind in kinds().values() if kind.home]
        return {(kind, str(story_id)) for kind in homes for story_id in self.stories}

    def tags(self) -> set[str]:
        return {f"story:{story_id}" for story_id in self.stories}


def mark(delta: Delta, placed: Placed | None = None) -> int:
    """Mark what a change makes stale, in the change's transaction; returns how many targets."""
    tags = plan.tags_of(delta, _known_tags(delta), _near(delta))
    touched = {(kind.name, key) for kind in kinds().values() for key in set(kind.touched(delta))}
    count = 0
    for generation in kept_up():
        here = placed if placed and placed.generation == generation else Placed(generation)
        count += _mark_in(here, tags, touched)
    return count


def kept_up() -> list[Generation]:
    return list(Generation.objects.filter(state__in=KEPT_UP).order_by("pk"))


def mark_targets(generation: Generation, named: Iterable[tuple[str, str]], *, bulk: bool) -> int:
    """Mark targets by kind and key, known or new."""
    count = 0
    for kind, keys in _by_kind(named).items():
        for some in batched(sorted(keys), A_QUERY):
            rows = Target.objects.of(generation).filter(kind=kind, key__in=some)
            known = set(rows.values_list("key", flat=True))
            rows.update(stale=True, bulk=bulk, tries=0)
            fresh = [
                new_target(generation, kind, key, bulk=bulk) for key in some if key not in known
            ]
            Target.objects.bulk_create(fresh)
            count += len(some)
    return count


def new_target(generation: Generation, kind: str, key: str, *, bulk: bool = False) -> Target:
    made_by = kinds()[kind]
    return Target(
        generation=generation,
        kind=kind,
        key=key,
        order=made_by.order,
        rank=made_by.rank(key),
        bulk=bulk,
    )


def _mark_in(placed: Placed, tags: set[str], touched: set[tuple[str, str]]) -> int:
    generation = placed.generation
    found = set(_readers(generation, tags - placed.tags()))
    homes = placed.homes()
    found |= {
        pk for pk, name in _named(_readers(generation, tags & placed.tags())) if name not in homes
    }
    bulk = len(found) > BULK
    for ids in batched(sorted(found), A_QUERY):
        rows = Target.objects.filter(pk__in=ids)
        rows.filter(stale=False).update(stale=True, bulk=bulk, tries=0)
        if not bulk:
            rows.filter(bulk=True).update(bulk=False)
    return len(found) + mark_targets(generation, touched - homes, bulk=len(touched) > BULK)


def _readers(generation: Generation, tags: set[str]) -> Iterator[int]:
    """The targets of a generation that read one of these."""
    for some in batched(sorted(tags), A_QUERY):
        rows = Dependency.objects.filter(tag__in=some)
        # Asked for one generation, SQLite goes through all of its targets: 0.8 s of 330,000.
        for pk, of in rows.values_list("target_id", "target__generation_id"):
            if of == generation.pk:
                yield pk


def _named(targets: Iterable[int]) -> Iterator[tuple[int, tuple[str, str]]]:
    for some in batched(sorted(set(targets)), A_QUERY):
        for pk, kind, key in Target.objects.filter(pk__in=some).values_list("pk", "kind", "key"):
            yield pk, (kind, key)


def _known_tags(delta: Delta) -> Mapping[str, set[str]]:
    """The tags of the changed lists that some target has read."""
    found = {}
    for name in delta.lists:
        rows = Dependency.objects.filter(begins_with("tag", f"list:{name}:"))
        found[name] = set(rows.values_list("tag", flat=True).distinct())
    return found


def _near(delta: Delta) -> Mapping[str, set[int]]:
    return {
        name: {
            story_id
            for key, language in plan.neighbourhoods(change)
            for story_id in neighbours(name, key, language, **plan.NEAR)
        }
        for name, change in delta.lists.items()
    }


def _by_kind(named: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for kind, key in named:
        found.setdefault(kind, set()).add(key)
    return found
