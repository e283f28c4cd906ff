"""The time zones that readers choose from, and those that they chose."""

from functools import cache
from zoneinfo import available_timezones

from courant.newsletter.models import Subscriber

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


def zones_of_readers() -> list[str]:
    """Each zone that a reader told, and "" where one told none: a step in the index for each.

    Databases would read every reader to tell them apart.
    """
    rows = Subscriber.objects.order_by("time_zone").values_list("time_zone", flat=True)
    found: list[str] = []
    zone = rows.first()
    while zone is not None:
        found.append(zone)
        zone = rows.filter(time_zone__gt=zone).first()
    return found
