"""A feed as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

import json
from datetime import datetime
from typing import Any

from courant.front.assets import asset_url
from courant.front.feed import Feed, story_guid
from courant.front.labels import writers
from courant.front.sheet import Sheet
from courant.front.times import in_language, local
from courant.front.whole import jpeg, whole
from courant.narration.spoken import SpokenStory
from courant.stories import published as out

Facts = dict[str, Any]


def json_feed(sheet: Sheet, feed: Feed) -> bytes:
    """The document."""
    facts: Facts = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": sheet.absolute(feed.page),
        "feed_url": sheet.absolute(f"{feed.path}feed.json"),
        "description": feed.description,
        "language": feed.language,
        "favicon": sheet.absolute(asset_url("icon.svg")),
        "authors": [{"name": sheet.paper.name, "url": sheet.absolute("/")}],
        "hubs": [{"type": "WebSub", "url": feed.hub}] if feed.hub else [],
        "items": [_item(sheet, story) for story in feed.stories],
    }
    kept = {key: value for key, value in facts.items() if value or key == "items"}
    return json.dumps(kept, ensure_ascii=False, indent=1).encode() + b"\n"


def _item(sheet: Sheet, story: out.PublishedStory) -> Facts:
    facts: Facts = {
        "id": story_guid(sheet.paper, story),
        "url": sheet.absolute(story.path),
        "title": story.headline,
        "summary": story.standfirst,
        **_text_of(sheet, story),
        "image": _image(sheet, story.lead_photo),
        "date_published": _iso(story.published, sheet),
        "date_modified": _iso(story.changed, sheet),
        "authors": [_author(sheet, byline) for byline in writers(story)],
        "tags": [story.section.title, *(topic.name for topic in story.topics)],
        "language": story.language,
    }
    if spoken := sheet.press.audio_of(story):
        facts["attachments"] = [_attachment(sheet, story, spoken)]
    return {key: value for key, value in facts.items() if value}


def _text_of(sheet: Sheet, story: out.PublishedStory) -> Facts:
    """Each item must have one of the two: the whole story, or what it is about."""
    if not sheet.paper.machines.whole_feeds:
        return {"content_text": story.standfirst or story.headline}
    with in_language(story.language):
        return {"content_html": whole(sheet, story) or story.headline}


def _image(sheet: Sheet, photo: out.PublishedPhoto | None) -> str:
    picture = jpeg(sheet, photo) if photo else None
    return sheet.absolute(picture.url) if picture else ""


def _author(sheet: Sheet, byline: out.PublishedByline) -> Facts:
    url = {"url": sheet.absolute(byline.person.path)} if byline.person else {}
    return {"name": byline.name, **url}


def _attachment(sheet: Sheet, story: out.PublishedStory, spoken: SpokenStory) -> Facts:
    return {
        "url": sheet.absolute(spoken.path),
        "mime_type": "audio/mpeg",
        "title": story.headline,
        "size_in_bytes": spoken.size,
        "duration_in_seconds": round(spoken.seconds),
    }


def _iso(moment: datetime, sheet: Sheet) -> str:
    return local(moment, sheet.paper.time_zone).isoformat(timespec="seconds")
