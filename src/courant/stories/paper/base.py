"""The paper as outputs ask for it. Every answer is noted as read: that is how bake knows what to
make again.

Lists are asked for by name and in parts, since a part of a list stays when the rest of it changes.
A list's name says what its stories have in common: "all", "language:en", "section:9", "topic:4",
"person:8", "opinion:en", "live:en", "month:2026-11",
"corrected:all". Of a list one may ask for the stories of one language.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from courant.lib.reads import note
from courant.stories.published import (
    FrontChoices,
    MachineRules,
    Masthead,
    Moved,
    PublishedCard,
    PublishedPage,
    PublishedPerson,
    PublishedSection,
    PublishedStory,
    PublishedTopic,
)
from courant.stories.searched import Stack, joined, stacks_of
from courant.stories.versions import Version, one_a_language

Key = tuple[datetime, int]
"""A story's place in every list: when it was published, then its id."""

FIXED = frozenset(
    {
        *("/", "/about/", "/archive/", "/corrections/", "/newsletters/", "/people/", "/search/"),
        *("/podcast/", "/topics/"),
    }
)
BEFORE, AFTER = 12, 4  # how many older and newer neighbours a story has


@dataclass(frozen=True)
class Row:
    """What a sitemap says of a story."""

    path: str
    changed: datetime
    versions: tuple[Version, ...] = ()  # itself and those in other languages; none if it is alone


class Paper(ABC):
    """One reading of everything that is public. Outputs read nothing else of the newsroom."""

    masthead: Masthead

    @property
    def name(self) -> str:
        return self.masthead.name

    @property
    def tagline(self) -> str:
        return self.masthead.tagline

    @property
    def language(self) -> str:
        return self.masthead.language

    @property
    def time_zone(self) -> str:
        return self.masthead.time_zone

    @property
    def url(self) -> str:
        return self.masthead.url

    @property
    def about(self) -> str:
        return self.masthead.about

    @property
    def notice(self) -> str:
        return self.masthead.notice

    @property
    def sections(self) -> tuple[PublishedSection, ...]:
        """In menu order."""
        return self.masthead.sections

    @property
    def machines(self) -> MachineRules:
        return self.masthead.machines

    # ── One thing ─────────────────────────────────────────────────────────────────────────────────

    def story(self, story_id: int) -> PublishedStory | None:
        """The whole of a public story."""
        note(f"story:{story_id}")
        return self._story(story_id)

    def whole_stories(self, story_ids: Iterable[int]) -> tuple[PublishedStory, ...]:
        """The whole of these stories, in their order, without those that are not public."""
        ids = tuple(story_ids)
        for story_id in ids:
            note(f"story:{story_id}")
        self.warm(ids)
        found = (self._story(story_id) for story_id in ids)
        return tuple(story for story in found if story)

    def warm(self, story_ids: Iterable[int]) -> Sequence[PublishedStory]:
        """Have stories at hand that are asked for next; returns those that can be read."""
        found = (self._story(story_id) for story_id in story_ids)
        return [story for story in found if story]

    def cards(self, story_ids: Iterable[int]) -> tuple[PublishedCard, ...]:
        """What lists show of these stories, in their order, without those that are not public."""
        ids = tuple(story_ids)
        for story_id in ids:
            note(f"card:{story_id}")
        found = self._cards(ids)
        return tuple(found[story_id] for story_id in ids if story_id in found)

    def versions(self, story: PublishedCard) -> tuple[PublishedCard, ...]:
        """What tells the same story in other languages, one a language."""
        note(f"versions:{story.id}")
        family = self._family(story.original or story.id)
        others = self.cards(story_id for story_id in family if story_id != story.id)
        found = one_a_language((story, *others))
        return tuple(card for card in found if card is not story) if story in found else ()

    def person(self, person_id: int) -> PublishedPerson | None:
        """Somebody who stands over a public story."""
        note(f"person:{person_id}")
        return self._person(person_id)

    def topic(self, topic_id: int) -> PublishedTopic | None:
        """A topic with a public story."""
        note(f"topic:{topic_id}")
        return self._topic(topic_id)

    def section(self, section_id: int) -> PublishedSection | None:
        """A section of the menu."""
        return next((s for s in self.sections if s.id == section_id), None)

    def page(self, page_id: int) -> PublishedPage | None:
        """A public page that is no story, whole."""
        note(f"page:{page_id}")
        return self._page(page_id)

    # ── Lists ─────────────────────────────────────────────────────────────────────────────────────

    def listing(self, name: str) -> "Listing":
        return Listing(self, name)

    def people(self) -> tuple[PublishedPerson, ...]:
        """Who stands over a public story, by name. A name over a draft may be the secret itself."""
        note("people")
        return self._people()

    def topics(self) -> tuple[tuple[PublishedTopic, int], ...]:
        """Topics by name, each with the number of its stories."""
        note("topics")
        return self._topics()

    def months(self) -> tuple[tuple[str, int], ...]:
        """The months that have a story, "2026-11", the newest first, each with its stories."""
        note("months")
        return self._months()

    def languages(self) -> tuple[str, ...]:
        """The languages that have a story."""
        note("languages")
        return tuple(name.partition(":")[2] for name in self._names("language"))

    def chosen(self) -> FrontChoices:
        """What editors chose for the front page; ask `cards` which of it is public."""
        note("picks")
        return self._chosen()

    def moved(self, moved_id: int) -> Moved | None:
        """An old address of something that is public, while nothing else stands there."""
        note(f"redirect:{moved_id}")
        return self._moved(moved_id)

    def all_moved(self) -> tuple[Moved, ...]:
        note("redirects")
        return self._all_moved()

    def stands_at(self, path: str) -> bool:
        """Whether something public of today has this address."""
        note(f"path:{path}")
        parts = path.strip("/").split("/")
        if len(parts) == 2 and parts[0] in ("people", "topics"):
            return self._has_named_page(*parts)
        own = {each.path for each in self.sections} | {each.path for each in self.masthead.pages}
        fixed = path in FIXED | own
        return fixed or self._has_story_at(path)

    def is_gone(self, path: str) -> bool:
        """Whether a story that stood there was taken back."""
        note(f"gone:{path}")
        return path in self._gone(path)

    def was_taken_back(self, story_id: int) -> bool:
        """Whether this story was public and was taken back, now or before."""
        note(f"story:{story_id}")
        paths = self._gone_paths(story_id)
        for path in paths:
            note(f"gone:{path}")  # another story may come to stand there
        return bool(paths)

    # ── What search knows ─────────────────────────────────────────────────────────────────────────

    def words(self, stack: Stack, part: str) -> str:
        """A part of a stack, as `stories.searched` lays it out."""
        note(f"words:{stack.number}:{part}")
        return joined(stack, part, self._shards(stack, stack.shards(part)))

    def stack(self, number: int) -> Stack | None:
        """How a stack is laid out."""
        note(f"stack:{number}")
        return next((stack for stack in self.stacks() if stack.number == number), None)

    def stacks(self) -> tuple[Stack, ...]:
        """The stacks of volumes, for those who make everything."""
        return stacks_of(self._volumes())

    def searched(self) -> tuple[tuple[Stack, int], ...]:
        """The stacks, each with how many stories are in it."""
        note("words")
        sizes = self._volume_sizes()
        return tuple(
            (stack, sum(n for volume, n in sizes.items() if stack.first <= volume < stack.end))
            for stack in stacks_of(sizes)
        )

    # ── What there is, for those who make everything ──────────────────────────────────────────────

    def story_ids(self) -> Iterator[int]:
        """Ids of all public stories."""
        return self._story_ids()

    def gone(self) -> Iterator[str]:
        """All addresses of stories that were taken back."""
        return iter(self._gone())

    def gone_stories(self) -> Iterator[int]:
        """Ids of stories that were taken back, also of those that are back elsewhere."""
        return iter(self._gone().values())

    def list_names(self, kind: str) -> tuple[str, ...]:
        """The names of the lists of a kind that have a story: "person" -> "person:8", …"""
        return self._names(kind)

    def has_in(self, name: str, language: str) -> bool:
        """Whether a list has a story in a language, or is about to have one."""
        note(f"list:{name}:language:{language}")
        return self._has_in(name, language)

    def list_sizes_in(self, kind: str, language: str) -> dict[str, int]:
        """The lists of a kind that have stories in a language, each with how many."""
        note(f"{kind}s-in:{language}")
        return self._sizes_in(kind, language)

    # ── What a backend answers ────────────────────────────────────────────────────────────────────

    @abstractmethod
    def _story(self, story_id: int) -> PublishedStory | None: ...

    @abstractmethod
    def _cards(self, story_ids: Sequence[int]) -> dict[int, PublishedCard]: ...

    @abstractmethod
    def _family(self, original: int) -> tuple[int, ...]:
        """Ids of a story and its versions, of those that are public."""

    @abstractmethod
    def _person(self, person_id: int) -> PublishedPerson | None: ...

    @abstractmethod
    def _topic(self, topic_id: int) -> PublishedTopic | None: ...

    @abstractmethod
    def _people(self) -> tuple[PublishedPerson, ...]: ...

    @abstractmethod
    def _topics(self) -> tuple[tuple[PublishedTopic, int], ...]: ...

    @abstractmethod
    def _page(self, page_id: int) -> PublishedPage | None: ...

    @abstractmethod
    def _months(self) -> tuple[tuple[str, int], ...]: ...

    @abstractmethod
    def _chosen(self) -> FrontChoices: ...

    @abstractmethod
    def _moved(self, moved_id: int) -> Moved | None: ...

    @abstractmethod
    def _all_moved(self) -> tuple[Moved, ...]: ...

    @abstractmethod
    def _size(self, name: str) -> int: ...

    @abstractmethod
    def _newest(
        self, name: str, count: int, since: datetime | None = None, language: str = ""
    ) -> tuple[int, ...]:
        """Ids of the newest stories of a list, newest first; of one language, if it is named."""

    @abstractmethod
    def _oldest(self, name: str, first: int, count: int) -> tuple[int, ...]:
        """Ids of a stretch of a list, counted from the oldest, oldest first."""

    @abstractmethod
    def _neighbours(self, name: str, key: Key, language: str) -> tuple[int, ...]:
        """The `BEFORE` older and `AFTER` newer stories of a language around a place, newest first.

        What stands at the place itself is left out.
        """

    @abstractmethod
    def _rows(self, name: str, first: int, count: int) -> tuple[Row, ...]: ...

    @abstractmethod
    def _names(self, kind: str) -> tuple[str, ...]: ...

    @abstractmethod
    def _shards(self, stack: Stack, shards: range) -> Iterator[tuple[int, str]]:
        """These shards of the volumes of a stack, each with its volume, in their order."""

    @abstractmethod
    def _has_in(self, name: str, language: str) -> bool: ...

    @abstractmethod
    def _sizes_in(self, kind: str, language: str) -> dict[str, int]:
        """How many stories in a language each list of a kind has, without those that have none."""

    @abstractmethod
    def _volumes(self) -> Iterable[int]:
        """The volumes that have stories."""

    @abstractmethod
    def _volume_sizes(self) -> Mapping[int, int]:
        """How many stories are in each of them."""

    @abstractmethod
    def _story_ids(self) -> Iterator[int]: ...

    @abstractmethod
    def _gone(self, path: str = "") -> Mapping[str, int]:
        """Ids of stories that were taken back by their addresses, all or of one."""

    @abstractmethod
    def _gone_paths(self, story_id: int) -> Sequence[str]: ...

    @abstractmethod
    def _has_story_at(self, path: str) -> bool: ...

    @abstractmethod
    def _has_named_page(self, kind: str, slug: str) -> bool:
        """Whether /people/slug/ or /topics/slug/ is a page of today."""


@dataclass(frozen=True)
class Listing:
    """One list of stories, newest first, read in parts."""

    paper: Paper
    name: str

    @property
    def size(self) -> int:
        note(f"list:{self.name}:size")
        return self.paper._size(self.name)

    def reaches(self, count: int) -> bool:
        """Whether it has so many stories: for those whom each single one does not concern."""
        note(f"list:{self.name}:reaches:{count}")
        return self.paper._size(self.name) >= count

    def newest(self, count: int, since: datetime | None = None) -> tuple[PublishedCard, ...]:
        return self.paper.cards(self.newest_ids(count, since))

    def newest_ids(self, count: int, since: datetime | None = None) -> tuple[int, ...]:
        """For those who read the stories whole, such as feeds; only those since a moment."""
        note(f"list:{self.name}:newest:{count}")
        return self.paper._newest(self.name, count, since)

    def newest_in(self, language: str, count: int) -> tuple[PublishedCard, ...]:
        """The newest stories in a language."""
        note(f"list:{self.name}:language:{language}")
        return self.paper.cards(self.paper._newest(self.name, count, language=language))

    def page(self, number: int, size: int) -> tuple[PublishedCard, ...]:
        """The stories of a page, newest first. Page 1 has the oldest `size` stories for good."""
        note(f"list:{self.name}:page:{size}:{number}")
        return self.paper.cards(self.paper._oldest(self.name, (number - 1) * size, size)[::-1])

    def rows(self, number: int, size: int) -> tuple[Row, ...]:
        """Address and last change of the stories of a page, oldest first."""
        note(f"list:{self.name}:rows:{size}:{number}")
        return self.paper._rows(self.name, (number - 1) * size, size)

    def around(self, story: PublishedCard) -> tuple[int, ...]:
        """Ids of the story's neighbours in its language: they stay when the list grows."""
        note(f"around:{self.name}:{story.id}")
        return self.paper._neighbours(self.name, (story.published, story.id), story.language)
