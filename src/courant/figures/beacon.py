"""What a page tells of one visit, and what of it is believed. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from courant.lib.abacus import Key

WHAT = {  # a letter in the report: the column that it counts in
    "o": "opened",
    "r": "read",
    "f": "finished",
    "l": "listened",
    "h": "heard_out",
}
SENTENCE = "sentence"
STORY = re.compile(r"[1-9][0-9]{0,14}")
SOUND = re.compile(r"[0-9a-f]{12}")
RUN = re.compile(r"(\d{1,4})(?:-(\d{1,4}))?")
MOST_SENTENCES = 3000  # an hour and a half of speech has about a thousand


class BeaconError(ValueError):
    """A report that no page of ours sends; says what is wrong with it."""


@dataclass(frozen=True)
class Beacon:
    """One report: what happened for the first time on a page since the last one."""

    story: int
    did: tuple[str, ...]
    sound: str = ""
    sentences: tuple[int, ...] = ()

    def keys(self, day: date) -> Iterator[Key]:
        """What is to be counted once."""
        for what in self.did:
            yield day, self.story, what
        for number in self.sentences:
            yield day, self.story, SENTENCE, self.sound, number


def parse(given: Mapping[str, str]) -> Beacon:
    """`story=15&did=or&sound=1a2b3c4d5e6f&heard=0-4,9`. Raises BeaconError."""
    story = given.get("story", "")
    if not STORY.fullmatch(story):
        raise BeaconError("story must be the number of a story.")
    letters = given.get("did", "")
    if not set(letters) <= set(WHAT) or len(set(letters)) < len(letters):
        raise BeaconError(f"did must be letters of {''.join(WHAT)}, each once.")
    sound, heard = given.get("sound", ""), given.get("heard", "")
    if heard and not SOUND.fullmatch(sound):
        raise BeaconError("sound must be twelve figures of the sound's digest.")
    sentences = tuple(_sentences(heard)) if heard else ()
    if not letters and not sentences:
        raise BeaconError("Nothing happened: did and heard are empty.")
    return Beacon(int(story), tuple(WHAT[letter] for letter in letters), sound, sentences)


def _sentences(text: str) -> Iterator[int]:
    """0-4,9: runs that rise."""
    after = 0
    for part in text.split(","):
        found = RUN.fullmatch(part)
        first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, -1)
        if not after <= first <= last < MOST_SENTENCES:
            raise BeaconError("heard must be numbers of sentences that rise, such as 0-4,9.")
        yield from range(first, last + 1)
        after = last + 1
