"""Lines of bylines, dates and reading times: taken off the sheet, part by part."""

from courant.importers.plaintext.boilerplate import is_exactly
from courant.importers.plaintext.bylines import byline, people
from courant.importers.plaintext.dates import Stamp, scan
from courant.importers.plaintext.landmarks import Piece, pieces
from courant.importers.plaintext.lines import Line
from courant.importers.plaintext.prompts import READING
from courant.importers.plaintext.sheet import Sheet

JOB = "job or address beside a byline"


def is_top(line: Line) -> bool:
    return line.mark != "heading" and bool(pieces(line.text))


def take_top(sheet: Sheet, line: Line) -> None:
    """Place each part of a line that says who, when and how long."""
    found = pieces(line.text) or (Piece("name", line.text),)
    sheet.close(line)
    for piece in found:
        if piece.kind in ("byline", "name"):
            _take_names(sheet, line, piece)
        elif piece.kind == "date":
            _take_dates(sheet, line, piece)
        elif piece.kind == "reading":
            sheet.drop_part(line, piece.text, READING)
        elif piece.kind == "furniture":
            sheet.drop_part(line, piece.text, is_exactly(piece.text))
        else:
            reason = "metadata line" if piece.kind == "section" else JOB
            sheet.drop_part(line, piece.text, reason)


def _take_names(sheet: Sheet, line: Line, piece: Piece) -> None:
    named = byline(piece.text) or people(piece.text)
    if named is None or not sheet.name(named.bylines):
        return sheet.drop_part(line, piece.text, "the byline again")
    text = piece.text
    for beside in named.beside:
        text = " ".join(text.replace(beside, " ", 1).split()).strip(" ,;")
        sheet.drop_part(line, beside, JOB)
    sheet.take_part(line, text, "byline")


def _take_dates(sheet: Sheet, line: Line, piece: Piece) -> None:
    stamps = scan(piece.text) or ()
    vague = next((s.vague for s in stamps if s.vague), "")
    sheet.stamps.extend(s for s in stamps if not s.vague)
    if any(s.doubtful for s in stamps):
        order = "month" if any(s.doubtful and s.zone for s in stamps) else "day"
        sheet.drop_part(line, piece.text, f"a date with two readings, taken as {order} first")
    elif vague:
        sheet.drop_part(line, piece.text, vague)
    else:
        sheet.take_part(line, piece.text, "date")


def times_of(stamps: list[Stamp]) -> tuple[Stamp | None, Stamp | None]:
    """When published and when updated. A time and a date on two lines are one stamp."""
    merged: list[Stamp] = []
    for stamp in stamps:
        last = merged[-1] if merged else None
        if last and (joined := _joined(last, stamp)):
            merged[-1] = joined
        else:
            merged.append(stamp)
    day = next((s.day for s in merged if s.day), None)
    dated = [_on(s, day) for s in merged if s.day or (day and s.hour)]
    plain = [s for s in dated if s.label != "updated"]
    updated = [s for s in dated if s.label == "updated"]
    if updated and not plain:
        return updated[0], updated[-1]  # it was published then at the latest
    return (plain[0] if plain else None), (updated[-1] if updated else None)


def _joined(a: Stamp, b: Stamp) -> Stamp | None:
    if b.label and a != Stamp(label=a.label):
        return None
    if (a.day and b.day) or (a.hour and b.hour):
        return None
    return Stamp(
        b.label or a.label, a.day or b.day, a.hour or b.hour, a.zone or b.zone,
        doubtful=a.doubtful or b.doubtful,
    )  # fmt: skip


def _on(stamp: Stamp, day: tuple[int, int, int] | None) -> Stamp:
    """A time "Updated 2:10 PM" beside a full date means that day."""
    return stamp if stamp.day else Stamp(stamp.label, day, stamp.hour, stamp.zone)
