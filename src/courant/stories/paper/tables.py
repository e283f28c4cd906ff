"""The paper from the tables that follow the public tree: for papers of any size."""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Count, F, Q, QuerySet
from pydantic import TypeAdapter

from courant.lib.batches import batched
from courant.lib.digests import digest_of_bytes
from courant.lib.reads import note
from courant.stories import words
from courant.stories.lists import ALL, lists_of
from courant.stories.models import GoneStory, Person, PublicList, PublicListing, PublicStory, Topic
from courant.stories.paper.base import AFTER, BEFORE, Key, Paper, Row
from courant.stories.publication import (
    frozen_person,
    frozen_topic,
    read_chosen,
    read_masthead,
    read_moved,
    read_pages,
    read_stories,
)
from courant.stories.published import (
    FrontChoices,
    Masthead,
    Moved,
    PublishedCard,
    PublishedPage,
    PublishedPerson,
    PublishedStory,
    PublishedTopic,
)
from courant.stories.searched import VOLUME, Stack
from courant.stories.versions import Version, rows_of

CARD = TypeAdapter(PublishedCard)
A_STRETCH = 1000  # ids in one query
KEPT = 500  # stories in memory, for feeds that show the same ones again and again


class Changing(Exception):
    """A story is no longer what the lists say of it: it has to be looked at again first."""

    def __init__(self, story_id: int) -> None:
        super().__init__(f"Story {story_id} has changed and was not noted yet.")
        self.story_id = story_id


class TablesPaper(Paper):
    """What readers have now, and `coming`: stories whose pages are being put in place.

    Raises Changing when a story differs from what its row says.
    """

    def __init__(
        self,
        masthead: Masthead,
        coming: Iterable[PublishedStory] = (),
        keep: "Shelf | None" = None,
        chosen: FrontChoices | None = None,
    ) -> None:
        self.masthead = masthead
        self.coming: Mapping[int, PublishedStory] = {story.id: story for story in coming}
        self.shelf = keep or Shelf()
        self.at_hand: dict[int, PublishedStory | None] = {}  # None: not what its row says
        self.front = chosen  # None: as the desk has it

    # ── One thing ─────────────────────────────────────────────────────────────────────────────────

    def warm(self, story_ids: Iterable[int]) -> Sequence[PublishedStory]:
        """With one set of queries for all of them."""
        ids = tuple(story_ids)
        new = [pk for pk in ids if pk not in self.coming and pk not in self.at_hand]
        if new:
            self.at_hand |= self._read(new)
        found = (self.coming.get(pk) or self.at_hand.get(pk) for pk in ids)
        return [story for story in found if story]

    def _read(self, ids: Sequence[int]) -> dict[int, PublishedStory | None]:
        """Public stories by id, None for one that is not what its row says."""
        digests = dict(PublicStory.objects.filter(pk__in=ids).values_list("pk", "digest"))
        kept = {pk: self.shelf.get(digest) for pk, digest in digests.items()}
        missing = [pk for pk, story in kept.items() if story is None]
        found = {each.story.id: each.story for each in read_stories(missing)} if missing else {}
        for pk in missing:
            story = found.get(pk)
            if story is not None and digest_of_story(story) == digests[pk]:
                self.shelf.put(digests[pk], story)
                kept[pk] = story
        return kept

    def _story(self, story_id: int) -> PublishedStory | None:
        story = next(iter(self.warm([story_id])), None)
        if story is None and story_id in self.at_hand:
            raise Changing(story_id)
        return story

    def _cards(self, story_ids: Sequence[int]) -> dict[int, PublishedCard]:
        rows = PublicStory.objects.filter(pk__in=story_ids).values_list("pk", "card")
        return {pk: CARD.validate_json(card) for pk, card in rows}

    def _family(self, original: int) -> tuple[int, ...]:
        with connection.cursor() as cursor:
            cursor.execute(FAMILY, [original, original])
            return tuple(story_id for (story_id,) in cursor.fetchall())

    def _person(self, person_id: int) -> PublishedPerson | None:
        if not self._size(f"person:{person_id}") and not self._is_coming(person_id):
            return None
        person = Person.objects.filter(pk=person_id).select_related("portrait").first()
        return frozen_person(person) if person else None

    def _is_coming(self, person_id: int) -> bool:
        bylines = (byline for story in self.coming.values() for byline in story.bylines)
        return any(byline.person and byline.person.id == person_id for byline in bylines)

    def _topic(self, topic_id: int) -> PublishedTopic | None:
        coming = (topic.id for story in self.coming.values() for topic in story.topics)
        if not self._size(f"topic:{topic_id}") and topic_id not in coming:
            return None
        topic = Topic.objects.filter(pk=topic_id).first()
        return frozen_topic(topic) if topic else None

    # ── Lists ─────────────────────────────────────────────────────────────────────────────────────

    def _people(self) -> tuple[PublishedPerson, ...]:
        ids = [int(name.partition(":")[2]) for name in self._names("person")]
        people = [
            frozen_person(person)
            for some in batched(ids, 500)
            for person in Person.objects.filter(pk__in=some).select_related("portrait")
        ]
        return tuple(sorted(people, key=lambda person: (person.name.casefold(), person.id)))

    def _topics(self) -> tuple[tuple[PublishedTopic, int], ...]:
        sizes = {int(name.partition(":")[2]): size for name, size in self._sizes("topic")}
        topics = [frozen_topic(topic) for topic in Topic.objects.all() if topic.pk in sizes]
        topics.sort(key=lambda topic: (topic.name.casefold(), topic.id))
        return tuple((topic, sizes[topic.id]) for topic in topics)

    def _page(self, page_id: int) -> PublishedPage | None:
        return next(iter(read_pages(page_id)), None)

    def _months(self) -> tuple[tuple[str, int], ...]:
        sizes = reversed(self._sizes("month"))
        return tuple((name.partition(":")[2], size) for name, size in sizes)

    def _chosen(self) -> FrontChoices:
        return self.front or read_chosen()

    def _moved(self, moved_id: int) -> Moved | None:
        return next(iter(read_moved(moved_id)), None)

    def _all_moved(self) -> tuple[Moved, ...]:
        return read_moved()

    def _size(self, name: str) -> int:
        return sizes_of([name])[name]

    def _newest(
        self, name: str, count: int, since: datetime | None = None, language: str = ""
    ) -> tuple[int, ...]:
        rows = _of(name).filter(published__gte=since) if since else _of(name)
        rows = rows.filter(language=language) if language else rows
        return _ids(rows.order_by("-published", "-story_id")[:count])

    def _oldest(self, name: str, first: int, count: int) -> tuple[int, ...]:
        return _ids(_of(name).order_by("published", "story_id")[first : first + count])

    def _neighbours(self, name: str, key: Key, language: str) -> tuple[int, ...]:
        return neighbours(name, key, language, newer=AFTER, older=BEFORE)

    def _rows(self, name: str, first: int, count: int) -> tuple[Row, ...]:
        rows = PublicStory.objects.filter(pk__in=self._oldest(name, first, count))
        stories = list(rows.order_by("published", "pk").only(*VERSION, "changed"))
        families = _families(stories)
        return tuple(
            Row(s.path, s.changed, rows_of(_version(s), families[s.original or s.pk]))
            for s in stories
        )

    def _shards(self, stack: Stack, shards: range) -> Iterator[tuple[int, str]]:
        return words.shards_in(stack, shards)

    def _volumes(self) -> Iterable[int]:
        return words.volumes()

    def _volume_sizes(self) -> Mapping[int, int]:
        # Counted in the list of all: its index is a hundredth of the stories' own rows.
        rows = _of(ALL).annotate(volume=F("story_id") / VOLUME).values("volume")
        return dict(rows.annotate(n=Count("pk")).order_by("volume").values_list("volume", "n"))

    def _story_ids(self) -> Iterator[int]:
        last, ids = 0, PublicStory.objects.order_by("pk").values_list("pk", flat=True)
        while found := tuple(ids.filter(pk__gt=last)[:A_STRETCH]):
            yield from found
            last = found[-1]

    def _gone(self, path: str = "") -> Mapping[str, int]:
        rows = GoneStory.objects.filter(path=path) if path else GoneStory.objects.all()
        return dict(rows.values_list("path", "story_id"))

    def _gone_paths(self, story_id: int) -> Sequence[str]:
        rows = GoneStory.objects.filter(story_id=story_id).order_by("path")
        return list(rows.values_list("path", flat=True))

    def _has_story_at(self, path: str) -> bool:
        here = any(story.path == path for story in self.coming.values())
        return here or PublicStory.objects.filter(path=path).exists()

    def _has_named_page(self, kind: str, slug: str) -> bool:
        list_kind, rows = {
            "people": ("person", Person.objects.filter(slug=slug).values_list("pk", flat=True)),
            "topics": ("topic", Topic.objects.filter(slug=slug).values_list("pk", flat=True)),
        }[kind]
        pk = rows.first()
        if pk is None:
            return False
        note(f"{list_kind}:{pk}")
        note(f"list:{list_kind}:{pk}:reaches:1")
        return self._size(f"{list_kind}:{pk}") > 0

    def _names(self, kind: str) -> tuple[str, ...]:
        return tuple(name for name, _ in self._sizes(kind))

    def _has_in(self, name: str, language: str) -> bool:
        coming = (s for s in self.coming.values() if s.language == language)
        return (
            any(name in lists_of(story) for story in coming)
            or _of(name).filter(language=language).exists()
        )

    def _sizes_in(self, kind: str, language: str) -> dict[str, int]:
        rows = PublicListing.objects.filter(name__startswith=f"{kind}:", language=language)
        counted = rows.values("name").annotate(size=Count("pk")).order_by("name")
        return dict(counted.values_list("name", "size"))

    def _sizes(self, kind: str) -> tuple[tuple[str, int], ...]:
        rows = PublicList.objects.filter(name__startswith=f"{kind}:", size__gt=0).order_by("name")
        return tuple(rows.values_list("name", "size"))


def public_paper() -> TablesPaper:
    """What readers have now, for everything but bake."""
    return TablesPaper(read_masthead())


class Shelf:
    """Stories kept in memory by digest, the least recently read thrown out first."""

    def __init__(self, size: int = KEPT) -> None:
        self.size = size
        self.stories: OrderedDict[str, PublishedStory] = OrderedDict()
        self.lock = threading.Lock()

    def get(self, digest: str) -> PublishedStory | None:
        with self.lock:
            if digest in self.stories:
                self.stories.move_to_end(digest)
            return self.stories.get(digest)

    def put(self, digest: str, story: PublishedStory) -> None:
        with self.lock:
            self.stories[digest] = story
            while len(self.stories) > self.size:
                self.stories.popitem(last=False)


def digest_of_story(story: PublishedStory) -> str:
    """Names all of a frozen story; repr() of frozen dataclasses holds every field."""
    return digest_of_bytes(repr(story).encode())


def sizes_of(names: Iterable[str]) -> dict[str, int]:
    """How many stories lists have; 0 for those that nobody knows."""
    sizes = dict.fromkeys(names, 0)
    return sizes | dict(PublicList.objects.filter(pk__in=sizes).values_list("pk", "size"))


VERSION = ("pk", "language", "original", "path")


def _version(row: PublicStory) -> Version:
    return Version(row.pk, row.language, row.original or 0, row.path)


def _families(rows: Iterable[PublicStory]) -> dict[int, set[Version]]:
    """The families of some stories, by the id of the original, read with one query."""
    found: dict[int, set[Version]] = {}
    for row in rows:
        found.setdefault(row.original or row.pk, set()).add(_version(row))
    others = PublicStory.objects.filter(Q(pk__in=list(found)) | Q(original__in=list(found))).only(
        *VERSION
    )
    for row in others:
        found.setdefault(row.original or row.pk, set()).add(_version(row))
    return found


# In plain SQL, as what follows: it is asked for each story page.
FAMILY = """
SELECT story_id FROM stories_publicstory WHERE story_id = %s AND original IS NULL
UNION ALL SELECT story_id FROM stories_publicstory WHERE original = %s
"""

# In plain SQL, since it is asked for each story page: the ORM takes ten times as long to write it.
# Written so that the index on (name, published, story_id) is entered at the place itself.
NEWER = """
SELECT story_id FROM stories_publiclisting WHERE name = %s AND language = %s
AND published >= %s AND NOT (published = %s AND story_id <= %s)
ORDER BY published, story_id LIMIT %s
"""
OLDER = """
SELECT story_id FROM stories_publiclisting WHERE name = %s AND language = %s
AND published <= %s AND NOT (published = %s AND story_id >= %s)
ORDER BY published DESC, story_id DESC LIMIT %s
"""


def neighbours(name: str, key: Key, language: str, *, newer: int, older: int) -> tuple[int, ...]:
    """Ids of the stories of a language around a place in a list, newest first."""
    moment = connection.ops.adapt_datetimefield_value(key[0])
    place = [name, language, moment, moment, key[1]]
    with connection.cursor() as cursor:
        cursor.execute(NEWER, [*place, newer])
        above = [story_id for (story_id,) in cursor.fetchall()]
        cursor.execute(OLDER, [*place, older])
        return (*above[::-1], *(story_id for (story_id,) in cursor.fetchall()))


def newer_than(rows: QuerySet[PublicListing], key: Key) -> QuerySet[PublicListing]:
    later = rows.filter(published__gte=key[0])
    return later.exclude(published=key[0], story_id__lte=key[1])


def _of(name: str) -> QuerySet[PublicListing]:
    return PublicListing.objects.filter(name=name)


def _ids(rows: QuerySet[PublicListing]) -> tuple[int, ...]:
    return tuple(rows.values_list("story_id", flat=True))
