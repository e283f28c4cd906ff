"""One edition's deliveries as the ledger works them off: who may still get it, what is learned."""

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.timezone import localdate

from courant.newsletter import contests, limits, restored
from courant.newsletter.clicks import with_counted_links
from courant.newsletter.compose import PREFERENCES, UNSUBSCRIBE, Letter, in_type
from courant.newsletter.ledger import BLOCKS_IN_A_ROW, Skip
from courant.newsletter.ledger.book import Result
from courant.newsletter.ledger.rows import Claim
from courant.newsletter.limits import Budget
from courant.newsletter.links import preferences_url, unsubscribe_url
from courant.newsletter.message import ByteTemplate, Mail
from courant.newsletter.models import Delivery, Edition, Subscriber, Subscription, Tally
from courant.newsletter.names import message_id, name_of, return_address
from courant.newsletter.outcomes import Verdict
from courant.newsletter.suppression import lift, suppress, suppressed_among
from courant.newsletter.tokens import preferences_token, unsubscribe_token

log = logging.getLogger(__name__)

LEFT = Skip("Unsubscribed before this message was sent.")
PAUSED = Skip("Paused by the reader before this message was sent.")
SUPPRESSED = Skip("The address was suppressed before this message was sent.")
GONE_IN_A_ROW = 10
RATE_SPAN = timedelta(seconds=10)  # of the tallies that tell messages a second


def links_of(subscriber: int, links_round: int, newsletter: int, at: datetime) -> dict[str, str]:
    """A reader's own links in a letter. `at`: of the letter, so that every attempt is the same."""
    site = settings.COURANT_URL
    return {
        UNSUBSCRIBE: unsubscribe_url(site, unsubscribe_token(subscriber, newsletter)),
        PREFERENCES: preferences_url(site, preferences_token(subscriber, links_round, at)),
    }


class EditionJob:
    """What the ledger asks about an edition's deliveries."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.contest = contests.of(edition)
        sending = Delivery.objects.filter(edition=edition, edition__state=Edition.State.SENDING)
        self.rows = contests.to_send(sending, self.contest)
        self.once_only = edition.once_only
        self.budget = Budget()
        self.held = dict(edition.held)
        self._blocked: Counter[str] = Counter()
        self._gone: defaultdict[str, list[int]] = defaultdict(list)
        self._letters: dict[int | None, ByteTemplate] = {}

    def without(self) -> set[str]:
        return set(self.held) | set(self.budget.spent_out)

    def choose(self, found: list[tuple[int, str]], at: datetime) -> dict[int, str]:
        return self.budget.grant(found, at)

    # ── Checking and writing ──────────────────────────────────────────────────────────────────────

    def mails(self, claim: Claim) -> Iterator[tuple[int, Mail | Skip]]:
        """Asked just before they go: who has left since the audience was frozen gets none."""
        state, self.held = Edition.objects.values_list("state", "held").get(pk=self.edition.pk)
        if state != Edition.State.SENDING:
            return
        rows = Delivery.objects.filter(pk__in=claim.addresses)
        meant = {pk: (s, v) for pk, s, v in rows.values_list("pk", "subscriber_id", "variant_id")}
        known = self._still_subscribed(subscriber for subscriber, _variant in meant.values())
        barred = suppressed_among({reader.email_key for reader in known.values()})
        today = localdate()
        for key, address in claim.addresses.items():
            subscriber, variant = meant[key]
            reader = known.get(subscriber)
            if reader is None:
                yield key, LEFT
            elif reader.email_key in barred:
                yield key, SUPPRESSED
            elif reader.pauses(today):
                yield key, PAUSED
            elif address.rpartition("@")[2] not in self.held:
                yield key, self._mail(key, address, reader, variant)

    def _still_subscribed(self, subscribers: Iterable[int]) -> dict[int, Subscriber]:
        """Who of them still wants the newsletter."""
        wanted = Subscription.objects.filter(
            subscriber__in=list(subscribers),
            newsletter=self.edition.newsletter_id,
            status=Subscription.Status.ACTIVE,
        ).select_related("subscriber")
        return {row.subscriber_id: row.subscriber for row in wanted}

    def _letter(self, variant: int | None) -> ByteTemplate:
        """Encoded once, when its first reader comes."""
        if variant not in self._letters:
            edition = self.edition
            stored = (
                edition.artefact["letter"]
                if variant is None
                else edition.variants.values_list("letter", flat=True).get(pk=variant)
            )
            worded = contests.worded(Letter(**stored), variant, self.contest)
            letter = with_counted_links(worded, edition, variant)
            self._letters[variant] = in_type(letter, edition.created_at)
        return self._letters[variant]

    def _mail(self, key: int, address: str, reader: Subscriber, variant: int | None) -> Mail | Skip:
        name = name_of(self.edition.pk, self.edition.seed, key)
        values = links_of(
            reader.pk, reader.links_round, self.edition.newsletter_id, self.edition.created_at
        )
        bounces = settings.COURANT_BOUNCE_ADDRESS
        letter = self._letter(variant)
        try:
            return letter.mail(
                address,
                message_id(name, letter.sender.domain),
                values,
                returns=return_address(name, bounces) if bounces else "",
                key=key,
            )
        except ValueError as error:  # one that cannot be written must not hold up the others
            return Skip(f"The message could not be written: {error}")

    # ── Learning ──────────────────────────────────────────────────────────────────────────────────

    def recorded(self, results: Sequence[Result], at: datetime) -> None:
        """Inside the transaction that writes the results."""
        gone = [one for one in results if one.outcome.verdict is Verdict.ACCEPTED]
        others = [
            one.mail.recipient for one in results if one.outcome.verdict is not Verdict.ACCEPTED
        ]
        self.budget.spend(others, at, sign=-1)
        if gone:
            start = at - timedelta(seconds=at.timestamp() % RATE_SPAN.total_seconds())
            limits.count_up(f"edition {self.edition.pk}", start, len(gone))
        restored.advance()
        for one in results:
            self._learn(one)

    def _learn(self, result: Result) -> None:
        domain = result.mail.recipient.rpartition("@")[2]
        verdict = result.outcome.verdict
        if verdict is Verdict.ACCEPTED:
            self._blocked.pop(domain, None)
            self._gone.pop(domain, None)
        elif verdict is Verdict.BLOCKED and not result.outcome.of_server:
            self._blocked[domain] += 1
            if self._blocked[domain] == BLOCKS_IN_A_ROW:
                hold_domain(self.edition.pk, domain, result.outcome.text)
        elif result.outcome.suppresses:
            suppress_address_of(result.mail.key, result.outcome.text)
            self._gone[domain].append(result.mail.key)
            if len(self._gone[domain]) == GONE_IN_A_ROW:
                self._doubt_the_server(domain, result.outcome.text)

    def _doubt_the_server(self, domain: str, text: str) -> None:
        """Ten addresses in a row do not exist: rather, their server is wrong today."""
        keys = Delivery.objects.filter(pk__in=self._gone.pop(domain))
        lift(keys.values_list("subscriber__email_key", flat=True))
        hold_domain(self.edition.pk, domain, f"{GONE_IN_A_ROW} addresses in a row: {text}")


def hold_domain(edition_id: int, domain: str, reason: str) -> None:
    """Send no more of an edition to a domain that refuses us, until a person lets it go on."""
    edition = Edition.objects.select_for_update().get(pk=edition_id)
    if domain not in edition.held:
        edition.held[domain] = reason
        edition.save(update_fields=["held"])
        log.error("%s refuses us for our standing: %s", domain, reason)


def suppress_address_of(delivery_id: int, reason: str) -> None:
    """The address of a delivery is no good: nothing more goes there."""
    key = Delivery.objects.filter(pk=delivery_id).values_list("subscriber__email_key", flat=True)
    suppress(key[0], reason[:200])


def rate(edition_id: int, at: datetime) -> float:
    """Messages a second over the last half minute."""
    start = at - 3 * RATE_SPAN
    counts = Tally.objects.filter(name=f"edition {edition_id}", start__gt=start)
    return sum(counts.values_list("count", flat=True)) / (3 * RATE_SPAN.total_seconds())
