"""Text -> lines as they were meant: markers read, hard-wrapped lines joined."""

import itertools
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from courant.importers.plaintext import landmarks

Mark = Literal["", "heading", "quote", "item", "number", "strong"]

HEADING = re.compile(r"(#{1,6})\s+(\S.*?)(?:\s+#+)?$")
QUOTE = re.compile(r"(?:>\s?)+(.*)$")
ITEM = re.compile(r"[-*•‣▪●]\s+(\S.*)$")
NUMBER = re.compile(r"\d{1,2}[.)]\s+\S")
RULE = re.compile(r"(?:[-*_=~•·]\s*){3,}$")
STRONG = re.compile(r"(?:\*\*|__)(?=[^\s*_])(.+?)(?<=[^\s*_])(?:\*\*|__)(?![\w*])")
STRONG_INSIDE = re.compile(r"(?<![\w*])\*\*(?=[^\s*])(.{1,600}?)(?<=[^\s*])\*\*(?![\w*])")
STRESS_INSIDE = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*]{1,600}?)(?<=[^\s*])\*(?![\w*])")
UNDERLINE = re.compile(r"(?<![\w_])(__?)(?=[^\s_])(.{1,600}?)(?<=[^\s_])\1(?![\w_])")
SENTENCE_END = re.compile(r"[.!?…:;][\"'”’»)\]]*$")
# No line of its own ends in one of these words: the sentence goes on below.
LINKING = re.compile(
    r"\b(?:a|an|the|of|on|in|to|and|or|for|with|at|by|that|from|is|was|were|i|і|та|й|в|у|на|з|із|"
    r"до|"
    r"що|за|по|від|про|не)$"
)
MOST_FRONT_MATTER = 60  # lines
FIELD = re.compile(r"([A-Za-z][\w\-]*)\s?[:=](?:\s+(.*))?$")
FRONT_ROW = re.compile(rf"{FIELD.pattern}|\s*-\s|\s+\S|\s*#|\s*[\]}}]")
WIDEST = 110  # wider lines are whole paragraphs, not lines of a wrapped one
NARROWEST = 35


@dataclass(frozen=True)
class Line:
    """One line as meant. `number` is that of its first line in the file, from 1."""

    number: int
    text: str
    gap: bool = False  # a blank line stands before it
    mark: Mark = ""
    level: int = 0  # of a heading
    indent: int = 0
    sign: str = ""  # of an item: - or •

    @property
    def ends_sentence(self) -> bool:
        return bool(SENTENCE_END.search(self.text))

    @property
    def words(self) -> int:
        return len(self.text.split())


def lines_of(text: str) -> tuple[Line, ...]:
    """The lines of a text, wrapped ones joined, blank ones left out."""
    lines = list(_marked(text))
    width = _wrapped_width(lines)
    joined: list[Line] = []
    last = Line(0, "")  # the physical line that the next one may go on from
    margin = min((x.indent for x in lines if len(x.text) >= NARROWEST), default=0)
    front = front_matter_end(text)
    for i, line in enumerate(lines):
        if (
            joined
            and line.number > front
            and _goes_on(joined[-1], last, line, width, early=i < 12)
            and not (_opens_paragraph(last, line, margin))
        ):
            joined[-1] = replace(joined[-1], text=_join(joined[-1].text, line.text))
        else:
            joined.append(line)
        last = line
    return tuple(replace(line, text=plain(line.text)) for line in joined)


def front_matter_end(text: str) -> int:
    """The number of the line that closes the front matter of a Markdown file, 0 without one."""
    rows = textwrap.dedent("\n".join(text.lstrip("\n").split("\n")[:MOST_FRONT_MATTER])).split("\n")
    if rows[0].strip() not in ("---", "+++"):
        return 0
    end = next((n for n, row in enumerate(rows[1:], 2) if row.strip() == rows[0].strip()), 0)
    fields = rows[1 : end - 1] if end else []
    known = all(not row.strip() or FRONT_ROW.match(row) for row in fields)
    keyed = any(FIELD.match(row) for row in fields)
    blank = len(text) - len(text.lstrip("\n"))
    return blank + end if end and known and keyed else 0


def plain(text: str) -> str:
    """Text without markers of bold and italic; the words stay."""
    for pattern in (STRONG_INSIDE, STRESS_INSIDE):
        text = pattern.sub(r"\1", text)
    return UNDERLINE.sub(r"\2", text)


def _marked(text: str) -> Iterator[Line]:
    raw = [line.expandtabs(4).rstrip() for line in text.split("\n")]
    margin = min((len(r) - len(r.lstrip()) for r in raw if r), default=0)
    gap = False
    for number, line in enumerate(raw, start=1):
        body = " ".join(line.split())
        quoted = QUOTE.match(body)
        if not body or (quoted and not quoted[1]):
            gap = True
            continue
        indent = len(line) - len(line.lstrip()) - margin
        yield _read_mark(Line(number, body, gap, indent=indent))
        gap = False


def _read_mark(line: Line) -> Line:
    if RULE.match(line.text):
        return line
    if found := HEADING.match(line.text):
        if not any(c.isalnum() for c in line.text):
            return line
        return replace(line, mark="heading", level=len(found[1]), text=found[2])
    if found := QUOTE.match(line.text):
        return replace(line, mark="quote", text=found[1])
    if found := ITEM.match(line.text):
        return replace(line, mark="item", text=found[1], sign=line.text[0])
    if NUMBER.match(line.text):
        return replace(line, mark="number")
    if found := STRONG.fullmatch(line.text):
        return replace(line, mark="strong", text=found[1])
    return line


def _wrapped_width(lines: list[Line]) -> int:
    """The column at which lines were broken, 0 when each line is a whole one.

    Lines that begin in lower case and go on a line without a full stop give wrapping away.
    """
    pairs = [
        (a, b)
        for a, b in itertools.pairwise(lines)
        if not b.gap and not b.mark and len(a.text) >= NARROWEST and not landmarks.is_one(b.text)
    ]
    sure = [a for a, b in pairs if _runs_into(a, b) and len(a.text) <= WIDEST]
    if not sure or len(sure) * 4 < len(pairs):
        return 0
    return max(len(a.text) for a in sure)


def _runs_into(a: Line, b: Line) -> bool:
    return bool(LINKING.search(a.text)) or (b.text[0].islower() and not a.ends_sentence)


def _goes_on(line: Line, last: Line, following: Line, width: int, *, early: bool) -> bool:
    """True when `following` is the rest of `line`, whose newest physical line is `last`."""
    if (
        following.gap
        or line.mark == "heading"
        or RULE.match(last.text)
        or RULE.match(following.text)
    ):
        return False
    if following.mark == "quote" and line.mark == "quote":
        return not following.text.startswith(("—", "–", "-"))
    if following.mark:
        return False
    if line.mark in ("item", "number") and following.indent >= max(2, line.indent + 1):
        return True
    if not width or len(last.text) > WIDEST:
        return False
    # A line longer than the column was not broken at it, nor is it what follows a break.
    alike = max(len(last.text), len(following.text)) <= width + 3
    full = alike and len(last.text) + 1 + len(following.text.split()[0]) > width
    if landmarks.is_one(last.text) or (landmarks.is_one(following.text) and (early or not full)):
        return False
    flows = following.text[0].islower() and not last.ends_sentence
    linked = LINKING.search(last.text) or last.text.endswith("-")
    return full or (flows and bool(linked or len(last.text) * 2 >= width))


def _opens_paragraph(last: Line, line: Line, margin: int) -> bool:
    """An indented line begins a paragraph, unless the lines of one are all indented alike."""
    if line.indent < margin + 2 or last.mark in ("item", "number") or line.indent < last.indent:
        return False
    return not (line.indent == last.indent and line.text[0].islower())


def _join(a: str, b: str) -> str:
    """A hyphen at a line's end belongs to its word: no space after it."""
    hyphened = a.endswith("-") and a[-2:-1].isalpha() and b[0].islower()
    return a + b if hyphened else f"{a} {b}"
