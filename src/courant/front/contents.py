"""The paper's table of contents: who and what stands where, looked up once for all pages."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import islice

from courant.stories.published import (
    Paper,
    PublishedPerson,
    PublishedSection,
    PublishedStory,
    PublishedTopic,
)

A_PAGE = 20
TOP = 5  # stories that editors may put on top
Stories = tuple[PublishedStory, ...]


@dataclass(frozen=True)
class Front:
    """The front page's plan: every story stands in one place only."""

    lead: PublishedStory | None
    secondary: Stories  # beside the lead
    below: Stories  # under it
    opinion: Stories
    latest: Stories
    bands: tuple[tuple[PublishedSection, Stories], ...]
    river: Stories

    @property
    def views(self) -> PublishedSection | None:
        """The section that all shown opinions come from: where there are more of them."""
        sections = {story.section.id: story.section for story in self.opinion}
        return next(iter(sections.values())) if len(sections) == 1 else None


@dataclass(frozen=True)
class Contents:
    """One Paper with its indexes. Order inside each list is the paper's: newest first."""

    paper: Paper

    @cached_property
    def newest(self) -> datetime | None:
        """The newest story's time: the only "now" that pages know."""
        return max((story.published for story in self.paper.stories), default=None)

    @cached_property
    def paths(self) -> frozenset[str]:
        """The addresses of stories, sections, topics and people that have a page."""
        paper = self.paper
        lists = (paper.stories, paper.sections, paper.topics, paper.people)
        return frozenset(thing.path for things in lists for thing in things)

    @cached_property
    def by_path(self) -> dict[str, PublishedStory]:
        return {story.path: story for story in self.paper.stories}

    def of_section(self, section: PublishedSection) -> Stories:
        return self._by_section.get(section.id, ())

    def of_person(self, person: PublishedPerson) -> Stories:
        return self._by_person.get(person.id, ())

    def of_topic(self, topic: PublishedTopic) -> Stories:
        return self._by_topic.get(topic.path, ())

    def related(self, story: PublishedStory, count: int = 3) -> Stories:
        """What to read next: the most shared topics first, then the section's newest."""
        shared: dict[int, int] = {}
        found: dict[int, PublishedStory] = {}
        for topic in story.topics:
            for other in islice(self.of_topic(topic), 50):
                shared[other.id] = shared.get(other.id, 0) + 1
                found[other.id] = other
        ranked = sorted(found.values(), key=lambda other: -shared[other.id])
        section = islice(self.of_section(story.section), count + 10)
        candidates = {other.id: other for other in (*ranked, *section)}
        good = (o for o in candidates.values() if o.id != story.id and o.language == story.language)
        return tuple(islice(good, count))

    def front(self) -> Front:
        """Editors' picks lead, in their order; the newest news fills what they left open."""
        paper = self.paper
        own = [s for s in paper.stories if s.language == paper.language] or list(paper.stories)
        picked = paper.picked()
        known = {story.id for story in picked}
        fill = (s for s in own if s.kind != "opinion" and s.id not in known)
        top = (*picked[:TOP], *islice(fill, max(0, TOP - len(picked))))
        used = {story.id for story in top}

        def take(stories: Stories | list[PublishedStory], count: int) -> Stories:
            taken = tuple(islice((s for s in stories if s.id not in used), count))
            used.update(story.id for story in taken)
            return taken

        opinion = take([s for s in own if s.kind == "opinion"], 3)
        latest = take(own, 4)
        bands = tuple((s, _pictured_first(take(self.of_section(s), 6))) for s in paper.sections)
        return Front(
            lead=top[0] if top else None,
            secondary=top[1:3],
            below=top[3:],
            opinion=opinion,
            latest=latest,
            bands=tuple((section, stories) for section, stories in bands if stories),
            river=take(list(paper.stories), 24),
        )

    @cached_property
    def _by_section(self) -> dict[int, Stories]:
        found: dict[int, list[PublishedStory]] = {}
        for story in self.paper.stories:
            found.setdefault(story.section.id, []).append(story)
        return {key: tuple(stories) for key, stories in found.items()}

    @cached_property
    def _by_person(self) -> dict[int, Stories]:
        found: dict[int, dict[int, PublishedStory]] = {}
        for story in self.paper.stories:
            for byline in story.bylines:
                if byline.person:
                    found.setdefault(byline.person.id, {})[story.id] = story
        return {key: tuple(stories.values()) for key, stories in found.items()}

    @cached_property
    def _by_topic(self) -> dict[str, Stories]:
        found: dict[str, dict[int, PublishedStory]] = {}
        for story in self.paper.stories:
            for topic in story.topics:
                found.setdefault(topic.path, {})[story.id] = story
        return {key: tuple(stories.values()) for key, stories in found.items()}


def _pictured_first(stories: Stories) -> Stories:
    """The newest with a picture is shown large."""
    return tuple(sorted(stories[:4], key=lambda story: story.lead_photo is None)) + stories[4:]


@dataclass(frozen=True)
class Archive:
    """A list cut into pages that never shift: page 1 holds the oldest twenty for good.

    The list's own page shows the newest; only full pages exist, so what is on one stays on it
    (unless a story of the list is killed).
    """

    path: str
    stories: Stories

    @property
    def newest(self) -> Stories:
        return self.stories[:A_PAGE]

    @property
    def pages(self) -> range:
        return range(1, len(self.stories) // A_PAGE + 1) if len(self.stories) > A_PAGE else range(0)

    def on_page(self, number: int) -> Stories:
        """The stories of a page, newest first."""
        end = len(self.stories) - (number - 1) * A_PAGE
        return self.stories[end - A_PAGE : end]

    def path_of(self, number: int) -> str:
        return f"{self.path}page/{number}/"

    @property
    def earlier(self) -> str:
        """The page that goes on where the newest end; "" when they are all."""
        rest = len(self.stories) - A_PAGE
        return self.path_of((rest - 1) // A_PAGE + 1) if rest > 0 else ""

    def neighbours(self, number: int) -> tuple[str, str]:
        """Addresses of the earlier and the later page; the last one's later is the list itself."""
        earlier = self.path_of(number - 1) if number > 1 else ""
        later = self.path_of(number + 1) if number + 1 in self.pages else self.path
        return earlier, later
