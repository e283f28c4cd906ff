"""The newsroom's own rules for how a word is said, found in a sentence.

Whole words only, the longest rule first, from left to right. What stands behind a word
(a possessive, a hyphen, a stop) stays: "Kyiv's" and "Kyiv-based" are said by the rule for "Kyiv".
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from courant.narration.reading.languages import say

WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Rule:
    """One word or phrase as it is written, and how it is said."""

    grapheme: str
    alias: str = ""  # in letters, for every voice; empty: it is right as it is written
    ipa: str = ""  # for voices that take it
    exact: bool = True  # only in this case: "US", not "us"


@dataclass(frozen=True)
class Span:
    """Where a rule applies in a sentence. Places count characters."""

    start: int
    stop: int
    rule: Rule


class Lexicon(Protocol):
    """Whatever knows how words are said."""

    def spans(self, sentence: str) -> Iterable[Span]:
        """Where it has a word to say, in order, none over another."""


class Rules:
    """A lexicon of some rules. Finding them costs a look for each word, however many they are."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        found: dict[str, list[Rule]] = defaultdict(list)
        for rule in rules:
            if first := WORD.match(rule.grapheme):
                found[first.group().casefold()].append(rule)
        for some in found.values():  # the longest first; one that is exact before one that is not
            some.sort(key=lambda rule: (-len(rule.grapheme), not rule.exact, rule.grapheme))
        self._by_first_word = dict(found)

    def spans(self, sentence: str) -> Iterator[Span]:
        free = 0
        for word in WORD.finditer(sentence):
            if word.start() < free:
                continue
            for rule in self._by_first_word.get(word.group().casefold(), ()):
                stop = word.start() + len(rule.grapheme)
                if _stands(rule, sentence, word.start(), stop):
                    yield Span(word.start(), stop, rule)
                    free = stop
                    break


def _stands(rule: Rule, sentence: str, start: int, stop: int) -> bool:
    piece = sentence[start:stop]
    if piece.casefold() != rule.grapheme.casefold() or (rule.exact and piece != rule.grapheme):
        return False
    return not rule.grapheme[-1].isalnum() or not WORD.match(sentence, stop)


NO_RULES = Rules()
FIRST, PLACES = 0xE000, 6400  # characters for private use: each stands for a word meanwhile


def speak(sentence: str, lexicon: Lexicon, *, language: str = "", ipa: bool = False) -> str:
    """A sentence as a voice is to get it. `ipa`: the voice takes [[sounds]].

    The newsroom's words come first, and are kept from the rules of the language.
    """
    pieces: list[str] = []
    words: list[str] = []
    end = 0
    for span in lexicon.spans(sentence):
        rule = span.rule
        word = f"[[{rule.ipa}]]" if ipa and rule.ipa else rule.alias
        if word and len(words) < PLACES:
            pieces += [sentence[end : span.start], chr(FIRST + len(words))]
            words.append(word)
            end = span.stop
    said = say("".join([*pieces, sentence[end:]]), language)
    for number, word in enumerate(words):
        said = said.replace(chr(FIRST + number), word)
    return said
