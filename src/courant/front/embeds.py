"""Players of others: a card that asks the reader first, and a policy for that page alone."""

from django.conf import settings

from courant.lib.embeds import Frame, frame_of, sources
from courant.stories import published as out


def frame(block: out.Embed) -> Frame | None:
    """What the card may show when it is asked; None where it stays a link."""
    return frame_of(block.url, settings.COURANT_EMBED_HOSTS)


def frame_sources(story: out.PublishedStory | None) -> str:
    """Whose players the page of that story may show, as its policy says it: mostly nobody's."""
    blocks = story.body if story else ()
    frames = (frame(block) for block in blocks if isinstance(block, out.Embed))
    return sources(sorted({found.host for found in frames if found}))
