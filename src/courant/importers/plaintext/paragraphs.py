"""The lines that are left -> paragraphs, subheads, quotes and lists."""

import re

from courant.importers.plaintext.captions import Caption, agency, caption, is_labelled
from courant.importers.plaintext.lines import NUMBER, Line
from courant.importers.plaintext.model import ImportedBlock
from courant.importers.plaintext.sheet import Sheet

LONGEST_SUBHEAD = 12  # words
LONGEST_CAPTION = 45
QUESTION = re.compile(
    r"(?:what|who|why|how|when|where|which|is|are|will|can|could|should|do|does|did|що|хто|чому|"
    r"як|коли|де|скільки|чи|навіщо|звідки)\b", re.I
)  # fmt: skip
SPEAKER = re.compile(r"(?:—|–|--|-)\s?([^\W\d_][^.!?;]{1,90})$")
SPOKEN = re.compile(r"([“\"«„].+[”\"»“])\s*(?:—|–|--)\s?([A-ZА-ЯІЇЄҐ][^.!?“”\"«»]{1,80})$")
NUMBERED = re.compile(r"(\d{1,2})[.)]\s+(.*)$")
LINKED = re.compile(
    r"(?<!!)\[([^\[\]]{1,400})\]\((https?://[^\s()]{1,2000}|mailto:[^\s()]{1,200})\)"
)


def drop_captions(sheet: Sheet) -> None:
    """Lines below photos inside the story. The first is the lead photo's, if none was found."""
    for line in list(sheet.lines):
        below = caption(line.text)
        if below is None and agency(line.text) and _caption_beside(sheet, line):
            below = agency(line.text)
        if below and below.credit and line.mark in ("", "strong") and line in sheet.lines:
            beside = None if below.text else _caption_beside(sheet, line)
            sheet.show(line, below)
            if beside:
                sheet.show(beside, Caption(beside.text, ""))


def _caption_beside(sheet: Sheet, line: Line) -> Line | None:
    """A credit and one line that touches it, with blank lines around both, are of one photo."""
    i = sheet.lines.index(line)
    above = sheet.lines[i - 1] if i else None
    below, next_one = (*sheet.lines[i + 1 : i + 3], None, None)[:2]
    ends = below is None or below.gap
    if above and above.gap and not line.gap and ends:
        return above if may_be_caption(above) else None
    is_pair = line.gap and below and not below.gap and (next_one is None or next_one.gap)
    return below if below and is_pair and may_be_caption(below) else None


def may_be_caption(line: Line, *, stop: bool = False) -> bool:
    """Without a full stop: a sentence may be the story's."""
    plain = line.mark == "" and line.text[0] not in '“"«„—–-' and (stop or not line.ends_sentence)
    return plain and 3 <= line.words <= LONGEST_CAPTION and caption(line.text) is None


def drop_addresses(sheet: Sheet) -> None:
    """Of "[the report](https://…)" the words stay and the address is reported."""
    for i, line in enumerate(sheet.lines):
        if LINKED.search(line.text):
            for found in LINKED.finditer(line.text):
                sheet.drop_part(line, found[2], "address of a link; its words stay")
            text = LINKED.sub(r"\1", line.text)
            sheet.lines[i] = Line(line.number, text, line.gap, line.mark, line.level, line.indent)


def blocks_of(lines: list[Line]) -> tuple[ImportedBlock, ...]:
    """The body's blocks in the order of the copy."""
    blocks: list[ImportedBlock] = []
    i = 0
    while i < len(lines):
        block, used = _block(lines, i)
        blocks.append(block)
        i += used
    return tuple(blocks)


def _block(lines: list[Line], i: int) -> tuple[ImportedBlock, int]:
    line = lines[i]
    if line.mark == "heading":
        return ImportedBlock("subheading", line.text), 1
    if line.mark == "quote":
        return _quote(lines, i)
    if line.mark in ("item", "number") and (found := _list(lines, i)):
        return found, len(found.items)
    if spoken := SPOKEN.fullmatch(line.text):
        return ImportedBlock("quote", spoken[1], speaker=spoken[2]), 1
    if i + 1 < len(lines) and _is_quoted(line.text) and (who := _speaker(lines[i + 1])):
        return ImportedBlock("quote", line.text, speaker=who), 2
    if _is_subhead(lines, i):
        return ImportedBlock("subheading", line.text), 1
    text = f"{line.sign} {line.text}" if line.mark == "item" else line.text
    return ImportedBlock("paragraph", text), 1


def _speaker(line: Line) -> str:
    found = SPEAKER.match(line.text)
    named = found and found[1][0].isupper() and len(found[1].split()) <= 12
    return found[1] if found and named else ""


def _quote(lines: list[Line], i: int) -> tuple[ImportedBlock, int]:
    speaker = SPEAKER.match(lines[i + 1].text) if i + 1 < len(lines) else None
    if speaker and not lines[i + 1].gap | (lines[i + 1].mark not in ("", "quote")):
        return ImportedBlock("quote", lines[i].text, speaker=speaker[1]), 2
    return ImportedBlock("quote", lines[i].text), 1


def _list(lines: list[Line], i: int) -> ImportedBlock | None:
    """Two or more items in a row; numbered ones only when they count 1, 2, 3…"""
    mark = lines[i].mark
    items: list[Line] = []
    for line in lines[i:]:
        if line.mark != mark:
            break
        items.append(line)
    if len(items) < 2:
        return None
    if mark == "item":
        return ImportedBlock("list", "", tuple(item.text for item in items))
    found = [NUMBERED.match(item.text) for item in items]
    counted = [m[2] for n, m in enumerate(found, 1) if m and int(m[1]) == n]
    if len(counted) != len(items):
        return None
    return ImportedBlock("list", "", tuple(counted), ordered=True)


def _is_quoted(text: str) -> bool:
    return text[0] in '“"«„' and text[-1] in '”"»“' and len(text) > 2


def _is_subhead(lines: list[Line], i: int) -> bool:
    """A short line without a full stop, between paragraphs."""
    line = lines[i]
    after = lines[i + 1] if i + 1 < len(lines) else None
    if after is None or line.words > LONGEST_SUBHEAD or line.mark == "item":
        return False
    if is_labelled(line.text):
        return False
    if line.text.endswith("?"):
        asks = bool(QUESTION.match(line.text)) and line.words <= 8
        return (asks or line.mark == "strong") and _is_prose(after)
    if line.ends_sentence or line.text.endswith((",", "—", "–", "-")):
        return False
    starts = line.text[0].isupper() or line.text[0].isdigit() or line.text[0] in "“\"«‘'¿"
    if not starts or (line.text[-1] in '”"»' and line.words > 8):
        return False
    return _is_prose(after) or (line.mark == "strong") or NUMBER.match(after.text) is not None


def _is_prose(line: Line) -> bool:
    return line.ends_sentence or line.words > LONGEST_SUBHEAD or line.mark in ("quote", "item")
