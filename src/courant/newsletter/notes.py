"""Correction notes: what was wrong in a story that was mailed, told in the next letter to those who
got it so, and to nobody else.

An editor decides that a correction is told. Who needs it is asked of the ledger when an audience is
frozen: everybody to whom a letter went that held the story without the correction, and to whom no
letter has told it. A letter that failed tells nothing, so its reader is asked for again.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from courant.newsletter.models import (
    CorrectionNote,
    Delivery,
    Edition,
    EditionStory,
    Newsletter,
    Subscription,
    ToldCorrection,
)
from courant.newsletter.noted import Key, Note, notes_of, stamp
from courant.stories.lists import CORRECTED
from courant.stories.paper import Paper

LOOK_BACK = timedelta(days=60)
MOST = 5  # in one letter; others come with the next one
STORIES = 200  # the newest ones with corrections are looked at
ARRIVED = (Delivery.State.SUBMITTED, Delivery.State.UNCERTAIN)
NOT_SENT = (Delivery.State.FAILED, Delivery.State.SKIPPED)
Place = tuple[int, int | None]
"""An edition, and the variant of it that is meant; None: all of its letters."""


# ── Which there are ───────────────────────────────────────────────────────────────────────────────


def offered(paper: Paper, at: datetime) -> list[Note]:
    """Corrections of stories that were mailed without them, the newest first."""
    mailed = EditionStory.objects.filter(edition__created_at__gt=at - LOOK_BACK)
    ids = set(mailed.values_list("story_id", flat=True).distinct())
    corrected = paper.listing(CORRECTED).newest_ids(STORIES)
    stories = paper.warm(story_id for story_id in corrected if story_id in ids)
    found = [note for story in stories for note in notes_of(story)]
    found = [note for note in found if places_without(note.key)]
    return sorted(found, key=lambda note: note.time, reverse=True)


def to_tell(paper: Paper, at: datetime) -> list[Note]:
    """Those that an editor wants told and that still stand, the oldest decision first.

    A story that is just being made again is passed over: its notes go with the next edition.
    """
    rows = CorrectionNote.objects.filter(wanted=True, decided_at__gt=at - LOOK_BACK)
    keys = list(rows.order_by("decided_at", "pk").values_list("story_id", "time"))
    stories = paper.warm({story_id for story_id, _ in keys})
    standing = [note for story in stories for note in notes_of(story)]
    found = [note for key in keys for note in standing if note.key == key]
    return [note for note in found if readers_of(note.key).exists()][:MOST]


def decide(story_id: int, time: datetime, *, wanted: bool, by: Any) -> None:
    """An editor's word on a correction; the last one counts, for letters that are not made yet."""
    CorrectionNote.objects.update_or_create(
        story_id=story_id, time=time, defaults={"wanted": wanted, "decided_by": by}
    )


# ── Who needs them ────────────────────────────────────────────────────────────────────────────────


def places_without(note: Key) -> set[Place]:
    """The letters that held the story without the correction."""
    rows = EditionStory.objects.filter(story_id=note[0])
    return {(row.edition_id, row.variant_id) for row in rows if _is_without(row, note[1])}


def _is_without(row: EditionStory, time: datetime) -> bool:
    if row.corrections is None:  # made when only the version was noted
        return row.version < time
    return stamp(time) not in row.corrections


def readers_of(note: Key, newsletter: Newsletter | None = None) -> QuerySet[Delivery, int]:
    """Subscribers who still need it: all, or those who get a newsletter's editions as they come."""
    active = Subscription.objects.filter(
        subscriber=OuterRef("subscriber"), status=Subscription.Status.ACTIVE
    )
    if newsletter:
        active = active.filter(newsletter=newsletter, rhythm=Subscription.Rhythm.EACH)
    told = _told(note).filter(subscriber=OuterRef("subscriber"))
    rows = _arrived(places_without(note)).filter(Exists(active), ~Exists(told))
    return rows.order_by().values_list("subscriber_id", flat=True).distinct()


def needed(notes: Iterable[Key], subscribers: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """Subscriber → which of the notes, by their places in the list; nobody who needs none."""
    found = defaultdict[int, list[int]](list)
    for number, note in enumerate(notes):
        got = set(_subscribers(_arrived(places_without(note)), subscribers))
        told = set(_subscribers(_told(note), got))
        for subscriber in got - told:
            found[subscriber].append(number)
    return {subscriber: tuple(numbers) for subscriber, numbers in found.items()}


class Needs:
    """Who needs which of some notes: asked when letters are chosen, and again when that is written.

    Two editions may be frozen at the same moment, for the same readers: only one of them tells.
    """

    def __init__(self, notes: Sequence[Key]) -> None:
        self.notes = notes
        self._asked: Sequence[int] = ()
        self._found: dict[int, tuple[int, ...]] = {}

    def of(self, subscribers: Sequence[int]) -> dict[int, tuple[int, ...]]:
        self._asked, self._found = subscribers, needed(self.notes, subscribers)
        return self._found

    def stand(self) -> bool:
        """Whether that answer still holds; inside the transaction that writes what follows of it.

        From here on nobody else writes that one of these notes is told, until it ends.
        """
        if not self._found:
            return True
        stories = {story_id for story_id, _time in self.notes}
        rows = CorrectionNote.objects.filter(story_id__in=stories).order_by("pk")
        list(rows.select_for_update().values_list("pk"))
        return needed(self.notes, self._asked) == self._found


def _subscribers(rows: QuerySet[Delivery], among: Collection[int]) -> QuerySet[Delivery, int]:
    return rows.filter(subscriber__in=among).order_by().values_list("subscriber_id", flat=True)


def _arrived(places: Collection[Place]) -> QuerySet[Delivery]:
    """Messages that brought one of these letters, as far as anybody knows."""
    whole = [edition for edition, variant in places if variant is None]
    variants = [variant for _, variant in places if variant is not None]
    letters = Q(edition__in=whole) | Q(
        edition__in={edition for edition, variant in places if variant}, variant__in=variants
    )
    rows = Delivery.objects.filter(letters, state__in=ARRIVED)
    return rows.exclude(returned=Delivery.Returned.BOUNCED)


def _told(note: Key) -> QuerySet[Delivery]:
    """Messages that tell it, or are going to."""
    letters = ToldCorrection.objects.filter(story_id=note[0], time=note[1])
    rows = Delivery.objects.filter(
        edition__in=letters.values("edition"), variant__in=letters.values("variant")
    )
    rows = rows.exclude(state__in=NOT_SENT).exclude(returned=Delivery.Returned.BOUNCED)
    return rows.exclude(state=Delivery.State.WAITING, edition__state=Edition.State.CANCELLED)
