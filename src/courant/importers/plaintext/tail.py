"""The end of a story: the author's name and short biography, a wire's sign-off."""

import re

from courant.importers.plaintext.bylines import people, sign_off
from courant.importers.plaintext.dates import scan
from courant.importers.plaintext.landmarks import pieces
from courant.importers.plaintext.lines import Line
from courant.importers.plaintext.names import JOB, is_person
from courant.importers.plaintext.sheet import AUTHOR_AGAIN, Sheet
from courant.importers.plaintext.top import take_top

ABOUT = "about the author, not the story"
DASH = re.compile(r"^[—–-]+\s*")
BIO = re.compile(
    r",? (?:[—–-]\s|(?:is|was|has|are|covers|writes|reports|joined|works|contributed|lives|"
    r"teaches|є|"
    r"пише|працює|висвітлює|журналіст\w*|кореспондент\w*|редактор\w*)\b)", re.I
)  # fmt: skip
PRONOUN = re.compile(r"(?:she|he|they|her|his|він|вона|пише|працює|covers|writes|reports|reach|"
                     r"follow|contact|e-?mail|about the authors?|"
                     r"про автор\w+)\b", re.I)  # fmt: skip
ABOUT_LABEL = re.compile(r"(?:about|meet) the (?:authors?|writers?):?|про автор\w+:?", re.I)
LAST_LINES = 6
LONGEST_BIO = 60


def read_tail(sheet: Sheet) -> None:
    """Take the author's lines off the end, last line first, until the story begins."""
    for line in reversed(sheet.lines[1:][-LAST_LINES:]):
        if not (_credits(sheet, line) or _signature(sheet, line) or _about(sheet, line)):
            break
    for line in sheet.lines[1:][-LAST_LINES:]:
        _about(sheet, line)
    _name_with_biography(sheet)


def _credits(sheet: Sheet, line: Line) -> bool:
    """Take "By Jane Roe", "(Reporting by …; editing by …)", "Published: …" at the end."""
    if found := sign_off(line.text):
        if sheet.name(found.bylines):
            sheet.take(line, "byline")
        else:
            sheet.drop(line, "the byline again")
        return True
    stamps = scan(line.text)
    if stamps and sheet.stamps and all(stamp.label for stamp in stamps):
        sheet.drop(line, "the date again")
        return True
    if pieces(line.text) and not (sheet.stamps and stamps):
        take_top(sheet, line)
        return True
    return False


def _signature(sheet: Sheet, line: Line) -> bool:
    """A name on the last line: the author again, or the only byline there is."""
    text = DASH.sub("", line.text).strip(" *_.")
    name = text.split(", ")[0]
    if not is_person(name) or line.mark in ("item", "heading"):
        return False
    if sheet.knows(name) and (text == name or people(text) or JOB.search(text)):
        sheet.drop(line, AUTHOR_AGAIN)
        return True
    found = people(text)
    if sheet.bylines or found is None or _follows_quote(sheet, line):
        return False
    sheet.name(found.bylines)
    sheet.take(line, "byline")
    return True


def _follows_quote(sheet: Sheet, line: Line) -> bool:
    above = [x for x in sheet.lines if x.number < line.number][-1:]
    return bool(above) and (above[0].mark == "quote" or above[0].text.endswith(("”", "»", '"')))


def _about(sheet: Sheet, line: Line) -> bool:
    """Drop "Jane Roe is a reporter in Kyiv." below the story that Jane Roe wrote."""
    for byline in sheet.bylines:
        named = line.text.casefold().startswith(byline.name.casefold())
        if named and line.words <= LONGEST_BIO and BIO.match(line.text[len(byline.name) :]):
            sheet.drop(line, ABOUT)
            return True
    return False


def _name_with_biography(sheet: Sheet) -> None:
    """The author's name and, below it, one to three lines about that person."""
    last = sheet.lines[1:][-LAST_LINES:]
    for i, line in enumerate(last):
        text = DASH.sub("", line.text).strip(" *_.")
        name = re.sub(r"^(?:by|about|про автор\w+:?|автор(?:ка)?:)\s+", "", text, flags=re.I)
        below = last[i + 1 :]
        if sheet.knows(name) and len(below) <= 3 and all(map(_is_about, below)):
            if i and ABOUT_LABEL.fullmatch(last[i - 1].text):
                sheet.drop(last[i - 1], ABOUT)
            sheet.drop(line, AUTHOR_AGAIN)
            for each in below:
                sheet.drop(each, ABOUT)
            return


def _is_about(line: Line) -> bool:
    if line.words > LONGEST_BIO:
        return False
    brief = line.words <= 8 and not line.ends_sentence
    return brief or bool(PRONOUN.match(line.text) or JOB.search(line.text) or "@" in line.text)
