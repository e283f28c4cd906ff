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
from courant.newsletter.notes import Needs


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
        self.needs = Needs(self.notes)
        self.contest = contests.of(edition)
        self._variants: dict[tuple[int, ...], int] = {}

    def variants(self, readers: Sequence[Reader]) -> dict[int, int | None]:
        everybody = {reader[1]: self._subject(reader[1]) for reader in readers}
        if not self.notes:
            return everybody
        found = self.needs.of(list(everybody))
        return everybody | {one: self._variant(numbers) for one, numbers in found.items()}

    def stand(self) -> bool:
        return self.needs.stand()

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


def without_notes_of(story_id: int, variant: Variant) -> Variant:
    """The same letter without the notes of a story; the same one for who asks again."""
    facts = variant.noted or variant.edition.artefact
    told = list(variant.told.exclude(story_id=story_id).values_list("story_id", "time"))
    kept = [[story, stamp(time)] for story, time in told]
    keep = [number for number, note in enumerate(facts["notes"]) if note in kept]
    letter = only(Letter(**facts["noted"]), facts["notes_mark"], keep)
    with transaction.atomic():
        other, created = Variant.objects.get_or_create(
            edition=variant.edition,
            key=digest_of([variant.key, f"without {story_id}"]),
            defaults={"letter": asdict(letter), "noted": variant.noted},
        )
        if created:
            write_told(other, told)
            for row in variant.stories.all():
                row.pk, row.variant = None, other
                row.save(force_insert=True)
    return other


def write_told(variant: Variant, notes: Iterable[Key]) -> None:
    """Note which corrections a letter tells."""
    ToldCorrection.objects.bulk_create(
        ToldCorrection(edition_id=variant.edition_id, variant=variant, story_id=story_id, time=time)
        for story_id, time in notes
    )
