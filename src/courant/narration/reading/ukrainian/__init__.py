"""Ukrainian news as it is said: numbers that agree with what they count, dates, sums, shortenings.

A start: which case a number stands in is told by the word before it or the ending of the noun
behind it; where neither tells, it is said in the nominative.
"""

import re
from collections.abc import Callable

from courant.narration.reading.ukrainian import counted, times, words
from courant.narration.reading.ukrainian.forms import SUFFIXES, genitive, in_word, ordinal
from courant.narration.reading.ukrainian.numbers import NUMBER, amount, cardinal, digits


def _suffixed(match: re.Match[str]) -> str:
    """5-й, 21-го, 90-х; 2-х and 10-ти are said as counts."""
    number, suffix = int(match[1]), match[2]
    if suffix == "ти" or (number in (2, 3, 4) and suffix == "х"):
        return genitive(cardinal(number))
    return ordinal(number, SUFFIXES[suffix])


def _compound(match: re.Match[str]) -> str:
    """15-річний."""
    return f"{in_word(int(match[1]))}{match[2]}"


def _fraction(match: re.Match[str]) -> str:
    """3/4: "три четвертих"."""
    above, below = int(match[1]), int(match[2])
    last = ordinal(below, "nominative f" if above == 1 else "genitive p")
    return f"{cardinal(above, feminine=True)} {last}"


def _phone(match: re.Match[str]) -> str:
    return f"плюс {', '.join(digits(part) for part in re.findall(r'[0-9]+', match.group()))}"


ENDINGS = "|".join(sorted((*SUFFIXES, "ти"), key=len, reverse=True))
RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = tuple(
    (re.compile(pattern), say)
    for pattern, say in (
        (r"\bhttps?://(?:www\.)?([^\s/]+)(?:/\S*)?", lambda m: m[1].replace(".", " крапка ")),
        (
            r"\b([\w.+-]{1,64})@([\w.-]{1,253}\w)",
            lambda m: f"{m[1]} равлик {m[2].replace('.', ' крапка ')}",
        ),
        (r"\+\d{2,3}(?:[ ()-]{1,2}\d{2,4}){3,5}\b|\+\d{11,13}\b", _phone),
        (times.DOTTED, times.dotted),
        (times.DAY_UNTIL, lambda m: ordinal(int(m[1]), "genitive m")),
        (times.ON_DAY, lambda m: f"{m[1]} {ordinal(int(m[2]), 'nominative n')}"),
        (times.DAY, times.date),
        (times.YEARS, times.years),
        (times.IN_YEAR, times.in_year),
        (times.WITH_YEAR, times.with_year),
        (r"\b(\d{4})\s?(?:року\b|р\.)", times.year),
        (r"\b(\d{4})\sрік\b", lambda m: f"{ordinal(int(m[1]), 'nominative m')} рік"),
        (times.CENTURY, times.century),
        (times.CLOCK_IN, times.clock_in),
        (times.HOUR, times.hour),
        (times.CLOCK, times.clock),
        (r"(?<![\d:])(\d{1,2}):(\d{1,2})(?![\d:])", lambda m: f"{amount(m[1])} {amount(m[2])}"),
        (rf"(?<![\w.,])(\d{{1,4}})-({ENDINGS})(?!\w)", _suffixed),
        (r"(?<![\w.,–-])(\d{1,4})-([а-яіїєґ]{4,})", _compound),
        (r"(?<![\w/.,])24/7(?![\w/])", lambda m: "двадцять чотири на сім"),
        (r"(?<![\w/.,])([1-9])/([2-9]|10|100)(?![\w/])", _fraction),
        (counted.IN_MANY, counted.in_many),
        (counted.SOME_LIVING, counted.in_many),
        (counted.WITH_MANY, counted.with_many),
        (counted.TO_MANY, counted.to_many),
        (counted.OF, counted.of_so_many),
        (counted.SUM, counted.money),
        (counted.SUM_BEHIND, counted.money),
        (counted.MEASURE, counted.measure),
        (r"№\s?", lambda m: "номер "),
        (r"\bі т\.\s?д\.", lambda m: "і так далі"),
        (r"\bта ін\.", lambda m: "та інші"),
        (r"\bт\.\s?зв\.", lambda m: "так званий"),
        (r"\b([Зз])а ст\.\s?(?=\d)", lambda m: f"{m[1]}а статтею "),
        (words.PLACE, words.place),
        (words.REGION, lambda m: f"{m[1]}{m[2]} області"),
        (
            rf"(?i:\b({'|'.join(sorted(words.SHORT, key=len, reverse=True))}))\.(?=\s|$)",
            words.short,
        ),
        (rf"(?<![\w.,])({NUMBER})\s?[–—-]\s?(?=\d)", lambda m: f"{amount(m[1])}–"),
        (rf"(?<!\w)[-−](?=(?:{NUMBER}))", lambda m: "мінус "),
        (r"(?<!\w)\+(?=\d)", lambda m: "плюс "),
        (r"(?<![\d,.])(?<!\d[ \u00a0\u202f])0\d{2,}\b", lambda m: digits(m.group())),
        (NUMBER, lambda m: amount(m.group())),
        (r"\d", lambda m: f" {digits(m.group())} "),
        (counted.ONE_SHE, counted.one_she),
        (counted.A_THOUSAND_SHE, counted.a_thousand_she),
        (words.ACRONYM, words.spelled),
    )
)


def say(sentence: str) -> str:
    """The words of one sentence. What has no rule stays as it is written."""
    for pattern, said in RULES:
        sentence = pattern.sub(said, sentence)
    return " ".join(sentence.split())
