"""Dates, years, centuries, times of day."""

import re

from courant.narration.reading.english.numbers import roman
from courant.narration.reading.ukrainian.forms import ordinal
from courant.narration.reading.ukrainian.numbers import cardinal, ordinal_of

MONTHS = [
    "січня",
    "лютого",
    "березня",
    "квітня",
    "травня",
    "червня",
    "липня",
    "серпня",
    "вересня",
    "жовтня",
    "листопада",
    "грудня",
]
DAY = (
    rf"\b(?P<day>\d\d?)\s(?P<month>{'|'.join(MONTHS)})"
    r"(?:\s(?P<year>\d{4})(?:\s?(?:року|р\.))?)?"
)
DAY_UNTIL = rf"\b([0-3]?\d)(?= (?:до|по) \d\d? (?:{'|'.join(MONTHS)}))"
ON_DAY = rf"\b((?i:на|за|по)) (\d\d?)(?= (?:{'|'.join(MONTHS)})\b)"
DOTTED = r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.(\d{4})(?!\d)(?:\s?(?:року|р\.))?"
IN_YEAR = r"\b(?:(?P<before>[УуВв])\s(?P<short>\d{4})\s?р\.|(?P<year>\d{4})\sроці\b)"
WITH_YEAR = r"\b(\d{4})\sроком\b"
YEARS = r"(?:\b(?P<before>[УуВв])\s)?\b(\d{4})\s?[–—-]\s?(\d{4})\s?(?P<noun>роки|років|роках|рр\.)"
CENTURY = (
    r"(?:\b(?P<before>[УуВв])\s)?\b(?P<number>[IVXІХ]+)\s?(?P<noun>ст\.|столітті|століття)(?!\w)"
)
HOURS = {
    **dict.fromkeys(("о", "об"), "locative f"),
    **dict.fromkeys(("до", "з", "із", "від", "після", "близько"), "genitive f"),
    "на": "accusative f",
}
CLOCK_IN = (
    rf"\b(?P<before>(?i:{'|'.join(HOURS)}))\s(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?![\d:])"
)
CLOCK = r"(?<![\d:])(\d{1,2}):(\d\d)(?![\d:])"
HOUR = (
    r"\b(?P<before>(?i:о|об|до|після|близько))\s(?P<hour>[01]?\d|2[0-3])"
    r"\s(?P<noun>годині|години(?=\s(?:ранку|дня|вечора|ночі)))\b"
)
NOUNS = {"locative f": "годині", "genitive f": "години", "accusative f": "годину"}
TO_LATIN = str.maketrans("ІХ", "IX")


def date(match: re.Match[str]) -> str:
    said = f"{ordinal_of(int(match['day']))} {match['month']}"
    if match["year"]:
        said += f" {ordinal_of(int(match['year']))} року"
    return said


def dotted(match: re.Match[str]) -> str:
    day, month, year = int(match[1]), int(match[2]), int(match[3])
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return match.group()
    return f"{ordinal_of(day)} {MONTHS[month - 1]} {ordinal_of(year)} року"


def year(match: re.Match[str]) -> str:
    return f"{ordinal_of(int(match[1]))} року"


def clock(match: re.Match[str]) -> str:
    hour, minute = int(match[1]), int(match[2])
    rest = f" {'нуль ' if 0 < minute < 10 else ''}{cardinal(minute, feminine=True)}"
    return cardinal(hour, feminine=True) + (rest if minute else " нуль нуль")


def in_year(match: re.Match[str]) -> str:
    """ "у 1991 р.", "2014 році"."""
    before = f"{match['before']} " if match["before"] else ""
    return f"{before}{ordinal(int(match['short'] or match['year']), 'locative m')} році"


def with_year(match: re.Match[str]) -> str:
    return f"{ordinal(int(match[1]), 'instrumental m')} роком"


def years(match: re.Match[str]) -> str:
    """ "у 2014–2015 роках"."""
    noun = match["noun"]
    if noun == "рр.":
        noun = "роках" if match["before"] else "років"
    one = {"роки": "nominative m", "років": "genitive m", "роках": "locative m"}[noun]
    before = f"{match['before']} " if match["before"] else ""
    return f"{before}{ordinal(int(match[2]), one)} – {ordinal(int(match[3]), one)} {noun}"


def century(match: re.Match[str]) -> str:
    """ "у XX ст.", "кінця ХІХ століття"; without "у" the genitive, as behind most words."""
    number = roman(match["number"].translate(TO_LATIN))
    before = f"{match['before']} " if match["before"] else ""
    if not number:
        return match.group()
    if match["noun"] == "столітті" or (before and match["noun"] == "ст."):
        return f"{before}{ordinal(number, 'locative m')} столітті"
    return f"{before}{ordinal(number, 'genitive m')} століття"


def clock_in(match: re.Match[str]) -> str:
    """ "о 14:30", "до 18:00"."""
    form, minute = HOURS[match["before"].lower()], int(match["minute"])
    said = f"{match['before']} {ordinal(int(match['hour']), form)}"
    if not minute:
        return f"{said} {NOUNS[form]}"
    return f"{said} {'нуль ' if minute < 10 else ''}{cardinal(minute, feminine=True)}"


def hour(match: re.Match[str]) -> str:
    """ "о 5 годині", "до 6 години ранку"."""
    form = "locative f" if match["noun"] == "годині" else "genitive f"
    return f"{match['before']} {ordinal(int(match['hour']), form)} {match['noun']}"
