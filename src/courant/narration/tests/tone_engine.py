"""An engine for tests, in a process of its own: a tone for each word, a log, and faults by plan.

python -m courant.narration.tests.tone_engine FOLDER

FOLDER/asked has a line for each sentence that it was asked for. FOLDER/plan, if there is one, says
"<how often> <fault> <sentence>"; each time that it went wrong is a line in FOLDER/happened.
"""

import json
import math
import os
import random
import signal
import sys
import time
import zlib
from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Any

from courant.narration.voices.served import Answer, serve

RATE = 22050
WORD, GAP = 0.12, 0.04  # seconds
LOWEST, STEP, PITCHES = 300, 20, 120  # Hz; how far apart they are; how many there are
SLOW = 0.02  # seconds to think about each sentence, so that a kill can fall into it


def pitch_of(word: str) -> int:
    """What a word sounds like (Hz): another word in all likelihood like something else."""
    return LOWEST + STEP * (zlib.crc32(word.encode()) % PITCHES)


def tone(word: str) -> bytes:
    turn = 2 * math.pi * pitch_of(word) / RATE
    spoken = [round(16_000 * math.sin(turn * n)) for n in range(int(WORD * RATE))]
    return array("h", [*spoken, *[0] * int(GAP * RATE)]).tobytes()


def start() -> Callable[[dict[str, Any]], Answer]:
    folder = Path(sys.argv[1])

    def speak(asked: dict[str, Any]) -> Answer:
        text = asked["text"]
        note(folder / "asked", text)
        time.sleep(SLOW)
        words = text.split()
        pcm = b"".join(map(tone, words))
        return wrong(folder, text, pcm) or ({"rate": RATE, "words": timed(text)}, pcm)

    return speak


def timed(text: str) -> list[list[float]]:
    rows, place = [], 0
    for number, word in enumerate(text.split()):
        place = text.index(word, place)
        at = number * (WORD + GAP)
        rows.append([place, len(word), at, at + WORD])
        place += len(word)
    return rows


def note(file: Path, line: str) -> None:
    with file.open("a") as log:
        log.write(f"{line}\n")


def wrong(folder: Path, text: str, pcm: bytes) -> Answer | None:
    """Go wrong as the plan has it; None when it has nothing for this sentence, or no more."""
    happened = folder / "happened"
    try:
        times, fault, sentence = (folder / "plan").read_text().split(" ", 2)
    except FileNotFoundError:
        return None
    so_far = len(happened.read_text().splitlines()) if happened.exists() else 0
    if text != sentence or so_far >= int(times):
        return None
    note(happened, fault)
    return FAULTS[fault](pcm)


def die(pcm: bytes) -> Answer:
    """In the middle of a sentence: half of it is told already."""
    header = json.dumps({"rate": RATE, "words": [], "bytes": len(pcm)}).encode()
    os.write(OUT, header + b"\n" + pcm[: len(pcm) // 2])
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def hang(pcm: bytes) -> Answer:
    time.sleep(600)
    raise AssertionError


def noise(pcm: bytes) -> Answer:
    return {"rate": RATE}, random.Random(1).randbytes(len(pcm))


OUT = 3  # where `serve` answers: the first number that is free when it begins
FAULTS: dict[str, Callable[[bytes], Answer]] = {
    "die": die,
    "hang": hang,
    "silence": lambda pcm: ({"rate": RATE}, bytes(len(pcm))),
    "noise": noise,
    "nothing": lambda pcm: ({"rate": RATE}, b""),
}

if __name__ == "__main__":
    serve(start)
