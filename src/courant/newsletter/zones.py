"""The time zones that readers choose from."""

from functools import cache
from zoneinfo import available_timezones

REGIONS = {
    *("Africa", "America", "Antarctica", "Asia"),
    *("Atlantic", "Australia", "Europe", "Indian", "Pacific"),
}
FORMER = {"Europe/Kiev", "Europe/Uzhgorod", "Europe/Zaporozhye"}  # other names of Europe/Kyiv


@cache
def zones() -> dict[str, dict[str, str]]:
    """Region → name → place, as in {"Europe": {"Europe/Kyiv": "Kyiv"}}."""
    found: dict[str, dict[str, str]] = {}
    for name in sorted(available_timezones() - FORMER):
        region, _slash, place = name.partition("/")
        if region in REGIONS:
            found.setdefault(region, {})[name] = place.replace("_", " ").replace("/", ": ")
    return found


def is_zone(name: str) -> bool:
    return any(name in places for places in zones().values())
