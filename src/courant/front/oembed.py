"""The card of a story that other sites may show: an oEmbed 1.0 document in a file.

It needs no server and sees no reader: the site that shows it fetches it now and then. Its name is
the story's number for good: whoever holds an old page of the story finds today's card, and of a
story that was taken back one that says so.
"""

import json
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext

from courant.front.labels import names, writers
from courant.front.made import PublicFile
from courant.front.sheet import Sheet
from courant.front.times import in_language
from courant.stories import published as out
from courant.stories.paper import Paper

WIDTH, HEIGHT = 600, 240
A_DAY = 86400


def oembed(sheet: Sheet, story: out.PublishedStory, image: tuple[str, int, int]) -> PublicFile:
    """The document, below the public root."""
    return _file(story.id, _facts(sheet, story, image))


def gone_card(paper: Paper, story_id: int) -> PublicFile:
    """What stands there instead when the story was taken back. It tells nothing of it."""
    with in_language(paper.language):
        title = gettext("This story was taken back")
    front = f"{paper.url}/"
    facts = {
        "version": "1.0",
        "type": "link",
        "title": title,
        "provider_name": paper.name,
        "provider_url": front,
        "cache_age": A_DAY,
    }
    return _file(story_id, facts)


def _file(story_id: int, facts: dict[str, Any]) -> PublicFile:
    data = json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode()
    return PublicFile(f"oembed/{story_id}.json", data)


def _facts(sheet: Sheet, story: out.PublishedStory, image: tuple[str, int, int]) -> dict[str, Any]:
    paper, url = sheet.paper, sheet.absolute(story.path)
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
