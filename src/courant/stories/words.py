"""Keeps the table of what search knows of public stories."""

import zlib
from collections.abc import Iterable, Iterator, Mapping

from courant.stories.models import PublicStory, PublicWords
from courant.stories.published import PublishedStory
from courant.stories.searched import (
    FACTS,
    SHARDS,
    VOLUME,
    Stack,
    Weights,
    changed,
    cut,
    lines_of,
    part_of,
    place_of,
    postings_of,
    shard_of,
    stacks_of,
    weights_of,
)

QUICK = 1  # zlib's level: the table is read and written far more often than it is copied


def update(stories: Iterable[PublishedStory], gone: Iterable[int]) -> set[str]:
    """Bring the shards to these stories; returns the tags of those parts that are others now.

    Called when the rows of public stories are what they shall be, in their transaction.
    """
    wanted: dict[int, dict[int, Weights]] = {}
    for story_id, weights in (
        *((s.id, weights_of(s)) for s in stories),
        *((pk, {}) for pk in gone),
    ):
        volume, number = place_of(story_id)
        wanted.setdefault(volume, {})[number] = weights
    if not wanted:
        return set()
    before = stacks_of(volumes())
    others = {volume: _update_volume(volume, each) for volume, each in wanted.items()}
    return {"words"} | _tags(before, stacks_of(volumes()), others)


def volumes() -> set[int]:
    """The volumes that there are."""
    return set(PublicWords.objects.filter(shard=FACTS).values_list("volume", flat=True))


def shards_in(stack: Stack, shards: Iterable[int]) -> Iterator[tuple[int, str]]:
    """These shards of the volumes of a stack, each with its volume, in their order."""
    rows = PublicWords.objects.filter(volume__gte=stack.first, volume__lt=stack.end)
    for row in rows.filter(shard__in=list(shards)).order_by("volume", "shard"):
        yield row.volume, unpacked(row)


def weights_in(volume: int) -> dict[int, dict[str, int]]:
    """What the table says of each story of a volume, by number, for checking it."""
    found: dict[int, dict[str, int]] = {}
    for row in PublicWords.objects.filter(volume=volume):
        for term, line in lines_of(unpacked(row)):
            for number, weight in postings_of(line).items():
                found.setdefault(number, {})[term] = weight
    return found


def unpacked(row: PublicWords) -> str:
    return zlib.decompress(row.data).decode()


def _tags(
    before: Iterable[Stack], after: Iterable[Stack], others: Mapping[int, set[str]]
) -> set[str]:
    """What is another now: single parts where a stack is cut as it was, else all of them."""
    known, tags = set(before), set[str]()
    for stack in known ^ set(after):
        tags.add(f"stack:{stack.number}")
        tags.update(f"words:{stack.number}:{part}" for part in stack.names())
    for stack in known & set(after):
        of_it = (terms for volume, terms in others.items() if stack.first <= volume < stack.end)
        terms = {term for some in of_it for term in some}
        parts = {part_of(term, stack.parts) for term in terms}
        parts |= {f"v{shard_of(term)}" for term in terms}
        tags.update(f"words:{stack.number}:{part}" for part in parts & set(stack.names()))
    return tags


def _update_volume(volume: int, wanted: Mapping[int, Weights]) -> set[str]:
    """The terms whose lines changed. A volume without a story has no row, any other has all."""
    rows = {row.shard: row for row in PublicWords.objects.filter(volume=volume)}
    first = volume * VOLUME
    if not PublicStory.objects.filter(pk__gte=first, pk__lt=first + VOLUME).exists():
        PublicWords.objects.filter(volume=volume).delete()
        return {term for row in rows.values() for term, _ in lines_of(unpacked(row))}
    pieces = {number: cut(weights) for number, weights in wanted.items()}
    fresh, other, terms = [], [], set[str]()
    for shard in range(SHARDS + 1):
        row = rows.get(shard)
        before = unpacked(row) if row else ""
        after, of_it = changed(before, {n: piece.get(shard, {}) for n, piece in pieces.items()})
        terms |= of_it
        if row is None:
            fresh.append(PublicWords(volume=volume, shard=shard, data=_packed(after)))
        elif after != before:
            row.data = _packed(after)
            other.append(row)
    PublicWords.objects.bulk_create(fresh)
    PublicWords.objects.bulk_update(other, ["data"])
    return terms


def _packed(text: str) -> bytes:
    return zlib.compress(text.encode(), QUICK)
