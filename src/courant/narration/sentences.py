"""Where sentences begin and end in the text of one paragraph: English and Ukrainian news.

Page and script both ask here, so what is highlighted is what is heard. A boundary is a stop with
space behind it. Abbreviations decide the known cases; where a stop stays doubtful, syntok is asked.
"""

import re
from functools import lru_cache

import syntok.segmenter

from courant.narration.abbreviations import NUMBERS, OPEN, STARTERS, STRICT
from courant.narration.tongues import tongue

OPENERS = "\"'“‘«„‹(\\["
CLOSERS = "\"'”’“»›)\\]"
# Possessive, and only at the first of a row of stops: linear on any input.
STOP = re.compile(rf"(?<![.!?…])[.!?…]++[{CLOSERS}]*+\s+")
LAST_TOKEN = re.compile(r"[\w&'’ʼ-]+(?:\.[\w&'’ʼ-]+)*$")
FIRST_WORD = re.compile(rf"[{OPENERS}—–-]*\s*([\w'’ʼ]*)")
NUMBERED = re.compile(
    r"\b(?i:at|to|from|of|the|and|see|by|in|house|flat|room|platform|gate|pier|berth|bus|tram|train"
    r"|line|route|exhibit|lot) nos?$"
)
INITIALS = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")
NUMBER_OF_A_LIST = re.compile(r"\(?(?:\d{1,3}|[^\W\d_])\.\s+")
POINT = re.compile(r"\((?:\d{1,3}|[^\W\d_])\)\s")  # of a law: (a) The council shall pay.
CENTURY = re.compile(r"\b[IVXІХ]+\sст$")  # Latin letters, or Cyrillic ones that look like them


@lru_cache(maxsize=20_000)  # the bake asks for the same paragraphs again and again
def sentences(text: str, language: str) -> tuple[slice, ...]:
    """Spans of the sentences, in order. Every character that is no space is in exactly one."""
    short = tongue(language)
    spans, start = [], len(text) - len(text.lstrip())
    for stop in STOP.finditer(text):
        if stop.end() < len(text) and _is_boundary(text, start, stop, short):
            spans.append(_trimmed(text, start, stop.end()))
            start = stop.end()
    spans.append(_trimmed(text, start, len(text)))
    return tuple(span for span in spans if span.start < span.stop)


def _is_boundary(text: str, start: int, stop: re.Match[str], short: str) -> bool:
    word = _first_word(text, stop.end())
    if _goes_on(text, stop.end(), word) or stop.start() == start:
        return False
    if stop.group().rstrip()[:2] in ("..", ".!", ".?") or stop.group()[0] in "!?…":
        return True
    if word.isdecimal() and NUMBERED.search(text, max(start, stop.start() - 40), stop.start()):
        return False  # at no. 7
    last = _last_token(text, start, stop.start())
    if NUMBER_OF_A_LIST.fullmatch(text, start, stop.end()):
        return False
    if last in NUMBERS and not word[:1].isdecimal():
        return True  # “No. Not now.”
    century = CENTURY.search(text, max(start, stop.start() - 40), stop.start())
    if last.rpartition("-")[2] in STRICT[short] and not century:
        return False
    if last in OPEN[short] or century or INITIALS.fullmatch(last) or len(last) == 1:
        return word in STARTERS[short] or (len(last) > 1 and text[stop.end()] in '"“«„')
    if last[:1].islower() or len(last) > 5 or not last[:1].isalpha():
        return True  # an ordinary word or a number
    return stop.end() in _boundaries_by_syntok(text)


def _goes_on(text: str, at: int, word: str) -> bool:
    """What no sentence begins with: a small letter ("Stop!" he said.), one more stop of ". . ."."""
    if text[at] == "." and not word:
        return True
    return word[:1].islower() and not word[1:2].isupper() and not POINT.match(text, at)


def _last_token(text: str, start: int, end: int) -> str:
    # Forty characters are longer than any abbreviation; without a limit a text without spaces
    # costs quadratic time.
    found = LAST_TOKEN.search(text, max(start, end - 40), end)
    return found.group() if found else ""


def _first_word(text: str, start: int) -> str:
    found = FIRST_WORD.match(text, start)
    return found.group(1) if found else ""


def _trimmed(text: str, start: int, end: int) -> slice:
    piece = text[start:end]
    return slice(start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip()))


@lru_cache(maxsize=64)
def _boundaries_by_syntok(text: str) -> frozenset[int]:
    """Where syntok begins a sentence."""
    found = syntok.segmenter.analyze(text)
    return frozenset(tokens[0].offset for paragraph in found for tokens in paragraph)
