"""The card of a story that other sites may show: an oEmbed 1.0 document in a file.

It needs no server and sees no reader: the site that shows it fetches it once. Its name is that of
its content, as with pictures, and it goes when the story goes.
"""

import json
from typing import Any

from django.utils.html import format_html

from courant.front.labels import names, writers
from courant.front.made import PublicFile
from courant.front.sheet import Sheet
from courant.lib.digests import digest_of
from courant.stories import published as out

WIDTH, HEIGHT = 600, 240
A_DAY = 86400


def oembed(sheet: Sheet, story: out.PublishedStory, image: tuple[str, int, int]) -> PublicFile:
    """The document, below the public root."""
    facts = _facts(sheet, story, image)
    data = json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode()
    return PublicFile(f"media/oembed-{digest_of(facts)[:12]}.json", data)


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
