"""Dates, years, decades, times of day and their zones."""

import re

from courant.narration.reading.english.numbers import cardinal, decade, ordinal, year
from courant.narration.reading.english.rules import STOP, Rule, rule

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
SHORT = {name[:3]: name for name in MONTHS} | {"Sept": "September"}
DAYS = {
    "Mon": "Monday",
    "Tue": "Tuesday",
    "Tues": "Tuesday",
    "Wed": "Wednesday",
    "Thu": "Thursday",
    "Thur": "Thursday",
    "Thurs": "Thursday",
    "Fri": "Friday",
    "Sat": "Saturday",
    "Sun": "Sunday",
}
ZONES = {
    "GMT": "G M T",
    "UTC": "U T C",
    "BST": "B S T",
    "CET": "C E T",
    "CEST": "C E S T",
    "EET": "E E T",
    "EEST": "E E S T",
    "EST": "E S T",
    "EDT": "E D T",
    "CST": "C S T",
    "CDT": "C D T",
    "MST": "M S T",
    "PST": "P S T",
    "PDT": "P D T",
    "ET": "Eastern time",
    "CT": "Central time",
    "PT": "Pacific time",
}
MONTH = rf"(?P<month>{'|'.join(MONTHS)}|(?:{'|'.join(sorted(SHORT, key=len, reverse=True))})\.?)"
DAY = r"(?P<day>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?"
YEAR = r"(?P<year>1[1-9]\d\d|20\d\d)"
ZONE = rf"(?:\s?(?P<zone>{'|'.join(sorted(ZONES, key=len, reverse=True))})\b)?"
HALF = rf"(?:\s?(?P<half>[ap])\.?\s?m(?!\w){STOP})"
FIRST_HALF = r"(?:\s?(?P<first_half>[ap])\.?\s?m\.?)?"
SCORE_BEFORE = re.compile(
    r"\b(?:won|win|wins|lost|lose|loses|beat|beats|drew|draw|draws|defeated|defeat|victory|loss|"
    r"lead|leads|led|trail|trailed|final|score|shootout|score[ds]?|thrash\w*|edged|beaten|"
    r"tie|tied)\b[^.!?]*$",
    re.IGNORECASE,
)
SCORE_AFTER = re.compile(
    r"\s(?:[a-z]+\s)?(?:draw|victory|win|defeat|loss|lead|thrashing|triumph|deficit|scoreline)\b"
)
VOTE_BEFORE = re.compile(r"\b(?:vot(?:e|ed|es|ing)|ruled|ruling|passed|approved|odds)\b[^.!?]*$")


def _month(match: re.Match[str]) -> str:
    name = match["month"].rstrip(".")
    return SHORT.get(name, name)


def _tail(match: re.Match[str], joint: str = ", ") -> str:
    return f"{joint}{year(int(match['year']))}" if match["year"] else ""


def _day_first(match: re.Match[str]) -> str:
    return f"the {ordinal(int(match['day']))} of {_month(match)}{_tail(match)}"


def _month_first(match: re.Match[str]) -> str:
    return f"{_month(match)} the {ordinal(int(match['day']))}{_tail(match)}"


def _days(match: re.Match[str]) -> str:
    first, last = (ordinal(int(match[name])) for name in ("day", "last"))
    return f"the {first} to the {last} of {_month(match)}{_tail(match)}"


def _iso(match: re.Match[str]) -> str:
    month = int(match["m"])
    if not 1 <= month <= 12:
        return match.group()
    return f"the {ordinal(int(match['day']))} of {MONTHS[month - 1]}, {year(int(match['year']))}"


def _slashes(match: re.Match[str]) -> str:
    """Day first, as everywhere but in America, unless only the other order is a date."""
    first, second, number = int(match[1]), int(match[2]), int(match[3])
    day, month = (second, first) if first <= 12 < second else (first, second)
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return match.group()
    return f"the {ordinal(day)} of {MONTHS[month - 1]}, {year(number)}"


def _decade(match: re.Match[str]) -> str:
    return decade(int(match["decade"]))


def _years(match: re.Match[str]) -> str:
    first, last = int(match["first"]), match["last"]
    if len(last) == 2:
        last_said = cardinal(int(last)) if last[0] != "0" else f"oh {cardinal(int(last))}"
        return f"{year(first)} to {last_said}"
    return f"{year(first)} to {year(int(last))}"


def _season(match: re.Match[str]) -> str:
    return f"{year(int(match['first']))} {cardinal(int(match['last']))}"


def _zone(match: re.Match[str]) -> str:
    return f" {ZONES[match['zone']]}" if match["zone"] else ""


def _clock(match: re.Match[str]) -> str:
    hour, minute = int(match["hour"]), match["minute"]
    half = f" {match['half']} m" if match["half"] else ""
    if minute in (None, "00"):
        said = cardinal(hour)
        if minute and not half:
            said = f"{said} o'clock" if 0 < hour <= 12 else said
            said = f"{said} hundred hours" if hour > 12 else said
            said = "midnight" if hour == 0 else said
    else:
        said = f"{cardinal(hour)} {'oh ' if minute[0] == '0' else ''}{cardinal(int(minute))}"
    return f"{said}{half}{_zone(match)}"


def _hours(match: re.Match[str]) -> str:
    half = f" {match['first_half']} m" if match["first_half"] else ""
    return f"{_hour(match['first'])}{half} to {_hour(match['last'])} {match['half']} m"


def _hour(text: str) -> str:
    hour, _, minute = text.replace(".", ":").partition(":")
    rest = f" {'oh ' if minute[:1] == '0' else ''}{cardinal(int(minute))}" if minute else ""
    return cardinal(int(hour)) + rest


def _score(match: re.Match[str]) -> str:
    first, last = int(match[1]), int(match[2])
    before = match.string[: match.start()][-60:]
    if first == last == 50:
        return "fifty fifty"
    if VOTE_BEFORE.search(before):
        return f"{cardinal(first)} to {cardinal(last)}"
    if SCORE_BEFORE.search(before) or SCORE_AFTER.match(match.string, match.end()):
        return f"{_goals(first)} {_goals(last)}"
    return f"{cardinal(first)} to {cardinal(last)}"


def _goals(number: int) -> str:
    return cardinal(number) if number else "nil"


def _weekday(match: re.Match[str]) -> str:
    return DAYS[match[1]]


TIMES: tuple[Rule, ...] = (
    rule(rf"(?<![\d-]){YEAR}-(?P<m>\d\d)-(?P<day>\d\d)(?![\d-])", _iso),
    rule(r"(?<![\d/])(\d\d?)/(\d\d?)/(\d{4})(?![\d/])", _slashes),
    rule(
        rf"\b(?P<day>\d\d?)\s?[-–]\s?(?P<last>\d\d?)\s{MONTH}(?:,?\s{YEAR}\b)?",
        _days,
    ),
    rule(rf"\b(?:the\s)?{DAY}(?:\sof)?\s{MONTH}(?![a-z])(?:,?\s{YEAR}\b)?", _day_first),
    rule(rf"\b{MONTH}\s{DAY}\b(?![:.]\d|[,]\d|%)(?:,?\s{YEAR}\b)?", _month_first),
    rule(
        rf"\b{MONTH}\s{YEAR}\b",
        lambda m: f"{_month(m)} {year(int(m['year']))}",
    ),
    rule(r"['’‘]?\b(?P<decade>1[1-9]\d0|20\d0)['’]?s\b", _decade),
    rule(r"(?:['’‘]|\b)(?P<decade>[1-9]0)['’]?s\b", _decade),
    rule(
        r"(?<![\d$£€,.-])(?P<first>1[1-9]\d\d|20\d\d)\s?[-–]\s?(?P<last>\d\d(?:\d\d)?)(?![\d-]|,\d)",
        _years,
    ),
    rule(
        r"\b(in|since|until|from|by|before|after|during|of|circa|around|year)\s(1[01]\d\d)\b(?![,.]?\d)",
        lambda m: f"{m[1]} {year(int(m[2]))}",
        re.IGNORECASE,
    ),
    rule(r"(?<![\d/])(?P<first>1[89]\d\d|20\d\d)/(?P<last>\d\d)(?![\d/])", _season),
    rule(
        rf"(?<![\d:])(?P<first>(?:1[0-2]|[1-9])(?:[:.][0-5]\d)?){FIRST_HALF}\s?[-–]\s?"
        rf"(?P<last>(?:1[0-2]|[1-9])(?:[:.][0-5]\d)?){HALF}",
        _hours,
    ),
    rule(rf"(?<![\d:.,])(?P<hour>1[0-2]|0?[1-9])(?:[:.](?P<minute>[0-5]\d))?{HALF}{ZONE}", _clock),
    rule(
        rf"(?<![\d:.,])(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?![\d:])(?P<half>(?!))?{ZONE}",
        _clock,
    ),
    rule(r"(?<![\d,.:-])(\d{1,3})(?:\s?[-–]\s?|:)(\d{1,3})(?!\d|[,.:-]\d)", _score),
    rule(r"(?<![\d,.:-])1:(?=\d{1,3}(?:,\d{3})+(?![\d:]))", lambda m: "one to "),  # of a map
    rule(rf"\b({'|'.join(sorted(DAYS, key=len, reverse=True))})\.(?=,?\s)", _weekday),
    rule(
        rf"\b(?P<month>{'|'.join(sorted(set(SHORT) - {'May', 'Mar'}, key=len, reverse=True))})\.",
        _month,
    ),
)
