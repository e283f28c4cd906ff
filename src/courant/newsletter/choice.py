"""When digests are due, and which stories a reader gets; pure."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from courant.stories.published import PublishedCard, PublishedSection

NONE, DAY = timedelta(0), timedelta(days=1)
PERIODS = {"daily": DAY, "weekly": 7 * DAY}
LOOK_BACK = 14 * DAY  # a story that a reader could not get for so long is no news any more
MOST = 40  # stories in one letter; what does not fit comes with the next one


def rarer(rhythm: str) -> list[str]:
    """How often readers may have a newsletter instead; `rhythm`: its own, "" for by hand."""
    return [name for name, period in PERIODS.items() if period > PERIODS.get(rhythm, NONE)]


def latest_slot(rhythm: str, hour: int, weekday: int, zone: ZoneInfo, at: datetime) -> datetime:
    """The newest time, not after `at`, at which a digest was due. Weeks begin on Monday, 0."""
    local = at.astimezone(zone)
    slot = local.replace(hour=hour, minute=0, second=0, microsecond=0, fold=0)
    while slot.astimezone(at.tzinfo) > at or (rhythm == "weekly" and slot.weekday() != weekday):
        slot -= DAY  # of the wall clock: the hour stays when summer ends
    return slot.astimezone(at.tzinfo)


def of_sections(cards: Iterable[PublishedCard], wanted: Collection[int]) -> list[PublishedCard]:
    """Those that stand in one of the sections, or below one; all when none is named."""
    if not wanted:
        return list(cards)
    return [c for c in cards if {c.section.id, *c.section.above} & set(wanted)]


def by_section(
    cards: Iterable[PublishedCard], sections: Sequence[PublishedSection]
) -> list[PublishedCard]:
    """In the order of the menu, the newest of each section first."""
    places = {section.id: place for place, section in enumerate(sections)}
    newest = sorted(cards, key=lambda card: (card.published, card.id), reverse=True)
    return sorted(newest, key=lambda card: places.get(card.section.id, len(places)))


def unread(
    cards: Sequence[PublishedCard], floor: datetime, had: Collection[int]
) -> tuple[int, ...]:
    """What a reader gets: all since `floor` that they have not had, in the order given.

    Of more than fit into a letter these are the oldest, so that none is passed over.
    """
    found = [card for card in cards if card.published > floor and card.id not in had]
    if len(found) > MOST:
        kept = sorted(found, key=lambda card: (card.published, card.id))[:MOST]
        found = [card for card in found if card in kept]
    return tuple(card.id for card in found)
