"""Lines that say who made a story."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from courant.importers.plaintext.model import ImportedByline
from courant.importers.plaintext.names import (
    JOB,
    NEWSROOM,
    is_name,
    is_newsroom,
    is_person,
    with_beat,
)

# (what stands before the names, the role it gives them)
LABELS: tuple[tuple[str, str], ...] = (
    (r"(?:(?:story|words|text|interview|written|reported|report|reporting|"
        r"writing)\s+)?by(?:\s*:)?\s", "by"),
    (r"(?:story|text|words|article)(?: and|,| \+| &) "
        r"(?:photos|photographs|photography|pictures) by\s",
     "by photos"),
    (r"(?:текст|слова)(?: і| та|,| й) (?:фото|світлини)\s*:", "by photos"),
    (r"(?:byline|authors?|words|text|reporting|reporter)\s*:", "by"),
    (r"автор(?:ка|и|ки)?(?:\s+(?:статті|тексту|матеріалу))?\s*:", "by"),
    (r"(?:тексти|слова)\s*:|(?:текст|підготу(?:вав|вала|вали)|матеріал підготу(?:вав|вала|вали)|"
        r"(?:розмовля|спілкува|записа)(?:в|ла|ли|вся|лася|лися))\s*:?\s", "by"),
    (r"(?:with )?(?:additional|further) reporting(?:\s+by|\s*:)\s?", "with"),
    # No role has a name for these; who filmed or researched has contributed.
    (r"(?:video|audio|research|design|data|produced|production|filmed)(?:\s+by\s|\s*:\s)", "with"),
    (r"за участ[іи]\s*:?\s", "with"),
    (r"(?:edited by|editing by|editors?\s*:|редактор(?:ка|и)?\s*:|редагування\s*:)\s?", "editing"),
    (r"(?:translated(?: from(?: the)? \w+)?|translations?)(?:\s+by|\s*:)\s?|"
        r"переклад(?:ач|ачка)?(?: з \w+)?\s*:|перекла(?:в|ла|ли)\s*:?\s", "translation"),
    (r"(?:photos|photographs|photography|pictures|visuals)(?:\s+by\s|\s*:\s?)|"
        r"(?:photographed|photo) by\s|photographers?\s*:|(?:фото|фотографі[яії]|"
        r"світлини|знімки|фотограф(?:ка|и|иня)?)\s*:",
     "photos"),
    (r"(?:illustrat(?:ions?|ed|or)|drawings?|drawn|graphics?|artwork)(?:\s+by|\s*:)\s?|"
        r"(?:ілюстрац[іи]ї|ілюстрація|малюнки|малюнок|графіка|ілюстратор(?:ка)?)\s*:", "drawings"),
)  # fmt: skip
# Alone on a line these also stand below one photo: what they are, their neighbours tell.
PHOTO_LABEL = re.compile(r"(?:photo by\s|(?:фото|світлини|знімки|ілюстрація)\s*:)", re.I)
LABEL_WORD = re.compile(
    r"(?:photos?|photographs|photography|photographed|pictures|visuals|illustrations?|illustrated|"
    r"drawings?|drawn|graphics?|artwork|edited|editing|translated|translation|additional|"
    r"reporting|words|text|фото|світлини|ілюстрації|переклад|текст|редактор\w*)", re.I
)  # fmt: skip
LABELLED = [(re.compile(form, re.I), role) for form, role in LABELS]
CONTACT = re.compile(r"[\w.+\-]+@[\w\-]+\.[\w.\-]+|(?<!\w)@\w+")
BETWEEN = re.compile(
    r"(\s+[—–|-]\s+|\s*[,;]\s*(?:and|AND|і|та|й)\s+|\s*[,;&]\s*|\s+(?:and|AND|"
    r"with|WITH|і|та|й)\s+)"
)
DIVIDERS = ("|", "—", "–", "-")
SPECIAL = re.compile(r"(?:special (?:to|for)|for|(?:спеціально )?для) [^.!?]{2,60}$", re.I)
PLACED = re.compile(r"(.+?)\s+(?:in|IN|from|FROM|у|в|У|В|з|із)\s+(.+)$")

PAPER_FIRST = re.compile(r"(?P<name>[^|•:]{2,30}) [|•] (?=by\s)", re.I)
ROLE_BEHIND = re.compile(
    r"(?P<name>.+) \((?P<role>text|words|photos?|photographs|pictures|текст|фото)\)", re.I
)
FOR_PAPER = re.compile(r" for (?P<paper>[^,;|]+)$")
COMMA_PLACE = re.compile(r", (in|from) (?=[A-Z])")

LONGEST_BYLINE = 400  # characters


@dataclass(frozen=True)
class Credits:
    """Who is named, and what else stood beside the names: jobs, addresses."""

    bylines: tuple[ImportedByline, ...]
    beside: tuple[str, ...] = ()


@lru_cache(maxsize=4096)
def byline(text: str) -> Credits | None:
    """The names in a line that says "by", "Автор:", "Editing by" and nothing more."""
    text = re.sub(r"^and\s+", "", text.strip().strip("*_").strip())
    if (paper := PAPER_FIRST.match(text)) and (
        paper["name"].isupper() or is_newsroom(paper["name"])
    ):
        named = byline(text[paper.end() :])
        return replace(named, beside=(paper[0].strip(), *named.beside)) if named else None
    for form, role in LABELLED:
        if found := form.match(text):
            named = people(text[found.end() :], role.split()[0])
            if named:
                return _in_roles(named, role.split())
    return None


def _in_roles(named: Credits, roles: list[str]) -> Credits:
    """ "Words and photos by A" names A twice."""
    if len(roles) == 1:
        return named
    both = tuple(replace(b, role=role) for role in roles for b in named.bylines)
    return Credits(both, named.beside)


def photographer(text: str) -> Credits | None:
    """The names of "Фото: А Б": a byline beside another one, the credit of a photo elsewhere."""
    named = byline(text) if PHOTO_LABEL.match(text) else None
    return named if named and all(is_person(b.name) for b in named.bylines) else None


def sign_off(text: str) -> Credits | None:
    """The bylines of a wire's last line: "(Reporting by A in Kyiv; Editing by B)"."""
    parts = [p for p in re.split(r"\s*;\s*|(?<=[^\W\d_]{3})\.\s+", text.strip("()[]. ")) if p]
    if len(parts) == 1 and PHOTO_LABEL.match(parts[0]):
        return None
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
    if (paper := FOR_PAPER.search(text)) and _is_employer(text, paper):
        beside.append(paper[0].strip())
        text = text[: paper.start()]
    text = " ".join(CONTACT.sub(" ", text).replace("()", " ").split()).strip(" ,;:|")
    pieces = BETWEEN.split(COMMA_PLACE.sub(r" \1 ", text))
    named: list[ImportedByline] = []
    for part, before in zip(pieces[::2], ["", *pieces[1::2]], strict=True):
        if before.strip().lower() == "with":
            role = "with"
        if named and "," in before and _is_place_after(part, named[-1]):
            place = f"{named[-1].place}, {part}" if named[-1].place else part
            named[-1] = replace(named[-1], place=place)
        elif named and (_is_job(part) or (before.strip() in DIVIDERS and is_newsroom(part))):
            beside.append(part)
        elif person := _person(part, role):
            named.append(person)
        elif split := with_beat(part):
            named.append(ImportedByline(split[0], role))
            beside.append(split[1])
        else:
            return None
    if not named:
        return None
    return Credits(tuple(named) if beside else _with_places(named), tuple(beside))


def _is_employer(text: str, paper: re.Match[str]) -> bool:
    """ "for CNN" behind a name; a "Centre for Public Records" is a name itself."""
    named = len(text[: paper.start()].split()) > 1
    return named and (is_newsroom(paper["paper"]) or paper["paper"].isupper())


def _person(text: str, role: str) -> ImportedByline | None:
    if found := ROLE_BEHIND.fullmatch(text):
        person = _person(found["name"], role)
        photos = found["role"].casefold() not in ("text", "words", "текст")
        return replace(person, role="photos") if person and photos else person
    if any(map(LABEL_WORD.fullmatch, text.split())):
        return None
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
