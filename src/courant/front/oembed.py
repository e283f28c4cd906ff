"""The card of a story that other sites may show: an oEmbed 1.0 document in a file.

It needs no server and sees no reader: the site that shows it fetches it now and then. Its name is
the story's number for good: whoever holds an old page of the story finds today's card, and of a
story that was taken back one that says so.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext

from courant.front.heads import card_path, share_image
from courant.front.kind import Kind
from courant.front.labels import names, writers
from courant.front.made import Made
from courant.front.sheet import Press, Sheet
from courant.front.times import in_language
from courant.stories import published as out
from courant.stories.index import Delta
from courant.stories.paper import Paper

WIDTH, HEIGHT = 600, 240
A_DAY = 86400


class StoryCards(Kind):
    """The card of each story, and the word of each that was taken back, before either is linked."""

    name, order, of_story = "story-card", 4, True

    def keys(self, paper: Paper) -> Iterator[str]:
        return map(str, sorted({*paper.story_ids(), *paper.gone_stories()}))

    def may_be_absent(self, key: str) -> bool:
        return True

    def touched(self, delta: Delta) -> Iterable[str]:
        return map(str, delta.stories)

    def needed_by(self, story: out.PublishedStory) -> Iterable[str]:
        return (str(story.id),)

    def make(self, press: Press, key: str) -> Made | None:
        story = press.paper.story(int(key))
        if story is None and not press.paper.was_taken_back(int(key)):
            return None
        sheet = press.sheet(story.language if story else press.paper.language)
        with in_language(sheet.language):
            facts = _facts(sheet, story) if story else _gone(press.paper)
        data = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
        return sheet.made(card_path(int(key)), data)


def _gone(paper: Paper) -> dict[str, Any]:
    """It tells nothing of the story."""
    return {
        "version": "1.0",
        "type": "link",
        "title": gettext("This story was taken back"),
        "provider_name": paper.name,
        "provider_url": f"{paper.url}/",
        "cache_age": A_DAY,
    }


def _facts(sheet: Sheet, story: out.PublishedStory) -> dict[str, Any]:
    paper, url = sheet.paper, sheet.absolute(story.path)
    image = share_image(sheet, story)
    wrote = writers(story)
    html = format_html(
        '<blockquote lang="{}"><p><a href="{}">{}</a></p><p>{}</p><footer>{}</footer></blockquote>',
        story.language,
        url,
        story.headline,
        story.standfirst,
        paper.name,
    )
    facts = {
        "version": "1.0",
        "type": "rich",
        "title": story.headline,
        "author_name": names(wrote) or paper.name,
        "author_url": sheet.absolute(wrote[0].person.path) if wrote and wrote[0].person else "",
        "provider_name": paper.name,
        "provider_url": sheet.absolute("/"),
        "cache_age": A_DAY,
        "html": html,
        "width": WIDTH,
        "height": HEIGHT,
        "thumbnail_url": image[0],
        "thumbnail_width": image[1],
        "thumbnail_height": image[2],
    }
    return {key: value for key, value in facts.items() if value}
