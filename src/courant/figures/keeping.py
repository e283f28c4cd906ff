"""Reports of pages go into an abacus, and from there into a row for each story and day."""

import json
import time
from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import date

from django.db import DatabaseError, transaction
from django.utils.timezone import localdate

from courant.figures.beacon import SENTENCE, WHAT, Beacon
from courant.figures.models import Dropped, FiguresSettings, HearingDay, ReadingDay
from courant.lib.abacus import Abacus, Key
from courant.lib.batches import batched
from courant.lib.database import add_up
from courant.narration.models import Narration
from courant.stories.models import PublicStory

A_QUERY = 500  # ids in one query
ASK_AGAIN = 10.0  # seconds for which a process goes by what it knows of the settings
NUMBERS = tuple(WHAT.values())
READINGS = "readings"


class Switch:
    """Whether readings are counted, asked of the database now and then."""

    def __init__(self) -> None:
        self._on: bool | None = None
        self._until = 0.0

    def is_on(self) -> bool:
        """While the database is away, what was known before. Raises DatabaseError without that."""
        if time.monotonic() >= self._until:
            try:
                self._on = FiguresSettings.now().reading
            except DatabaseError:
                if self._on is None:
                    raise
            self._until = time.monotonic() + ASK_AGAIN
        return bool(self._on)

    def forget(self) -> None:
        self._on, self._until = None, 0.0


def note(beacon: Beacon) -> bool:
    """Count one report on the paper's day. False when it was dropped, since too many come."""
    return ABACUS.add(beacon.keys(localdate()))


@transaction.atomic
def write(counts: Counter[Key], dropped: int) -> None:
    """Add to the rows. Stories that are not public make none, nor do sounds that they never had."""
    sections = _sections({story for _day, story, *_ in counts})
    days = defaultdict[tuple[int, date], Counter[str]](Counter)
    sounds = defaultdict[tuple[int, str, date], Counter[int]](Counter)
    for (day, story, what, *of), number in counts.items():
        if story in sections and what == SENTENCE:
            sounds[story, of[0], day][of[1]] += number
        elif story in sections:
            days[story, day][what] += number
    rows = [
        {"story_id": story, "day": day, "section_id": sections[story]}
        | {name: numbers[name] for name in NUMBERS}
        for (story, day), numbers in days.items()
    ]
    add_up(ReadingDay, ["story_id", "day"], NUMBERS, rows)
    _write_sentences(sounds)
    write_dropped(READINGS, dropped)


def write_dropped(what: str, number: int) -> None:
    """Say that reports were turned away."""
    if number:
        row = {"what": what, "day": localdate(), "number": number}
        add_up(Dropped, ["what", "day"], ["number"], [row])


def forget_old(today: date) -> None:
    """Delete what has had its time."""
    oldest = FiguresSettings.now().oldest(today)
    for model in (ReadingDay, HearingDay, Dropped):
        model._default_manager.filter(day__lt=oldest).delete()


def _sections(stories: Collection[int]) -> dict[int, int]:
    """The public ones among stories, each with its section."""
    found = dict[int, int]()
    for some in batched(sorted(stories), A_QUERY):
        rows = PublicStory.objects.filter(pk__in=some).values_list("pk", "card")
        found |= {pk: int(json.loads(card)["section"]["id"]) for pk, card in rows}
    return found


def _write_sentences(sounds: dict[tuple[int, str, date], Counter[int]]) -> None:
    lengths = _lengths({story for story, _sound, _day in sounds})
    known = {key: heard for key, heard in sounds.items() if key[:2] in lengths}
    HearingDay.objects.bulk_create(
        [HearingDay(story_id=s, sound=n, day=d) for s, n, d in sorted(known)], ignore_conflicts=True
    )
    for key in sorted(known):  # in one order: two processes never wait for each other
        story, sound, day = key
        rows = HearingDay.objects.select_for_update()
        row = rows.get(story_id=story, sound=sound, day=day)
        numbers = row.sentences + [0] * (lengths[story, sound] - len(row.sentences))
        for sentence, number in known[key].items():
            if sentence < len(numbers):
                numbers[sentence] += number
        HearingDay.objects.filter(pk=row.pk).update(sentences=numbers)


def _lengths(stories: Collection[int]) -> dict[tuple[int, str], int]:
    """How many sentences each sound has that these stories had lately."""
    found = dict[tuple[int, str], int]()
    for some in batched(sorted(stories), A_QUERY):
        rows = Narration.objects.filter(story_id__in=some, status=Narration.Status.READY)
        for row in rows:
            found[row.story_id, row.sound] = row.sentences_total
    return found


SWITCH = Switch()
ABACUS = Abacus("Figures of reading", write)
