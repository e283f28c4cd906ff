"""Digests: what was published since a reader's last one, made when it is due, each exactly once.

A row a slot says that it was made. Which stories a reader gets is asked of the ledger: all of the
last two weeks that no letter brought them yet. So nothing depends on when the worker came, how
often, or whether an earlier letter failed; readers who get the same stories share one letter.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet

from courant.lib.digests import digest_of
from courant.newsletter import archive
from courant.newsletter.addressed import packed, write_told
from courant.newsletter.audience import Reader, active, freeze, newest_subscription
from courant.newsletter.choice import (
    DAY,
    LOOK_BACK,
    PERIODS,
    by_section,
    latest_slot,
    of_sections,
    unread,
)
from courant.newsletter.compose import Letter, PhotoUrl
from courant.newsletter.errors import EditionError
from courant.newsletter.ledger import Clock, database_time
from courant.newsletter.making import entries_of, reason_to_hold, try_once, write_stories
from courant.newsletter.models import (
    Delivery,
    DigestSlot,
    Edition,
    EditionStory,
    Newsletter,
    Subscription,
    Variant,
)
from courant.newsletter.noted import Note, mark_of, only
from courant.newsletter.notes import Needs, to_tell
from courant.newsletter.roundup import Roundup, compose_roundup
from courant.newsletter.wording import day
from courant.newsletter.zones import zones_of_readers
from courant.stories.paper import Paper
from courant.stories.published import PublishedCard, PublishedStory

LATE = timedelta(hours=3)  # after that an editor is asked whether it should still go
CANDIDATES = 500


def make_due(paper: Paper, photo_url: PhotoUrl, clock: Clock = database_time) -> None:
    """Make every digest that is due, and go on with those that a process left half made.

    May run twice, late or never: what was missed comes with the next one. Raises EditionError.
    """
    for newsletter in Newsletter.objects.all():
        zones = zones_of_readers() if newsletter.digest_local else [""]
        for rhythm in _rhythms(newsletter):
            for zone in zones:
                _note_slot(
                    DigestSlot(newsletter=newsletter, rhythm=rhythm, zone=zone), paper, clock()
                )
    for slot in DigestSlot.objects.filter(edition__state=Edition.State.PREPARING):
        freeze(slot.edition_id or 0, clock, Digest(slot, paper, photo_url, clock()))


def _rhythms(newsletter: Newsletter) -> list[str]:
    """Its own, "", where it is sent by itself, and those that readers chose."""
    own = [""] if newsletter.digest else []
    return own + [one for one in PERIODS if _readers(newsletter, one).exists()]


def _readers(newsletter: Newsletter, rhythm: str) -> QuerySet[Subscription]:
    return active(newsletter).filter(rhythm=rhythm)


def _of_slot(rows: QuerySet[Subscription], slot: DigestSlot) -> QuerySet[Subscription]:
    """Those of a newsletter's readers whom a slot is for."""
    rows = rows.filter(rhythm=slot.rhythm)
    return rows.filter(subscriber__time_zone=slot.zone) if slot.newsletter.digest_local else rows


def _note_slot(slot: DigestSlot, paper: Paper, at: datetime) -> None:
    """Write down the newest slot of these readers with all that it may hold, unless it was done."""
    newsletter, zone = slot.newsletter, ZoneInfo(slot.zone or paper.time_zone)
    hour, weekday = newsletter.digest_hour, newsletter.digest_weekday
    slot.at = latest_slot(slot.period, hour, weekday, zone, at)
    same = DigestSlot.objects.filter(newsletter=newsletter, rhythm=slot.rhythm, zone=slot.zone)
    if same.filter(at__gte=slot.at).exists() or not _is_awaited(slot):
        return
    awaited = _of_slot(active(newsletter), slot).exists()
    slot.stories = [card.id for card in _candidates(slot, paper, at)] if awaited else []
    with transaction.atomic():
        facts = {"newsletter": newsletter, "rhythm": slot.rhythm, "zone": slot.zone, "at": slot.at}
        slot, created = DigestSlot.objects.get_or_create(
            **facts, defaults={"stories": slot.stories}
        )
        if created and slot.stories:
            slot.edition = _edition(slot, paper, at)
            slot.save(update_fields=["edition"])


def _is_awaited(slot: DigestSlot) -> bool:
    """Not from before digests were turned on, or a reader chose them."""
    if slot.rhythm:
        readers = _readers(slot.newsletter, slot.rhythm)
        return readers.filter(rhythm_since__lt=slot.at).exists()
    since = slot.newsletter.digest_since
    return since is None or slot.at > since


def _candidates(slot: DigestSlot, paper: Paper, at: datetime) -> list[PublishedCard]:
    """What the newsletter's own digests bring, and for other rhythms also what its editions did."""
    newsletter, oldest = slot.newsletter, at - LOOK_BACK
    found: list[PublishedCard] = []
    if newsletter.digest:
        listing = paper.listing(f"language:{newsletter.language}")
        wanted = set(newsletter.digest_sections.values_list("pk", flat=True))
        found = of_sections(listing.newest(CANDIDATES, oldest), wanted)
    if slot.rhythm:
        known = {card.id for card in found}
        found += paper.cards(one for one in _mailed(newsletter, oldest) if one not in known)
    return by_section(found, paper.sections)


def _mailed(newsletter: Newsletter, since: datetime) -> list[int]:
    """The stories of editions that an editor sent."""
    sent = EditionStory.objects.filter(
        edition__newsletter=newsletter,
        edition__digestslot=None,
        edition__created_at__gte=since,
        edition__out_at__isnull=False,
    )
    return list(sent.order_by("-edition", "pk").values_list("story_id", flat=True).distinct())


def _edition(slot: DigestSlot, paper: Paper, at: datetime) -> Edition:
    newsletter = slot.newsletter
    whose = f"{slot.rhythm}/{slot.zone}" if slot.rhythm else slot.zone
    return Edition.objects.create(
        key=f"digest/{newsletter.pk}/{whose}/{slot.at:%Y-%m-%dT%H:%MZ}",
        newsletter=newsletter,
        subject=f"{newsletter.facts().name}, {day(slot.at, paper.time_zone)}",
        # Of what some readers missed, all is on the pages of the editions that they did not get.
        path="" if slot.rhythm else archive.path_for(newsletter.slug, slot.at),
        ceiling=newest_subscription(),
        hold=_reason_to_hold(slot, at),
        created_at=at,
    )


def _reason_to_hold(slot: DigestSlot, at: datetime) -> str:
    if slot.newsletter.digest_held:
        return "Digests of this newsletter wait for an editor."
    if at - slot.at > LATE:
        hours = (at - slot.at) // timedelta(hours=1)
        return f"It was due {hours} hours ago. Approve it, if it should still go."
    return reason_to_hold(slot.newsletter, slot.rhythm)


@dataclass
class Digest:
    """Tells, while an edition's audience is frozen, who gets which of its letters."""

    slot: DigestSlot
    paper: Paper
    photo_url: PhotoUrl
    at: datetime
    _variants: dict[tuple[tuple[int, ...], tuple[int, ...]], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.cards = self.paper.cards(self.slot.stories)
        self.newsletter = self.slot.newsletter
        self.notes = to_tell(self.paper, self.at)
        self.needs = Needs([note.key for note in self.notes])

    def narrow(self, rows: QuerySet[Subscription]) -> QuerySet[Subscription]:
        return _of_slot(rows, self.slot)

    def variants(self, readers: Sequence[Reader]) -> dict[int, int | None]:
        """Subscriber → letter; who has had everything already is left out."""
        ids = [reader[1] for reader in readers]
        wanted = {reader[1]: self._without(tuple(reader[5])) for reader in readers}
        floors = self._floors(ids)
        had = stories_had(ids, self.slot.at - LOOK_BACK)
        chosen = {one: unread(wanted[one], floors[one], had[one]) for one in ids if one in floors}
        notes = self.needs.of(ids)
        return {
            one: self._variant(stories, notes.get(one, ()))
            for one, stories in chosen.items()
            if stories
        }

    def stand(self) -> bool:
        return self.needs.stand()

    def _without(self, sections: tuple[int, ...]) -> Sequence[PublishedCard]:
        """The stories without those of sections that a reader does not want."""
        if not sections:
            return self.cards
        return [c for c in self.cards if not {c.section.id, *c.section.above} & set(sections)]

    def _floors(self, subscribers: Sequence[int]) -> dict[int, datetime]:
        """What is older than one period before they came is not for them."""
        rows = self.newsletter.subscriptions.filter(subscriber__in=subscribers)
        begun, period = self.newsletter.digest_since, PERIODS.get(self.slot.period, DAY)
        oldest = self.slot.at - LOOK_BACK
        return {
            subscriber: max(oldest, max(filter(None, (since, begun)), default=oldest) - period)
            for subscriber, since in rows.values_list("subscriber_id", "confirmed_at")
        }

    def _variant(self, stories: tuple[int, ...], numbers: tuple[int, ...]) -> int:
        """The letter of these stories and notes."""
        place = (stories, numbers)
        if place not in self._variants:
            notes = [self.notes[number] for number in numbers]
            noted, held = self._written(stories, notes)
            letter = only(noted, mark_of(notes), range(len(notes)))
            try_once(letter, self.at)
            edition = self.slot.edition
            names = [str(story) for story in stories] + [f"note {note.key}" for note in notes]
            frozen = {"letter": asdict(letter), "noted": packed(noted, notes) if notes else None}
            with transaction.atomic():
                variant, created = Variant.objects.get_or_create(
                    edition=edition, key=digest_of(names), defaults=frozen
                )
                if created and edition:
                    write_stories(edition, held, variant)
                    write_told(variant, [note.key for note in notes])
            self._variants[place] = variant.pk
        return self._variants[place]

    def _written(
        self, stories: tuple[int, ...], notes: list[Note]
    ) -> tuple[Letter, list[PublishedStory]]:
        """The letter, with as many of the stories as mail programs show, and marks around notes."""
        found = list(self.paper.whole_stories(stories))
        roundup = Roundup(
            subject=found[0].headline if found else self.newsletter.facts().name,
            preheader=" · ".join(story.headline for story in found[1:]),
            entries=entries_of(found),
            path=self.slot.edition.path if self.slot.edition else "",
            notes=notes,
        )
        try:
            letter = compose_roundup(roundup, self.paper, self.newsletter.facts(), self.photo_url)
        except EditionError:
            if len(stories) == 1:
                raise
            return self._written(stories[: len(stories) // 2], notes)
        return letter, found


def stories_had(subscribers: Sequence[int], since: datetime) -> dict[int, set[int]]:
    """The stories that letters since then brought each reader, or are about to bring."""
    rows = (
        Delivery.objects.filter(subscriber__in=subscribers, edition__created_at__gte=since)
        .exclude(state__in=(Delivery.State.FAILED, Delivery.State.SKIPPED))
        .exclude(returned=Delivery.Returned.BOUNCED)
        .exclude(state=Delivery.State.WAITING, edition__state=Edition.State.CANCELLED)
        .values_list("subscriber_id", "edition_id", "variant_id")
    )
    found = list(rows)
    contents = defaultdict[tuple[int, int | None], set[int]](set)
    editions = Edition.objects.filter(pk__in={edition for _, edition, _ in found})
    for edition in editions.prefetch_related("stories", "told"):
        for story, variant in edition.holds() | edition.tells():
            contents[edition.pk, variant].add(story)
    had = defaultdict[int, set[int]](set)
    for subscriber, edition_id, variant_id in found:
        had[subscriber] |= contents[edition_id, None] | contents[edition_id, variant_id]
    return had
