"""Keeps the tables of what readers have, and says what changed for those who show it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Count, Q
from django.utils.timezone import now

from courant.lib.batches import batched
from courant.lib.digests import digest_of_bytes
from courant.stories import words
from courant.stories.lists import LANGUAGE, lists_of
from courant.stories.models import GoneStory, PublicList, PublicListing, PublicSource, PublicStory
from courant.stories.paper.base import Key
from courant.stories.paper.tables import CARD, digest_of_story, newer_than, sizes_of
from courant.stories.publication import Frozen

A_QUERY = 500  # ids in one query


@dataclass(frozen=True)
class Place:
    """Where a story stands in a list; `rank` counts the newer ones, `position` the older ones."""

    key: Key
    language: str
    rank: int
    position: int


@dataclass
class ListChange:
    """What happened to one list: the places that were taken out, put in, or told otherwise."""

    name: str
    size_before: int
    size_after: int
    left: list[Place] = field(default_factory=list)
    entered: list[Place] = field(default_factory=list)
    retold: list[Place] = field(default_factory=list)  # same place, other address, change, versions

    @property
    def moved(self) -> list[Place]:
        return self.left + self.entered


@dataclass
class Delta:
    """What changed in what readers have."""

    tags: set[str] = field(default_factory=set)
    lists: dict[str, ListChange] = field(default_factory=dict)
    stories: set[int] = field(default_factory=set)  # new, changed or gone

    def __bool__(self) -> bool:
        return bool(self.tags or self.lists or self.stories)

    def named(self, kind: str) -> list[str]:
        """What stands behind tags of a kind: "gone:/harbour/ferry/" gives "/harbour/ferry/"."""
        return [tag.removeprefix(f"{kind}:") for tag in self.tags if tag.startswith(f"{kind}:")]

    def changes_of(self, kind: str) -> Iterator[ListChange]:
        """The changed lists of a kind: "section" gives "section:9" and its like."""
        return (change for change in self.lists.values() if change.name.startswith(f"{kind}:"))

    def begun_or_ended(self, kind: str) -> list[str]:
        """The lists of a kind that got their first story or lost their last one, as "9"."""
        changes = self.changes_of(kind)
        found = (change for change in changes if not (change.size_before and change.size_after))
        return [change.name.partition(":")[2] for change in found]


def digests_of(story_ids: Iterable[int]) -> dict[int, str]:
    """The digests of those stories that readers have."""
    found = dict[int, str]()
    for some in batched(sorted(story_ids), A_QUERY):
        rows = PublicStory.objects.filter(pk__in=some)
        found |= dict(rows.values_list("pk", "digest"))
    return found


def made_from(tags: Iterable[str]) -> set[int]:
    """The public stories for which one of these rows of the desk was read."""
    found = set[int]()
    for some in batched(sorted(tags), A_QUERY):
        rows = PublicSource.objects.filter(tag__in=some)
        found.update(rows.values_list("story_id", flat=True))
    return found


@transaction.atomic
def update(frozen: Mapping[int, Frozen], gone: Iterable[int] = (), *, told: bool = True) -> Delta:
    """Bring the tables to these stories, some hundred at most; returns what changed by that.

    Places in lists are looked up only when they have to be `told`: it is dear in a long list.
    """
    ids = {*frozen, *gone}
    before = {row.story_id: row for row in PublicStory.objects.filter(pk__in=ids)}
    new = {pk: _row(each) for pk, each in frozen.items()}
    delta = Delta()
    _tell_stories(delta, before, new, ids)
    changed = {pk for pk in ids if _differs(before.get(pk), new.get(pk))}
    related = _changed_families(before, new, ids)
    delta.tags |= {f"versions:{pk}" for pk in related}
    _change_lists(delta, frozen, changed, related, before, new, told=told)
    _write(frozen, before, new, changed)
    stories = [frozen[pk].story for pk in sorted(changed) if pk in new]
    delta.tags |= words.update(stories, [pk for pk in sorted(before) if pk not in new])
    return delta


@transaction.atomic
def forget(story_ids: Iterable[int]) -> None:
    """Drop what is noted of stories, and count all lists anew: for rows that proved to be wrong."""
    for some in batched(sorted(story_ids), A_QUERY):
        for model in (PublicStory, PublicListing, PublicSource):
            model._default_manager.filter(story_id__in=some).delete()
    sizes = PublicListing.objects.values("name").annotate(size=Count("pk"))
    PublicList.objects.all().delete()
    counted = sizes.order_by("name").values_list("name", "size")
    PublicList.objects.bulk_create(PublicList(name=name, size=size) for name, size in counted)


def _row(frozen: Frozen) -> PublicStory:
    story = frozen.story
    card = CARD.dump_json(story.card)
    return PublicStory(
        story_id=story.id,
        path=story.path,
        published=story.published,
        changed=story.changed,
        language=story.language,
        digest=digest_of_story(story),
        card_digest=digest_of_bytes(card),
        card=card.decode(),
        until=frozen.reads.until,
        original=story.original or None,
    )


def _differs(old: PublicStory | None, new: PublicStory | None) -> bool:
    if old is None or new is None:
        return old is not new
    return (old.digest, old.until) != (new.digest, new.until)


def _tell_stories(
    delta: Delta, before: Mapping[int, PublicStory], new: Mapping[int, PublicStory], ids: set[int]
) -> None:
    for pk in ids:
        old, now_ = before.get(pk), new.get(pk)
        if (old and old.digest) != (now_ and now_.digest):
            delta.stories.add(pk)
            delta.tags.add(f"story:{pk}")
        if (old and old.card_digest) != (now_ and now_.card_digest):
            delta.tags.add(f"card:{pk}")
        if (old and old.path) != (now_ and now_.path):
            paths = [row.path for row in (old, now_) if row]
            delta.tags.update(f"{fact}:{path}" for path in paths for fact in ("path", "gone"))


def _changed_families(
    before: Mapping[int, PublicStory], new: Mapping[int, PublicStory], ids: set[int]
) -> set[int]:
    """Stories whose versions in other languages came, went, or are found elsewhere now."""
    families: dict[int, set[int]] = {}
    for pk in ids:
        old, now_ = before.get(pk), new.get(pk)
        if _as_version(old) != _as_version(now_):
            for row in (old, now_):
                if row:
                    families.setdefault(row.original or pk, set()).add(pk)
    firsts = list(families)
    others = PublicStory.objects.filter(Q(pk__in=firsts) | Q(original__in=firsts))
    for pk, original in others.exclude(pk__in=ids).values_list("pk", "original"):
        families.setdefault(original or pk, set()).add(pk)
    for row in (*before.values(), *new.values()):
        families.get(row.original or row.pk, set()).add(row.pk)
    return {pk for family in families.values() if len(family) > 1 for pk in family}


def _as_version(row: PublicStory | None) -> tuple[str, str, int | None] | None:
    return (row.path, row.language, row.original) if row else None


def _change_lists(
    delta: Delta,
    frozen: Mapping[int, Frozen],
    changed: set[int],
    related: set[int],
    before: Mapping[int, PublicStory],
    new: Mapping[int, PublicStory],
    *,
    told: bool,
) -> None:
    """Compare the places that changed stories had with those that they have now, and write them."""
    rows = list(PublicListing.objects.filter(story_id__in=changed))
    had = {(row.name, row.story_id): row for row in rows}
    wanted = {
        (name, pk): PublicListing(
            name=name, story_id=pk, published=new[pk].published, language=new[pk].language
        )
        for pk in changed
        if pk in new
        for name in lists_of(frozen[pk].story)
    }
    left = [row for place, row in had.items() if not _same(row, wanted.get(place))]
    entered = [row for place, row in wanted.items() if not _same(row, had.get(place))]
    retold = [
        row
        for (name, pk), row in wanted.items()
        if name.startswith(LANGUAGE)
        and _same(row, had.get((name, pk)))
        and (pk in related or _retold(before[pk], new[pk]))
    ]
    retold += PublicListing.objects.filter(
        story_id__in=related - changed, name__startswith=LANGUAGE
    )
    for name, size in sizes_of({row.name for row in (*left, *entered, *retold)}).items():
        delta.lists[name] = ListChange(name, size, size)
    for row in left if told else ():
        delta.lists[row.name].left.append(_place(row, delta.lists[row.name].size_before))
    PublicListing.objects.filter(pk__in=[row.pk for row in left]).delete()
    PublicListing.objects.bulk_create(entered, batch_size=A_QUERY)
    _resize(delta, left, entered)
    for row in entered if told else ():
        delta.lists[row.name].entered.append(_place(row, delta.lists[row.name].size_after))
    for row in retold if told else ():
        delta.lists[row.name].retold.append(_place(row, delta.lists[row.name].size_after))


def _resize(delta: Delta, left: list[PublicListing], entered: list[PublicListing]) -> None:
    for row in entered:
        delta.lists[row.name].size_after += 1
    for row in left:
        delta.lists[row.name].size_after -= 1
    PublicList.objects.bulk_create(
        [PublicList(name=change.name, size=change.size_after) for change in delta.lists.values()],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["size"],
    )


def _same(one: PublicListing | None, other: PublicListing | None) -> bool:
    if one is None or other is None:
        return False
    return (one.published, one.language) == (other.published, other.language)


def _retold(old: PublicStory, new: PublicStory) -> bool:
    return (old.path, old.changed) != (new.path, new.changed)


def _place(row: PublicListing, size: int) -> Place:
    key = (row.published, row.story_id)
    rank = newer_than(PublicListing.objects.filter(name=row.name), key).count()
    return Place(key, row.language, rank, size - 1 - rank)


def _write(
    frozen: Mapping[int, Frozen],
    before: Mapping[int, PublicStory],
    new: Mapping[int, PublicStory],
    changed: set[int],
) -> None:
    gone = [before[pk] for pk in before if pk not in new]
    PublicStory.objects.filter(pk__in=[row.pk for row in gone]).delete()
    fields = [f.name for f in PublicStory._meta.fields if not f.primary_key]
    PublicStory.objects.bulk_create(
        [new[pk] for pk in changed if pk in new],
        update_conflicts=True,
        unique_fields=["story_id"],
        update_fields=fields,
    )
    PublicSource.objects.filter(story_id__in=[*frozen, *(row.pk for row in gone)]).delete()
    PublicSource.objects.bulk_create(
        PublicSource(story_id=pk, tag=tag)
        for pk, each in frozen.items()
        for tag in sorted(each.reads.tags)
    )
    GoneStory.objects.filter(path__in=[row.path for row in new.values()]).delete()
    GoneStory.objects.bulk_create(
        [GoneStory(path=row.path, story_id=row.pk, gone_at=now()) for row in gone],
        ignore_conflicts=True,
    )
