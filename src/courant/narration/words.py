"""Where the words that a voice says stand on the page.

A voice is given other words than the page shows ("three point five billion dollars" for "$3.5bn").
What both have in common is matched; what stands between two matches belongs together.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from courant.narration.script import HEADLINE, block_sentences, spoken_texts
from courant.narration.sentences import sentences
from courant.narration.voices.base import SpokenWord
from courant.stories import published as out

WORD = re.compile(r"\w(?:[\w'’.,-]*\w)?")
Span = tuple[int, int]


@dataclass(frozen=True)
class WordCue:
    """When a stretch of a sentence on the page is heard. Places count characters."""

    start: int
    length: int
    at: float  # seconds from the start of the file


def shown_sentences(story: out.PublishedStory) -> dict[tuple[str, int], str]:
    """The text of each sentence as the page shows it, by block and number."""
    found = {
        (HEADLINE, number): story.headline[span]
        for number, span in enumerate(sentences(story.headline, story.language))
    }
    for block in story.body:
        spans = block_sentences(block, story.language)
        rows = [
            text[span]
            for text, slices in zip(spoken_texts(block), spans, strict=True)
            for span in slices
        ]
        found |= {(block.id, number): text for number, text in enumerate(rows)}
    return found


def word_cues(
    spoken: str, shown: str, words: Sequence[SpokenWord], start: float
) -> tuple[WordCue, ...]:
    """The cues of a sentence that begins to be heard at `start`."""
    places = dict(_pairs(spoken, shown))
    cues: list[WordCue] = []
    for word in words:
        middle = word.start + word.length // 2
        span = next((to for (a, b), to in places.items() if a <= middle < b), None)
        if span and (not cues or cues[-1].start < span[0]):  # in reading order, each once
            cues.append(WordCue(span[0], span[1] - span[0], round(start + word.at, 3)))
    return tuple(cues)


def _pairs(spoken: str, shown: str) -> Iterator[tuple[Span, Span]]:
    """Stretches of the spoken text with those of the shown text that they say."""
    said = [match.span() for match in WORD.finditer(spoken)]
    seen = [match.span() for match in WORD.finditer(shown)]
    matcher = SequenceMatcher(
        a=[spoken[a:b].casefold() for a, b in said],
        b=[shown[a:b].casefold() for a, b in seen],
        autojunk=False,
    )
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind == "equal":
            yield from zip(said[i1:i2], seen[j1:j2], strict=True)
        elif kind == "replace":
            yield from _shared(said[i1:i2], seen[j1:j2])


def _shared(said: list[Span], seen: list[Span]) -> Iterator[tuple[Span, Span]]:
    """Word by word where the counts agree; else what is said counts for all that is seen."""
    if len(said) == len(seen):
        yield from zip(said, seen, strict=True)
    else:
        whole = (seen[0][0], seen[-1][1])
        yield from ((span, whole) for span in said)
