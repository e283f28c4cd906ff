"""Read a text file as a story. Start here: the steps stand in their order."""

from datetime import datetime
from zoneinfo import ZoneInfo

from courant.importers.plaintext import wire
from courant.importers.plaintext.captions import Caption
from courant.importers.plaintext.dates import Stamp
from courant.importers.plaintext.decode import decode
from courant.importers.plaintext.front_matter import read_front_matter
from courant.importers.plaintext.furniture import clear_furniture
from courant.importers.plaintext.head import read_head
from courant.importers.plaintext.lines import front_matter_end, lines_of
from courant.importers.plaintext.mail import read_mail
from courant.importers.plaintext.model import ImportedStory, Language, UnreadableText
from courant.importers.plaintext.paragraphs import blocks_of, drop_addresses, drop_captions
from courant.importers.plaintext.sheet import Sheet
from courant.importers.plaintext.tail import read_tail
from courant.importers.plaintext.top import times_of
from courant.importers.plaintext.typography import typeset_story


def read(data: bytes, *, name: str, zone: ZoneInfo, typography: bool = False) -> ImportedStory:
    """The story in a file. `zone` is the site's, for times without one. Raises UnreadableText."""
    text = decode(data, name)
    sheet = Sheet(list(lines_of(text)))
    read_front_matter(sheet, front_matter_end(text))
    read_mail(sheet)
    wire.read_wire(sheet)
    clear_furniture(sheet)
    read_head(sheet)
    read_tail(sheet)
    drop_captions(sheet)
    drop_addresses(sheet)
    _refuse_what_is_no_story(sheet, name)
    story = _story(sheet, zone, language_of(text))
    return typeset_story(story) if typography else story


def language_of(text: str) -> Language:
    """By script: Ukrainian when most letters are Cyrillic."""
    letters = [c for c in text if c.isalpha()]
    cyrillic = sum("Ѐ" <= c <= "ӿ" for c in letters)
    return "uk" if cyrillic * 2 > len(letters) else "en"


def _refuse_what_is_no_story(sheet: Sheet, name: str) -> None:
    if not sheet.headline and not sheet.lines:
        raise UnreadableText(f"{name} has no story: nothing is left of it. Check the file.")
    if not sheet.headline:
        raise UnreadableText(
            f"{name} has no headline: it begins with a paragraph. Put the headline on its first "
            f"line."
        )
    if not sheet.lines:
        raise UnreadableText(
            f"{name} has only a headline (“{sheet.headline}”). Add the story's text below it."
        )


def _story(sheet: Sheet, zone: ZoneInfo, language: Language) -> ImportedStory:
    published, updated = times_of(sheet.stamps)
    photo = sheet.photo or Caption("", "")
    return ImportedStory(
        headline=sheet.headline,
        standfirst=sheet.standfirst,
        bylines=tuple(sheet.bylines),
        published=_moment(published, zone),
        updated=_moment(updated, zone),
        embargo=_moment(sheet.embargo, zone),
        dateline=next(filter(None, (wire.dateline_of(x.text) for x in sheet.lines[:3])), ""),
        caption=photo.text,
        credit=photo.credit,
        language=language,
        blocks=blocks_of(sheet.lines),
        dropped=tuple(sorted(sheet.dropped, key=lambda d: d.number)),
        recognised=tuple(sorted(sheet.recognised, key=lambda r: r.number)),
    )


def _moment(stamp: Stamp | None, zone: ZoneInfo) -> datetime | None:
    return stamp.at(zone) if stamp else None
