"""The demo's stories as a paper in memory, its files in a folder, and a server for them."""

import functools
import http.server
import re
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from courant.front.pictures import Pictures
from courant.front.tests.make import make_spoken, put_below, site
from courant.narration.spoken import SpokenStory
from courant.ops.web.headers import policy
from courant.stories.paper import MemoryPaper
from courant.stories.published import (
    Block,
    ListBlock,
    PublishedPerson,
    PublishedStory,
    PublishedTopic,
    Quote,
    Run,
    Subheading,
)
from courant.stories.searched import VOLUME
from courant.stories.tests.make import (
    make_byline,
    make_paper,
    make_published_story,
    make_section,
    paragraph,
)

DEMO = Path(__file__).parent.parent / "demo"


def demo_paper() -> MemoryPaper:
    """Headlines, bylines, topics and texts of the demo; no pictures."""
    newsroom = tomllib.loads((DEMO / "newsroom.toml").read_text())
    people = {
        facts["slug"]: PublishedPerson(n, facts["name"], f"/people/{facts['slug']}/")
        for n, facts in enumerate(newsroom["people"], 1)
    }
    sections = {
        facts["slug"]: make_section(
            id=n,
            title=facts["title"],
            slug=facts["slug"],
            path=f"/{facts['slug']}/",
            language=facts["language"],
        )
        for n, facts in enumerate(newsroom["sections"], 1)
    }
    files = sorted((DEMO / "stories").glob("*.toml"))
    facts = [tomllib.loads(file.read_text()) for file in files]
    names = sorted({topic for story in facts for topic in story.get("topics", ())})
    topics = {name: PublishedTopic(n, name, f"/topics/t{n}/") for n, name in enumerate(names, 1)}
    stories = [_story(n, each, people, sections, topics) for n, each in enumerate(facts, 1)]
    return make_paper(*stories, sections=tuple(sections.values()))


def scattered(paper: MemoryPaper) -> MemoryPaper:
    """The same stories as in a paper of seventy thousand: far apart, with others between them."""
    own = [replace(story, id=story.id * 8 * VOLUME) for story in paper.stories]
    others = [
        make_published_story("Nothing is said here.", id=n * 8 * VOLUME + 4 * VOLUME, headline="So")
        for n in range(40)
    ]
    return make_paper(*own, *others, sections=paper.sections)


def _story(
    number: int, facts: dict[str, Any], people: Any, sections: Any, topics: Any
) -> PublishedStory:
    bylines = [
        make_byline(people[b["person"]].name, b["role"], person=people[b["person"]])
        for b in facts["bylines"]
        if "person" in b
    ]
    return make_published_story(
        *(block for n, each in enumerate(facts["body"]) for block in _block(f"b{n}", each)),
        id=number,
        path=f"/{facts['section']}/{facts['slug']}/",
        headline=facts["headline"],
        standfirst=facts.get("standfirst", ""),
        kind=facts["kind"],
        language=facts["language"],
        section=sections[facts["section"]],
        bylines=tuple(bylines),
        topics=tuple(topics[name] for name in facts.get("topics", ())),
    )


def _block(key: str, facts: dict[str, Any]) -> Iterator[Block]:
    text = re.sub(r"<[^>]+>", "", facts.get("text", "")) if "text" in facts else ""
    match facts["type"]:
        case "paragraph":
            yield paragraph(text, key)
        case "subheading":
            yield Subheading(key, text)
        case "quote":
            yield Quote(key, (Run(text),), facts.get("speaker", ""), facts.get("speaker_role", ""))
        case "list":
            yield ListBlock(key, tuple((Run(item),) for item in facts["items"]))


def write_site(
    paper: MemoryPaper, folder: Path, spoken: dict[int, SpokenStory], *kinds: str
) -> None:
    """All files of a paper, or those of some kinds."""
    for baked in site(paper, spoken, Pictures(folder / "renditions"), only=kinds):
        put_below(folder, baked.made.files)


def spoken_stories(paper: MemoryPaper, folder: Path, *numbers: int) -> dict[int, SpokenStory]:
    return {n: make_spoken(paper.by_id[n], folder) for n in numbers}


class _Handler(http.server.SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", policy())
        self.send_header("Cache-Control", "no-store")  # pages are asked for each time
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The files behind the strict policy that the paper has."""
    handler = functools.partial(_Handler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
