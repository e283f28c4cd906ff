"""Keeps the table of what search knows of public stories."""

import zlib
from collections.abc import Iterable, Mapping

from courant.stories.models import PublicStory, PublicWords
from courant.stories.published import PublishedStory
from courant.stories.searched import (
    FACTS,
    VOLUME,
    Weights,
    changed,
    cut,
    place_of,
    postings_of,
    weights_of,
)

QUICK = 1  # zlib's level: the table is read and written far more often than it is copied


def update(stories: Iterable[PublishedStory], gone: Iterable[int]) -> set[str]:
    """Bring the shards to these stories; returns the tags of those that are others now.

    Called when the rows of public stories are what they shall be, in their transaction.
    """
    volumes: dict[int, dict[int, Weights]] = {}
    for story_id, weights in (
        *((s.id, weights_of(s)) for s in stories),
        *((pk, {}) for pk in gone),
    ):
        volume, number = place_of(story_id)
        volumes.setdefault(volume, {})[number] = weights
    tags = {"words"} if volumes else set()
    for volume, wanted in volumes.items():
        tags |= {f"words:{volume}:{shard}" for shard in _update_volume(volume, wanted)}
    return tags


def read(volume: int, shard: int) -> str | None:
    """A shard as it stands; None where the volume has no story."""
    row = PublicWords.objects.filter(volume=volume, shard=shard).first()
    return unpacked(row) if row else None


def weights_in(volume: int) -> dict[int, dict[str, int]]:
    """What the table says of each story of a volume, by number, for checking it."""
    found: dict[int, dict[str, int]] = {}
    for row in PublicWords.objects.filter(volume=volume):
        for line in unpacked(row).splitlines():
            term, _, postings = line.partition(" ")
            for posting in postings_of(postings):
                found.setdefault(int(posting[:-1]), {})[term] = ord(posting[-1]) - 64
    return found


def unpacked(row: PublicWords) -> str:
    return zlib.decompress(row.data).decode()


def _update_volume(volume: int, wanted: Mapping[int, Weights]) -> list[int]:
    """The shards that changed; all of them where a volume begins or ends."""
    rows = {row.shard: row for row in PublicWords.objects.filter(volume=volume)}
    first = volume * VOLUME
    if not PublicStory.objects.filter(pk__gte=first, pk__lt=first + VOLUME).exists():
        PublicWords.objects.filter(volume=volume).delete()
        return list(rows)
    pieces = {number: cut(weights) for number, weights in wanted.items()}
    fresh, other = [], []
    for shard in range(FACTS + 1):
        row = rows.get(shard)
        before = unpacked(row) if row else ""
        after = changed(before, {n: piece.get(shard, {}) for n, piece in pieces.items()})
        if row is None:
            fresh.append(PublicWords(volume=volume, shard=shard, data=_packed(after)))
        elif after != before:
            row.data = _packed(after)
            other.append(row)
    PublicWords.objects.bulk_create(fresh)
    PublicWords.objects.bulk_update(other, ["data"])
    return [row.shard for row in (*fresh, *other)]


def _packed(text: str) -> bytes:
    return zlib.compress(text.encode(), QUICK)
