"""Which language has rules for how its writing is said: one module each."""

from collections.abc import Callable
from functools import lru_cache

from courant.narration.reading import english, ukrainian
from courant.narration.tongues import tongue

LONGEST = 2000  # characters of a sentence that are looked at: what is longer is no sentence

RULES: dict[str, Callable[[str], str]] = {"en": english.say, "uk": ukrainian.say}


@lru_cache(maxsize=20_000)  # the same sentences are asked for at each look at a story
def say(sentence: str, language: str) -> str:
    """A sentence in words; as it is written where the language has no rules."""
    rules = RULES.get(tongue(language))
    return rules(sentence[:LONGEST]) + sentence[LONGEST:] if rules else sentence
