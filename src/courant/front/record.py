"""The paper's record: what it published, month by month, and what it had to put right."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.utils.dateformat import format as formatted
from django.utils.translation import gettext

from courant.front.contents import Archive
from courant.front.heads import Head
from courant.front.made import Made
from courant.front.render import list_page, page
from courant.front.sheet import Press
from courant.front.times import in_language
from courant.stories import published as out
from courant.stories.lists import CORRECTED


@dataclass(frozen=True)
class Month:
    """A month that has stories."""

    day: date  # its first
    stories: int = 0

    @property
    def path(self) -> str:
        return f"/archive/{self.day:%Y/%m}/"

    @property
    def name(self) -> str:
        """ "November", in the active language."""
        text = formatted(self.day, "F")
        return text[:1].upper() + text[1:]


@dataclass(frozen=True)
class Entry:
    """A correction and the story that it is about."""

    correction: out.PublishedCorrection
    story: out.PublishedStory


def archive_page(press: Press) -> Made:
    """All years and months."""
    months = [Month(_first(key), count) for key, count in press.paper.months()]
    years = [(year, list(each)) for year, each in groupby(months, key=lambda m: m.day.year)]
    sheet = press.sheet(press.paper.language)
    with in_language(sheet.language):
        head = Head(gettext("Archive"), "/archive/")
    return sheet.made(head.path, page(sheet, "years", head, years=years))


def month_page(press: Press, key: str, number: int) -> Made | None:
    """The stories of a month, or a page of them."""
    listing = press.paper.listing(f"month:{key}")
    if not listing.reaches(1):
        return None
    month = Month(_first(key))
    with in_language(press.paper.language):
        head = Head(f"{month.name} {month.day.year}", month.path)
    return list_page(press, press.paper.language, "month", head, listing, number)


def corrections_page(press: Press, key: str, number: int) -> Made:
    """What was put right, the last thing first; or a page of what was put right before."""
    del key  # there is one list
    listing = press.paper.listing(CORRECTED)
    archive = Archive("/corrections/", listing)
    earlier, later = archive.neighbours(number) if number else (archive.earlier, "")
    cards = archive.on_page(number) if number else archive.newest
    sheet = press.sheet(press.paper.language)
    with in_language(sheet.language):
        head = Head(gettext("Corrections"), archive.path_of(number) if number else archive.path)
    entries = _entries(press, [card.id for card in cards])
    facts = {"entries": entries, "earlier": earlier, "later": later}
    return sheet.made(head.path, page(sheet, "corrections", head, **facts))


def _entries(press: Press, story_ids: list[int]) -> list[Entry]:
    stories = press.paper.whole_stories(story_ids)
    found = [Entry(each, story) for story in stories for each in story.corrections]
    return sorted(found, key=lambda entry: entry.correction.time, reverse=True)


def _first(key: str) -> date:
    """ "2026-11" -> its first day."""
    return date.fromisoformat(f"{key}-01")
