"""Take the page's furniture off a sheet: single lines, and lines known by their neighbours."""

import itertools
import re
from dataclasses import replace

from courant.importers.plaintext.boilerplate import is_button, is_exactly, reason_to_drop
from courant.importers.plaintext.dates import scan
from courant.importers.plaintext.landmarks import pieces
from courant.importers.plaintext.lines import RULE, Line
from courant.importers.plaintext.names import is_section
from courant.importers.plaintext.prompts import (
    AUDIO,
    LINK,
    NEWSLETTER,
    PHOTO,
    SHARE,
    SUPPORT,
    TOPICS,
)
from courant.importers.plaintext.sheet import Sheet

PICTURE_LINK = "a picture's link, without the picture"
NO_WORDS = "line without words"
LENGTH = re.compile(r"(?:\d{1,2}:)?\d{1,2}:\d\d")
INVITATION = re.compile(r"(?:sign ?up (?:to|for)|subscribe to) .{2,60}", re.I)
MORE_IN = re.compile(r"more (?:in|from) (.{2,30})", re.I)
BOX_LINES = 3  # a box says two or three things between its title and its form
FORM = re.compile(r"thank|check|success|please check|дякуємо|перевірте", re.I)
NOTE = re.compile(
    r"(?:a )?(?:note|message|word) from .{1,40}|(?:author|editor)['’]s note:?|"
    r"before you (?:skip|go|leave|scroll)\b.{0,80}",
    re.I,
)
LONGEST_LINK = 22  # words of a linked headline
DATED_LINK = re.compile(r".+\d\d\.\d\d\.\d\d, ?\d\d?:\d\d • \d[\d ]* (?:views|перегляд\w*)", re.I)
PHOTO_CONTROLS = re.compile(
    r"^(?:item \d+ of \d+|\[\d+/\d+\])\s*|\s*purchase licensing rights(?:, opens new tab)?$|"
    r"\s*\(opens in a new (?:window|tab)\)$",
    re.I,
)
LONGEST_TOPIC = 3  # words
TOPICS_LABEL = re.compile(
    r"(?:(?:related|suggested) )?(?:topics|tags|keywords):?|(?:теги|теми|ключові слова):?", re.I
)


def clear_furniture(sheet: Sheet) -> None:
    """Drop what a page carries around a story, each line with its reason."""
    _strip_photo_controls(sheet)
    lines = tuple(sheet.lines)
    reasons = {line.number: _reason(line) for line in lines}
    _add_player(lines, reasons)
    _add_buttons(lines, reasons)
    _add_boxes(lines, reasons)
    _add_links(lines, reasons)
    _add_beside_links(lines, reasons)
    _add_topics(lines, reasons)
    _add_notes(lines, reasons)
    for reason in set(reasons.values()) - {""}:
        sheet.drop_all((line for line in lines if reasons[line.number] == reason), reason)


def _strip_photo_controls(sheet: Sheet) -> None:
    """ "[1/3]" before a caption and an offer of rights behind it; the caption stays."""
    for i, line in enumerate(sheet.lines):
        found = [m for m in PHOTO_CONTROLS.finditer(line.text) if m[0].strip() != line.text]
        for each in found:
            sheet.drop_part(line, each[0].strip(), PHOTO)
        if found:
            sheet.lines[i] = replace(line, text=PHOTO_CONTROLS.sub("", line.text).strip())


def _reason(line: Line) -> str:
    if line.text.startswith("![") and line.text.endswith(")"):
        return PICTURE_LINK
    if RULE.match(line.text) and not any(c.isalnum() for c in line.text):
        return "divider without words"
    if not any(c.isalnum() for c in line.text):
        return NO_WORDS
    if line.mark == "number":
        return ""
    if _is_more_in(line) or DATED_LINK.fullmatch(line.text):
        return LINK
    return reason_to_drop(line.text)


def _add_buttons(lines: tuple[Line, ...], reasons: dict[int, str]) -> None:
    """A line "X" or "Email" is a button when it stands in a row of them, beside a sure one."""
    run: list[Line] = []
    for line in (*lines, None):
        if line is not None and (is_button(line.text) or reasons[line.number]):
            run.append(line)
            continue
        weak = [each for each in run if not reasons[each.number]]
        sure = len(run) > len(weak)
        if weak and (sure or len(weak) >= 3):
            for each in weak:
                reasons[each.number] = _nearest(run, each, reasons) or SHARE
        run = []


def _nearest(run: list[Line], line: Line, reasons: dict[int, str]) -> str:
    """The reason of the prompt above a button, else of the one below it."""
    at = run.index(line)
    near = [*reversed(run[:at]), *run[at:]]
    return next((reasons[each.number] for each in near if reasons[each.number]), "")


def _add_player(lines: tuple[Line, ...], reasons: dict[int, str]) -> None:
    """ "4:12" below "0:00" and "/" is how long the recording is, not an hour of the day."""
    said = [line for line in lines if reasons[line.number] != NO_WORDS]
    for above, line in itertools.pairwise(said):
        if reasons[above.number] == AUDIO and LENGTH.fullmatch(line.text):
            reasons[line.number] = AUDIO


def _add_boxes(lines: tuple[Line, ...], reasons: dict[int, str]) -> None:
    """The lines between a newsletter's invitation and its form belong to the box."""
    _add_invitations(lines, reasons)
    found = [i for i, line in enumerate(lines) if reasons[line.number] == NEWSLETTER]
    for a, b in itertools.pairwise(found):
        between = lines[a + 1 : b]
        is_form = bool(is_exactly(lines[b].text)) or FORM.match(lines[b].text)
        if is_form and len(between) <= BOX_LINES and all(x.words <= 25 for x in between):
            for line in between:
                reasons[line.number] = reasons[line.number] or NEWSLETTER


def _add_invitations(lines: tuple[Line, ...], reasons: dict[int, str]) -> None:
    """ "Sign up to This Is Europe" has no word for newsletter: the form below it tells."""
    for i, line in enumerate(lines):
        below = lines[i + 1 : i + 2 + BOX_LINES]
        form = any(reasons[x.number] == NEWSLETTER and is_exactly(x.text) for x in below)
        if form and INVITATION.fullmatch(line.text) and not line.ends_sentence:
            reasons[line.number] = NEWSLETTER


def _add_links(lines: tuple[Line, ...], reasons: dict[int, str]) -> None:
    """Headlines below "Related" are links: one inside the story, all of them at its end."""
    for i, line in enumerate(lines):
        if reasons[line.number] != LINK or not (is_exactly(line.text) or _is_more_in(line)):
            continue
        block = _block_below(lines, i)
        for each in block:
            reasons[each.number] = reasons[each.number] or LINK
        below = [each for each in lines[i + 1 :] if not reasons[each.number]]
        at_end = not any(_is_prose(each) for each in below)
        for n, each in enumerate(below):
            listed = each.mark == "item" and (n == 0 or below[n - 1].mark == "item")
            short = at_end and (each.words < 3 or scan(each.text)) and not each.ends_sentence
            if not (short or _may_be_link(each)) or not (at_end or listed or n == 0):
                break
            reasons[each.number] = LINK


def _add_beside_links(lines: tuple[Line, ...], reasons: dict[int, str]) -> None:
    """A headline that touches "Related: …", with blank lines around both, is a link too."""
    blocks: list[list[Line]] = []
    for line in lines:
        if line.gap or not blocks:
            blocks.append([])
        blocks[-1].append(line)
    for block in blocks[1:]:
        links = [line for line in block if reasons[line.number] == LINK]
        if links and all(line in links or _may_be_link(line) for line in block):
            for line in block:
                reasons[line.number] = reasons[line.number] or LINK


def _add_topics(lines: tuple[Line, ...], reasons: dict[int, str]) -> None:
    """ "Topics" above names of topics: those that touch it, and nothing else on the page's end."""
    for i, line in enumerate(lines):
        if not TOPICS_LABEL.fullmatch(line.text):
            continue
        below = [each for each in lines[i + 1 :] if not reasons[each.number]]
        touching = _touching_below(lines, i)
        for names in (below, touching if line.gap else []):
            if i and names and all(map(_may_be_topic, names)):
                for each in (line, *names):
                    reasons[each.number] = reasons[each.number] or TOPICS


def _may_be_topic(line: Line) -> bool:
    names = line.text.split(",")
    return all(len(n.split()) <= LONGEST_TOPIC for n in names) and not line.ends_sentence


def _block_below(lines: tuple[Line, ...], i: int) -> list[Line]:
    """Headlines that touch their label, with blank lines around them all."""
    block = _touching_below(lines, i)
    ends = i + 1 + len(block) < len(lines)
    alone = lines[i].gap and ends and len(block) > 1
    return block if alone and all(map(_may_be_link, block)) else []


def _touching_below(lines: tuple[Line, ...], i: int) -> list[Line]:
    return list(itertools.takewhile(lambda line: not line.gap, lines[i + 1 :]))


def _is_more_in(line: Line) -> bool:
    found = MORE_IN.fullmatch(line.text)
    return bool(found and is_section(found[1]))


def _add_notes(lines: tuple[Line, ...], reasons: dict[int, str]) -> None:
    """The line "Note from the author:" above an appeal goes with it."""
    for line, after in itertools.pairwise(lines):
        if reasons[after.number] == SUPPORT and NOTE.fullmatch(line.text):
            reasons[line.number] = SUPPORT


def _is_prose(line: Line) -> bool:
    return line.words > LONGEST_LINK or (line.text.endswith((".", ".”", ".»", '."')))


def _may_be_link(line: Line) -> bool:
    if line.mark == "heading" or pieces(line.text):
        return False  # below "Read more" may stand who wrote this story, and when
    return 3 <= line.words <= LONGEST_LINK and not _is_prose(line)
