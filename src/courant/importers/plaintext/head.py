"""The top of a story below its headline: standfirst, bylines, dates, the photo's caption."""

import re

from courant.importers.plaintext import wire
from courant.importers.plaintext.bylines import people
from courant.importers.plaintext.captions import Caption, caption
from courant.importers.plaintext.headline import DIVIDERS, line_after, read_headline
from courant.importers.plaintext.lines import Line
from courant.importers.plaintext.names import JOB, is_person, is_section
from courant.importers.plaintext.sheet import Sheet
from courant.importers.plaintext.top import JOB as JOB_BESIDE
from courant.importers.plaintext.top import is_top, take_top

STANDFIRST_LABEL = re.compile(
    r"(?:standfirst|dek|summary|subhead(?:line)?|лід|підзаголовок)\s?:\s*(\S.*)$", re.I
)
LONGEST_STANDFIRST = 60  # words
TOP_LINES = 4  # unknown lines that may stand between headline and byline


def read_head(sheet: Sheet) -> None:
    """Find the headline, and what belongs to it up to the first paragraph."""
    if read_headline(sheet):
        _read_top(sheet)


def _read_top(sheet: Sheet) -> None:
    waiting: list[Line] = []
    for line in list(sheet.lines):
        after = line_after(sheet, line)
        if len(waiting) > 1 and (sheet.bylines or sheet.stamps):
            break
        if is_top(line) or _is_signed(sheet, line, after):
            take_top(sheet, line)
            _place_standfirst(sheet, waiting)
            waiting = []
        elif (below := caption(line.text)) and (below.credit or not below.text):
            _show_with(sheet, line, below, waiting)
        elif below:
            sheet.show(line, below)
        elif found := STANDFIRST_LABEL.match(line.text):
            sheet.standfirst = found[1]
            sheet.take(line, "standfirst")
        elif line.text in _section_lines(sheet, line):
            sheet.drop(line, "metadata line")
        elif line.text.isdecimal() and line.mark == "":
            sheet.drop(line, "counter of the page")
        elif _is_beside_byline(sheet, line):
            sheet.drop(line, JOB_BESIDE)
        else:
            waiting.append(line)
            if len(waiting) > TOP_LINES or line.words > LONGEST_STANDFIRST:
                break
    _standfirst_by_shape(sheet, sheet.lines[:1])


def _section_lines(sheet: Sheet, line: Line) -> tuple[str, ...]:
    """Section names that stand by themselves before the first paragraph."""
    is_first = bool(sheet.lines) and sheet.lines[0] is line
    parts = [p for p in DIVIDERS.split(line.text) if p]
    alone = is_first and line.mark == "" and all(is_section(p) for p in parts)
    return (line.text,) if alone else ()


def _is_beside_byline(sheet: Sheet, line: Line) -> bool:
    """True for "Staff Writer" or "Example Press" on the line below a byline."""
    read = sheet.recognised[-1] if sheet.recognised else None
    below = read is not None and read.what == "byline" and line is sheet.lines[0]
    return below and line.words <= 6 and not line.ends_sentence and bool(JOB.search(line.text))


def _is_signed(sheet: Sheet, line: Line, after: Line | None) -> bool:
    """A bare name is a byline when a date or a reading time stands beside it."""
    named = people(line.text)
    if sheet.bylines or not named or not all(is_person(b.name) for b in named.bylines):
        return False
    read = sheet.recognised[-1] if sheet.recognised else None
    before = read is not None and read.what == "date" and line is sheet.lines[0]
    return before or (after is not None and is_top(after))


def _show_with(sheet: Sheet, line: Line, below: Caption, waiting: list[Line]) -> None:
    """A credit on its own line belongs to a caption right above it, without a blank line."""
    above = waiting[-1] if waiting else None
    touching = (
        above is not None and not line.gap and above.gap and above.words <= LONGEST_STANDFIRST
    )
    if above and touching and not below.text and sheet.photo is None:
        waiting.pop()
        sheet.show(above, Caption(above.text, ""))
    sheet.show(line, below)


def _place_standfirst(sheet: Sheet, waiting: list[Line]) -> None:
    """Lines between the headline and the byline: one or two short ones are the standfirst."""
    if not waiting or sheet.standfirst or sum(x.words for x in waiting) > LONGEST_STANDFIRST:
        return
    if waiting[0].mark in ("quote", "item", "heading"):
        return
    if len(waiting) > 2 or any(x.mark in ("quote", "item", "heading") for x in waiting):
        waiting = waiting[:1]
    sheet.standfirst = " ".join(line.text for line in waiting)
    for line in waiting:
        sheet.take(line, "standfirst")


def _standfirst_by_shape(sheet: Sheet, first: list[Line]) -> None:
    """Without a full stop, or set off as stressed, before the first paragraph."""
    if not first or sheet.standfirst or len(sheet.lines) < 2 or first[0].mark in ("quote", "item"):
        return
    line, after = first[0], sheet.lines[1]
    unfinished = 5 <= line.words <= 45 and not line.ends_sentence and after.ends_sentence
    touching = not line.gap and after.gap and sheet.recognised[-1:] and line.words <= 45 and (
        sheet.recognised[-1].what == "headline" and any(x.gap for x in sheet.lines[2:])
        and not any(not x.gap for x in sheet.lines[2:] if x.mark != "item")
    )  # fmt: skip
    if wire.dateline_of(line.text):
        return
    if unfinished or touching or line.mark == "strong":
        sheet.standfirst = line.text
        sheet.take(line, "standfirst")
