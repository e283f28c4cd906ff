"""English news as it is said: British words, both sides' spellings of what is written.

The order of the tables is the order of precedence: an address before the numbers in it, a sum
before its digits, a date before a range.
"""

import re

from courant.narration.reading.english.money import MEASURES, MONEY
from courant.narration.reading.english.names import NAMES, PARTS, ROYAL, STREETS, TITLES, WORDS
from courant.narration.reading.english.rules import apply
from courant.narration.reading.english.signs import FRACTIONS, REST, SIGNS_FIRST
from courant.narration.reading.english.times import DAYS, SHORT, TIMES

ORDER = (SIGNS_FIRST, MONEY, MEASURES, TIMES, NAMES, REST)


# Most sentences have nothing of it: then the two hundred looks are saved.
SHORTENED = (*TITLES, *STREETS, *WORDS, *SHORT, *DAYS)
ASKED = re.compile(
    r"\d|[A-Z]{2}|[^\w\s,.;:!?'‘’“”\"–—-]|\.(?=.)|\bWorld War I\b|\bvs?\b|-a-|\b[DRI]-"
    rf"|[²³{''.join(FRACTIONS)}]|\b(?:{'|'.join((*SHORTENED, *PARTS.split(), *ROYAL.split()))})\b"
)


LOOKS = 4  # what is left after as many is left for good; news text needs one


def say(sentence: str) -> str:
    """The words of one sentence. What has no rule stays as it is written.

    A rule may uncover what another one is for, as "#½" does: it is looked at until nothing changes.
    """
    for _ in range(LOOKS):
        if not ASKED.search(sentence):
            break
        before, sentence = sentence, _said(sentence)
        if sentence == before:
            break
    return sentence


def _said(sentence: str) -> str:
    for table in ORDER:
        sentence = apply(table, sentence)
    return " ".join(sentence.split())
