"""What the desk asks: how stories and sections fared in the last days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet, Sum
from wagtail.models import Page

from courant.figures.keeping import NUMBERS
from courant.figures.models import Dropped, HearingDay, ReadingDay


@dataclass(frozen=True)
class Figures:
    """Numbers of one story, section or day; shares in percent of `opened` and of `listened`."""

    key: Any
    name: str
    opened: int = 0
    read: int = 0
    finished: int = 0
    listened: int = 0
    heard_out: int = 0

    @property
    def read_share(self) -> float:
        return _share(self.read, self.opened)

    @property
    def finished_share(self) -> float:
        return _share(self.finished, self.opened)

    @property
    def heard_share(self) -> float:
        return _share(self.heard_out, self.listened)


SORTED = ("name", *NUMBERS, "read_share", "finished_share", "heard_share")


@dataclass(frozen=True)
class Span:
    """The last days, today among them; of one section, or of all."""

    today: date
    days: int
    section: int | None = None

    def of(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(day__gt=self.today - timedelta(days=self.days), day__lte=self.today)

    @property
    def rows(self) -> QuerySet[ReadingDay]:
        found = self.of(ReadingDay.objects.all())
        return found.filter(section_id=self.section) if self.section else found


def of_stories(span: Span, sort: str = "opened") -> list[Figures]:
    """Each story that was opened, by a column of `SORTED`."""
    return _sorted(_named(_sums(span.rows, "story_id"), "story"), sort)


def of_sections(span: Span, sort: str = "opened") -> list[Figures]:
    return _sorted(_named(_sums(span.rows, "section_id"), "section"), sort)


def by_day(rows: QuerySet[ReadingDay]) -> list[Figures]:
    """Newest first; days without a reader are left out."""
    return [Figures(one["day"], "", *_numbers(one)) for one in _sums(rows, "day").order_by("-day")]


def total(rows: QuerySet[ReadingDay]) -> Figures:
    return Figures(None, "", *_numbers(rows.aggregate(**_columns())))


def dropped(span: Span) -> int:
    """Reports that were not counted, since too many came in a minute."""
    return span.of(Dropped.objects.all()).aggregate(n=Sum("number"))["n"] or 0


def heard(story_id: int, sound: str, span: Span) -> list[int]:
    """How often each sentence of a sound was heard, by its number in the cues."""
    rows = span.of(HearingDay.objects.filter(story_id=story_id, sound=sound))
    found: list[int] = []
    for numbers in rows.values_list("sentences", flat=True):
        found += [0] * (len(numbers) - len(found))
        for place, number in enumerate(numbers):
            found[place] += number
    return found


def _sums(rows: QuerySet[ReadingDay], by: str) -> QuerySet[Any, Any]:
    return rows.order_by().values(by).annotate(**_columns())


def _columns() -> dict[str, Sum]:
    return {f"sum_{name}": Sum(name) for name in NUMBERS}


def _numbers(row: dict[str, Any]) -> list[int]:
    return [row[f"sum_{name}"] or 0 for name in NUMBERS]


def _named(rows: Iterable[dict[str, Any]], what: str) -> list[Figures]:
    """With the titles of pages; one that was deleted is named by its number."""
    found = {row[f"{what}_id"]: _numbers(row) for row in rows}
    titles = dict(Page.objects.filter(pk__in=found).values_list("pk", "title"))
    return [Figures(pk, titles.get(pk, f"{what} {pk}"), *each) for pk, each in found.items()]


def _sorted(lines: list[Figures], sort: str) -> list[Figures]:
    """Names from A, numbers from the highest."""
    if sort == "name":
        return sorted(lines, key=lambda one: one.name.casefold())
    return sorted(lines, key=lambda one: (-getattr(one, sort), one.name.casefold()))


def _share(number: int, whole: int) -> float:
    return 100 * number / whole if whole else 0.0
