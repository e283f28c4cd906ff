"""The headline: the first line that nothing else explains."""

import re

from courant.importers.plaintext import wire
from courant.importers.plaintext.bylines import byline
from courant.importers.plaintext.captions import caption
from courant.importers.plaintext.lines import Line
from courant.importers.plaintext.names import is_section
from courant.importers.plaintext.prompts import PAGE
from courant.importers.plaintext.sheet import Sheet
from courant.importers.plaintext.top import is_top, take_top

META = "metadata line ahead of the headline"
DIVIDERS = re.compile(r"\s+[|/>›»·•—–]\s+|\s*[|›»·•]\s*")
URL = re.compile(
    r"(?:https?://|www\.)\S+$|(?:[a-z0-9\-]+\.)+(?:com|org|net|info|news|press|media|[a-z]{2})(?:/\S*)?$"
)
KICKER = re.compile(r"(?P<section>[^|]{3,30}) \| (?=\S+ \S+ \S)")
LONGEST_HEADLINE = 32  # words


def read_headline(sheet: Sheet) -> bool:
    """Take the headline, or the mail's subject for it. False when there is neither."""
    if sheet.headline:
        return True
    line = _find_headline(sheet)
    if line is not None:
        _take_headline(sheet, line)
    elif sheet.subject is not None:
        _use_subject(sheet)
    return bool(sheet.headline)


def _find_headline(sheet: Sheet) -> Line | None:
    """The first line that nothing else explains. What stands ahead of it is placed on the way."""
    titles = [x for x in sheet.lines[:12] if wire.LABEL.match(x.text)] or [
        x for x in sheet.lines[:12] if x.mark == "heading" and x.level == 1
    ]
    for line in list(sheet.lines):
        if line in titles[:1]:
            return line
        if is_top(line) and not _may_be_title(sheet, line):
            take_top(sheet, line)
        elif (titles and line.words <= LONGEST_HEADLINE) or _is_meta(sheet, line):
            sheet.drop(line, META)
        elif (below := caption(line.text)) and below.credit:
            sheet.show(line, below)
        elif _is_headline(line) and not (sheet.subject and line.ends_sentence):
            return line
        else:
            return None
    return None


def _may_be_title(sheet: Sheet, line: Line) -> bool:
    """One word, or "Words by Heart": on the first line a name has two words or more."""
    if sheet.lines[0] is not line:
        return False
    named = byline(line.text)
    return line.words == 1 or bool(named and all(" " not in b.name for b in named.bylines))


def _is_headline(line: Line) -> bool:
    prose = line.ends_sentence and not line.text.endswith(("?", "!"))
    if wire.dateline_of(line.text) and prose:
        return False
    return line.words <= LONGEST_HEADLINE and not (prose and line.words > 20)


def _is_meta(sheet: Sheet, line: Line) -> bool:
    """A kicker, a path of sections, an address: short, and a headline follows."""
    after = _next_unknown(sheet, line, sections=False)
    if URL.match(line.text) or _is_masthead(sheet, line):
        return True
    if _is_in_menu(sheet, line):
        return True
    if line.words <= 4 and _is_above_menu(sheet, line) and after and _is_headline(after):
        return True
    if after is None or not _is_headline(after) or line.ends_sentence:
        return False
    parts = [p for p in DIVIDERS.split(line.text) if p]
    if is_section(line.text) or (is_section(parts[0]) and line.words <= 3):
        return True
    if len(parts) > 1 and all(len(p.split()) <= 4 for p in parts) and after.words >= 3:
        return True
    shouted = line.text.isupper() and line.words <= 4 and not after.text.isupper()
    one_word = line.words == 1 and line.mark == ""
    if after.words < 4 or after.ends_sentence:
        return False
    return shouted or one_word or _third_line_is_unknown(sheet, after, line)


def _third_line_is_unknown(sheet: Sheet, after: Line, line: Line) -> bool:
    """Kicker, headline and standfirst before a byline: three lines, the first one short."""
    third = _next_unknown(sheet, after)
    if third is None or line.words > 3:
        return False
    below = [x for x in sheet.lines if x.number > third.number]
    return bool(below) and is_top(below[0]) and all(
        not is_top(x) for x in sheet.lines if line.number < x.number < third.number
    )  # fmt: skip


def _is_masthead(sheet: Sheet, line: Line) -> bool:
    """A paper's name in Capital Letters, then a section, then a headline in another style."""
    section = line_after(sheet, line)
    title = line_after(sheet, section) if section and is_section(section.text) else None
    if title is None or sheet.lines[0] is not line or line.words > 4:
        return False
    return _is_name(line) and not _is_name(title) and title.words >= 4 and _is_headline(title)


def _is_name(line: Line) -> bool:
    return all(word[0].isupper() for word in line.text.split())


def _is_in_menu(sheet: Sheet, line: Line) -> bool:
    """One of three or more lines of a word or two, above a headline that says more."""
    for below, each in enumerate(x for x in sheet.lines if x.number >= line.number):
        if is_top(each) or each.ends_sentence:
            return False
        if each.words > 2:
            before = sum(x.words <= 2 and x.number < each.number for x in sheet.lines)
            dropped = [d for d in sheet.dropped if d.reason == META]
            return below > 0 and before + len(dropped) >= 3 and each.words >= 4
    return False


def _is_above_menu(sheet: Sheet, line: Line) -> bool:
    """The paper's name, above "Log in" and "Menu" on a page."""
    after = line_after(sheet, line)
    below = [d for d in sheet.dropped if after and line.number < d.number < after.number]
    return any(d.reason == PAGE for d in below)


def _next_unknown(sheet: Sheet, line: Line, *, sections: bool = True) -> Line | None:
    """The next line that says neither who nor when; `sections`: a section's name may be it."""
    below = (x for x in sheet.lines if x.number > line.number and not is_top(x))
    return next((x for x in below if sections or not is_section(x.text)), None)


def _take_headline(sheet: Sheet, line: Line) -> None:
    labelled = wire.LABEL.match(line.text) or wire.CARET.match(line.text)
    kicker = KICKER.match(line.text)
    if kicker and is_section(kicker["section"]):
        sheet.headline = line.text[kicker.end() :]
        sheet.close(line)
        sheet.drop_part(line, kicker[0].strip(), META)
        sheet.take_part(line, sheet.headline, "headline")
    else:
        sheet.headline = labelled[1] if labelled else line.text
        sheet.take(line, "headline")
    for other in sheet.lines[:6]:
        if other.text.casefold() == sheet.headline.casefold():
            sheet.drop(other, "the headline again")


def _use_subject(sheet: Sheet) -> None:
    """Copy without a headline of its own has the mail's subject."""
    subject = sheet.subject
    if subject is None:
        return
    full = next(d for d in sheet.dropped if d.number == subject.number)
    sheet.dropped.remove(full)
    sheet.headline = subject.text
    sheet.take_part(subject, full.text, "headline")


def line_after(sheet: Sheet, line: Line) -> Line | None:
    return next((x for x in sheet.lines if x.number > line.number), None)
