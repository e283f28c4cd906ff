"""Time zones as news writes them -> tzinfo."""

import re
from datetime import UTC, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

# Names that follow summer time by themselves. "ET" is New York's clock, whatever the season.
PLACES = {
    "ET": "America/New_York",
    "Eastern": "America/New_York",
    "Eastern Time": "America/New_York",
    "CT": "America/Chicago",
    "Central Time": "America/Chicago",
    "MT": "America/Denver",
    "Mountain Time": "America/Denver",
    "PT": "America/Los_Angeles",
    "Pacific": "America/Los_Angeles",
    "Pacific Time": "America/Los_Angeles",
    "New York time": "America/New_York",
    "London time": "Europe/London",
    "UK time": "Europe/London",
    "Paris time": "Europe/Paris",
    "Berlin time": "Europe/Berlin",
    "Brussels time": "Europe/Brussels",
    "Warsaw time": "Europe/Warsaw",
    "Kyiv time": "Europe/Kyiv",
    "Kiev time": "Europe/Kyiv",
    "Kyiv": "Europe/Kyiv",
    "за Києвом": "Europe/Kyiv",
    "за київським часом": "Europe/Kyiv",
    "за Гринвічем": "UTC",
    "Tokyo time": "Asia/Tokyo",
}
# Names that say summer or winter themselves, in minutes from UTC.
FIXED = {
    "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360,
    "PST": -480, "PDT": -420, "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "WEST": 60, "BST": 60,
    "CET": 60, "CEST": 120, "EET": 120, "EEST": 180, "MSK": 180, "SAST": 120, "IST": 330,
    "JST": 540, "KST": 540, "HKT": 480, "SGT": 480, "AEST": 600, "AEDT": 660,
}  # fmt: skip
SITE = ("local time", "за місцевим часом")
AMERICAN = {"ET", "CT", "MT", "PT", "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT"}

_names = sorted((*PLACES, *FIXED, *SITE), key=len, reverse=True)
# A bare offset has four digits and no space: " - 12:41" is a dash and a time.
_offset = r"(?:UTC|GMT)\s?[+\-−]\s?\d{1,2}(?::?\d{2})?|[+\-−]\d{2}:?\d{2}(?!\d)"
ZONE = re.compile(rf"(?:{_offset}|{'|'.join(map(re.escape, _names))})(?!\w)", re.I)
OFFSET = re.compile(r"(?:UTC|GMT)?\s?([+\-−])\s?(\d{1,2}):?(\d{2})?$", re.I)
_places = {name.casefold(): zone for name, zone in PLACES.items()}


def zone_of(name: str, site: tzinfo) -> tzinfo | None:
    """The zone that a name means, the site's for "local time", None for an impossible offset."""
    if name.casefold() in SITE:
        return site
    if place := _places.get(name.casefold()):
        return ZoneInfo(place)
    if name.upper() in FIXED:
        minutes = FIXED[name.upper()]
        return timezone(timedelta(minutes=minutes)) if minutes else UTC
    found = OFFSET.match(name)
    if not found or int(found[2]) > 14 or int(found[3] or 0) > 59:
        return None
    minutes = int(found[2]) * 60 + int(found[3] or 0)
    return timezone(timedelta(minutes=-minutes if found[1] != "+" else minutes))
