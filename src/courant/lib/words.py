"""Words of a text as search knows them: folded, without their endings, the same in every form.

The reader's browser has to come to the same result: it gets `RULES` with the index and runs them as
`stem` does (search.js). A word's script tells its language: Latin words go by English rules,
Cyrillic ones by Ukrainian rules.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from courant.lib.word_rules import RULES, Step

WORD = re.compile(r"[^\W_]+(?:['’ʼ][^\W_]+)*")
APOSTROPHES = re.compile(r"['’ʼ]")

CYRILLIC = re.compile(r"[Ѐ-ӿ]")
VOWEL = re.compile(r"[aeiouyаеєиіїоуюя]")
STOP = frozenset(RULES["stop"])


def fold(word: str) -> str:
    """Small letters, no accents on Latin ones, one ґ, no apostrophes."""
    word = word.lower()
    if word.isascii() and "'" not in word:  # nearly all of a paper in English
        return word
    if CYRILLIC.search(word):
        return APOSTROPHES.sub("", word).replace("ґ", "г").replace("ё", "е")
    if word[-2:-1] in ("'", "’", "ʼ"):
        word = word[:-2]
    word = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    return APOSTROPHES.sub("", word)


@lru_cache(1 << 16)
def stem(word: str) -> str:
    """What all forms of a folded word have in common, more or less."""
    script = "cyrillic" if CYRILLIC.search(word) else "latin"
    word = RULES["forms"].get(word, word)
    for step in RULES["steps"][script]:
        word = _taken_off(word, step)
    return word


def _taken_off(word: str, step: Step) -> str:
    for ending, instead, stays in step:
        rest = word[: -len(ending)]
        if word.endswith(ending) and len(rest) >= stays and (instead or VOWEL.search(rest)):
            return rest + instead
    return word


def terms(text: str) -> Iterator[str]:
    """The stems of a text's words in their order, without those that stand everywhere."""
    for word in WORD.findall(unicodedata.normalize("NFC", text)):
        folded = fold(word)
        if folded and folded not in STOP:
            yield stem(folded)
