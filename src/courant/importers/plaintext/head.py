"""The top of a story below its headline: standfirst, bylines, dates, the photo's caption."""

import re
from dataclasses import replace

from courant.importers.plaintext import wire
from courant.importers.plaintext.bylines import ROLE_BEHIND, SPECIAL, people, photographer
from courant.importers.plaintext.captions import Caption, agency, caption
from courant.importers.plaintext.dates import scan
from courant.importers.plaintext.headline import DIVIDERS, URL, line_after, read_headline
from courant.importers.plaintext.landmarks import pieces
from courant.importers.plaintext.lines import Line
from courant.importers.plaintext.names import JOB, is_name, is_newsroom, is_person, is_section
from courant.importers.plaintext.paragraphs import may_be_caption
from courant.importers.plaintext.sheet import Sheet
from courant.importers.plaintext.top import JOB as JOB_BESIDE
from courant.importers.plaintext.top import is_top, take_top

STANDFIRST_LABEL = re.compile(
    r"(?:standfirst|dek|summary|subhead(?:line)?|лід|підзаголовок)\s?:\s*(\S.*)$", re.I
)
REPORTS_FROM = re.compile(r"(?:Reporting )?(?:from|in|From|In) [A-Z][\w’' ,\-]{2,40}")
PLACE_AND_AGENCY = re.compile(r"[^\W\d_][\w’' \-]{2,30} • [^\W\d_a-zа-я]{2,8}")
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
        below = caption(line.text) or _agency_below(line, after, waiting)
        is_credit = bool(below and below.credit and not below.text and not line.gap)
        if len(waiting) > 1 and (sheet.bylines or sheet.stamps) and not is_credit:
            break
        if (is_top(line) and not _is_entry(sheet, line)) or _is_signed(sheet, line, after):
            take_top(sheet, line)
            _place_standfirst(sheet, waiting)
            waiting = []
        elif below and (below.credit or not below.text):
            _show_with(sheet, line, below, waiting)
        elif below:
            sheet.show(line, below)
        elif found := STANDFIRST_LABEL.match(line.text):
            sheet.standfirst = found[1]
            sheet.take(line, "standfirst")
        elif line.text in _section_lines(sheet, line) or _is_place_and_agency(line, after):
            sheet.drop(line, "metadata line")
        elif line.text.isdecimal() and line.mark == "" and not _counts_parts(sheet, line):
            sheet.drop(line, "counter of the page")
        elif URL.match(line.text):
            sheet.drop(line, "address of the page")
        elif _is_below_credit(sheet, line, after):
            sheet.show(line, Caption(line.text, ""))
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


def _counts_parts(sheet: Sheet, line: Line) -> bool:
    """ "1" above the first part of a story that also has a "2"."""
    return str(int(line.text) + 1) in (each.text for each in sheet.lines)


def _is_place_and_agency(line: Line, after: Line | None) -> bool:
    """ "Kyiv • HNA" above the date."""
    return bool(PLACE_AND_AGENCY.fullmatch(line.text)) and after is not None and is_top(after)


def _is_beside_byline(sheet: Sheet, line: Line) -> bool:
    """True for "Staff Writer" or "Associated Wire" on the line below a byline."""
    read = _read_above(sheet, line)
    if read not in ("byline", "date") or line.words > 6 or line.ends_sentence:
        return False
    if read == "date":
        return not line.gap and is_name(line.text) and bool(JOB.search(line.text))
    at_work = (
        JOB.search(line.text) or REPORTS_FROM.fullmatch(line.text) or SPECIAL.fullmatch(line.text)
    )
    return bool(at_work) or (not line.gap and is_newsroom(line.text))


def _read_above(sheet: Sheet, line: Line) -> str:
    """What the line above was, when all lines above are placed."""
    if not sheet.lines or sheet.lines[0] is not line:
        return ""
    above = [each for each in sheet.recognised if each.number < line.number]
    return max(above, key=lambda each: each.number).what if above else ""


def _is_signed(sheet: Sheet, line: Line, after: Line | None) -> bool:
    """A bare name is a byline when a date, a reading time or the person's job stands beside it.
    "Фото: А Б" is one when it touches another byline."""
    above = _read_above(sheet, line)
    if photographer(line.text):
        touches = after is not None and not after.gap and _is_byline(after)
        return (above == "byline" and not line.gap) or touches
    named = people(line.text)
    if not named or not all(is_person(b.name) for b in named.bylines):
        return False
    if sheet.bylines:
        return above == "byline" and not line.gap and bool(ROLE_BEHIND.fullmatch(line.text))
    if named.beside and above in ("headline", "standfirst") and line.words <= 12:
        return True
    if after is None or _names_author(after):
        return above == "date"
    if people(after.text) and not after.gap and is_person(after.text.partition(" (")[0]):
        return _is_signed(sheet, after, line_after(sheet, after))  # two names, one a line
    return above == "date" or is_top(after) or _is_job_below(after)


def _names_author(line: Line) -> bool:
    """ "By Ann Roe": what stands above it is a title, also one that could be names."""
    found = [piece.text for piece in pieces(line.text) if piece.kind == "byline"]
    return any(text.casefold().startswith("by ") for text in found)


def _is_byline(line: Line) -> bool:
    return any(piece.kind == "byline" for piece in pieces(line.text))


def _is_job_below(line: Line) -> bool:
    short = line.words <= 6 and not line.ends_sentence
    return short and bool(JOB.search(line.text))


def _is_entry(sheet: Sheet, line: Line) -> bool:
    """A bare hour, when the story has its date and hour: an entry of a running report."""
    stamps = scan(line.text) or ()
    bare = bool(stamps) and all(s.hour and not (s.day or s.label or s.vague) for s in stamps)
    return bare and any(s.hour for s in sheet.stamps) and any(s.day for s in sheet.stamps)


def _is_below_credit(sheet: Sheet, line: Line, after: Line | None) -> bool:
    """A line that touches a credit without a caption, and nothing below it, is the caption."""
    lone = sheet.photo is not None and sheet.photo.credit and not sheet.photo.text
    if not lone or _read_above(sheet, line) != "credit" or line.gap:
        return False
    ends = after is not None and after.gap
    return ends and may_be_caption(line)


def _show_with(sheet: Sheet, line: Line, below: Caption, waiting: list[Line]) -> None:
    """A credit on its own line belongs to a caption right above it, without a blank line."""
    above = waiting[-1] if waiting else None
    touching = (
        above is not None
        and not line.gap
        and (above.gap or _opens_what_is_left(sheet, above))
        and above.words <= LONGEST_STANDFIRST
    )
    if above and touching and not below.text and sheet.photo is None:
        waiting.pop()
        sheet.show(above, Caption(above.text, ""))
    if below.text and below.credit:
        _credit_photographer(sheet)
    sheet.show(line, below)


def _agency_below(line: Line, after: Line | None, waiting: list[Line]) -> Caption | None:
    """ "Reuters" on the line below a caption."""
    ends = after is None or after.gap
    touches = bool(waiting) and not line.gap and ends and may_be_caption(waiting[-1], stop=True)
    return agency(line.text) if touches else None


def _opens_what_is_left(sheet: Sheet, line: Line) -> bool:
    """True when the line right above is placed already."""
    before = max((x.number for x in sheet.lines if x.number < line.number), default=0)
    placed = [x.number for x in sheet.dropped] + [x.number for x in sheet.recognised]
    return any(before < number < line.number for number in placed)


def _credit_photographer(sheet: Sheet) -> None:
    """A name alone, and then a photo with a credit of its own: the name is over the story."""
    photo = sheet.photo
    named = people(photo.credit, "photos") if photo and not photo.text else None
    read = next((r for r in sheet.recognised if r.what == "credit"), None)
    if not read or not named or not all(is_person(b.name) for b in named.bylines):
        return
    sheet.photo = None
    sheet.name(named.bylines)
    sheet.recognised[sheet.recognised.index(read)] = replace(read, what="byline")


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
