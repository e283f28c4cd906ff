"""The paper in words alone: a story is a few kilobytes, for the worst of lines and the oldest of
phones. No stylesheet, no script, no picture; what a photo shows is told.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from courant.front.heads import section_at
from courant.front.kind import Kind
from courant.front.made import Made, file_of
from courant.front.sheet import Press, Sheet
from courant.front.times import in_language
from courant.front.whole import block_html
from courant.stories import published as out
from courant.stories.index import Delta
from courant.stories.lists import LANGUAGE
from courant.stories.paper import FIXED, Paper

ROOT = "/lite/"
NEWEST = 25


def lite_path(path: str) -> str:
    """Where the words of a page are: "/harbour/ferry/" -> "/lite/harbour/ferry/"."""
    return ROOT + path.lstrip("/")


class LiteStories(Kind):
    """The words of each story."""

    name, order, of_story, goes_at_once = "lite-story", 46, True, True

    def keys(self, paper: Paper) -> Iterator[str]:
        return map(str, paper.story_ids())

    def touched(self, delta: Delta) -> Iterable[str]:
        return map(str, delta.stories)

    def make(self, press: Press, key: str) -> Made | None:
        story = press.paper.story(int(key))
        return _story(press, story) if story else None


class LiteSections(Kind):
    """The newest stories of each section."""

    name, order = "lite-section", 47

    def keys(self, paper: Paper) -> Iterator[str]:
        return (str(section.id) for section in paper.sections)

    def make(self, press: Press, key: str) -> Made | None:
        section = press.paper.section(int(key))
        if section is None:
            return None
        sheet = press.sheet(section.language)
        newest = press.paper.listing(f"section:{section.id}").newest(NEWEST)
        return _page(sheet, "list", section.path, section.title, stories=newest)


def lite_front(press: Press, of: out.PublishedFront | None = None) -> Made:
    """The newest stories of a front's language, by default the paper's own, and the sections."""
    paper = press.paper
    of = of or paper.masthead.every_front[0]
    newest = paper.listing(f"{LANGUAGE}{of.language}").newest(NEWEST)
    others = [(f.language, f.path) for f in paper.masthead.every_front if f != of]
    facts: dict[str, Any] = {"stories": newest, "is_front": True, "others": others}
    return _page(press.sheet(of.language), "list", of.path, paper.name, **facts)


def has_words(paper: Paper, path: str) -> bool:
    """Whether what stands at an address is a story or a section: the others have no words alone."""
    others = FIXED | {page.path for page in paper.masthead.pages}
    return path not in others and paper.stands_at(path)


def moved_page(press: Press, old_path: str, path: str) -> Made:
    """What leads from an old address to the new one."""
    sheet = press.sheet(press.paper.language)
    with in_language(sheet.language):
        title = gettext("This page has moved")
    return _page(sheet, "moved", path, title, at=old_path)


def gone_page(press: Press, path: str) -> Made:
    """What says that a story was taken back."""
    section = section_at(press.paper, path)
    sheet = press.sheet(section.language if section else press.paper.language)
    with in_language(sheet.language):
        title = gettext("This story was taken back")
    made = _page(sheet, "gone", path, title, section=section)
    return replace(made, path=file_of(f"{lite_path(path)}gone.html"))


def _story(press: Press, story: out.PublishedStory) -> Made:
    sheet = press.sheet(story.language)
    with in_language(story.language):
        blocks = [_block(sheet, block) for block in story.body]
    others = [(version.language, version.path) for version in press.paper.versions(story)]
    facts: dict[str, Any] = {"story": story, "blocks": blocks, "others": others}
    return _page(sheet, "story", story.path, story.headline, **facts)


def _block(sheet: Sheet, block: out.Block) -> SafeString:
    if isinstance(block, out.PhotoBlock):
        photo = block.photo
        words = (gettext("Photo: %(alt)s") % {"alt": photo.alt}, photo.caption, photo.credit)
        return format_html("<p><small>{}</small></p>", " · ".join(word for word in words if word))
    return block_html(sheet, block)


def _page(
    sheet: Sheet, template: str, path: str, title: str, *, at: str = "", **facts: Any
) -> Made:
    """The words of the page at `path`; they stand below its address, or below that of `at`."""
    context = {"sheet": sheet, "paper": sheet.paper, "title": title, "path": path, **facts}
    with in_language(sheet.language):
        html = str(get_template(f"front/lite/{template}.html").render(context))
    return sheet.made(lite_path(at or path), html)
