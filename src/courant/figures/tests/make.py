"""Makers of figures."""

from datetime import date
from typing import Any

from courant.figures.models import ReadingDay
from courant.narration.models import Narration

DAY = date(2026, 11, 20)
SOUND = "1a2b3c4d5e6f"


def make_sound(story_id: int, sentences: int = 5, sound: str = SOUND) -> Narration:
    """A story's narration, as far as figures look at it."""
    return Narration.objects.create(
        story_id=story_id,
        digest=sound,
        status=Narration.Status.READY,
        files={"mp3": {"sha256": sound + "0" * 52, "size": 1}},
        sentences_total=sentences,
    )


def make_day(story_id: int, day: date = DAY, section_id: int = 1, **numbers: int) -> ReadingDay:
    facts: dict[str, Any] = {"story_id": story_id, "day": day, "section_id": section_id}
    return ReadingDay.objects.create(**facts, **numbers)
