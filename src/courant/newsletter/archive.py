"""What the public archive shows of newsletters and editions. It is read here alone, and noted, so
that bake follows it.

An edition is in the archive from the moment at which its letters begin to go (`out_at`). The page
is made of what is public of its stories now, not of the letter: nothing personal can be in it, and
a story that was taken back is gone from it. Editions that share an address, as digests of several
time zones do, share a page.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Min, QuerySet
from django.utils.timezone import get_default_timezone, localtime

from courant.lib.reads import note
from courant.newsletter.models import DigestSlot, Edition, EditionStory, Newsletter
from courant.stories.published import Inline, Run

ROOT = "/newsletters/"
NEWEST = 30  # letters on a newsletter's own page; all are on the pages of their years
Introduction = tuple[Inline, ...]


@dataclass(frozen=True)
class Offered:
    """A newsletter as readers see it; `name` is empty where it is the paper's."""

    id: int
    slug: str
    name: str
    description: str
    language: str
    rhythm: str  # "daily", "weekly", "" for by hand
    weekday: int  # of weekly ones; 0 is Monday

    @property
    def path(self) -> str:
        return f"{ROOT}{self.slug}/"

    def year_path(self, year: int) -> str:
        return f"{self.path}{year}/"


@dataclass(frozen=True)
class Letter:
    """What went out under one address."""

    newsletter_id: int
    path: str
    subject: str
    out_at: datetime
    stories: tuple[int, ...]
    one_story: bool = False  # the story itself is the letter
    by_itself: bool = False  # a digest: its subject is a name and a date
    introduction: Introduction = ()


def key_for(slug: str, day: date, name: str = "") -> str:
    """What an edition's page is called: "tide/2026-11-26", with a name where a day has several.

    It is known before the letter is written, and holds no word of a story: a story may be taken
    back. `name`: the id of the only story, "e" and a number for those made by hand.
    """
    return f"{slug}/{day.isoformat()}" + (f"-{name}" if name else "")


def path_for(slug: str, at: datetime, name: str = "") -> str:
    return f"{ROOT}{key_for(slug, localtime(at).date(), name)}/"


def key_of(path: str) -> str:
    """ "/newsletters/tide/2026-11-26/" -> "tide/2026-11-26"."""
    return path.removeprefix(ROOT).strip("/")


def story_of(key: str) -> int | None:
    """The story that the page of this name shows whole."""
    name = key.rpartition("/")[2][len("2026-11-26-") :]
    return int(name) if name.isdecimal() else None


def packed(introduction: Iterable[Inline]) -> list[list[dict[str, Any]]]:
    """An introduction as JSON has it, to be frozen with its letter."""
    return [[asdict(run) for run in runs] for runs in introduction]


def subjects_of(edition: Edition) -> Iterator[str]:
    """What has changed for readers when it goes out: see `lib.reads`."""
    if edition.path and edition.out_at:
        yield f"edition:{key_of(edition.path)}"
        yield f"editions:{edition.newsletter_id}"
        yield f"editions:{edition.newsletter_id}:{localtime(edition.out_at).year}"


# ── Reading ───────────────────────────────────────────────────────────────────────────────────────


def newsletters() -> tuple[Offered, ...]:
    """All of them, the default one first."""
    note("newsletters")
    return tuple(_offered(Newsletter.objects.all()))


def newsletter(newsletter_id: int) -> Offered | None:
    note(f"newsletter:{newsletter_id}")
    return next(_offered(Newsletter.objects.filter(pk=newsletter_id)), None)


def letter(key: str) -> Letter | None:
    """What went out under an address; None before its letters go."""
    note(f"edition:{key}")
    path = f"{ROOT}{key}/"
    found = next(iter(_letters(_out().filter(path=path))), None)
    if found is None or found.by_itself:
        return found
    facts = _out().filter(path=path).order_by("out_at").values_list("artefact", flat=True)[0]
    return replace(found, introduction=_unpacked(facts.get("introduction", [])))


def newest(newsletter_id: int) -> list[Letter]:
    """The newest letters of a newsletter."""
    note(f"editions:{newsletter_id}")
    return _letters(_out().filter(newsletter=newsletter_id), NEWEST)


def years(newsletter_id: int) -> list[int]:
    """The years in which it had a letter, the newest first."""
    note(f"editions:{newsletter_id}")
    rows = _out().filter(newsletter=newsletter_id).order_by()
    found = rows.datetimes("out_at", "year", order="DESC", tzinfo=get_default_timezone())
    return [moment.year for moment in found]


def of_year(newsletter_id: int, year: int) -> list[Letter]:
    note(f"editions:{newsletter_id}:{year}")
    return _letters(_out().filter(newsletter=newsletter_id, **_within(year)))


def keys() -> Iterator[str]:
    """The names of all pages of editions."""
    paths = _out().order_by().values_list("path", flat=True).distinct()
    return (key_of(path) for path in paths.iterator())


def newsletter_ids() -> list[int]:
    return list(Newsletter.objects.values_list("pk", flat=True))


# ── Rows ──────────────────────────────────────────────────────────────────────────────────────────


def _out() -> QuerySet[Edition]:
    return Edition.objects.exclude(out_at=None).exclude(path="")


def _within(year: int) -> dict[str, datetime]:
    zone = get_default_timezone()
    return {
        "out_at__gte": datetime(year, 1, 1, tzinfo=zone),
        "out_at__lt": datetime(year + 1, 1, 1, tzinfo=zone),
    }


def _offered(rows: QuerySet[Newsletter]) -> Iterator[Offered]:
    fields = ("pk", "slug", "name", "description", "language", "digest", "digest_weekday")
    return (Offered(*row) for row in rows.values_list(*fields))


def _letters(rows: QuerySet[Edition], count: int | None = None) -> list[Letter]:
    """One for each address, the newest first. Those of one address differ in their readers."""
    first = rows.order_by().values("path").annotate(out=Min("out_at")).order_by("-out", "path")
    paths = [row["path"] for row in first[:count]]
    fields = ("pk", "path", "newsletter_id", "subject", "out_at", "story_id", "key")
    by_path: dict[str, list[dict[str, Any]]] = {path: [] for path in paths}
    for row in rows.filter(path__in=paths).order_by("out_at", "pk").values(*fields):
        by_path[row["path"]].append(row)
    stories = _stories([row["pk"] for each in by_path.values() for row in each])
    return [_letter(path, each, stories) for path, each in by_path.items()]


def _letter(
    path: str, editions: Sequence[dict[str, Any]], stories: dict[int, tuple[int, ...]]
) -> Letter:
    first = editions[0]
    held = (story for row in editions for story in stories.get(row["pk"], ()))
    return Letter(
        newsletter_id=first["newsletter_id"],
        path=path,
        subject=first["subject"],
        out_at=first["out_at"],
        stories=tuple(dict.fromkeys(held)),
        one_story=first["story_id"] is not None,
        by_itself=first["key"].startswith("digest/"),
    )


def _stories(editions: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """By edition: its stories in the order of its letters."""
    found: dict[int, list[int]] = {pk: [] for pk in editions}
    rows = EditionStory.objects.filter(edition__in=editions).order_by("pk")
    for edition, story in rows.values_list("edition_id", "story_id"):
        found[edition].append(story)
    slots = DigestSlot.objects.filter(edition__in=editions)
    for edition, order in slots.values_list("edition_id", "stories"):
        places = {story: place for place, story in enumerate(order)}
        found[edition or 0].sort(key=lambda story: places.get(story, len(places)))
    return {edition: tuple(dict.fromkeys(each)) for edition, each in found.items()}


def _unpacked(paragraphs: list[list[dict[str, Any]]]) -> Introduction:
    return tuple(tuple(Run(**run) for run in runs) for runs in paragraphs)
