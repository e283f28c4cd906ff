"""Names and acronyms in a text: what a voice is likely to say wrong."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from courant.narration.abbreviations import STARTERS
from courant.narration.reading.lexicon import Lexicon

WORD = re.compile(r"[^\W\d_](?:[\w’ʼ']*\w)?(?:-\w+)*")
# A name goes on over one space and over small words inside it: "Ursula von der Leyen".
JOINS = re.compile(r" (?:(?:von|van|der|den|de|da|di|del|la|le|bin|ibn|al|el) )*")
POSSESSIVE = re.compile(r"[’']s?$")

# Written large in English and said right by every voice.
COMMON = {
    *("i", "mr", "mrs", "ms", "dr", "english", "british"),
    *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    *("january", "february", "march", "april", "may", "june", "july", "august"),
    *("september", "october", "november", "december"),
}
OTHER_STARTERS = {"By", "With", "Of", "From", "Photos", "Text", "Текст", "Фото", "Малюнки"}


@dataclass(frozen=True)
class Name:
    """A name as it is written, and the first sentence in which it stands."""

    text: str
    sentence: str


def unheard(sentences: Iterable[str], lexicon: Lexicon) -> list[Name]:
    """The names that the lexicon says nothing of, each once, in the order of the text."""
    texts = list(sentences)
    inside = {name for text in texts for name, first in _names(text) if not first}
    found: dict[str, Name] = {}
    for text in texts:
        for name, first in _names(text):
            # A single word at a sentence's start is a name only if it is one elsewhere too.
            if first and name not in inside and not _is_sure(name):
                continue
            if not _is_known(name, lexicon):
                found.setdefault(name, Name(name, text))
    return list(found.values())


def _names(sentence: str) -> Iterator[tuple[str, bool]]:
    """Each name with whether it is the sentence's first word."""
    words = list(WORD.finditer(sentence))
    number = 0
    while number < len(words):
        last = number
        if _is_large(words[number].group()) and not (number == 0 and _begins(words[0].group())):
            while last + 1 < len(words) and _goes_on(sentence, words, last):
                last = _next_large(words, last)
            text = POSSESSIVE.sub("", sentence[words[number].start() : words[last].end()])
            if text.casefold() not in COMMON:
                yield text, number == 0
        number = last + 1


def _begins(word: str) -> bool:
    """A word that is large only because a sentence begins with it."""
    return any(word in starters for starters in STARTERS.values()) or word in OTHER_STARTERS


def _goes_on(sentence: str, words: list[re.Match[str]], last: int) -> bool:
    following = _next_large(words, last)
    if following == last or POSSESSIVE.search(words[last].group()):
        return False
    between = sentence[words[last].end() : words[following].start()]
    return bool(JOINS.fullmatch(between))


def _next_large(words: list[re.Match[str]], last: int) -> int:
    """The next word that is written large, among the four that follow; `last` without one."""
    for number in range(last + 1, min(last + 5, len(words))):
        if _is_large(words[number].group()):
            return number
    return last


def _is_large(word: str) -> bool:
    return any(letter.isupper() for letter in word)


def _is_sure(name: str) -> bool:
    """More than one word, an acronym, or large letters inside: "NATO", "McAllister"."""
    return " " in name or any(letter.isupper() for letter in name[1:])


def _is_known(name: str, lexicon: Lexicon) -> bool:
    """Every word of it that is written large is said by a rule."""
    spans = list(lexicon.spans(name))
    large = [word for word in WORD.finditer(name) if _is_large(word.group())]
    return all(any(s.start <= w.start() < s.stop for s in spans) for w in large)
