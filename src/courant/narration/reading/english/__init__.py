"""English news as it is said: British words, both sides' spellings of what is written.

The order of the tables is the order of precedence: an address before the numbers in it, a sum
before its digits, a date before a range.
"""

from courant.narration.reading.english.money import MEASURES, MONEY
from courant.narration.reading.english.names import NAMES
from courant.narration.reading.english.rules import apply
from courant.narration.reading.english.signs import REST, SIGNS_FIRST
from courant.narration.reading.english.times import TIMES

ORDER = (SIGNS_FIRST, MONEY, MEASURES, TIMES, NAMES, REST)


def say(sentence: str) -> str:
    """The words of one sentence. What has no rule stays as it is written."""
    for table in ORDER:
        sentence = apply(table, sentence)
    return " ".join(sentence.split())
