"""The lexicon as a file that other programs read: W3C Pronunciation Lexicon Specification 1.0.

https://www.w3.org/TR/pronunciation-lexicon/. Its lexemes know nothing of case, so a rule that holds
in any case says so by a `role` of ours, as the specification provides.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree

import defusedxml.ElementTree
from defusedxml import DefusedXmlException
from django.core.exceptions import ValidationError

from courant.narration.models import LexiconEntry
from courant.narration.tongues import tongue

PLS = "http://www.w3.org/2005/01/pronunciation-lexicon"
OURS = "https://courant.example/ns/lexicon"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
ANY_CASE = "courant:any-case"
LARGEST = 5 * 1024 * 1024  # bytes: some 30,000 lexemes


class NotALexicon(Exception):
    """Nothing of the file can be taken."""


@dataclass
class Taken:
    """What a file came to."""

    entries: list[LexiconEntry] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)  # a sentence for each lexeme


def write(entries: Iterable[LexiconEntry], language: str) -> bytes:
    """A lexicon of one language."""
    ElementTree.register_namespace("", PLS)
    root = ElementTree.Element(
        f"{{{PLS}}}lexicon",
        {"version": "1.0", "alphabet": "ipa", LANG: language, "xmlns:courant": OURS},
    )
    for entry in entries:
        role = {} if entry.exact else {"role": ANY_CASE}
        lexeme = ElementTree.SubElement(root, f"{{{PLS}}}lexeme", role)
        _add(lexeme, "grapheme", entry.grapheme)
        if entry.ipa:
            _add(lexeme, "phoneme", entry.ipa)
        _add(lexeme, "alias", entry.alias or entry.grapheme)
    ElementTree.indent(root)
    data: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return data + b"\n"


def _add(lexeme: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(lexeme, f"{{{PLS}}}{name}").text = text


def read(data: bytes) -> Taken:
    """The entries of a file, not saved; raises NotALexicon."""
    root = _root(data)
    language = tongue(root.get(LANG) or "")
    if not language:
        raise NotALexicon("The lexicon does not say its language: it needs xml:lang.")
    alphabet = root.get("alphabet", "")
    taken = Taken()
    seen = set[str]()
    for number, lexeme in enumerate(root.findall(f"{{{PLS}}}lexeme"), start=1):
        try:
            for entry in _entries(lexeme, language, alphabet):
                if entry.grapheme in seen:
                    raise ValueError(f"“{entry.grapheme}” was in the file before")
                seen.add(entry.grapheme)
                taken.entries.append(entry)
        except ValidationError as error:
            taken.refused.append(f"{_called(lexeme, number)}: {' '.join(error.messages)}")
        except ValueError as error:
            taken.refused.append(f"{_called(lexeme, number)}: {error}.")
    return taken


def _root(data: bytes) -> ElementTree.Element:
    if len(data) > LARGEST:
        raise NotALexicon(f"The file has {len(data)} bytes; the most is {LARGEST}.")
    try:
        root: ElementTree.Element = defusedxml.ElementTree.fromstring(data, forbid_dtd=True)
    except DefusedXmlException as error:
        raise NotALexicon(
            "The file has a document type or entities, which a lexicon has no need of: take them "
            "out."
        ) from error
    except (ElementTree.ParseError, ValueError) as error:
        raise NotALexicon(f"The file is no XML: {error}.") from error
    if root.tag != f"{{{PLS}}}lexicon":
        raise NotALexicon(f"The file is no PLS lexicon: it begins with “{root.tag}”.")
    return root


def _entries(lexeme: ElementTree.Element, language: str, alphabet: str) -> Iterator[LexiconEntry]:
    graphemes = _texts(lexeme, "grapheme")
    alias = next(iter(_texts(lexeme, "alias")), "")
    ipa = _ipa(lexeme, alphabet)
    if not graphemes:
        raise ValueError("it has no grapheme")
    if not alias and not ipa:
        raise ValueError("it has neither an alias nor a phoneme")
    for grapheme in graphemes:
        entry = LexiconEntry(
            language=language,
            grapheme=grapheme,
            alias="" if alias == grapheme and not ipa else alias,
            ipa=ipa,
            exact=ANY_CASE not in lexeme.get("role", "").split(),
        )
        entry.full_clean(exclude=["by"], validate_unique=False, validate_constraints=False)
        yield entry


def _ipa(lexeme: ElementTree.Element, alphabet: str) -> str:
    """The preferred pronunciation, else the first."""
    found = [each for each in lexeme.findall(f"{{{PLS}}}phoneme") if (each.text or "").strip()]
    found.sort(key=lambda each: each.get("prefer") != "true")
    if not found:
        return ""
    used = found[0].get("alphabet", alphabet)
    if used != "ipa":
        raise ValueError(f"its phonemes are in the alphabet “{used}”; only “ipa” is understood")
    return " ".join((found[0].text or "").split())


def _texts(lexeme: ElementTree.Element, name: str) -> list[str]:
    rows = (" ".join((each.text or "").split()) for each in lexeme.findall(f"{{{PLS}}}{name}"))
    return [text for text in rows if text]


def _called(lexeme: ElementTree.Element, number: int) -> str:
    names = ", ".join(f"“{text}”" for text in _texts(lexeme, "grapheme"))
    return f"Lexeme {number} ({names})" if names else f"Lexeme {number}"
