"""Typewriter quotes and dashes -> the printer's, by language. Words stay as they are."""

import re
from dataclasses import replace

from courant.importers.plaintext.model import ImportedStory, Language

OPENING = {"en": "“", "uk": "«"}
CLOSING = {"en": "”", "uk": "»"}
QUOTE_START = re.compile(r'(?<![\w.,!?…)»”])"(?=\S)')
APOSTROPHE = re.compile(r"(?<=\w)'(?=[^\W\d_])|(?<=[^\W\d_])'|(?<!\d)'(?=\d\ds?\b)")
SINGLE_START = re.compile(r"(?<![\w])'(?=\w)")


def typeset(text: str, language: Language) -> str:
    """A text with printer's quotes, apostrophes, dashes and ellipses."""
    text = re.sub(r"(?<=[\w»”\")]) --? (?=\S)", " — ", text)
    text = re.sub(r"(?<=\w)--(?=\w)", "—", text).replace("...", "…")
    text = QUOTE_START.sub(OPENING[language], text)
    text = re.sub(r'(?<!\d)"', CLOSING[language], text)
    text = APOSTROPHE.sub("’", text)
    return SINGLE_START.sub("‘", text)


def typeset_story(story: ImportedStory) -> ImportedStory:
    """The story's own words typeset; the report keeps the copy's characters."""

    def set_(text: str) -> str:
        return typeset(text, story.language)

    blocks = tuple(
        replace(b, text=set_(b.text), items=tuple(map(set_, b.items)), speaker=set_(b.speaker))
        for b in story.blocks
    )
    return replace(
        story,
        headline=set_(story.headline),
        standfirst=set_(story.standfirst),
        caption=set_(story.caption),
        blocks=blocks,
    )
