"""Lines made of bylines, dates and reading times, alone or side by side on one line."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from courant.importers.plaintext.boilerplate import is_exactly
from courant.importers.plaintext.bylines import CONTACT, PHOTO_LABEL, byline
from courant.importers.plaintext.dates import scan
from courant.importers.plaintext.names import is_newsroom, is_person, is_section
from courant.importers.plaintext.prompts import AUDIO, PAGE, READING, SHARE

Kind = Literal["byline", "date", "name", "reading", "furniture", "section", "contact"]

EDGE = " \t|•·—–-/,;*_"
WORTH_A_LOOK = re.compile(
    r"\d|[|•] by\b|"
    r"^\W*(?:\w+ )?(?:by|byline|authors?|words|text|story|article|reporting|edit\w+|photo\w*|"
    r"transl\w+|pictures|visuals|graphics?|artwork)\b|"
    r"автор|текст|підготув|редак|ago\b|today|yesterday|тому|вчора|сьогодні|published|updated|"
    r"опубліков|оновлен|illustrat|draw|"
    r"(?:video|audio|research|design|data|produced|production|filmed)(?: by|:)|"
    r"перекла|ілюстра|additional|with |фото|світлини|знімки|"
    r"малюн|графіка|розмовля|спілкува|записа|слова",
    re.I,
)


@dataclass(frozen=True)
class Piece:
    kind: Kind
    text: str


@lru_cache(maxsize=8192)
def pieces(text: str) -> tuple[Piece, ...]:
    """What a line consists of, when all of it is known; empty when any word is not."""
    words = text.split()
    if len(words) > 40 or not WORTH_A_LOOK.search(text):
        return ()
    found = _rest(tuple(words), 0)
    kinds = {piece.kind for piece in found}
    return found if kinds & {"byline", "date", "reading"} else ()


def is_one(text: str) -> bool:
    """True for a line that stands by itself, so that no wrapped paragraph runs through it."""
    return bool(pieces(text) or is_exactly(text))


def _rest(words: tuple[str, ...], start: int) -> tuple[Piece, ...]:
    """The pieces from a word on, the longest first; empty when they do not reach the end."""
    for end in range(len(words), start, -1):
        text = " ".join(words[start:end]).strip(EDGE)
        is_part = end - start < len(words)
        kind = _kind(text)
        if kind is None and is_part and (kind := _kind(text.rstrip("."))):
            text = text.rstrip(".")
        if not is_part and PHOTO_LABEL.match(text):
            return ()
        if kind is None and text:
            continue
        if kind == "name" and start and is_newsroom(text):
            kind = "contact"
        piece = (Piece(kind, text),) if kind else ()
        if end == len(words):
            return piece
        if rest := _rest(words, end):
            return piece + rest
    return ()


@lru_cache(maxsize=16384)
def _kind(text: str) -> Kind | None:
    if not text:
        return None
    if scan(text):
        return "date"
    if byline(text):
        return "byline"
    reason = is_exactly(text)
    if reason == READING:
        return "reading"
    if reason in (SHARE, AUDIO, PAGE):
        return "furniture"
    if CONTACT.fullmatch(text):
        return "contact"
    if is_section(text):
        return "section"
    return "name" if is_person(text) else None
