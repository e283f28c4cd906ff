"""What a public file was made from, and which files something is in: for people who ask."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from django.utils.timezone import localtime

from courant.bake.generations import current
from courant.bake.models import Generation, Target
from courant.front.made import FrontError, file_of
from courant.stories.index import made_from
from courant.stories.models import Person, Photo, PublicStory, Section, Topic


class NotPublic(LookupError):
    """Nothing public goes by that name; the message says what was looked for."""


@dataclass(frozen=True)
class InFile:
    """A public file that something is in."""

    address: str
    kind: str
    since: datetime | None  # when these bytes were put in place
    error: str = ""  # why it could not be made again


def explain_file(address: str) -> Iterator[str]:
    """Lines that say what stands at an address, since when, and what was read for it.

    Raises NotPublic.
    """
    target = _target_at(address)
    yield f"/{target.path}"
    yield f"  {target.kind} {target.key}".rstrip(" -")
    if target.changed_at:
        yield f"  put in place  {_time(target.changed_at)}, {target.size:,} bytes"
    if target.made_at:
        yield f"  looked at     {_time(target.made_at)}"
    if target.due_at:
        yield f"  again at      {_time(target.due_at)}"
    if target.stale:
        yield "  waits to be made again"
    if target.error:
        yield f"  failed: {target.error}"
    if target.problems:
        yield f"  without: {target.problems}"
    yield "  made from"
    for tag in target.reads.order_by("tag").values_list("tag", flat=True):
        yield f"    {tag:<40} {_about(tag)}".rstrip()
    if target.files:
        yield "  needs beside it"
        yield from (f"    /{path}" for path in target.files.split("\n"))


def files_made_from(thing: str) -> Iterator[str]:
    """Addresses of the public files that would change with something. Raises NotPublic."""
    tags, stories = _tags_of(thing)
    found = files_of(tags | {f"{fact}:{pk}" for pk in stories for fact in ("story", "card")})
    if not found:
        raise NotPublic(f"No public file was made from {thing!r}.")
    for file in found:
        yield f"{file.address:<60} {file.kind}"


def files_of_story(story_id: int) -> list[InFile]:
    """The public files that a story is in, its own page first."""
    return files_of({f"story:{story_id}", f"card:{story_id}"})


def files_of(tags: set[str]) -> list[InFile]:
    rows = Target.objects.of(_current()).in_place().filter(reads__tag__in=tags).distinct()
    return [
        InFile(_address(row.path), row.kind, row.changed_at, row.error)
        for row in rows.order_by("order", "path")
    ]


def _current() -> Generation:
    generation = current()
    if generation is None:
        raise NotPublic("Nothing has been baked yet. Run: courant bake")
    return generation


def _target_at(address: str) -> Target:
    path = unquote(urlsplit(address).path)
    names = [path.lstrip("/")]
    try:
        names += [file_of(path), file_of(f"{path.rstrip('/')}/"), f"{path.strip('/')}/gone.html"]
    except FrontError as error:
        raise NotPublic(str(error)) from None
    rows = Target.objects.of(_current()).in_place().filter(path__in=names)
    found = rows.first() or _user_of(path.lstrip("/"))
    if found is None:
        raise NotPublic(f"No public file stands at {address!r}.")
    return found


def _user_of(path: str) -> Target | None:
    """A picture or a sound: the first page that needs it."""
    rows = Target.objects.of(_current()).filter(files__contains=path) if path else None
    return rows.first() if rows is not None else None


def _tags_of(thing: str) -> tuple[set[str], set[int]]:
    """The tags of something, and the stories that were frozen from it."""
    kind, colon, name = thing.partition(":")
    if "/" in thing or not colon:
        path = f"/{urlsplit(thing).path.strip('/')}/"
        pk = PublicStory.objects.filter(path=path).values_list("pk", flat=True).first()
        if pk is None:
            raise NotPublic(f"No public story stands at {path!r}.")
        return set(), {pk}
    tag = _tag_of(kind, name)
    stories = made_from([tag])
    if kind == "story":
        stories.add(int(tag.partition(":")[2]))
    return {tag}, stories


def _tag_of(kind: str, name: str) -> str:
    models: dict[str, Any] = {
        "person": Person,
        "topic": Topic,
        "section": Section,
        "photo": Photo,
    }
    if kind == "story" and name.isdecimal():
        return f"page:{name}"
    if kind not in models:
        known = ", ".join(["story", *models])
        raise NotPublic(f"{kind!r} is no kind of thing. Kinds: {known}; or a story's address.")
    rows = models[kind].objects
    found = rows.filter(pk=int(name)) if name.isdecimal() else rows.filter(slug=name)
    pk = found.values_list("pk", flat=True).first() if kind != "photo" or name.isdecimal() else None
    if pk is None:
        raise NotPublic(f"There is no {kind} {name!r}.")
    return f"{'page' if kind == 'section' else kind}:{pk}"


def _about(tag: str) -> str:
    """What a tag is, for those who do not know ids by heart."""
    kind, _, value = tag.partition(":")
    if kind in ("story", "card") and value.isdecimal():
        row = PublicStory.objects.filter(pk=int(value)).values_list("path", flat=True).first()
        return row or "not public"
    if kind in ("person", "topic") and value.isdecimal():
        model = Person if kind == "person" else Topic
        name = model._default_manager.filter(pk=int(value)).values_list("name", flat=True).first()
        return name or "deleted"
    return ""


def _address(path: str) -> str:
    return "/" + path.removesuffix("index.html")


def _time(moment: datetime) -> str:
    return f"{localtime(moment):%Y-%m-%d %H:%M:%S}"
