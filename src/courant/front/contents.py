"""What stands where: the plan of the front page, what to read next, archives."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from courant.stories.lists import ALL, LANGUAGE
from courant.stories.paper import Listing, Paper
from courant.stories.published import (
    FrontChoices,
    PublishedCard,
    PublishedFront,
    PublishedSection,
    PublishedStory,
    Subheading,
    Update,
)

A_PAGE = 20
TOP = 5  # stories that editors may put on top
SPARE = 3  # neighbours looked at beyond those shown, since one may have gone
LATEST, BAND, RIVER, OPINIONS = 4, 6, 24, 3
IMPORTANT = 5
LAST_UPDATES, FEWEST_POINTS = 5, 3
FRONT = 60  # newest stories that the front page chooses from
Cards = tuple[PublishedCard, ...]


@dataclass(frozen=True)
class Bar:
    """What stands above all else: breaking news, or live coverage."""

    label: str  # breaking, live
    text: str
    language: str
    story: PublishedCard


@dataclass(frozen=True)
class Front:
    """The front page's plan: every story stands in one place only, the bar apart."""

    bar: Bar | None
    important: Cards
    lead: PublishedCard | None
    secondary: Cards  # beside the lead
    below: Cards  # under it
    opinion: Cards
    latest: Cards
    bands: tuple[tuple[PublishedSection, Cards], ...]
    river: Cards
    newest: datetime | None  # the newest story's time: the only "now" that pages know

    @property
    def views(self) -> PublishedSection | None:
        """The section that all shown opinions come from: where there are more of them."""
        sections = {story.section.id: story.section for story in self.opinion}
        return next(iter(sections.values())) if len(sections) == 1 else None

    @property
    def stories(self) -> Cards:
        """All that it shows."""
        top = (self.lead,) if self.lead else ()
        bands = (story for _, stories in self.bands for story in stories)
        return (
            *self.important,
            *top,
            *self.secondary,
            *self.below,
            *self.opinion,
            *self.latest,
            *bands,
            *self.river,
        )


def front(paper: Paper, page: PublishedFront | None = None) -> Front:
    """What editors chose stands first, in their order; the newest fills what they left open.

    On a paper with several fronts each has the stories of its language, and of what editors chose
    those stories, or the versions of them, that are in its language. None: the paper's own.
    """
    page = page or paper.masthead.every_front[0]
    own = paper.listing(f"{LANGUAGE}{page.language}").newest(FRONT)
    everything = own if paper.masthead.fronts else paper.listing(ALL).newest(FRONT)
    own = own or everything
    chosen = paper.chosen()
    picked = _here(paper, chosen.top, page)
    first, views = _here(paper, chosen.important, page), _here(paper, chosen.opinion, page)
    known = {story.id for story in (*picked, *first, *views)}
    fill = (s for s in own if s.kind != "opinion" and s.id not in known)
    top = (*picked[:TOP], *islice(fill, max(0, TOP - len(picked))))
    used = {story.id for story in top}

    def take(stories: Iterable[PublishedCard], count: int) -> Cards:
        free = {s.id: s for s in stories if s.id not in used}  # one may be chosen and new
        taken = tuple(islice(free.values(), count))
        used.update(story.id for story in taken)
        return taken

    important = take(first, IMPORTANT)
    opinion = take((*views, *_opinions(paper, page)), OPINIONS)
    latest = take(own, LATEST)
    bands = tuple(
        (section, _pictured_first(take(_of_section(paper, section, page), BAND)))
        for section in paper.masthead.sections_on(page)
    )
    return Front(
        bar=_bar(paper, chosen, page),
        important=important,
        lead=top[0] if top else None,
        secondary=top[1:3],
        below=top[3:],
        opinion=opinion,
        latest=latest,
        bands=tuple((section, stories) for section, stories in bands if stories),
        river=take(everything, RIVER),
        newest=everything[0].published if everything else None,
    )


def _here(paper: Paper, chosen: Iterable[int], page: PublishedFront) -> Cards:
    """What of these stories, or which version of each, belongs to a front: once, in their order."""
    found: dict[int, PublishedCard] = {}
    for card in paper.cards(chosen):
        told = (card,) if _belongs(paper, card, page) else paper.versions(card)
        found |= {each.id: each for each in told if _belongs(paper, each, page)}
    return tuple(found.values())


def _belongs(paper: Paper, story: PublishedCard, page: PublishedFront) -> bool:
    return paper.masthead.front_for(story.language).language == page.language


def _bar(paper: Paper, chosen: FrontChoices, page: PublishedFront) -> Bar | None:
    """What editors chose, while readers can open it; else the newest coverage that goes on."""
    if not chosen.bar:
        live = next(iter(paper.listing(f"live:{page.language}").newest(1)), None)
        return Bar("live", live.headline, live.language, live) if live else None
    if chosen.bar_story is None:
        return None
    story = next(iter(_here(paper, [chosen.bar_story], page)), None)
    if story is None:
        return None
    if chosen.bar_text and story.id == chosen.bar_story:
        return Bar(chosen.bar, chosen.bar_text, page.language, story)
    return Bar(chosen.bar, story.headline, story.language, story)


def _opinions(paper: Paper, page: PublishedFront) -> Cards:
    return paper.listing(f"opinion:{page.language}").newest(OPINIONS + TOP + IMPORTANT)


def _of_section(paper: Paper, section: PublishedSection, page: PublishedFront) -> Cards:
    newest = paper.listing(f"section:{section.id}")
    stories = newest.newest(BAND + TOP + OPINIONS + LATEST + IMPORTANT)
    return tuple(story for story in stories if _belongs(paper, story, page))


def _pictured_first(stories: Cards) -> Cards:
    """The newest with a picture is shown large."""
    return tuple(sorted(stories[:4], key=lambda story: story.lead_photo is None)) + stories[4:]


def related(paper: Paper, story: PublishedStory, count: int = 3) -> Cards:
    """What to read next, from the same time: the most shared topics first, then the section.

    Chosen among neighbours in time, so that a new story does not change the pages of all old ones.
    """
    shared: dict[int, int] = {}
    for topic in story.topics:
        for other in paper.listing(f"topic:{topic.id}").around(story):
            shared[other] = shared.get(other, 0) + 1
    ranked = sorted(shared, key=lambda other: -shared[other])
    section = paper.listing(f"section:{story.section.id}").around(story)
    ids = [*ranked, *(other for other in section if other not in shared)]
    return paper.cards(ids[: count + SPARE])[:count]


@dataclass(frozen=True)
class Point:
    """A line of what a long story holds, and the id of its place in it."""

    anchor: str
    text: str
    time: datetime | None = None


def points(story: PublishedStory) -> tuple[Point, ...]:
    """What is in an explainer or came last in live coverage; nothing where it would be short."""
    if story.kind == "live":
        updates = [b for b in story.body if isinstance(b, Update)]
        found = [Point(f"u-{b.id}", b.headline, b.time) for b in updates[:LAST_UPDATES]]
    elif story.kind == "explainer":
        heads = [block for block in story.body if isinstance(block, Subheading)]
        found = [Point(f"h-{b.id}", b.text) for b in heads]
    else:
        found = []
    return tuple(found) if len(found) >= FEWEST_POINTS else ()


@dataclass(frozen=True)
class Archive:
    """A list cut into pages that never shift: page 1 holds the oldest twenty for good.

    The list's own page shows the newest; only full pages exist, so what is on one stays on it
    (unless a story of the list is killed).
    """

    path: str
    listing: Listing

    @property
    def newest(self) -> Cards:
        return self.listing.newest(A_PAGE)

    def on_page(self, number: int) -> Cards:
        """The stories of a page, newest first."""
        return self.listing.page(number, A_PAGE)

    def path_of(self, number: int) -> str:
        return f"{self.path}page/{number}/"

    @property
    def earlier(self) -> str:
        """The page that goes on where the newest end; "" when they are all."""
        rest = self.listing.size - A_PAGE
        return self.path_of((rest - 1) // A_PAGE + 1) if rest > 0 else ""

    def neighbours(self, number: int) -> tuple[str, str]:
        """Addresses of the earlier and the later page; the last one's later is the list itself."""
        earlier = self.path_of(number - 1) if number > 1 else ""
        more = has_page(self.listing, number + 1)
        later = self.path_of(number + 1) if more else self.path
        return earlier, later


def has_page(listing: Listing, number: int) -> bool:
    """Whether an archive page is there; asks no more than that of the list."""
    return listing.reaches(max(number * A_PAGE, A_PAGE + 1))


def pages(size: int) -> int:
    """How many archive pages a list of that size has."""
    return size // A_PAGE if size > A_PAGE else 0
