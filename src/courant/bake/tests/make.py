"""A small house for bake's tests: kinds of files that are made of what a test says."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from courant.bake.lease import Held
from courant.bake.make import FRAME
from courant.bake.marks import new_target
from courant.bake.models import Generation, Lease, Target
from courant.front.kind import Kind
from courant.front.made import Made, PublicFile
from courant.front.sheet import Frame, Press
from courant.lib.reads import note
from courant.stories.paper import Paper
from courant.stories.published import Masthead, PublishedStory

WORLD: dict[str, Callable[[], Made | None]] = {}
"""What each target is made by, by "kind key"; a test fills it."""


class Page(Kind):
    def __init__(self, name: str, order: int, *, home: bool = False, whole: bool = False) -> None:
        self.name, self.order, self.of_story = name, order, whole  # type: ignore[misc]
        self.home = self.goes_at_once = home  # type: ignore[misc]

    def keys(self, paper: Paper) -> Iterator[str]:
        return (name.partition(" ")[2] for name in WORLD if name.partition(" ")[0] == self.name)

    def needed_by(self, story: PublishedStory) -> Iterable[str]:
        return [str(story.section.id)] if self.name == "list" else ()

    def make(self, press: Press, key: str) -> Made | None:
        note(f"made:{self.name}:{key}")
        make = WORLD.get(f"{self.name} {key}")
        return make() if make else None


KINDS = (
    *(Page("story", 10, home=True), Page("list", 30), Page("front", 45)),
    *(Page("card", 4, whole=True), Page("lite", 46, whole=True)),
)


def says(path: str, text: str = "page", *assets: PublicFile, **facts: Any) -> None:
    """Let a target be made; its kind and key are told by the path's folder."""
    kind, _, key = path.removesuffix("/index.html").partition("/")
    WORLD[f"{kind} {key or '-'}"] = lambda: Made(path, text.encode(), assets, **facts)


def make_generation(state: str = "current") -> Generation:
    masthead = Masthead("The Lantern", "", "en", "Europe/London", "http://127.0.0.1:8000")
    text = FRAME.dump_json(Frame(masthead)).decode()
    return Generation.objects.create(fingerprint=state, frame=text, state=state, filled=True)


def make_stale(generation: Generation, *names: str, bulk: bool = False) -> None:
    """Targets by "kind key"."""
    for name in names:
        kind, _, key = name.partition(" ")
        row = new_target(generation, kind, key, bulk=bulk)
        known = Target.objects.of(generation).filter(kind=kind, key=key)
        if not known.update(stale=True, bulk=bulk):
            row.save()


def held() -> Held:
    from datetime import timedelta

    Lease.objects.filter(name="bake").update(holder="")
    return Held(Lease.take("bake", "test", timedelta(seconds=60)))
