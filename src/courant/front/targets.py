"""Every kind of file of the paper. Start here: `KINDS` lists them, what others link to first."""

from collections.abc import Callable, Iterable, Iterator
from typing import ClassVar

from django.conf import settings

from courant.front import record, render, rules, sitemaps
from courant.front.assets import assets
from courant.front.contents import has_page, pages
from courant.front.feeds import FEEDS
from courant.front.kind import Kind
from courant.front.lite import LiteSections, LiteStories, lite_front
from courant.front.made import Made
from courant.front.oembed import StoryCards
from courant.front.offline import manifest, offline_page, worker
from courant.front.old_places import Gone, LiteGone, LiteMoves, Moves
from courant.front.podcast import Podcasts
from courant.front.podcast_page import podcast_page
from courant.front.search import SearchCards, SearchWords, search_index, search_page
from courant.front.sheet import Press
from courant.front.tongues import TONGUES
from courant.stories.index import Delta
from courant.stories.lists import CORRECTED, keys_of
from courant.stories.paper import Paper
from courant.stories.published import PublishedFront, PublishedStory

ONLY = "-"  # the key of the one file of its kind


class Assets(Kind):
    """Stylesheet, scripts, fonts: named by their content."""

    name, order = "asset", 0
    for_all = True

    def keys(self, paper: Paper) -> Iterator[str]:
        return (file.path for file in assets())

    def make(self, press: Press, key: str) -> Made | None:
        return next((Made(a.path, a.read()) for a in assets() if a.path == key), None)


class Single(Kind):
    """A kind with one file, on papers that want it."""

    def __init__(
        self,
        name: str,
        order: int,
        make: Callable[[Press], Made],
        wanted: Callable[[Paper], bool] = lambda paper: True,
    ) -> None:
        self.name, self.order = name, order  # type: ignore[misc]
        self._make, self._wanted = make, wanted

    def keys(self, paper: Paper) -> Iterator[str]:
        return iter([ONLY] if self._wanted(paper) else [])

    def make(self, press: Press, key: str) -> Made | None:
        return self._make(press) if self._wanted(press.paper) else None


class Lists(Kind):
    """The own page of each section, person, topic or month, with its newest stories."""

    def __init__(self, name: str, make: Callable[[Press, str, int], Made | None]) -> None:
        self.name, self.order = name, 30  # type: ignore[misc]
        self._make = make

    def keys(self, paper: Paper) -> Iterator[str]:
        return (name.partition(":")[2] for name in paper.list_names(self.name))

    def touched(self, delta: Delta) -> Iterable[str]:
        return delta.begun_or_ended(self.name)

    def needed_by(self, story: PublishedStory) -> Iterable[str]:
        return keys_of(story, self.name) if self.name in ("person", "topic") else ()

    def make(self, press: Press, key: str) -> Made | None:
        return self._make(press, key, 0)


class Sections(Lists):
    """Sections have a page from the moment they are public, with or without stories."""

    def keys(self, paper: Paper) -> Iterator[str]:
        return (str(section.id) for section in paper.sections)

    def needed_by(self, story: PublishedStory) -> Iterable[str]:
        return [str(story.section.id)]


class Corrections(Lists):
    """What was put right: the page is there from the first day, with or without an entry."""

    def keys(self, paper: Paper) -> Iterator[str]:
        return iter([CORRECTED.partition(":")[2]])

    def touched(self, delta: Delta) -> Iterable[str]:
        return ()


class Standing(Kind):
    """Pages that are no stories."""

    name, order = "page", 40

    def keys(self, paper: Paper) -> Iterator[str]:
        return (str(page.id) for page in paper.masthead.pages)

    def make(self, press: Press, key: str) -> Made | None:
        standing = press.paper.page(int(key))
        return render.standing_page(press, standing) if standing else None


class Archives(Kind):
    """The older stories of a list, in pages that are numbered from the oldest."""

    def __init__(self, of: str, make: Callable[[Press, str, int], Made | None]) -> None:
        self.name, self.order = f"{of}-archive", 20  # type: ignore[misc]
        self.of, self._make = of, make

    def keys(self, paper: Paper) -> Iterator[str]:
        for name in paper.list_names(self.of):
            for number in range(1, pages(paper.listing(name).size) + 1):
                yield f"{name.partition(':')[2]}/{number}"

    def touched(self, delta: Delta) -> Iterable[str]:
        for change in delta.changes_of(self.of):
            few, many = sorted((pages(change.size_before), pages(change.size_after)))
            for number in range(few + 1, many + 1):
                yield f"{change.name.partition(':')[2]}/{number}"

    def rank(self, key: str) -> int:
        """The newest page first: the one before it gets a link to it."""
        return -int(key.partition("/")[2])

    def make(self, press: Press, key: str) -> Made | None:
        of, _, number = key.partition("/")
        if not has_page(press.paper.listing(f"{self.of}:{of}"), int(number)):
            return None
        return self._make(press, of, int(number))


class Stories(Kind):
    """The page of each story."""

    name, order = "story", 10
    home: ClassVar[bool] = True
    of_story: ClassVar[bool] = True
    goes_at_once: ClassVar[bool] = True

    def keys(self, paper: Paper) -> Iterator[str]:
        return (str(number) for number in paper.story_ids())

    def touched(self, delta: Delta) -> Iterable[str]:
        return map(str, delta.stories)

    def make(self, press: Press, key: str) -> Made | None:
        story = press.paper.story(int(key))
        return render.story_page(press, story) if story else None


class StorySitemaps(Kind):
    """The addresses of the stories of each language, a thousand to a file."""

    name, order = "sitemap-language", 60

    def keys(self, paper: Paper) -> Iterator[str]:
        for name in paper.list_names("language"):
            for number in range(sitemaps.files(paper.listing(name).size)):
                yield f"{name.partition(':')[2]}/{number + 1}"

    def touched(self, delta: Delta) -> Iterable[str]:
        for change in delta.changes_of("language"):
            few, many = sorted(map(sitemaps.files, (change.size_before, change.size_after)))
            for number in range(few + 1, many + 1):
                yield f"{change.name.partition(':')[2]}/{number}"

    def make(self, press: Press, key: str) -> Made | None:
        language, _, number = key.partition("/")
        return sitemaps.of_stories(press.paper, language, int(number))


class Fronts(Kind):
    """The fronts in other languages than the paper's own, and what each of them has of its own."""

    def __init__(
        self, name: str, order: int, make: Callable[[Press, PublishedFront], Made]
    ) -> None:
        self.name, self.order = name, order  # type: ignore[misc]
        self._make = make

    def keys(self, paper: Paper) -> Iterator[str]:
        return (front.language for front in paper.masthead.fronts)

    def make(self, press: Press, key: str) -> Made | None:
        front = press.paper.masthead.other_front(key)
        return self._make(press, front) if front else None


def section_page(press: Press, key: str, number: int) -> Made | None:
    section = press.paper.section(int(key))
    return render.section_page(press, section, number) if section else None


def person_page(press: Press, key: str, number: int) -> Made | None:
    person = press.paper.person(int(key))
    return render.person_page(press, person, number) if person else None


def topic_page(press: Press, key: str, number: int) -> Made | None:
    topic = press.paper.topic(int(key))
    return render.topic_page(press, topic, number) if topic else None


KINDS: tuple[Kind, ...] = (
    Assets(),
    Gone(),
    Stories(),
    *(
        archive
        for of, own, make in (
            ("section", Sections, section_page),
            ("person", Lists, person_page),
            ("topic", Lists, topic_page),
            ("month", Lists, record.month_page),
            ("corrected", Corrections, record.corrections_page),
        )
        for archive in (Archives(of, make), own(of, make))
    ),
    *TONGUES,
    Standing(),
    Single("archive", 40, record.archive_page),
    Single("topics", 40, render.topics_page),
    Single("people", 40, render.people_page),
    Single("about", 40, render.about_page),
    Single("podcast-page", 40, podcast_page),
    Single("search", 43, search_page),
    Single("offline", 44, offline_page),
    Single("manifest", 44, manifest),
    Single("worker", 45, worker),
    Single("front", 45, render.front_page),
    Fronts("language-front", 45, render.front_page),
    Fronts("language-search", 43, search_page),
    Fronts("language-people", 40, render.people_page),
    Fronts("language-podcast-page", 40, podcast_page),
    Fronts("language-topics", 40, render.topics_page),
    StoryCards(),
    LiteGone(),
    LiteStories(),
    LiteSections(),
    Single("lite", 48, lite_front),
    Fronts("lite-front", 48, lite_front),
    Single("missing", 45, render.missing_page),
    *FEEDS,
    Podcasts(),
    Single(
        "sitemap-pages",
        60,
        lambda press: sitemaps.of_pages(press.paper, ["/newsletters/"] if press.box else []),
    ),
    StorySitemaps(),
    Single("sitemap", 65, lambda press: sitemaps.index(press.paper)),
    Single("news-sitemap", 65, lambda press: sitemaps.of_news(press.paper)),
    Single("robots", 65, rules.robots),
    Single("license", 65, rules.licence),
    Single(
        "indexnow", 65, rules.indexnow_key, lambda paper: bool(settings.COURANT_INDEXNOW["key"])
    ),
    Single("llms", 65, rules.guide, lambda paper: paper.machines.guide),
    # One story changes most shards of its volume: readers of pages and feeds do not wait for them.
    SearchWords(),
    SearchCards(),
    Single("search-index", 68, search_index),
    Moves(),
    LiteMoves(),
)
