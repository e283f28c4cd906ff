"""The process in which a Piper model speaks: `python -m` this module. No Django here.

Asked {"model", "speaker", "pace", "text"}. A text may hold sounds in IPA between [[ and ]].
"""

import json
import os
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from courant.narration.voices.espeak_library import Library
from courant.narration.voices.ipa import pieces, without_sounds
from courant.narration.voices.served import Answer, serve

PAD, BEGIN, END = "_", "^", "$"
STOPS = ".,;:!?…—–"
WORD = re.compile(r"\w(?:[\w'’-]*\w)?")
SWITCH = re.compile(r"\([a-z-]+\)")  # espeak marks a change of language so
HOP = 256  # samples for one unit of a phoneme's duration


@dataclass(frozen=True)
class Phonemes:
    """The sounds of a sentence, and the word of the text that each belongs to (-1: none)."""

    sounds: list[str]
    words: list[int]


def start() -> Callable[[dict[str, Any]], Answer]:
    library = Library()
    models: dict[str, Model] = {}

    def speak(asked: dict[str, Any]) -> Answer:
        path = asked["model"]
        if path not in models:
            models[path] = Model(Path(path))
        return models[path].speak(library, asked)

    return speak


class Model:
    """One model, loaded."""

    def __init__(self, path: Path) -> None:
        import onnxruntime

        self.facts = json.loads(path.with_name(f"{path.name}.json").read_text())
        self.rate = int(self.facts["audio"]["sample_rate"])
        self.ids: dict[str, list[int]] = self.facts["phoneme_id_map"]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1  # one process a core
        timed = with_durations(path)
        self.durations = timed != path
        providers = ["CPUExecutionProvider"]
        self.session = onnxruntime.InferenceSession(str(timed), options, providers)
        self.inputs = {each.name for each in self.session.get_inputs()}

    def speak(self, library: Library, asked: dict[str, Any]) -> Answer:
        text = asked["text"]
        words = [match.span() for match in WORD.finditer(without_sounds(text))]
        phonemes = self._phonemes(library, text, words)
        ids, owners = self._ids(phonemes)
        audio, lengths = self._run(ids, asked)
        pcm = np.round(np.clip(audio, -1, 1) * 32767).astype("<i2").tobytes()
        timed = timed_words(words, owners, lengths, self.rate) if lengths is not None else []
        return {"rate": self.rate, "words": timed}, pcm

    def _phonemes(self, library: Library, text: str, words: list[tuple[int, int]]) -> Phonemes:
        if self.facts.get("phoneme_type", "espeak") == "text":  # the model reads letters
            letters = unicodedata.normalize("NFD", text.lower())
            return Phonemes(list(letters), owners_of(letters, text, words))
        library.choose(self.facts["espeak"]["voice"])
        sounds: list[str] = []
        owners: list[int] = []
        for place, piece, is_sound in pieces(text):
            if is_sound:
                sounds += list(unicodedata.normalize("NFD", piece))
                owners += [-1] * (len(sounds) - len(owners))
                continue
            for clause, said in library.phonemes(piece):
                said = unicodedata.normalize("NFD", SWITCH.sub("", said))
                stop = next((c for c in reversed(clause.rstrip()) if c in STOPS), "")
                sounds += [*said, *(stop if clause.rstrip().endswith(stop) else "")]
            owners += word_of_sounds(library, piece, place, words, sounds[len(owners) :])
        return Phonemes(sounds, owners)

    def _ids(self, phonemes: Phonemes) -> tuple[list[int], list[int]]:
        ids, owners = [*self.ids[BEGIN], *self.ids[PAD]], [-1] * 2
        for sound, owner in zip(phonemes.sounds, phonemes.words, strict=True):
            if sound in self.ids:  # the model does not know the others
                own = [*self.ids[sound], *self.ids[PAD]]
                ids += own
                owners += [owner] * len(own)
        return [*ids, *self.ids[END]], [*owners, -1]

    def _run(
        self, ids: list[int], asked: dict[str, Any]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
        sound = self.facts.get("inference", {})
        scales = [
            sound.get("noise_scale", 0.667),
            sound.get("length_scale", 1.0) * asked["pace"],
            sound.get("noise_w", 0.8),
        ]
        given: dict[str, Any] = {
            "input": np.array([ids], np.int64),
            "input_lengths": np.array([len(ids)], np.int64),
            "scales": np.array(scales, np.float32),
        }
        if "sid" in self.inputs:
            given["sid"] = np.array([asked["speaker"]], np.int64)
        found = self.session.run(None, given)
        lengths = np.asarray(found[-1]).reshape(-1) if self.durations else None
        return np.asarray(found[0], np.float32).reshape(-1), lengths


def with_durations(path: Path) -> Path:
    """The model with how long each phoneme lasts as its last output, made once beside it.

    VITS rounds durations up: the one Ceil of the network gives them. A model without it is
    spoken as it is, without times of words.
    """
    timed = path.with_name(f"{path.stem}.timed.onnx")
    if timed.exists() and timed.stat().st_mtime >= path.stat().st_mtime:
        return timed
    import onnx

    model = onnx.load(str(path))
    names = [node.output[0] for node in model.graph.node if node.op_type == "Ceil"]
    if len(names) != 1:
        return path
    model.graph.output.append(onnx.ValueInfoProto(name=names[0]))
    temporary = timed.with_name(f".{timed.name}.{os.getpid()}.tmp")
    try:
        onnx.save(model, str(temporary))
        temporary.rename(timed)
    finally:
        temporary.unlink(missing_ok=True)
    return timed


def word_of_sounds(
    library: Library, piece: str, place: int, words: list[tuple[int, int]], sounds: list[str]
) -> list[int]:
    """For each sound of a piece the word it belongs to: words spoken alone tell where they begin.

    In a sentence words change and run together, so what is like them is looked for.
    """
    alone: list[str] = []
    numbers: list[int] = []
    for number, (first, last) in enumerate(words):
        if place <= first and last <= place + len(piece):
            said = "".join(
                said for _, said in library.phonemes(piece[first - place : last - place])
            )
            letters = [*unicodedata.normalize("NFD", SWITCH.sub("", said)).strip(), " "]
            alone += letters
            numbers += [number] * len(letters)
    return carried_over(alone, numbers, sounds)


def owners_of(letters: str, text: str, words: list[tuple[int, int]]) -> list[int]:
    """For each letter of a text that was spelled out the word it belongs to."""
    numbers = [-1] * len(text)
    for number, (first, last) in enumerate(words):
        numbers[first:last] = [number] * (last - first)
    return carried_over(list(text.lower()), numbers, list(letters))


def carried_over(known: list[str], numbers: list[int], wanted: list[str]) -> list[int]:
    """The numbers of known letters, brought to a row that is much like theirs."""
    found = [-1] * len(wanted)
    for a, b, size in SequenceMatcher(None, known, wanted, autojunk=False).get_matching_blocks():
        found[b : b + size] = numbers[a : a + size]
    last = -1
    for place, number in enumerate(found):
        last = found[place] = max(number, last)
    return found


def timed_words(
    words: list[tuple[int, int]], owners: list[int], lengths: NDArray[np.float32], rate: int
) -> list[list[float]]:
    """[start, length, at, until] of each word that is heard."""
    ends = np.cumsum(lengths) * HOP / rate
    heard = np.array(owners[: len(ends)])
    rows: list[list[float]] = []
    for number, (first, last) in enumerate(words):
        mine = np.flatnonzero(heard == number)
        if len(mine):
            at = float(ends[mine[0] - 1]) if mine[0] else 0.0
            rows.append([first, last - first, at, float(ends[mine[-1]])])
    return rows


if __name__ == "__main__":
    serve(start)
