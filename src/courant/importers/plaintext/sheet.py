"""The working sheet of one reading: each line is taken out once, and where it went is noted."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from courant.importers.plaintext.captions import Caption
from courant.importers.plaintext.dates import Stamp
from courant.importers.plaintext.lines import Line
from courant.importers.plaintext.model import DroppedLine, ImportedByline, RecognisedLine

AUTHOR_AGAIN = "the author's name again"


@dataclass
class Sheet:
    """Lines not yet placed, and what has been read from the others."""

    lines: list[Line]
    is_mail: bool = False
    subject: Line | None = None
    headline: str = ""
    standfirst: str = ""
    bylines: list[ImportedByline] = field(default_factory=list)
    stamps: list[Stamp] = field(default_factory=list)
    embargo: Stamp | None = None
    photo: Caption | None = None
    dropped: list[DroppedLine] = field(default_factory=list)
    recognised: list[RecognisedLine] = field(default_factory=list)

    def drop(self, line: Line, reason: str) -> None:
        self._close(line)
        self.drop_part(line, line.text, reason)

    def drop_all(self, lines: Iterable[Line], reason: str) -> None:
        """As `drop`, in one pass: a page has few such lines, a broken file has thousands."""
        gone = list(lines)
        numbers = {line.number for line in gone}
        self.lines = [line for line in self.lines if line.number not in numbers]
        for line in gone:
            self.drop_part(line, line.text, reason)

    def drop_part(self, line: Line, text: str, reason: str) -> None:
        self.dropped.append(DroppedLine(line.number, text, reason))

    def take(self, line: Line, what: str) -> None:
        self._close(line)
        self.take_part(line, line.text, what)

    def take_part(self, line: Line, text: str, what: str) -> None:
        self.recognised.append(RecognisedLine(line.number, text, what))

    def close(self, line: Line) -> None:
        """For a line whose parts are placed one by one."""
        self._close(line)

    def name(self, found: tuple[ImportedByline, ...]) -> bool:
        """Add bylines that are new. False when all were there already."""
        known = {(b.name.casefold(), b.role) for b in self.bylines}
        new = [b for b in found if (b.name.casefold(), b.role) not in known]
        self.bylines.extend(new)
        return bool(new)

    def knows(self, name: str) -> bool:
        return name.casefold() in {b.name.casefold() for b in self.bylines}

    def show(self, line: Line, photo: Caption) -> None:
        """Take a line below a photo. A story has one lead photo; other captions are reported."""
        if self.photo is None:
            self.photo = photo
        elif photo.text and not self.photo.text:
            # Below the credit's line: only then are both of one photo.
            credit = photo.credit if not self.photo.credit else self.photo.credit
            if photo.credit and self.photo.credit:
                return self.drop(line, "caption of another photo")
            self.photo = Caption(photo.text, credit)
        elif photo.credit and not photo.text and not self.photo.credit:
            self.photo = Caption(self.photo.text, photo.credit)
        else:
            return self.drop(line, "caption of another photo")
        self.take(line, "caption and credit" if photo.text and photo.credit else
                  "caption" if photo.text else "credit")  # fmt: skip

    def _close(self, line: Line) -> None:
        self.lines = [other for other in self.lines if other is not line]
