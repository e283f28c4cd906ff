"""The fields at the head of a Markdown file, between two lines "---"."""

import re

from courant.importers.plaintext.bylines import people
from courant.importers.plaintext.captions import Caption
from courant.importers.plaintext.dates import Label, scan
from courant.importers.plaintext.lines import FIELD, Line
from courant.importers.plaintext.sheet import Sheet

REASON = "field of the file's front matter"
TITLE = {"title", "headline"}
STANDFIRST = {"description", "subtitle", "standfirst", "summary", "excerpt", "dek", "lead", "lede"}
AUTHORS = {"author", "authors", "byline", "by", "writer"}
ROLES = {
    "photographer": "photos", "photos": "photos", "illustrator": "drawings",
    "translator": "translation", "editor": "editing",
}  # fmt: skip
TIMES: dict[str, Label] = {
    "date": "published", "published": "published", "pubdate": "published",
    "publishdate": "published", "published_at": "published",
    "lastmod": "updated", "updated": "updated", "modified": "updated",
    "updated_at": "updated",
}  # fmt: skip
AROUND = " \t\"'“”[]"


def read_front_matter(sheet: Sheet, end: int) -> None:
    """Take the fields that a story has; the others are reported."""
    key = ""
    for line in [each for each in sheet.lines if each.number <= end]:
        found = FIELD.match(line.text) if not line.indent and line.mark == "" else None
        key = found[1].casefold() if found else key
        value = ((found[2] or "") if found else line.text).strip(AROUND)
        if not (value and _take(sheet, line, key, value)):
            sheet.drop(line, REASON)
    if sheet.headline:
        _drop_headline_again(sheet)


def _take(sheet: Sheet, line: Line, key: str, value: str) -> bool:
    if key in TITLE and not sheet.headline:
        sheet.headline = value
        sheet.take(line, "headline")
    elif key in STANDFIRST and not sheet.standfirst:
        sheet.standfirst = value
        sheet.take(line, "standfirst")
    elif key in AUTHORS or key in ROLES:
        return _take_names(sheet, line, value, ROLES.get(key, "by"))
    elif key in TIMES:
        return _take_time(sheet, line, value, TIMES[key])
    elif key == "caption" and not (sheet.photo and sheet.photo.text):
        sheet.show(line, Caption(value, ""))
    elif key == "credit" and not (sheet.photo and sheet.photo.credit):
        sheet.show(line, Caption("", value))
    else:
        return False
    return True


def _take_names(sheet: Sheet, line: Line, value: str, role: str) -> bool:
    value = re.sub(r"^by\s+", "", re.sub(r"[\"'](?=\s*,|$)|(?<=,\s)[\"']", "", value), flags=re.I)
    named = people(value, role)
    if not named or named.beside or not sheet.name(named.bylines):
        return False
    sheet.take(line, "byline")
    return True


def _take_time(sheet: Sheet, line: Line, value: str, label: Label) -> bool:
    stamps = scan(value) or ()
    if len(stamps) != 1 or stamps[0].vague or stamps[0].doubtful or stamps[0].label:
        return False
    stamp = stamps[0]
    known = any(s.label == label for s in sheet.stamps)
    if known:
        return False
    sheet.stamps.append(type(stamp)(label, stamp.day, stamp.hour, stamp.zone))
    sheet.take(line, "date")
    return True


def _drop_headline_again(sheet: Sheet) -> None:
    for line in sheet.lines[:3]:
        if line.text.casefold() == sheet.headline.casefold():
            sheet.drop(line, "the headline again")
