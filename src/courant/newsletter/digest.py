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
from courant.newsletter.audience import Reader, freeze, newest_subscription
from courant.newsletter.choice import (
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
    Newsletter,
    Subscription,
    Variant,
)
from courant.newsletter.roundup import Roundup, compose_roundup
from courant.newsletter.wording import day
from courant.stories.paper import Paper
from courant.stories.published import PublishedCard, PublishedStory

LATE = timedelta(hours=3)  # after that an editor is asked whether it should still go
CANDIDATES = 500


def make_due(paper: Paper, photo_url: PhotoUrl, clock: Clock = database_time) -> None:
    """Make every digest that is due, and go on with those that a process left half made.

    May run twice, late or never: what was missed comes with the next one. Raises EditionError.
    """
    for newsletter in Newsletter.objects.exclude(digest=Newsletter.Rhythm.NEVER):
        for zone in _zones(newsletter):
            _note_slot(newsletter, zone, paper, clock())
    for slot in DigestSlot.objects.filter(edition__state=Edition.State.PREPARING):
        freeze(slot.edition_id or 0, clock, Digest(slot, paper, photo_url, clock()))


def _zones(newsletter: Newsletter) -> list[str]:
    """The time zones that its readers told; "" for the paper's."""
    if not newsletter.digest_local:
        return [""]
    active = newsletter.subscriptions.filter(status=Subscription.Status.ACTIVE)
    return list(active.order_by().values_list("subscriber__time_zone", flat=True).distinct())


def _note_slot(newsletter: Newsletter, zone: str, paper: Paper, at: datetime) -> None:
    """Write down the newest slot with all that it may hold, unless it was done before."""
    zone_info = ZoneInfo(zone or paper.time_zone)
    moment = latest_slot(
        newsletter.digest, newsletter.digest_hour, newsletter.digest_weekday, zone_info, at
    )
    done = DigestSlot.objects.filter(newsletter=newsletter, zone=zone, at__gte=moment)
    if done.exists() or (newsletter.digest_since and moment <= newsletter.digest_since):
        return
    stories = [card.id for card in _candidates(newsletter, paper, at)]
    with transaction.atomic():
        slot, created = DigestSlot.objects.get_or_create(
            newsletter=newsletter, zone=zone, at=moment, defaults={"stories": stories}
        )
        if created and stories:
            slot.edition = _edition(slot, paper, at)
            slot.save(update_fields=["edition"])


def _candidates(newsletter: Newsletter, paper: Paper, at: datetime) -> list[PublishedCard]:
    listing = paper.listing(f"language:{newsletter.language}")
    cards = listing.newest(CANDIDATES, at - LOOK_BACK)
    wanted = set(newsletter.digest_sections.values_list("pk", flat=True))
    return by_section(of_sections(cards, wanted), paper.sections)


def _edition(slot: DigestSlot, paper: Paper, at: datetime) -> Edition:
    newsletter = slot.newsletter
    return Edition.objects.create(
        key=f"digest/{newsletter.pk}/{slot.zone}/{slot.at:%Y-%m-%dT%H:%MZ}",
        newsletter=newsletter,
        subject=f"{newsletter.facts().name}, {day(slot.at, paper.time_zone)}",
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
    return reason_to_hold(slot.newsletter)


@dataclass
class Digest:
    """Tells, while an edition's audience is frozen, who gets which of its letters."""

    slot: DigestSlot
    paper: Paper
    photo_url: PhotoUrl
    at: datetime
    _variants: dict[tuple[int, ...], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.cards = self.paper.cards(self.slot.stories)
        self.newsletter = self.slot.newsletter

    def narrow(self, rows: QuerySet[Subscription]) -> QuerySet[Subscription]:
        if not self.newsletter.digest_local:
            return rows
        return rows.filter(subscriber__time_zone=self.slot.zone)

    def variants(self, readers: Sequence[Reader]) -> dict[int, int | None]:
        """Subscriber → letter; who has had everything already is left out."""
        ids = [reader[1] for reader in readers]
        wanted = {reader[1]: self._without(tuple(reader[5])) for reader in readers}
        floors = self._floors(ids)
        had = stories_had(ids, self.slot.at - LOOK_BACK)
        chosen = {one: unread(wanted[one], floors[one], had[one]) for one in ids if one in floors}
        return {one: self._variant(stories) for one, stories in chosen.items() if stories}

    def _without(self, sections: tuple[int, ...]) -> Sequence[PublishedCard]:
        """The stories without those of sections that a reader does not want."""
        if not sections:
            return self.cards
        return [c for c in self.cards if not {c.section.id, *c.section.above} & set(sections)]

    def _floors(self, subscribers: Sequence[int]) -> dict[int, datetime]:
        """What is older than one period before they came is not for them."""
        rows = self.newsletter.subscriptions.filter(subscriber__in=subscribers)
        begun, period = self.newsletter.digest_since, PERIODS[self.newsletter.digest]
        oldest = self.slot.at - LOOK_BACK
        return {
            subscriber: max(oldest, max(filter(None, (since, begun)), default=oldest) - period)
            for subscriber, since in rows.values_list("subscriber_id", "confirmed_at")
        }

    def _variant(self, stories: tuple[int, ...]) -> int:
        if stories not in self._variants:
            letter, held = self._written(stories)
            edition = self.slot.edition
            with transaction.atomic():
                variant, created = Variant.objects.get_or_create(
                    edition=edition,
                    key=digest_of([str(story) for story in stories]),
                    defaults={"letter": asdict(letter)},
                )
                if created and edition:
                    write_stories(edition, held, variant)
            self._variants[stories] = variant.pk
        return self._variants[stories]

    def _written(self, stories: tuple[int, ...]) -> tuple[Letter, list[PublishedStory]]:
        """The letter, with as many of the stories as mail programs show."""
        found = list(self.paper.whole_stories(stories))
        roundup = Roundup(
            subject=found[0].headline if found else self.newsletter.facts().name,
            preheader=" · ".join(story.headline for story in found[1:]),
            entries=entries_of(found),
        )
        try:
            letter = compose_roundup(roundup, self.paper, self.newsletter.facts(), self.photo_url)
        except EditionError:
            if len(stories) == 1:
                raise
            return self._written(stories[: len(stories) // 2])
        try_once(letter, self.at)
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
    for edition in editions.prefetch_related("stories"):
        for story, variant in edition.holds():
            contents[edition.pk, variant].add(story)
    had = defaultdict[int, set[int]](set)
    for subscriber, edition_id, variant_id in found:
        had[subscriber] |= contents[edition_id, None] | contents[edition_id, variant_id]
    return had
