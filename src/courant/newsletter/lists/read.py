"""A file of readers -> entries in its order, and for each line that is no entry the reason."""

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.utils.dateparse import parse_date, parse_datetime

from courant.lib.cells import QUOTED
from courant.newsletter.addresses import Address, parse_address
from courant.newsletter.errors import AddressError, NewsletterError
from courant.newsletter.lists.sources import SOURCES, Source, Standing, standing_of

LARGEST = 512_000_000  # bytes of one list inside a zip
Cells = Mapping[str, str]


class ListError(NewsletterError):
    """A file that is no list at all. Says what to do."""


@dataclass(frozen=True)
class Entry:
    """What one line says of one reader."""

    line: int
    address: Address
    standing: Standing
    since: datetime | None = None
    confirmed: datetime | None = None
    left: datetime | None = None
    language: str = ""


@dataclass(frozen=True)
class Refused:
    """A line that changes nothing, and why."""

    line: int
    reason: str
    file: str = ""

    def __str__(self) -> str:
        return f"{self.file + ', ' if self.file else ''}line {self.line}: {self.reason}"


@dataclass(frozen=True)
class How:
    """How a file is to be understood. `columns`: field -> column, where a person named it."""

    source: Source
    columns: Mapping[str, str]
    all_are: Standing | None = None
    """Where no column says so: what a person says of all readers of the file."""


def how(source: str, columns: Mapping[str, str] | None = None, all_are: str = "") -> How:
    """Raises ListError for a word that is none."""
    if source not in SOURCES:
        raise ListError(f"{source!r} is none of {', '.join(SOURCES)}.")
    standing = standing_of(all_are) if all_are else None
    if all_are and standing is None:
        raise ListError(f"{all_are!r} is none of {', '.join(Standing)}.")
    return How(SOURCES[source], columns or {}, standing)


def files_in(name: str, data: bytes) -> list[tuple[str, bytes]]:
    """The lists of an upload: the file itself, or those in a zip. Raises ListError."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return [(name, data)]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        inside = [one for one in archive.infolist() if one.filename.lower().endswith(".csv")]
        if not inside or any(one.file_size > LARGEST for one in inside):
            raise ListError(f"{name} has no list in it that can be read: it needs .csv files.")
        return [(one.filename.rpartition("/")[2], archive.read(one)) for one in inside]


def header_of(data: bytes) -> list[str]:
    """The names of the columns. Raises ListError."""
    rows = _rows(_text(data))
    _line, head = next(rows, (0, []))
    if not isinstance(head, list) or not any(cell.strip() for cell in head):
        raise ListError("The file is empty: its first line must name the columns.")
    return [cell.strip() for cell in head]


def read(name: str, data: bytes, as_: How) -> Iterator[Entry | Refused]:
    """Entries and refused lines. Raises ListError when the whole file is none."""
    head = header_of(data)
    places = _places(head, as_)
    by_file = _said_by_name(name) if as_.source.by_file else None
    rows = _rows(_text(data))
    next(rows)
    for line, row in rows:
        if isinstance(row, str):
            yield Refused(line, row)
        elif any(cell.strip() for cell in row):
            cells = dict(zip([cell.lower() for cell in head], row, strict=False))
            yield _entry(line, row, cells, places, as_, by_file)


def _text(data: bytes) -> str:
    try:
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return data.decode("utf-16")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ListError(
            f"Byte {error.start} of the file is not UTF-8: save it as “CSV UTF-8” and try again."
        ) from None


def _rows(text: str) -> Iterator[tuple[int, list[str] | str]]:
    """Lines with the number of their first one; a string says why a line cannot be read."""
    first = text.partition("\n")[0]
    comma = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text.replace("\x00", ""), newline=""), delimiter=comma)
    while True:
        line = reader.line_num + 1
        try:
            yield line, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, f"cannot be read: {error}"


def _places(head: Sequence[str], as_: How) -> dict[str, int]:
    """Field -> number of its column. Raises ListError."""
    known = [cell.lower() for cell in head]
    places = {}
    for name, usual in as_.source.columns.items():
        wanted = [as_.columns[name].lower()] if as_.columns.get(name) else list(usual)
        found = [known.index(column) for column in wanted if column in known]
        if as_.columns.get(name) and not found:
            raise ListError(f"The file has no column {as_.columns[name]!r}: {', '.join(head)}.")
        if found:
            places[name] = found[0]
    if "email" not in places:
        raise ListError(f"No column holds e-mail addresses. The file has: {', '.join(head)}.")
    return places


def _said_by_name(name: str) -> Standing | None:
    """Mailchimp's exports are a file for each status."""
    return standing_of(name.lower().partition("_")[0])


def _entry(
    line: int,
    row: Sequence[str],
    cells: Cells,
    places: Mapping[str, int],
    as_: How,
    by_file: Standing | None,
) -> Entry | Refused:
    def cell(field: str) -> str:
        place = places.get(field)
        return row[place].strip() if place is not None and place < len(row) else ""

    try:
        address = parse_address(_unquoted(cell("email")))
    except AddressError as error:
        return Refused(line, str(error))
    standing = _standing(cell("status"), cells, as_, by_file)
    if standing is None:
        said = f"{cell('status')!r} is no status that is known" if cell("status") else "no status"
        return Refused(line, f"{address.email}: {said}, so nobody knows that they agreed.")
    if standing is Standing.PENDING:
        return Refused(line, f"{address.email} never confirmed there.")
    return Entry(
        line,
        address,
        standing,
        since=_time(cell("since")),
        confirmed=_time(cell("confirmed")),
        left=_time(cell("left")),
        language=cell("language").lower()[:2],
    )


def _standing(word: str, cells: Cells, as_: How, by_file: Standing | None) -> Standing | None:
    for column, standing in as_.source.also.items():
        if cells.get(column, "").strip():
            abuse = standing_of(cells.get("unsub_reason", ""))
            return abuse if abuse is Standing.COMPLAINED else standing
    if word:
        return standing_of(word, negated=as_.source.negated)
    return by_file or as_.all_are


def _unquoted(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:2] and cell[1] in QUOTED else cell


def _time(text: str) -> datetime | None:
    """None for what is no time: it is a help, not a condition."""
    try:
        found: datetime | date | None = parse_datetime(text) or parse_date(text)
    except ValueError:
        return None
    if found is None:
        return None
    if not isinstance(found, datetime):
        found = datetime(found.year, found.month, found.day, tzinfo=UTC)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
