"""The marks of wire copy: slugs, notes to editors, embargoes, end marks, datelines."""

import re

from courant.importers.plaintext.bylines import byline
from courant.importers.plaintext.dates import Stamp, scan
from courant.importers.plaintext.lines import Line
from courant.importers.plaintext.sheet import Sheet

EMBARGO = re.compile(
    r"(?:\W*(?:strictly |under |press )*embargo(?:ed)?\b(?:\s*(?:until|till|to|for|:|\W*$).*)|"
    r"(?:hold|not) for (?:release|publication|use|broadcast)(?: (?:until|before|till))?\b.*|"
    r"(?:do )?not (?:to be )?(?:publish|published|release|released) (?:before|until)\b.*|"
    r"\W*ембарго\b\s*(?:до|:|\W*$).*|не (?:публікувати|оприлюднювати) до\b.*)",
    re.I,
)
NOTE = re.compile(
    r"\(?(?:eds?|editors?|attn|attention editors?|notes? (?:to|for) editors?|advisory|"
    r"desk)\s?[:—-]\s.*|"
    r"\(?(?:adds|updates|recasts|corrects|refiles|repeats|writes through)\b[^.]{0,160}\)?|"
    r"\(?(?:увага(?:,)? редактор\w*|редакторам|до уваги редакторів)\s?[:—-].*|"
    r"\W*for immediate (?:release|use)\W*|press release:?|прес-?реліз:?|до негайної публікації|"
    r"(?:(?:press|media|news) )?(?:contacts?|inquiries|enquiries)\s?:.*(?:@|\d{3}).*|"
    r"(?:контакт\w*|прес-?служба)(?: для (?:преси|медіа|змі))?\s?:.*(?:@|\d{3}).*",
    re.I,
)
NOTE_ANYWHERE = re.compile(r"eds\b.*|notes? (?:to|for) editors\b.{0,160}", re.I)
SLUG = re.compile(
    r"(?:[AB][CM]-\S+.*|[a-z]\d{4}\b.{0,40}|(?:\d+(?:st|nd|rd|th) )?(?:ld|lead)-writethru.*|"
    r"(?:urgent|bulletin|newsalert|flash|update \d+|wrapup \d+|терміново|блискавка)[:!]?|"
    r"slug\s?:.*|[A-Z]{3,}(?:[-/][A-Z0-9]{2,}){1,5}(?:\s?\(.{1,30}\))?)"
)
MORE = re.compile(r"\W*(?:more|далі буде|mtf|more to (?:come|follow))\W*", re.I)
END = re.compile(
    r"(?:# ?){2,5}|[-–—]\s?30\s?[-–—]|\W+(?:ends?|кінець)\W+|(?-i:ENDS?|Ends|КІНЕЦЬ)\.?", re.I
)
WORD_COUNT = re.compile(r"\W*\d{2,5} ?(?:words|слів)\W*", re.I)
LABEL = re.compile(r"\s*(?:headline|head|title|заголовок)\s?:\s*(\S.*)$", re.I)
CARET = re.compile(r"\^(.+?)<?$")

_caps = r"[A-ZА-ЯІЇЄҐÀ-Þ][A-ZА-ЯІЇЄҐÀ-Þ'’.\-]+"
_city = rf"{_caps}(?: {_caps}){{0,4}}"
_mixed = r"[A-ZА-ЯІЇЄҐ][\w'’\-]+(?: [A-ZА-ЯІЇЄҐ][\w'’\-]+){0,3}"
_rest = r"(?:, [^()—–]{2,40}?)?"
_agency = r"(?: ?\([A-ZА-ЯІЇЄҐ][^()]{1,40}\))"
DATELINE = re.compile(
    rf"(?P<dateline>{_city}{_rest}{_agency}?|{_mixed}{_rest}{_agency})\s*(?:--?|[—–_])\s+\S|"
    rf"(?P<colon>{_city}{_rest}{_agency}?):\s+[A-ZА-ЯІЇЄҐ\"“«]|"
    r"(?P<dots>[А-ЯІЇЄҐ][\w'’\-]+\. \d{1,2} \w+\. [А-ЯІЇЄҐ][\w'’\-]+)\. \S"
)


def read_wire(sheet: Sheet) -> None:
    """Take out what a wire tells editors. The embargo's time is kept."""
    for i, line in enumerate(list(sheet.lines)):
        first_lines = i < 8
        if EMBARGO.fullmatch(line.text) and (first_lines or line.text.isupper()):
            _embargo(sheet, line)
        elif _is_note(line) and (first_lines or NOTE_ANYWHERE.fullmatch(line.text)):
            sheet.drop(line, "note to editors, not to readers")
        elif first_lines and SLUG.fullmatch(line.text):
            sheet.drop(line, "slug line of a wire")
        elif MORE.fullmatch(line.text) and (line.text.isupper() or line.text[0] in "-(["):
            sheet.drop(line, "page mark of a wire")
    _after_the_end(sheet)


def _is_note(line: Line) -> bool:
    """ "Editor: Mira Cole" is no note to editors."""
    return bool(NOTE.fullmatch(line.text)) and byline(line.text) is None


def _embargo(sheet: Sheet, line: Line) -> None:
    stamp = embargo_time(line.text)
    if stamp is None and EMBARGO.fullmatch(line.text) and line.words > 14:
        return  # a sentence about an embargo
    if stamp is None or stamp.day is None or stamp.vague:
        return sheet.drop(line, "embargo notice; its time could not be read")
    sheet.embargo = stamp
    sheet.drop(line, "embargo notice; its time was read")


def embargo_time(text: str) -> Stamp | None:
    """The longest part of an embargo notice that is a time, "GMT, Monday" and all."""
    words = text.strip(" *_!.()[]").split()
    spans = [(a, b) for a in range(len(words)) for b in range(a + 1, min(len(words), a + 14) + 1)]
    for a, b in sorted(spans, key=lambda span: span[0] - span[1])[:400]:
        stamps = scan(" ".join(words[a:b]).strip(" .,;:()"))
        if stamps and (stamps[0].day or stamps[0].vague):
            return stamps[0]
    return None


def _after_the_end(sheet: Sheet) -> None:
    """What follows an end mark is for editors, unless more than half of the words follow it."""
    for i, line in enumerate(sheet.lines):
        if not i or not END.fullmatch(line.text):
            continue
        below = sheet.lines[i + 1 :]
        sheet.drop(line, "end mark")
        if sum(b.words for b in below) <= sum(a.words for a in sheet.lines[:i]):
            sheet.drop_all(below, "after the end mark")
            return
    for line in sheet.lines[-2:]:
        if WORD_COUNT.fullmatch(line.text):
            sheet.drop(line, "word count of the copy")


def dateline_of(text: str) -> str:
    """The "KYIV, Jan 3 (Agency)" of a first paragraph, without the dash; "" when there is none."""
    found = DATELINE.match(text)
    if not found or found.end() > 100:
        return ""
    dateline = found["dateline"] or found["colon"] or found["dots"]
    return dateline.strip()
