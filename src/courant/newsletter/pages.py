"""The newsletters' own pages on the web: what there is, each one's letters, each letter."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from courant.front.body import block_view, parted
from courant.front.heads import Head, crumbs, pictured
from courant.front.inline import runs_html
from courant.front.kind import Kind
from courant.front.made import Made
from courant.front.render import printed
from courant.front.sheet import NewsletterBox, Press, Sheet
from courant.front.times import in_language
from courant.newsletter import archive
from courant.newsletter.archive import Letter, Offered
from courant.newsletter.wording import day, rhythm
from courant.stories.index import Delta
from courant.stories.paper import Paper
from courant.stories.published import PublishedStory

ONLY = "-"


@dataclass(frozen=True)
class Line:
    """A letter in a list."""

    path: str
    title: str
    out_at: datetime


@dataclass(frozen=True)
class Choice:
    """A newsletter with its form."""

    box: NewsletterBox
    rhythm: str
    path: str


class EditionPages(Kind):
    """What a letter brought; there from the moment at which it goes out."""

    name, order, of_story = "edition", 41, True

    def keys(self, paper: Paper) -> Iterator[str]:
        return archive.keys()

    def touched(self, delta: Delta) -> Iterable[str]:
        return _named("edition", delta)

    def story_of(self, key: str) -> int | None:
        return archive.story_of(key)

    def make(self, press: Press, key: str) -> Made | None:
        letter = archive.letter(key)
        newsletter = archive.newsletter(letter.newsletter_id) if letter else None
        return _edition(press, newsletter, letter) if newsletter and letter else None


class Years(Kind):
    """All letters of a newsletter in one year."""

    name, order = "newsletter-year", 42

    def keys(self, paper: Paper) -> Iterator[str]:
        for pk in archive.newsletter_ids():
            yield from (f"{pk}/{year}" for year in archive.years(pk))

    def touched(self, delta: Delta) -> Iterable[str]:
        names = (name.replace(":", "/") for name in _named("editions", delta))
        return (name for name in names if "/" in name)

    def make(self, press: Press, key: str) -> Made | None:
        pk, year = map(int, key.split("/"))
        newsletter, letters = archive.newsletter(pk), archive.of_year(pk, year)
        return _list(press, newsletter, letters, year) if newsletter and letters else None


class NewsletterPages(Kind):
    """What a newsletter is, and its newest letters."""

    name, order = "newsletter", 43

    def keys(self, paper: Paper) -> Iterator[str]:
        return map(str, archive.newsletter_ids())

    def touched(self, delta: Delta) -> Iterable[str]:
        return _named("newsletter", delta)

    def make(self, press: Press, key: str) -> Made | None:
        newsletter = archive.newsletter(int(key))
        return _list(press, newsletter, archive.newest(newsletter.id)) if newsletter else None


class NewslettersPage(Kind):
    """All that can be subscribed to."""

    name, order = "newsletters", 44

    def keys(self, paper: Paper) -> Iterator[str]:
        return iter([ONLY] if archive.newsletters() else [])

    def touched(self, delta: Delta) -> Iterable[str]:
        return [ONLY] if "newsletters" in delta.tags else []

    def make(self, press: Press, key: str) -> Made | None:
        found = archive.newsletters()
        if not found:
            return None
        sheet = press.sheet(press.paper.language)
        with in_language(sheet.language):
            head = Head(gettext("Newsletters"), archive.ROOT)
            choices = [Choice(_box(each, press), rhythm(each), each.path) for each in found]
        head = pictured(sheet, head, signature=press.paper.name)
        return _made(sheet, "newsletters", head, head.path, choices=choices, box=choices[0].box)


KINDS: tuple[Kind, ...] = (EditionPages(), Years(), NewsletterPages(), NewslettersPage())


def _named(of: str, delta: Delta) -> list[str]:
    """What stands behind tags of a kind: "edition:tide/2026-11-26" gives "tide/2026-11-26"."""
    found = (tag.partition(":") for tag in delta.tags)
    return [name for kind, _, name in found if kind == of]


def _list(
    press: Press, newsletter: Offered, letters: list[Letter], year: int | None = None
) -> Made:
    """A newsletter's own page, or that of a year."""
    name = _name(newsletter, press)
    sheet = press.sheet(newsletter.language)
    path = newsletter.year_path(year) if year else newsletter.path
    with in_language(newsletter.language):
        title = f"{name}, {year}" if year else name
        way = [(gettext("Newsletters"), archive.ROOT), (name, newsletter.path)]
        way += [(title, path)] if year else []
        head = Head(title, path, newsletter.description, data=(crumbs(press.paper, *way),))
        head = pictured(sheet, head, signature=press.paper.name)
        facts: dict[str, Any] = {
            "newsletter": newsletter,
            "rhythm": rhythm(newsletter),
            "lines": list(_lines(press, newsletter, letters)),
            "year": year,
            "years": [(y, newsletter.year_path(y)) for y in archive.years(newsletter.id)],
        }
    return _made(sheet, "newsletter", head, path, box=_box(newsletter, press), **facts)


def _lines(press: Press, newsletter: Offered, letters: Iterable[Letter]) -> Iterator[Line]:
    """Without letters whose only story was taken back."""
    for letter in letters:
        public = {card.id for card in press.paper.cards(letter.stories)}
        if public or not letter.one_story:
            title = _title(press, newsletter, letter, whole=public == set(letter.stories))
            yield Line(letter.path, title, letter.out_at)


def _edition(press: Press, newsletter: Offered, letter: Letter) -> Made:
    """A letter of one story shows all of it, as the letter did; others show what each is about."""
    paper, sheet = press.paper, press.sheet(newsletter.language)
    story = paper.story(letter.stories[0]) if letter.one_story and letter.stories else None
    with in_language(newsletter.language):
        cards = () if letter.one_story else paper.cards(letter.stories)
        if cards:
            sheet = press.sheet(newsletter.language, cards)
        missing = len(letter.stories) - (len(cards) or bool(story))
        head = _head(sheet, newsletter, letter, whole=not missing)
        facts: dict[str, Any] = {
            "newsletter": newsletter,
            "name": _name(newsletter, press),
            "letter": letter,
            "missing": missing,
            "introduction": [] if missing else _introduction(paper, letter),
            "stories": cards,
        }
        if story:
            return _one_story(sheet, newsletter, head, letter, story, facts)
    box = _box(newsletter, press)
    return _made(sheet, "edition", head, letter.path, box=box, **facts)


def _introduction(paper: Paper, letter: Letter) -> list[SafeString]:
    """Nothing of it where it leads to a story that was taken back: it speaks of that one."""
    links = {run.href.partition("#")[0] for runs in letter.introduction for run in runs if run.href}
    if any(paper.is_gone(link) for link in sorted(links) if link.startswith("/")):
        return []
    return [runs_html(runs) for runs in letter.introduction]


def _one_story(
    sheet: Sheet,
    newsletter: Offered,
    head: Head,
    letter: Letter,
    story: PublishedStory,
    facts: dict[str, Any],
) -> Made:
    """The text of a story has one address for machines: its own."""
    head = Head(story.headline, story.path, story.standfirst, type="article", data=head.data)
    head = pictured(sheet, head, signature=sheet.paper.name)
    with in_language(story.language):
        views = [block_view(block, story.language, spoken=False) for block in story.body]
    opening, updates = parted(views)
    facts |= {"story": story, "opening": opening, "updates": updates}
    spoken = sheet.press.audio_of(story)
    box = _box(newsletter, sheet.press)
    facts |= {"heard": bool(spoken), "box": box}
    return _made(sheet, "edition_story", head, letter.path, **facts)


def _head(sheet: Sheet, newsletter: Offered, letter: Letter, *, whole: bool) -> Head:
    title = _title(sheet.press, newsletter, letter, whole=whole)
    way = (
        (gettext("Newsletters"), archive.ROOT),
        (_name(newsletter, sheet.press), newsletter.path),
        (title, letter.path),
    )
    path = "" if letter.one_story and not whole else letter.path
    head = Head(title, path, data=(crumbs(sheet.paper, *way),))
    return pictured(sheet, head, signature=sheet.paper.name)


def _title(press: Press, newsletter: Offered, letter: Letter, *, whole: bool) -> str:
    """The subject; when a story was taken back, it may speak of that one, and is not told."""
    if whole or letter.by_itself:
        return letter.subject
    return f"{_name(newsletter, press)}, {day(letter.out_at, press.paper.time_zone)}"


def _name(newsletter: Offered, press: Press) -> str:
    return newsletter.name or press.paper.name


def _box(newsletter: Offered, press: Press) -> NewsletterBox:
    name = _name(newsletter, press)
    return NewsletterBox(newsletter.slug, name, newsletter.description, newsletter.language)


def _made(sheet: Sheet, template: str, head: Head, path: str, **facts: Any) -> Made:
    html = printed(sheet, f"newsletter/archive/{template}.html", head, **facts)
    return sheet.made(path, html)
