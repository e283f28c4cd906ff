"""What a narration costs: whole, with one sentence corrected, beside the bare engine.

Speaks a story of ours of about 1,063 words with espeak and with a Piper-shaped model of medium size
with random weights, into MP3 and AAC. Goals: whole at least 25 times as fast as it is heard with
espeak; a correction within 0.4 s; at most 15 % on top of Piper's bare synthesis.

    bench_narration.py [--many [1000]]     the second: so many stories with two workers
"""

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

WORDS = 1063
LIMIT_WHOLE, LIMIT_CORRECTION, LIMIT_OVERHEAD = 25.0, 0.4, 15.0


@dataclass
class Cost:
    """Seconds of wall and CPU, of this process and its children, and CPU by step."""

    wall: float = 0.0
    cpu: float = 0.0
    steps: dict[str, float] = field(default_factory=dict)


def cpu_of_family() -> float:
    """CPU seconds of this process and of the engines that live beside it."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_utime + own.ru_stime + sum(_cpu_of(pid) for pid in _children())


def _children() -> list[int]:
    me, found = os.getpid(), []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == me:
            found.append(int(entry.parent.name))
    return found


def _cpu_of(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_of_family() -> float:
    """Peak memory, MB: of this process and of its engines."""
    peak = 0
    for pid in (os.getpid(), *_children()):
        try:
            status = Path(f"/proc/{pid}/status").read_text()
        except OSError:
            continue
        peak += next(int(line.split()[1]) for line in status.splitlines() if "VmHWM" in line)
    return peak / 1024


def timed(act: Callable[[], Any]) -> Cost:
    wall, cpu = time.perf_counter(), cpu_of_family()
    act()
    return Cost(time.perf_counter() - wall, cpu_of_family() - cpu)


@contextmanager
def steps_of(cost: Cost) -> Iterator[None]:
    """CPU seconds of our own threads by step, while the block runs."""
    from courant.narration import loudness, making, takes
    from courant.narration.codecs import CODECS
    from courant.narration.provenance import sign

    places = [
        (takes, "measure", "measure"),
        (loudness, "limited", "limit"),
        (loudness, "true_peak", "true peak"),
        (type(CODECS["mp3"]), "encode", "MP3"),
        (type(CODECS["m4a"]), "encode", "AAC"),
        (type(CODECS["mp3"]), "decode", "decode again"),
        (type(CODECS["m4a"]), "decode", "decode again"),
        (making, "write", "join and write"),
        (sign, "_sign", "sign"),
    ]
    kept = [
        (place, name, place.__dict__.get(name), getattr(place, name)) for place, name, _ in places
    ]
    for place, name, label in places:
        setattr(place, name, _counted(getattr(place, name), cost, label))
    try:
        yield
    finally:
        for place, name, own, _ in kept:
            if own is None:
                delattr(place, name)
            else:
                setattr(place, name, own)


def _counted(act: Callable[..., Any], cost: Cost, label: str) -> Callable[..., Any]:
    def counting(*arguments: Any, **named: Any) -> Any:
        start = time.thread_time()
        try:
            return act(*arguments, **named)
        finally:
            spent = time.thread_time() - start
            cost.steps[label] = cost.steps.get(label, 0.0) + spent

    return counting


SENTENCES = (
    "The council of the harbour town voted nine to four, at night, to keep the ferry.",
    "It had not run for eleven weeks, since a cracked shaft stopped it off the north arm.",
    "Repairs cost the company a million pounds, and it will ask the town for a part of that.",
    "“We had forgotten how loud she is,” said Benedikt Orr, who sells tea on the pier.",
    "Nobody was hurt when the shaft broke, and the pilot boat brought all ashore by midnight.",
    "Two haulage firms said that they would go to court if the crossing were closed again.",
    "The harbour board expects a second crew by the spring, and a third boat in the year after.",
)


def story_of(number: int, words: int = WORDS) -> Any:
    """An invented story: sentences that are all different, a subheading every few paragraphs."""
    from courant.stories.published import Subheading
    from courant.stories.tests.make import make_published_story, paragraph

    body: list[Any] = []
    count = n = 0
    while count < words:
        texts = [f"{SENTENCES[(n + k) % 7][:-1]}, as note {number} {n + k} says." for k in range(3)]
        body.append(paragraph(" ".join(texts), f"p{n}"))
        count += sum(len(text.split()) for text in texts)
        n += 3
        if n % 15 == 0:
            body.append(Subheading(f"h{n}", f"Part {n // 15}"))
    return make_published_story(*body, id=number, headline=f"The night ferry stays, {number}")


def corrected(story: Any) -> Any:
    from courant.stories.tests.make import paragraph

    body = list(story.body)
    old = body[3]
    words = old.runs[0].text.replace("as note", "as the corrected note", 1)
    body[3] = paragraph(words, old.id)
    return replace(story, body=tuple(body))


def bare(voice: Any, story: Any) -> tuple[Cost, float]:
    """The engine alone, as many sentences at once as it takes; and the seconds that it spoke."""
    from courant.narration.script import script_for

    texts = [each.text for each in script_for(story).utterances]
    seconds = 0.0

    def speak() -> None:
        nonlocal seconds
        with ThreadPoolExecutor(voice.parallel) as pool:
            seconds = sum(sound.seconds for sound in pool.map(voice.speak, texts))

    return timed(speak), seconds


def measure(label: str, voice: Any, number: int) -> bool:
    """One engine's table. False when it could not be measured."""
    from courant.narration import produce

    produce.narrate(story_of(100 + number, 30), voice=voice)  # everything is loaded
    story = story_of(number)
    alone, spoken = bare(voice, story)
    whole = Cost()
    with steps_of(whole):
        cost = timed(lambda: produce.narrate(story, voice=voice))
    whole.wall, whole.cpu = cost.wall, cost.cpu
    row = produce.request(story, voice=voice)
    if row.status != "ready":
        print(f"{label}: nothing was spoken: {row.error}", file=sys.stderr)
        return False
    again = [timed(partial(produce.narrate, edit, voice=voice)) for edit in edits(story)]
    correction = sorted(again, key=lambda c: c.wall)[len(again) // 2]
    memory = memory_of_family()
    voice.close()
    show(label, row.seconds, story.words or WORDS, alone, spoken, whole, correction, memory)
    return True


def edits(story: Any) -> list[Any]:
    """The story with one sentence corrected, three times another one."""
    first = corrected(story)
    return [first, replace(first, headline="The night ferry stays on"), corrected(corrected(story))]


def show(
    label: str,
    seconds: float,
    words: int,
    alone: Cost,
    spoken: float,
    whole: Cost,
    correction: Cost,
    memory: float,
) -> None:
    def row(name: str, value: float, unit: str, limit: str = "") -> None:
        print(f"  {name:<44}{value:>10.2f} {unit:<12}{limit}")

    print(f"{label}: {words} words, {seconds:.0f} s of sound with pauses, {spoken:.0f} s of speech")
    row("bare engine, wall", alone.wall, "s")
    row("whole, wall", whole.wall, "s")
    goal = f"goal ≥ {LIMIT_WHOLE:.0f}" if "espeak" in label else ""
    row("whole, times realtime", seconds / whole.wall, "×", goal)
    row("bare engine, CPU a second of sound", 1000 * alone.cpu / seconds, "ms")
    row("whole, CPU a second of sound", 1000 * whole.cpu / seconds, "ms")
    for name, cpu in sorted(whole.steps.items(), key=lambda each: -each[1]):
        row(f"  of that {name}", 1000 * cpu / seconds, "ms")
    rest = whole.cpu - alone.cpu - sum(whole.steps.values())
    row("  of that everything else but the engine", 1000 * rest / seconds, "ms")
    goal = f"goal ≤ {LIMIT_OVERHEAD:.0f}" if "Piper" in label else ""
    row("on top of the bare engine, CPU", 100 * (whole.cpu / alone.cpu - 1), "%", goal)
    row("on top of the bare engine, wall", 100 * (whole.wall / alone.wall - 1), "%", goal)
    row(
        "one sentence corrected, wall (median of 3)",
        correction.wall,
        "s",
        f"goal ≤ {LIMIT_CORRECTION}",
    )
    row("one sentence corrected, CPU", correction.cpu, "s")
    row("peak memory, engine processes included", memory, "MB")


def many(number: int) -> None:
    """A thousand stories by two workers, as the paper's worker does it; or fewer of them."""
    from courant.narration import produce

    stories = [story_of(10_000 + each, 400) for each in range(number)]
    seconds = 0.0

    def speak(story: Any) -> float:
        from django.db import connection

        try:
            return float(produce.narrate(story).seconds)
        finally:
            connection.close()

    start, cpu = time.perf_counter(), cpu_of_family()
    with ThreadPoolExecutor(2) as pool:
        for done, each in enumerate(pool.map(speak, stories), start=1):
            seconds += each
            if done % 20 == 0:
                spent = time.perf_counter() - start
                left = spent / done * (number - done)
                print(
                    f"\r{done}/{number} {seconds / spent:.0f} s/s, {left:.0f} s left",
                    end="",
                    file=sys.stderr,
                    flush=True,
                )
    spent, cpu = time.perf_counter() - start, cpu_of_family() - cpu
    print(f"\n{number} stories, espeak, two workers: {seconds:.0f} s of sound in {spent:.0f} s")
    print(f"  {seconds / spent:.1f} times realtime, {spent / number:.2f} s a story")
    print(f"  {cpu / number:.2f} s of CPU a story, {1000 * cpu / seconds:.1f} ms a second of sound")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--many", type=int, nargs="?", const=1000, metavar="STORIES")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["COURANT_HOME"] = folder
        from courant.ops import home

        home.init(Path(folder))
        if args.many:
            many(args.many)
            return 0
        from courant.narration.tests import tiny_models
        from courant.narration.voices.espeak import EspeakVoice
        from courant.narration.voices.piper import PiperVoice

        espeak = measure("espeak", EspeakVoice(), 1)  # before there is a model in memory
        model = tiny_models.write_piper(Path(folder) / "medium.onnx", "medium")
        piper = measure("Piper, medium, random weights", PiperVoice(voice=str(model)), 2)
    return 0 if espeak and piper else 1


if __name__ == "__main__":
    sys.exit(main())
