"""The process in which Kokoro speaks: `python -m` this module. No Django here.

Asked {"model", "voices", "voice", "language", "speed", "text"}.
"""

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from courant.narration.voices.ipa import pieces, without_sounds
from courant.narration.voices.served import Answer, serve

WORD = re.compile(r"\S+")


def start() -> Callable[[dict[str, Any]], Answer]:
    from kokoro_onnx import Kokoro

    loaded: dict[tuple[str, str], Any] = {}

    def speak(asked: dict[str, Any]) -> Answer:
        files = (asked["model"], asked["voices"])
        if files not in loaded:
            loaded[files] = Kokoro(*files)
        engine, text = loaded[files], asked["text"]
        if asked["voice"] not in engine.voices:
            raise LookupError(f"Kokoro has no voice {asked['voice']!r}")
        phonemes = " ".join(
            piece if is_sound else engine.tokenizer.phonemize(piece, asked["language"])
            for _, piece, is_sound in pieces(text)
        )
        samples, rate, timed = engine.create_timed(
            phonemes,
            asked["voice"],
            asked["speed"],
            asked["language"],
            is_phonemes=True,
            trim=False,
        )
        pcm = np.round(np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()
        return {"rate": rate, "words": timed_words(text, timed)}, pcm

    return speak


def timed_words(text: str, timed: list[Any]) -> list[list[float]]:
    """[start, length, at, until] of words, where as many are heard as stand in the text."""
    heard: list[tuple[float, float]] = []
    begun = False
    for one in timed:
        if one.phoneme == " ":
            begun = False
        elif begun:
            heard[-1] = (heard[-1][0], one.end)
        else:
            heard.append((one.start, one.end))
            begun = True
    words = [match.span() for match in WORD.finditer(without_sounds(text))]
    if len(words) != len(heard):
        return []
    return [[a, b - a, at, until] for (a, b), (at, until) in zip(words, heard, strict=True)]


if __name__ == "__main__":
    serve(start)
