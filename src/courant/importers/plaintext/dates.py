"""Lines that are a date, from an explicit table of forms: never a guess from a part of a line."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import Literal

from courant.importers.plaintext.date_forms import MONTHS, TOKENS, WORTH_A_LOOK
from courant.importers.plaintext.zones import AMERICAN, zone_of

Label = Literal["", "published", "updated"]
# Parts that stand apart on a page come together when it is copied: "March 3, 20266:12 PM".
GLUED = re.compile(
    r"(?<=\b(?:19|20)\d\d)(?=\d{1,2}:\d\d)|(?<=[^\W_])(?=(?:Last updated|Updated|Published)\b)"
)


@dataclass(frozen=True)
class Stamp:
    """One time as copy states it; what it leaves out is None."""

    label: Label = ""
    day: tuple[int, int, int] | None = None  # year, month, day
    hour: tuple[int, int] | None = None
    zone: str = ""
    vague: str = ""  # why no time can be had from it
    doubtful: bool = False  # 3/4/2026: could be March or April

    def at(self, site: tzinfo, day: tuple[int, int, int] | None = None) -> datetime | None:
        """The moment meant; the start of the day when no hour stands there."""
        day = self.day or day
        zone = zone_of(self.zone, site) if self.zone else site
        if day is None or self.vague or zone is None:
            return None
        return datetime(*day, *(self.hour or (0, 0)), tzinfo=zone)


@lru_cache(maxsize=4096)
def scan(text: str) -> tuple[Stamp, ...] | None:
    """The times in a text that consists of nothing else, else None."""
    if len(text) > 160 or not WORTH_A_LOOK.search(text):
        return None
    text = GLUED.sub(" ", text)
    stamps, place, fresh = [Stamp()], 0, True
    while place < len(text):
        kind, found = _token(text, place)
        if found is None or (place and found[0][0].isalpha() and text[place - 1].isalpha()):
            return None
        place = found.end()
        if kind in ("space", "word", "weekday"):
            continue
        stamp = stamps[-1]
        if _begins_another(stamp, kind):
            stamps.append(stamp := Stamp())
        try:
            stamps[-1] = _with(stamp, kind, found)
        except ValueError:
            return None
        fresh = False
    return None if fresh else tuple(_settled(s) for s in stamps)


def _token(text: str, place: int) -> tuple[str, re.Match[str] | None]:
    for kind, form in TOKENS:
        if found := form.match(text, place):
            return kind, found
    return "", None


def _begins_another(stamp: Stamp, kind: str) -> bool:
    has_day = stamp.day is not None or bool(stamp.vague)
    if kind in ("updated", "published"):
        return stamp != Stamp()
    if kind in ("date", "slashes", "partial", "relative"):
        return has_day
    return kind == "time" and stamp.hour is not None


def _with(stamp: Stamp, kind: str, found: re.Match[str]) -> Stamp:
    """The stamp with one more token. Raises ValueError for a day or hour that does not exist."""
    if kind == "updated":
        return replace(stamp, label="updated")
    if kind == "published":
        return replace(stamp, label="published")
    if kind == "time":
        return replace(stamp, hour=_hour(found))
    if kind == "zone":
        if zone_of(found["zone"], UTC) is None or stamp.zone:
            raise ValueError(found["zone"])
        return replace(stamp, zone=found["zone"])
    if kind == "relative":
        return replace(stamp, vague="a time told from today: its date is not in the copy")
    if kind == "partial":
        return replace(stamp, vague="a date without its year")
    day, doubtful = _day(found)
    return replace(stamp, day=day, doubtful=doubtful and kind == "slashes")


def _day(found: re.Match[str]) -> tuple[tuple[int, int, int], bool]:
    parts = found.groupdict()
    year, day = int(parts["year"]), int(parts["day"])
    year += 2000 if year < 100 else 0
    if name := parts.get("month"):
        month = next(n for n, form in enumerate(MONTHS, 1) if re.fullmatch(form, name, re.I))
    else:
        month = int(parts["day2"])
    if month > 12 >= day and parts.get("s"):
        day, month = month, day
    datetime(year, month, day, tzinfo=UTC)
    return (year, month, day), day <= 12 and month <= 12 and day != month


def _hour(found: re.Match[str]) -> tuple[int, int]:
    parts = found.groupdict()
    if parts.get("noon"):
        return 12, 0
    hour, minute = int(parts["hour"]), int(parts.get("minute") or 0)
    if half := parts.get("half"):
        if not 1 <= hour <= 12:
            raise ValueError(found[0])
        hour = hour % 12 + (12 if half[0] in "pP" else 0)
    if hour > 23 or minute > 59:
        raise ValueError(found[0])
    return hour, minute


def _settled(stamp: Stamp) -> Stamp:
    """A slashed date with an American zone is month first; all others are day first."""
    if stamp.doubtful and stamp.day and stamp.zone.upper() in AMERICAN:
        year, month, day = stamp.day
        return replace(stamp, day=(year, day, month))
    return stamp
