"""The process in which the espeak-ng library speaks: `python -m` this module.

Asked {"voice", "rate", "text"}. A process of its own because the library is GPL, has one global
state, crashes with threads, and must not take the newsroom's worker with it.
"""

from collections.abc import Callable
from typing import Any

from courant.narration.voices.espeak_library import Library, Words
from courant.narration.voices.served import Answer, serve


def start() -> Callable[[dict[str, Any]], Answer]:
    library = Library()

    def speak(asked: dict[str, Any]) -> Answer:
        pcm, words = library.speak(asked["voice"], asked["rate"], asked["text"])
        timed = timed_words(words, len(pcm) // 2, library.sample_rate)
        return {"rate": library.sample_rate, "words": timed}, pcm

    return speak


def timed_words(words: Words, samples: int, rate: int) -> list[list[float]]:
    """[start, length, at, until] of each word. One that is read as several is told once."""
    first = {place: (length, sample) for place, length, sample in reversed(words)}
    begins = sorted((place, *facts) for place, facts in first.items())
    ends = [sample for _, _, sample in begins[1:]] + [samples]
    return [
        [place, length, sample / rate, max(sample, end) / rate]
        for (place, length, sample), end in zip(begins, ends, strict=True)
    ]


if __name__ == "__main__":
    serve(start)
