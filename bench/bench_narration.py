"""What a narration costs: whole, with one sentence corrected, beside the bare engine.

Speaks a story of ours of about 1,063 words with espeak and with a Piper-shaped model of medium size
with random weights, into MP3 and AAC. Goals: whole at least 25 times as fast as it is heard with
espeak; a correction within 0.4 s; at most 15 % on top of Piper's bare synthesis.

The bare engine gets the same sentences, in as many processes of as many threads, with the same
options of its session; it makes samples of them and nothing else: no times of words, no pipe. What
it takes to start and to load the model is in neither figure. CPU seconds are compared, of all
processes: whoever else is at work on the machine moves the wall clock, and these hardly.

    bench_narration.py [--only ENGINE] [--rounds 3]    bare and whole in turn, each with a new story
    bench_narration.py --many [1000]                   so many stories with two workers
"""

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

WORDS = 1063
LIMIT_WHOLE, LIMIT_CORRECTION, LIMIT_OVERHEAD = 25.0, 0.4, 15.0


@dataclass
class Cost:
    """Seconds of wall and CPU, of this process and its children, and CPU by step."""

    wall: float = 0.0
    cpu: float = 0.0
    engine: float = 0.0  # CPU of the children alone
    steps: dict[str, float] = field(default_factory=dict)


def cpu_of_family() -> float:
    """CPU seconds of this process and of the engines that live beside it."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_utime + own.ru_stime + cpu_of_engines()


def cpu_of_engines() -> float:
    return sum(_cpu_of(pid) for pid in _children())


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
    wall, cpu, engine = time.perf_counter(), cpu_of_family(), cpu_of_engines()
    act()
    wall, engine = time.perf_counter() - wall, cpu_of_engines() - engine
    return Cost(wall, cpu_of_family() - cpu, engine)


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


# ── The bare engine ───────────────────────────────────────────────────────────────────────────────

Speak = Callable[[str], int]
"""Makes samples of a sentence and returns how many."""
_speak: Speak | None = None  # of this process, where it is one of the bare engine's


class Bare:
    """Processes in which nothing is but an engine, loaded: what a voice is compared with."""

    def __init__(self, processes: int, load: Callable[[], Speak]) -> None:
        self.processes = processes
        self.pool = ProcessPoolExecutor(processes, get_context("spawn"), _begin, (load,))
        list(self.pool.map(_say, ["Good evening."] * 4 * processes))  # everything is loaded

    def samples(self, texts: list[str]) -> int:
        return sum(self.pool.map(_say, texts))


def _begin(load: Callable[[], Speak]) -> None:
    global _speak
    _speak = load()


def _say(text: str) -> int:
    assert _speak
    return _speak(text)


def load_espeak(voice: str, rate: int) -> Speak:
    from courant.narration.voices.espeak_library import Library

    library = Library()
    return lambda text: len(library.speak(voice, rate, text)[0]) // 2


def load_piper(model: str) -> Speak:
    """The session of our own engine, its options with it, and espeak's phonemes for it."""
    from courant.narration.voices import piper_process
    from courant.narration.voices.espeak_library import Library

    library, loaded = Library(), piper_process.Model(Path(model))
    piper_process.word_of_sounds = lambda *given: [-1] * len(given[-1])

    def speak(text: str) -> int:
        ids, _ = loaded._ids(loaded._phonemes(library, text, []))
        return len(loaded._run(ids, {"pace": 1.0, "speaker": 0})[0])

    return speak


def said(story: Any, voice: Any) -> list[str]:
    """The sentences of a story as its voice gets them."""
    from courant.narration.chosen import choices_of
    from courant.narration.lexicon import lexicon_of
    from courant.narration.plan import plan_for

    rules, choices = lexicon_of(story.language), choices_of(story.language)
    plan = plan_for(story, voice=voice, lexicon=rules, choices=choices)
    return [each.text for each in plan.script.utterances]


# ── One engine ────────────────────────────────────────────────────────────────────────────────────


def measure(label: str, voice: Any, load: Callable[[], Speak], first: int, rounds: int) -> bool:
    """One engine's table. False when it could not be measured."""
    from courant.narration import produce

    produce.narrate(story_of(100 + first, 30), voice=voice)  # everything is loaded
    engine = Bare(voice.parallel, load)
    numbers = range(first, first + rounds)
    results = [one_round(voice, engine, story_of(number)) for number in numbers]
    engine.pool.shutdown()
    if trouble := next((each.trouble for each in results if each.trouble), ""):
        print(f"{label}: nothing was spoken: {trouble}", file=sys.stderr)
        return False
    story = story_of(first)
    again = [timed(partial(produce.narrate, edit, voice=voice)) for edit in edits(story)]
    correction = sorted(again, key=lambda c: c.wall)[len(again) // 2]
    memory = memory_of_family()
    voice.close()
    speech = sum(each.samples for each in results) / voice.sample_rate / rounds
    show(label, story.words or WORDS, speech, results, correction, memory)
    return True


@dataclass
class Result:
    """One story, by the bare engine and whole."""

    bare: Cost
    samples: int  # that the bare engine made
    whole: Cost
    seconds: float  # of the whole, with pauses
    trouble: str


def one_round(voice: Any, engine: Bare, story: Any) -> Result:
    from courant.narration import produce

    texts, made, whole = said(story, voice), [], Cost()
    alone = timed(lambda: made.append(engine.samples(texts)))
    with steps_of(whole):
        cost = timed(lambda: produce.narrate(story, voice=voice))
    whole.wall, whole.cpu, whole.engine = cost.wall, cost.cpu, cost.engine
    row = produce.request(story, voice=voice)
    trouble = "" if row.status == "ready" else row.error or row.status
    return Result(alone, made[0], whole, row.seconds, trouble)


def edits(story: Any) -> list[Any]:
    """The story with one sentence corrected, three times another one."""
    first = corrected(story)
    return [first, replace(first, headline="The night ferry stays on"), corrected(corrected(story))]


def show(
    label: str,
    words: int,
    speech: float,
    results: list[Result],
    correction: Cost,
    memory: float,
) -> None:
    def row(name: str, value: float, unit: str, note: str = "") -> None:
        print(f"  {name:<44}{value:>10.2f} {unit:<12}{note}")

    def cpu(name: str, spent: float) -> None:
        share = f"{100 * spent / alone:.1f} % of the bare engine"
        row(name, 1000 * spent / seconds, "ms", share)

    def mean(of: Callable[[Result], float]) -> float:
        return sum(map(of, results)) / len(results)

    seconds, alone = mean(lambda r: r.seconds), mean(lambda r: r.bare.cpu)
    whole, wall = mean(lambda r: r.whole.cpu), mean(lambda r: r.whole.wall)
    print(
        f"{label}: {words} words, {len(results)} rounds, "
        f"{seconds:.0f} s of sound with pauses, {speech:.0f} s of speech"
    )
    row("bare engine, wall", mean(lambda r: r.bare.wall), "s")
    row("whole, wall", wall, "s")
    goal = f"goal ≥ {LIMIT_WHOLE:.0f}" if "espeak" in label else ""
    row("whole, times realtime", seconds / wall, "×", goal)
    row("bare engine, CPU a second of sound", 1000 * alone / seconds, "ms")
    cpu("whole, CPU a second of sound", whole)
    engine = mean(lambda r: r.whole.engine)
    cpu("  of that engine, with times of words and pipe", engine)
    steps: dict[str, float] = {}
    for result in results:
        for name, spent in result.whole.steps.items():
            steps[name] = steps.get(name, 0.0) + spent / len(results)
    for name, spent in sorted(steps.items(), key=lambda each: -each[1]):
        cpu(f"  of that {name}", spent)
    cpu("  of that everything else", whole - engine - sum(steps.values()))
    goal = f"goal ≤ {LIMIT_OVERHEAD:.0f}" if "Piper" in label else ""
    each = ", ".join(f"{100 * (r.whole.cpu / r.bare.cpu - 1):.1f}" for r in results)
    row("on top of the bare engine, CPU", 100 * (whole / alone - 1), "%", f"{goal} ({each})")
    row("one sentence corrected, wall", correction.wall, "s", f"goal ≤ {LIMIT_CORRECTION}")
    row("one sentence corrected, CPU", correction.cpu, "s", "(median of 3)")
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
    parser.add_argument("--only", choices=("espeak", "piper"), help="this engine alone")
    parser.add_argument("--rounds", type=int, default=1, help="stories for each engine")
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

        right = True
        if args.only != "piper":  # before there is a model in memory
            voice = EspeakVoice()
            load = partial(load_espeak, voice.voice, voice.words_a_minute)
            right &= measure("espeak", voice, load, 1, args.rounds)
        if args.only != "espeak":
            model = tiny_models.write_piper(Path(folder) / "medium.onnx", "medium")
            piper = PiperVoice(voice=str(model))
            load = partial(load_piper, str(model))
            right &= measure("Piper, medium, random weights", piper, load, 21, args.rounds)
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
