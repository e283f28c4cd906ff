"""A paper held in memory: for tests, for checking, and for papers that are read whole."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from itertools import islice

from courant.stories.lists import lists_of
from courant.stories.paper.base import AFTER, BEFORE, Key, Paper, Row
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
from courant.stories.searched import Stack, Weights, changed, cut, place_of, weights_of
from courant.stories.versions import Version, rows_of


class MemoryPaper(Paper):
    """Made from stories in any order."""

    def __init__(
        self,
        masthead: Masthead,
        stories: Iterable[PublishedStory] = (),
        *,
        moved: Iterable[Moved] = (),
        chosen: FrontChoices | None = None,
        pages: Iterable[PublishedPage] = (),
        gone: Mapping[str, int] | None = None,
    ) -> None:
        self.masthead = masthead
        self.stories = tuple(sorted(stories, key=key_of, reverse=True))
        self.old_addresses, self.front = tuple(moved), chosen or FrontChoices()
        self.taken_back = dict(gone or {})
        self.pages = {page.id: page for page in pages}

    @cached_property
    def by_id(self) -> dict[int, PublishedStory]:
        return {story.id: story for story in self.stories}

    @cached_property
    def lists(self) -> dict[str, list[PublishedStory]]:
        """Oldest first."""
        found: dict[str, list[PublishedStory]] = {}
        for story in reversed(self.stories):
            for name in lists_of(story):
                found.setdefault(name, []).append(story)
        return found

    def _story(self, story_id: int) -> PublishedStory | None:
        return self.by_id.get(story_id)

    def _cards(self, story_ids: Sequence[int]) -> dict[int, PublishedCard]:
        return {i: self.by_id[i].card for i in story_ids if i in self.by_id}

    @cached_property
    def families(self) -> dict[int, tuple[Version, ...]]:
        """An original and its versions, by the original's id."""
        found: dict[int, tuple[Version, ...]] = {}
        for story in self.stories:
            first = story.original or story.id
            version = Version(story.id, story.language, story.original, story.path)
            found[first] = (*found.get(first, ()), version)
        return found

    def _family(self, original: int) -> tuple[int, ...]:
        return tuple(version.id for version in self.families.get(original, ()))

    def _person(self, person_id: int) -> PublishedPerson | None:
        return next((person for person in self._people() if person.id == person_id), None)

    def _topic(self, topic_id: int) -> PublishedTopic | None:
        return next((topic for topic, _ in self._topics() if topic.id == topic_id), None)

    def _people(self) -> tuple[PublishedPerson, ...]:
        found = {b.person.id: b.person for s in self.stories for b in s.bylines if b.person}
        return tuple(sorted(found.values(), key=lambda person: (person.name.casefold(), person.id)))

    def _topics(self) -> tuple[tuple[PublishedTopic, int], ...]:
        found = {topic.id: topic for story in self.stories for topic in story.topics}
        topics = sorted(found.values(), key=lambda topic: (topic.name.casefold(), topic.id))
        return tuple((topic, self._size(f"topic:{topic.id}")) for topic in topics)

    def _page(self, page_id: int) -> PublishedPage | None:
        return self.pages.get(page_id)

    def _months(self) -> tuple[tuple[str, int], ...]:
        names = reversed(self._names("month"))
        return tuple((name.partition(":")[2], self._size(name)) for name in names)

    def _chosen(self) -> FrontChoices:
        return self.front

    def _moved(self, moved_id: int) -> Moved | None:
        return next((moved for moved in self.old_addresses if moved.id == moved_id), None)

    def _all_moved(self) -> tuple[Moved, ...]:
        return self.old_addresses

    def _size(self, name: str) -> int:
        return len(self.lists.get(name, ()))

    def _newest(
        self, name: str, count: int, since: datetime | None = None, language: str = ""
    ) -> tuple[int, ...]:
        newest = (s for s in reversed(self.lists.get(name, [])) if language in ("", s.language))
        some = islice(newest, count)
        return tuple(story.id for story in some if since is None or story.published >= since)

    def _oldest(self, name: str, first: int, count: int) -> tuple[int, ...]:
        return tuple(story.id for story in self.lists.get(name, [])[first : first + count])

    def _neighbours(self, name: str, key: Key, language: str) -> tuple[int, ...]:
        stories = [story for story in self.lists.get(name, []) if story.language == language]
        at = bisect_left(stories, key, key=key_of)
        after = at + (at < len(stories) and key_of(stories[at]) == key)
        window = stories[max(0, at - BEFORE) : at] + stories[after : after + AFTER]
        return tuple(story.id for story in reversed(window))

    def _rows(self, name: str, first: int, count: int) -> tuple[Row, ...]:
        stories = self.lists.get(name, [])[first : first + count]
        return tuple(map(self._row, stories))

    def _row(self, story: PublishedStory) -> Row:
        family = self.families[story.original or story.id]
        itself = next(version for version in family if version.id == story.id)
        return Row(story.path, story.changed, rows_of(itself, family))

    @cached_property
    def shards(self) -> dict[tuple[int, int], str]:
        """What search knows, by volume and shard."""
        pieces: dict[tuple[int, int], dict[int, Weights]] = {}
        for story in self.stories:
            volume, number = place_of(story.id)
            for shard, weights in cut(weights_of(story)).items():
                pieces.setdefault((volume, shard), {})[number] = weights
        return {place: changed("", pieces[place])[0] for place in sorted(pieces)}

    def _shards(self, stack: Stack, shards: range) -> Iterator[tuple[int, str]]:
        for (volume, shard), text in self.shards.items():
            if stack.first <= volume < stack.end and shard in shards:
                yield volume, text

    def _volumes(self) -> Iterable[int]:
        return self._volume_sizes()

    def _volume_sizes(self) -> Mapping[int, int]:
        return Counter(place_of(story.id)[0] for story in self.stories)

    def _story_ids(self) -> Iterator[int]:
        return iter(self.by_id)

    def _gone(self, path: str = "") -> Mapping[str, int]:
        return self.taken_back

    def _gone_paths(self, story_id: int) -> Sequence[str]:
        return [path for path, gone in self.taken_back.items() if gone == story_id]

    def _has_story_at(self, path: str) -> bool:
        return any(story.path == path for story in self.stories)

    def _has_named_page(self, kind: str, slug: str) -> bool:
        things = self._people() if kind == "people" else [topic for topic, _ in self._topics()]
        return any(thing.path == f"/{kind}/{slug}/" for thing in things)

    def _names(self, kind: str) -> tuple[str, ...]:
        return tuple(sorted(name for name in self.lists if name.startswith(f"{kind}:")))

    def _has_in(self, name: str, language: str) -> bool:
        return any(story.language == language for story in self.lists.get(name, ()))

    def _sizes_in(self, kind: str, language: str) -> dict[str, int]:
        counted = {
            name: sum(story.language == language for story in self.lists[name])
            for name in self._names(kind)
        }
        return {name: size for name, size in counted.items() if size}


def key_of(story: PublishedCard) -> Key:
    return story.published, story.id
