"""What a newsroom lets be read of every story, and in which words of its own around it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime

from courant.stories import published as out

CORRECTIONS = {
    "en": {"correction": "Correction", "clarification": "Clarification", "update": "Update"},
    "uk": {"correction": "Виправлення", "clarification": "Уточнення", "update": "Доповнення"},
}


@dataclass(frozen=True)
class Choices:
    """Which parts are read, and the lines of one language. Empty lines are not said."""

    headline: bool = True
    byline: bool = True
    date: bool = False
    corrections: bool = False
    unread: frozenset[type[out.Block]] = frozenset()  # kinds of blocks
    opening: str = ""
    closing: str = ""
    disclosure: str = ""
    quote_begins: str = ""
    quote_ends: str = ""


AS_WRITTEN = Choices()  # the text itself: what a narration is of, whatever stands around it


def spoken_date(story: out.PublishedStory) -> str:
    """The day of publication on the paper's clock, in the story's language."""
    with translation.override(story.language):
        return f"{date_format(localtime(story.published), 'j E Y')}."


def spoken_corrections(story: out.PublishedStory, tongue: str) -> Iterator[str]:
    """What was put right, each with what it is: "Correction: the bridge has two lanes." """
    labels = CORRECTIONS.get(tongue, CORRECTIONS["en"])
    for correction in story.corrections:
        yield f"{labels.get(correction.kind, labels['correction'])}: {correction.text}"
