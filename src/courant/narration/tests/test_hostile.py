"""Text that was made to keep a machine busy costs four times as much when it is four times as long.

The square of a length would be sixteen times as much; what is asked for lies between, so that a
busy machine changes nothing.
"""

import gc
import re
import time

import pytest

from courant.narration.reading import english, ukrainian
from courant.narration.reading.lexicon import Rule, Rules
from courant.narration.reading.names import unheard
from courant.narration.script import prepared
from courant.narration.sentences import sentences

pytestmark = pytest.mark.soak

TOO_MUCH = 9
SIGNS = ["1", "0-", "-5", "1.1.", "1,", "1/", " ", "\u00a0", "(", ") (", "a.", "A.", "a-", "www."]
SIGNS += ["a.com", "1+", "&", " =", "@", "a@", "#", "'", "½", "🇦", "May 1 ", "1:23 ", "won 1-0 "]
SIGNS += ["D-", "St. ", "I", "$1-", "5–", "UK", "No. ", '" ', "a. ", "Smit. Xyz ", "[[", "ст. "]


def growth(act, sign, length):
    """How many times the CPU time a text takes that is four times as long."""
    short, long = ((sign * size)[:size] + "x" for size in (length, 4 * length))
    return cpu_time(act, long) / cpu_time(act, short)


def cpu_time(act, text):
    """The least of three, which is the one that was disturbed least; garbage is left lying."""
    spent = []
    gc.disable()
    try:
        for _ in range(3):
            start = time.process_time()
            act(text)
            spent.append(time.process_time() - start)
    finally:
        gc.enable()
    return max(min(spent), 1e-3)  # what is less than that is too small to be compared


ACTS = {
    "said in English": (english.say, 1000),  # 4000: Python reads no number of more digits
    "said in Ukrainian": (ukrainian.say, 1000),
    "split": (lambda text: sentences.__wrapped__(text, "en"), 20_000),
    "split in Ukrainian": (lambda text: sentences.__wrapped__(text, "uk"), 20_000),
    "prepared": (prepared, 20_000),
    "searched for names": (lambda text: unheard([text], Rules()), 20_000),
    "searched by rules": (lambda text: list(Rules([Rule("a a", "b")]).spans(text)), 20_000),
}


@pytest.mark.parametrize("act", ACTS)
def test_hostile_text_costs_no_square_of_its_length(act):
    does, length = ACTS[act]
    assert {s: grown for s in SIGNS if (grown := growth(does, s, length)) > TOO_MUCH} == {}


@pytest.mark.parametrize(
    ("pattern", "sign"),
    [(r"\b([\w.+-]+)@\w", "a."), (r"\s*&\s*", " "), (r"(?:[\w-]+\.)+com", "a.")],
)
def test_patterns_that_cost_the_square_are_caught(pattern, sign):
    assert growth(lambda text: re.sub(pattern, "", text), sign, 8000) > TOO_MUCH
