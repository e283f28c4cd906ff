"""Which targets a change makes stale: pure, from what changed and what was read."""

from collections.abc import Iterable, Iterator, Mapping

from courant.stories.index import Delta, ListChange, Place
from courant.stories.paper.base import AFTER, BEFORE, Key


def list_tags(change: ListChange, known: Iterable[str]) -> Iterator[str]:
    """Those tags of a list, of the ones that some target has read, whose answer is another now."""
    for tag in known:
        question, _, value = tag.removeprefix(f"list:{change.name}:").partition(":")
        if _is_other(change, question, value):
            yield tag


def _is_other(change: ListChange, question: str, value: str) -> bool:
    match question:
        case "size":
            return change.size_before != change.size_after
        case "reaches":
            return (change.size_before >= int(value)) != (change.size_after >= int(value))
        case "newest":
            return any(place.rank < int(value) for place in change.moved)
        case "language":
            return any(place.language == value for place in change.moved)
        case "page":
            return _touches_page(change, change.moved, *map(int, value.split(":")))
        case "rows":
            size, number = map(int, value.split(":"))
            retold = any(place.position // size + 1 == number for place in change.retold)
            return retold or _touches_page(change, change.moved, size, number)
    raise ValueError(f"Nobody knows how to ask a list for {question!r}.")


def _touches_page(change: ListChange, places: list[Place], size: int, number: int) -> bool:
    """Pages count from the oldest: what enters or leaves shifts everything newer than it."""
    if not places:
        return False
    pages = [place.position // size + 1 for place in places]
    if change.size_before != change.size_after:
        return number >= min(pages)
    return min(pages) <= number <= max(pages)


def size_tags(change: ListChange) -> Iterator[str]:
    """The tags of lists of lists."""
    kind = change.name.partition(":")[0]
    if kind in ("topic", "month") and change.size_before != change.size_after:
        yield f"{kind}s"
    if kind in ("topic", "person"):
        yield from {f"{kind}s-in:{place.language}" for place in change.moved}
    if not (change.size_before and change.size_after):
        yield from {"person": ["people"], "language": ["languages"]}.get(kind, [])


def neighbourhoods(change: ListChange) -> set[tuple[Key, str]]:
    """Places whose neighbours have another neighbour now, with the language that they share."""
    return {(place.key, place.language) for place in change.moved}


NEAR = {"newer": BEFORE, "older": AFTER}
"""A story sees `BEFORE` older ones, so what changed is seen by as many newer ones."""


def tags_of(
    delta: Delta, known: Mapping[str, Iterable[str]], near: Mapping[str, Iterable[int]]
) -> set[str]:
    """All tags whose answer is another now.

    By the name of each changed list: `known` are the tags of it that some target has read, `near`
    the stories in whose neighbourhood something changed.
    """
    tags = set(delta.tags)
    for name, change in delta.lists.items():
        tags.update(list_tags(change, known.get(name, ())))
        tags.update(f"around:{name}:{story_id}" for story_id in near.get(name, ()))
        tags.update(size_tags(change))
    return tags
