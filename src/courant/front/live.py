"""Live coverage as machines read it: schema.org's LiveBlogPosting."""

from datetime import datetime
from typing import Any

from courant.front.times import local
from courant.stories import published as out
from courant.stories.paper import Paper


def coverage(story: out.PublishedStory, paper: Paper) -> dict[str, Any]:
    """When it goes on, and every update; nothing of a story of another kind."""
    if story.kind != "live":
        return {}
    updates = [block for block in story.body if isinstance(block, out.Update)]
    facts: dict[str, Any] = {
        "coverageStartTime": _iso(story.published, paper),
        "liveBlogUpdate": [_posting(update, story, paper) for update in updates],
    }
    if story.ended:
        facts["coverageEndTime"] = _iso(story.changed, paper)
    return facts


def _posting(update: out.Update, story: out.PublishedStory, paper: Paper) -> dict[str, Any]:
    return {
        "@type": "BlogPosting",
        "headline": update.headline,
        "datePublished": _iso(update.time, paper),
        "url": f"{paper.url}{story.path}#u-{update.id}",
    }


def _iso(moment: datetime, paper: Paper) -> str:
    return local(moment, paper.time_zone).isoformat(timespec="seconds")
