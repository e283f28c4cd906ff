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
from courant.stories.published import PublishedCard, PublishedStory

ONLY = "-"
FOLDER = "newsletter/archive"  # of the templates


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
        return delta.named("edition")

    def story_of(self, key: str) -> int | None:
        return archive.story_of(key)

    def make(self, press: Press, key: str) -> Made | None:
        letter = archive.letter(key)
        newsletter = archive.newsletter(letter.newsletter_id) if letter else None
        return Shelf(press, newsletter).letter(letter) if newsletter and letter else None


class Years(Kind):
    """All letters of a newsletter in one year."""

    name, order = "newsletter-year", 42

    def keys(self, paper: Paper) -> Iterator[str]:
        for pk in archive.newsletter_ids():
            yield from (f"{pk}/{year}" for year in archive.years(pk))

    def touched(self, delta: Delta) -> Iterable[str]:
        names = (name.replace(":", "/") for name in delta.named("editions"))
        return (name for name in names if "/" in name)

    def make(self, press: Press, key: str) -> Made | None:
        pk, year = map(int, key.split("/"))
        newsletter, letters = archive.newsletter(pk), archive.of_year(pk, year)
        return Shelf(press, newsletter).listed(letters, year) if newsletter and letters else None


class NewsletterPages(Kind):
    """What a newsletter is, and its newest letters."""

    name, order = "newsletter", 43

    def keys(self, paper: Paper) -> Iterator[str]:
        return map(str, archive.newsletter_ids())

    def touched(self, delta: Delta) -> Iterable[str]:
        return delta.named("newsletter")

    def make(self, press: Press, key: str) -> Made | None:
        newsletter = archive.newsletter(int(key))
        if newsletter is None:
            return None
        return Shelf(press, newsletter).listed(archive.newest(newsletter.id))


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
            choices = [Choice(Shelf(press, one).box, rhythm(one), one.path) for one in found]
        head = pictured(sheet, head, signature=press.paper.name)
        facts = {"choices": choices, "box": choices[0].box}
        return sheet.made(head.path, printed(sheet, f"{FOLDER}/newsletters.html", head, **facts))


KINDS: tuple[Kind, ...] = (EditionPages(), Years(), NewsletterPages(), NewslettersPage())


@dataclass(frozen=True)
class Shelf:
    """One newsletter's pages, in its language."""

    press: Press
    newsletter: Offered

    @property
    def paper(self) -> Paper:
        return self.press.paper

    @property
    def name(self) -> str:
        return self.newsletter.name or self.paper.name

    @property
    def box(self) -> NewsletterBox:
        one = self.newsletter
        return NewsletterBox(one.slug, self.name, one.description, one.language)

    def listed(self, letters: Iterable[Letter], year: int | None = None) -> Made:
        """Its own page, or that of a year."""
        one = self.newsletter
        path = one.year_path(year) if year else one.path
        title = f"{self.name}, {year}" if year else self.name
        sheet = self.press.sheet(one.language)
        with in_language(one.language):
            steps = [(title, path)] if year else []
            head = self._head(title, path, *steps, description=one.description)
            facts: dict[str, Any] = {
                "rhythm": rhythm(one),
                "lines": list(self._lines(letters)),
                "year": year,
                "years": [(each, one.year_path(each)) for each in archive.years(one.id)],
            }
        return self._made(
            sheet, "newsletter", pictured(sheet, head, signature=self.paper.name), path, facts
        )

    def letter(self, letter: Letter) -> Made:
        """A letter of one story shows all of it, as the letter did; others what each is about."""
        if letter.one_story:
            found = self.paper.story(letter.stories[0]) if letter.stories else None
            return self._story(letter, found) if found else self._several(letter, ())
        return self._several(letter, self.paper.cards(letter.stories))

    def _several(self, letter: Letter, cards: tuple[PublishedCard, ...]) -> Made:
        missing = len(letter.stories) - len(cards)
        sheet = self.press.sheet(self.newsletter.language, cards)
        with in_language(self.newsletter.language):
            title = self._title(letter, whole=not missing)
            path = letter.path if cards else ""  # what has nothing to show is not to be found
            head = self._head(title, path, (title, letter.path))
        head = pictured(sheet, head, signature=self.paper.name)
        facts = {
            "letter": letter,
            "missing": missing,
            "introduction": [] if missing else self._introduction(letter),
            "stories": cards,
        }
        return self._made(sheet, "edition", head, letter.path, facts)

    def _story(self, letter: Letter, story: PublishedStory) -> Made:
        """Machines are told the story's own address: its text has no other."""
        sheet = self.press.sheet(self.newsletter.language)
        photo = story.lead_photo
        with in_language(self.newsletter.language):
            head = self._head(
                story.headline,
                story.path,
                (story.headline, letter.path),
                description=story.standfirst,
                type="article",
                images=sheet.share_images(photo)[-1:],
                image_alt=photo.alt if photo else "",
            )
        with in_language(story.language):
            views = [block_view(block, story.language, spoken=False) for block in story.body]
        opening, updates = parted(views)
        facts = {
            "letter": letter,
            "story": story,
            "opening": opening,
            "updates": updates,
            "heard": self.press.audio_of(story) is not None,
        }
        head = pictured(sheet, head, signature=self.paper.name)
        return self._made(sheet, "edition_story", head, letter.path, facts)

    def _lines(self, letters: Iterable[Letter]) -> Iterator[Line]:
        """Without letters whose only story was taken back."""
        for letter in letters:
            public = {card.id for card in self.paper.cards(letter.stories)}
            if public or not letter.one_story:
                title = self._title(letter, whole=public == set(letter.stories))
                yield Line(letter.path, title, letter.out_at)

    def _title(self, letter: Letter, *, whole: bool) -> str:
        """The subject; when a story was taken back, it may speak of that one, and is not told."""
        if whole or letter.by_itself:
            return letter.subject
        return f"{self.name}, {day(letter.out_at, self.paper.time_zone)}"

    def _introduction(self, letter: Letter) -> list[SafeString]:
        """Nothing of it where it leads to a story that was taken back: it speaks of that one."""
        links = {run.href.partition("#")[0] for runs in letter.introduction for run in runs}
        if any(self.paper.is_gone(link) for link in sorted(links) if link.startswith("/")):
            return []
        return [runs_html(runs) for runs in letter.introduction]

    def _head(self, title: str, path: str, *steps: tuple[str, str], **facts: Any) -> Head:
        way = (gettext("Newsletters"), archive.ROOT), (self.name, self.newsletter.path), *steps
        return Head(title, path, data=(crumbs(self.paper, *way),), **facts)

    def _made(
        self, sheet: Sheet, template: str, head: Head, path: str, facts: dict[str, Any]
    ) -> Made:
        facts |= {"newsletter": self.newsletter, "name": self.name, "box": self.box}
        return sheet.made(path, printed(sheet, f"{FOLDER}/{template}.html", head, **facts))
