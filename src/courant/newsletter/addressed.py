"""Who gets which letter of an edition: with the corrections that concern a reader, under one of two
subjects that are tried, or the one letter that there is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction

from courant.lib.digests import digest_of
from courant.newsletter import contests
from courant.newsletter.audience import Everybody, Reader
from courant.newsletter.compose import Letter
from courant.newsletter.contest import place_of
from courant.newsletter.models import Edition, ToldCorrection, Variant
from courant.newsletter.noted import Key, Note, mark_of, only, stamp
from courant.newsletter.notes import needed


def packed(letter: Letter, notes: Sequence[Note]) -> dict[str, Any]:
    """A letter with all its notes, to be frozen beside the one without."""
    return {
        "noted": asdict(letter),
        "notes": [[note.story_id, stamp(note.time)] for note in notes],
        "notes_mark": mark_of(notes),
    }


class Addressed(Everybody):
    """Sorts readers by the notes that they need, of what is frozen alone: any process may go on.

    Who needs a note takes no part in a contest of subjects: notes must not decide it.
    """

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        facts = edition.artefact.get("notes", [])
        self.notes: list[Key] = [(story, datetime.fromisoformat(time)) for story, time in facts]
        self.contest = contests.of(edition)
        self._variants: dict[tuple[int, ...], int] = {}

    def variants(self, readers: Sequence[Reader]) -> dict[int, int | None]:
        everybody = {reader[1]: self._subject(reader[1]) for reader in readers}
        if not self.notes:
            return everybody
        found = needed(self.notes, list(everybody))
        return everybody | {one: self._variant(numbers) for one, numbers in found.items()}

    def _subject(self, subscriber: int) -> int | None:
        """The variant whose subject is tried on this reader."""
        if self.contest is None:
            return None
        place = place_of(self.edition.seed, subscriber, self.contest.share)
        return None if place is None else self.contest.variants[place]

    def _variant(self, numbers: tuple[int, ...]) -> int:
        if numbers not in self._variants:
            facts = self.edition.artefact
            letter = only(Letter(**facts["noted"]), facts["notes_mark"], numbers)
            with transaction.atomic():
                variant, created = Variant.objects.get_or_create(
                    edition=self.edition,
                    key=digest_of([facts["notes"][number] for number in numbers]),
                    defaults={"letter": asdict(letter)},
                )
                if created:
                    write_told(variant, [self.notes[number] for number in numbers])
            self._variants[numbers] = variant.pk
        return self._variants[numbers]


def write_told(variant: Variant, notes: Iterable[Key]) -> None:
    """Note which corrections a letter tells."""
    ToldCorrection.objects.bulk_create(
        ToldCorrection(edition_id=variant.edition_id, variant=variant, story_id=story_id, time=time)
        for story_id, time in notes
    )
