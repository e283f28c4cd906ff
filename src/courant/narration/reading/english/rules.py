"""What every table of rules is made of."""

import re
from collections.abc import Callable

Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]

# A number as news writes it: 7; 1,200; 3.50; .5. Never the tail of another one.
NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+"
DASH = r"\s?[-–—]\s?"
MAGNITUDE = r"(?:[ -]?(?:thousand|million|billion|trillion)s?|\s?(?:bn|tn|trn|mn|m|k|M|K))(?!\w)"
MAGNITUDES = {
    "k": "thousand",
    "m": "million",
    "mn": "million",
    "b": "billion",
    "bn": "billion",
    "tn": "trillion",
    "trn": "trillion",
}


CAPITAL = "[A-Z\ue000-\uf8ff]"  # or what stands for a word of the newsroom's lexicon


# The stop of a shortening. Behind the last word it also ends the sentence, and is kept.
STOP = r"(?:\.(?=\s*[^\s.?!]))?"


def words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


def rule(pattern: str, say: Callable[[re.Match[str]], str], flags: int = 0) -> Rule:
    return re.compile(pattern, flags), say


def magnitude(text: str | None) -> str:
    """ "bn": " billion"; nothing for nothing."""
    word = (text or "").strip(" -")
    return f" {MAGNITUDES.get(word.lower(), word)}" if word else ""


def apply(rules: tuple[Rule, ...], text: str) -> str:
    for pattern, say in rules:
        text = pattern.sub(say, text)
    return text
