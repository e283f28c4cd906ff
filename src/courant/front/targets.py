"""Every public file of the paper. Start here: `site()` lists them, each with how it is made."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from courant.front import feeds, podcast, render, sitemaps
from courant.front.assets import assets
from courant.front.contents import Archive, Contents, Stories
from courant.front.made import FrontError, Made, PublicFile, file_of
from courant.front.pictures import Picture, PictureError, Pictures
from courant.front.sheet import NewsletterBox, Press
from courant.narration.spoken import SpokenStory
from courant.stories.published import Paper, PublishedSection, PublishedStory

__all__ = [
    "FrontError",
    "Made",
    "NewsletterBox",
    "Picture",
    "PictureError",
    "Pictures",
    "PublicFile",
    "Target",
    "render_front",
    "render_section",
    "render_story",
    "site",
]

Spoken = Mapping[int, SpokenStory]


@dataclass(frozen=True)
class Target:
    """One public file; `make` gives its bytes and what must lie beside it first."""

    path: str  # below the public root: "harbour/ferry-returns/index.html"
    kind: str  # asset, story, person, topic, section, front, page, redirect, feed, podcast, …
    make: Callable[[], Made]


def site(
    paper: Paper,
    spoken: Spoken,
    pictures: Pictures,
    *,
    box: NewsletterBox | None = None,
    now: datetime | None = None,
) -> Iterator[Target]:
    """All files, in an order in which lists come after what they list.

    `now` is for the news sitemap alone; without it the newest story's time stands for it.
    """
    press = Press(Contents(paper), pictures, spoken, box)
    own = list(_own(press, now))
    yield from own
    yield from _redirects(press, {target.path for target in own})


def _own(press: Press, now: datetime | None) -> Iterator[Target]:
    """Everything but what stands at old addresses."""
    paper = press.paper
    yield from (Target(a.path, "asset", partial(Made, _bytes(a))) for a in assets())
    for story in paper.stories:
        yield _page(story.path, "story", partial(render.story_page, press, story))
    yield from _lists("person", render.person_page, press, paper.people, press.contents.of_person)
    yield from _lists("topic", render.topic_page, press, paper.topics, press.contents.of_topic)
    yield from _lists(
        "section", render.section_page, press, paper.sections, press.contents.of_section
    )
    if paper.topics:
        yield _page("/topics/", "page", partial(render.topics_page, press))
    yield _page("/people/", "page", partial(render.people_page, press))
    yield _page("/about/", "page", partial(render.about_page, press))
    yield _page("/", "front", partial(render.front_page, press))
    yield _page("/404.html", "page", partial(render.missing_page, press))
    for section in paper.sections:
        path = f"{section.path}feed.xml"
        yield _page(path, "feed", partial(feeds.section_feed, press, section))
    yield _page("/feed.xml", "feed", partial(feeds.site_feed, press))
    for show in podcast.shows(press):
        yield _page(show.path, "podcast", partial(podcast.podcast, press, show))
    for path, make in sitemaps.sitemaps(press.contents, now):
        yield _page(path, "sitemap", make)
    yield _page("/robots.txt", "robots", partial(sitemaps.robots, paper))


def render_story(
    story: PublishedStory,
    paper: Paper,
    spoken: Spoken,
    pictures: Pictures,
    *,
    box: NewsletterBox | None = None,
) -> Made:
    """One story's page, of any revision: for previews at the desk."""
    return render.story_page(Press(Contents(paper), pictures, spoken, box), story)


def render_front(
    paper: Paper, spoken: Spoken, pictures: Pictures, *, box: NewsletterBox | None = None
) -> Made:
    """The front page."""
    return render.front_page(Press(Contents(paper), pictures, spoken, box))


def render_section(
    section: PublishedSection,
    paper: Paper,
    spoken: Spoken,
    pictures: Pictures,
    *,
    box: NewsletterBox | None = None,
) -> Made:
    """A section's own page."""
    return render.section_page(Press(Contents(paper), pictures, spoken, box), section)


def _redirects(press: Press, taken: set[str]) -> Iterator[Target]:
    """Old addresses, unless something of today stands at one, above it or below it."""
    folders = {path[:i] for path in taken for i, letter in enumerate(path) if letter == "/"}
    for moved in press.paper.moved:
        try:
            target = _page(
                moved.old_path, "redirect", partial(render.moved_page, press, moved.path)
            )
        except FrontError:
            continue  # an address that no public file can have never led anywhere
        above = {target.path[:i] for i, letter in enumerate(target.path) if letter == "/"}
        if target.path not in taken and not above & taken and target.path not in folders:
            taken.add(target.path)
            folders |= above
            yield target


def _page(path: str, kind: str, make: Callable[[], Made]) -> Target:
    return Target(file_of(path), kind, make)


def _lists(
    kind: str,
    make: Callable[[Press, Any, int], Made],
    press: Press,
    things: Iterable[Any],
    stories_of: Callable[[Any], Stories],
) -> Iterator[Target]:
    """The pages of sections, people or topics: their archives, oldest first, then their own."""
    for thing in things:
        archive = Archive(thing.path, stories_of(thing))
        for number in (*archive.pages, 0):
            path = archive.path_of(number) if number else thing.path
            yield _page(path, kind, partial(make, press, thing, number))


def _bytes(file: PublicFile) -> bytes:
    return file.data if isinstance(file.data, bytes) else file.data.read_bytes()
