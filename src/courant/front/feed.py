"""What a feed is, whatever its form: a list of the paper with its newest stories."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from courant.front.sheet import Press
from courant.stories import published as out
from courant.stories.lists import ALL
from courant.stories.paper import Paper

NEWEST = 30


@dataclass(frozen=True)
class Feed:
    """The newest stories of a list, in the folder `path`; `page` shows them to readers."""

    path: str
    page: str
    title: str
    description: str
    language: str
    stories: tuple[out.PublishedStory, ...]
    hub: str  # tells subscribers when it changes; "" without one


def site_feed(press: Press) -> Feed:
    """The newest stories of all sections."""
    paper = press.paper
    return _feed(press, ALL, "/", paper.name, paper.tagline, paper.language)


def feed_of(press: Press, of: str, key: str) -> Feed | None:
    """The feed of a section, person, topic or language; None when there is no such thing."""
    paper, name = press.paper, f"{of}:{key}"
    if of == "language":
        title, front = f"{paper.name} ({key})", paper.masthead.front_for(key)
        return _feed(press, name, f"/{key}/", title, front.tagline, key, page=front.path)
    if of == "section":
        section = paper.section(int(key))
        if section is None:
            return None
        about = section.description or section.title
        title = f"{paper.name}: {section.title}"
        return _feed(press, name, section.path, title, about, section.language)
    thing = paper.person(int(key)) if of == "person" else paper.topic(int(key))
    if thing is None:
        return None
    title = f"{paper.name}: {thing.name}"
    return _feed(press, name, thing.path, title, thing.name, paper.language)


def _feed(
    press: Press, listing: str, path: str, title: str, about: str, language: str, page: str = ""
) -> Feed:
    stories = press.stories(press.paper.listing(listing).newest_ids(NEWEST))
    hub = settings.COURANT_WEBSUB_HUB
    return Feed(path, page or path, title, about or title, language, stories, hub)


def story_guid(paper: Paper, story: out.PublishedStory) -> str:
    """A tag URI (RFC 4151): stays when headline, address or text change."""
    host = urlsplit(paper.url).hostname or "localhost"
    return f"tag:{host},2026:story/{story.id}"
