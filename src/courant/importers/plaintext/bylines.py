"""Lines that say who made a story."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from courant.importers.plaintext.model import ImportedByline
from courant.importers.plaintext.names import JOB, NEWSROOM, is_name, is_person

# (what stands before the names, the role it gives them)
LABELS: tuple[tuple[str, str], ...] = (
    (r"(?:(?:story|words|text|interview|written|reported|report|reporting|"
        r"writing)\s+)?by(?:\s*:)?\s", "by"),
    (r"(?:byline|authors?|words|text|reporting|reporter)\s*:", "by"),
    (r"автор(?:ка|и|ки)?(?:\s+(?:статті|тексту|матеріалу))?\s*:", "by"),
    (r"(?:текст|підготу(?:вав|вала|вали)|матеріал підготу(?:вав|вала|вали))\s*:?\s", "by"),
    (r"(?:with )?(?:additional|further) reporting(?:\s+by|\s*:)\s?", "with"),
    (r"за участ[іи]\s*:?\s", "with"),
    (r"(?:edited by|editing by|editors?\s*:|редактор(?:ка|и)?\s*:|редагування\s*:)\s?", "editing"),
    (r"(?:translated|translation)(?:\s+by|\s*:)\s?|переклад(?:ач|ачка)?\s*:", "translation"),
    (r"(?:photos|photographs|photography|pictures)(?:\s+by\s|\s*:\s?)", "photos"),
    (r"(?:illustrations?|drawings?|graphics)(?:\s+by|\s*:)\s?|(?:ілюстрації|малюнки)\s*:",
     "drawings"),
)  # fmt: skip
LABELLED = [(re.compile(form, re.I), role) for form, role in LABELS]
CONTACT = re.compile(r"[\w.+\-]+@[\w\-]+\.[\w.\-]+|(?<!\w)@\w+")
BETWEEN = re.compile(
    r"(\s+[—–|-]\s+|\s*[,;]\s*(?:and|AND|і|та|й)\s+|\s*[,;&]\s*|\s+(?:and|AND|"
    r"with|WITH|і|та|й)\s+)"
)
SPECIAL = re.compile(r"(?:special (?:to|for)|for|для) [^.!?]{2,60}$", re.I)
PLACED = re.compile(r"(.+?)\s+(?:in|IN|from|FROM|у|в|У|В|з|із)\s+(.+)$")

LONGEST_BYLINE = 400  # characters


@dataclass(frozen=True)
class Credits:
    """Who is named, and what else stood beside the names: jobs, addresses."""

    bylines: tuple[ImportedByline, ...]
    beside: tuple[str, ...] = ()


@lru_cache(maxsize=4096)
def byline(text: str) -> Credits | None:
    """The names in a line that says "by", "Автор:", "Editing by" and nothing more."""
    text = text.strip().strip("*_").strip()
    for form, role in LABELLED:
        if found := form.match(text):
            named = people(text[found.end() :], role)
            if named:
                return named
    return None


def sign_off(text: str) -> Credits | None:
    """The bylines of a wire's last line: "(Reporting by A in Kyiv; Editing by B)"."""
    parts = [p for p in re.split(r"\s*;\s*|(?<=[^\W\d_]{3})\.\s+", text.strip("()[]. ")) if p]
    found = [c for part in parts if (c := byline(part))]
    if not found or len(found) != len(parts):
        return None
    return Credits(
        tuple(b for c in found for b in c.bylines), tuple(b for c in found for b in c.beside)
    )


def people(text: str, role: str = "by") -> Credits | None:
    """Names with "and", commas and places between them, else None."""
    if len(text) > LONGEST_BYLINE:
        return None
    beside = CONTACT.findall(text)
    text = " ".join(CONTACT.sub(" ", text).replace("()", " ").split()).strip(" ,;:|")
    pieces = BETWEEN.split(text)
    named: list[ImportedByline] = []
    for part, before in zip(pieces[::2], ["", *pieces[1::2]], strict=True):
        if before.strip().lower() == "with":
            role = "with"
        if named and "," in before and _is_place_after(part, named[-1]):
            place = f"{named[-1].place}, {part}" if named[-1].place else part
            named[-1] = replace(named[-1], place=place)
        elif named and _is_job(part):
            beside.append(part)
        elif person := _person(part, role):
            named.append(person)
        else:
            return None
    if not named:
        return None
    return Credits(tuple(named) if beside else _with_places(named), tuple(beside))


def _person(text: str, role: str) -> ImportedByline | None:
    if found := PLACED.match(text):
        if is_name(found[1]) and is_name(found[2], most=4):
            return ImportedByline(found[1], role, found[2])
        return None
    if not (is_name(text) or NEWSROOM.fullmatch(text)):
        return None
    return ImportedByline(text, role)


def _is_place_after(text: str, person: ImportedByline) -> bool:
    """A single name after a full one and a comma is where that person is: "Jane Roe, Kyiv"."""
    return len(text.split()) == 1 and is_name(text) and len(person.name.split()) > 1 and (
        not JOB.search(text)
    )  # fmt: skip


def _is_job(text: str) -> bool:
    if SPECIAL.match(text):
        return True
    return len(text.split()) <= 6 and bool(JOB.search(text)) and not is_person(text)


def _with_places(named: list[ImportedByline]) -> tuple[ImportedByline, ...]:
    """After "By A and B in Kyiv" both are there."""
    if len(named) > 1 and named[-1].place and not any(b.place for b in named[:-1]):
        place, role = named[-1].place, named[-1].role
        return tuple(replace(b, place=place) if b.role == role else b for b in named)
    return tuple(named)
