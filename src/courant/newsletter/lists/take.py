"""Taking a list over: a chunk at a time, each in one transaction. A second run changes nothing."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.timezone import now

from courant.lib.batches import batched
from courant.newsletter.consent import Consent
from courant.newsletter.ledger import Clock
from courant.newsletter.lists.read import Entry, Refused
from courant.newsletter.lists.rules import Act, Decision, Known, decide
from courant.newsletter.lists.sources import Standing
from courant.newsletter.models import ConsentEvent, Newsletter, Subscriber, Subscription
from courant.newsletter.models.newsletters import LANGUAGES
from courant.newsletter.suppression import suppress, suppressed_among

CHUNK = 1000
VERSION = "import"
WRITTEN = (Act.SUBSCRIBE, Act.KEEP_OUT, Act.END)
Status = Subscription.Status
Kind = ConsentEvent.Kind


@dataclass
class Account:
    """What became of every line."""

    acts: Counter[str] = field(default_factory=Counter)
    suppressed: int = 0
    refused: list[Refused] = field(default_factory=list)

    @property
    def lines(self) -> int:
        return self.acts.total()

    def __str__(self) -> str:
        told = [f"{self.acts[act]} {act}" for act in Act if self.acts[act]]
        told += [f"{self.suppressed} suppressed"] if self.suppressed else []
        return f"{self.lines} lines: {', '.join(told) or 'nothing'}"


@dataclass
class Taking:
    """One file on its way into one newsletter. `dry`: only say what would follow."""

    newsletter: Newsletter
    file: str
    source: str
    dry: bool = False
    clock: Clock = now
    account: Account = field(default_factory=Account)

    def run(self, entries: Iterable[Entry | Refused]) -> Iterator[int]:
        """Work the entries off; gives the number of lines done after each chunk."""
        for chunk in batched(entries, CHUNK):
            self._take(chunk)
            yield self.account.lines

    def _take(self, chunk: Sequence[Entry | Refused]) -> None:
        good = []
        for one in chunk:
            if isinstance(one, Refused):
                self._refuse(one.line, one.reason)
            else:
                good.append(one)
        with transaction.atomic():
            known = _known(self.newsletter, {one.address.key for one in good})
            changes = Changes(self, self.clock())
            for entry in good:
                decision = decide(entry, known.get(entry.address.key, Known()))
                self._count(entry, decision)
                known[entry.address.key] = _after(entry, decision, known)
                changes.add(entry, decision)
            if not self.dry:
                changes.write()

    def _count(self, entry: Entry, decision: Decision) -> None:
        self.account.suppressed += decision.suppress
        if decision.act is Act.REFUSE:
            self._refuse(entry.line, decision.reason)
        else:
            self.account.acts[decision.act] += 1

    def _refuse(self, line: int, reason: str) -> None:
        self.account.acts[Act.REFUSE] += 1
        self.account.refused.append(Refused(line, reason, self.file))


def _known(newsletter: Newsletter, keys: set[str]) -> dict[str, Known]:
    """What we know of some addresses, by three queries."""
    rows = Subscription.objects.select_for_update(of=("self",)).filter(
        newsletter=newsletter, subscriber__email_key__in=keys
    )
    barred = suppressed_among(keys)
    found = {key: Known(suppressed=True) for key in barred}
    facts = ("subscriber__email_key", "status", "confirmed_at", "unsubscribed_at")
    for key, status, confirmed, left in rows.values_list(*facts):
        # Who left and was asked again has said no until the click: anybody can type an address.
        said = Status.UNSUBSCRIBED if status == Status.PENDING and left else status
        found[key] = Known(said, confirmed, key in barred)
    return found


def _after(entry: Entry, decision: Decision, known: dict[str, Known]) -> Known:
    """What is known once the entry has been taken, for the same address further below."""
    before = known.get(entry.address.key, Known())
    status = {
        Act.SUBSCRIBE: Status.ACTIVE,
        Act.KEEP_OUT: Status.UNSUBSCRIBED,
        Act.END: Status.UNSUBSCRIBED,
    }.get(decision.act, before.status)
    return Known(status, before.confirmed_at, before.suppressed or decision.suppress)


class Changes:
    """The rows of one chunk."""

    def __init__(self, taking: Taking, at: datetime) -> None:
        self.taking, self.at = taking, at
        self.entries: dict[str, list[tuple[Entry, Decision]]] = {}

    def add(self, entry: Entry, decision: Decision) -> None:
        if decision.act in WRITTEN or decision.suppress:
            self.entries.setdefault(entry.address.key, []).append((entry, decision))

    def write(self) -> None:
        self._add_readers()
        readers = {
            one.email_key: one for one in Subscriber.objects.filter(email_key__in=self.entries)
        }
        newsletter = self.taking.newsletter
        rows = Subscription.objects.filter(newsletter=newsletter, subscriber__in=readers.values())
        there = set(rows.values_list("subscriber__email_key", flat=True))
        new, events = [], []
        for key, found in self.entries.items():
            taken = [entry for entry, decision in found if decision.act in WRITTEN]
            events += [self._event(readers[key], entry) for entry in taken]
            if taken and key in there:
                one = rows.filter(subscriber=readers[key])
                one.update(round=F("round") + 1, **self._facts(taken[-1]))
            elif taken:
                facts = self._facts(taken[-1])
                new.append(Subscription(subscriber=readers[key], newsletter=newsletter, **facts))
            for entry, decision in found:
                if decision.suppress:
                    suppress(key, f"taken over from {self.taking.source}: {entry.standing}")
        Subscription.objects.bulk_create(new)
        ConsentEvent.objects.bulk_create(events)

    def _add_readers(self) -> None:
        languages = dict(LANGUAGES)
        Subscriber.objects.bulk_create(
            [
                Subscriber(
                    email=found[0][0].address.email,
                    email_key=key,
                    language=found[0][0].language
                    if found[0][0].language in languages
                    else self.taking.newsletter.language,
                    created=found[0][0].since or self.at,
                )
                for key, found in self.entries.items()
            ],
            ignore_conflicts=True,
        )

    def _facts(self, entry: Entry) -> dict[str, Any]:
        if entry.standing is Standing.ACTIVE:
            since = entry.confirmed or entry.since or self.at
            return {"status": Status.ACTIVE, "confirmed_at": since, "welcome_from": None}
        return {"status": Status.UNSUBSCRIBED, "unsubscribed_at": entry.left or self.at}

    def _event(self, reader: Subscriber, entry: Entry) -> ConsentEvent:
        said = self._words(entry)
        yes = entry.standing is Standing.ACTIVE
        return ConsentEvent(
            kind=Kind.IMPORTED if yes else Kind.UNSUBSCRIBED,
            subscriber=reader,
            newsletter=self.taking.newsletter,
            time=self.at,
            text=said.text,
            text_version=said.version,
            text_language=said.language,
            page=self.taking.file[:500],
        )

    def _words(self, entry: Entry) -> Consent:
        """No words of the reader's are known: what the list says stands for them."""
        told = [f"Taken over from a list of {self.taking.source}, line {entry.line}"]
        told.append(f"{entry.standing} there")
        for name, time in (
            ("since", entry.since),
            ("confirmed", entry.confirmed),
            ("left", entry.left),
        ):
            told += [f"{name} {time:%Y-%m-%d %H:%M} UTC"] if time else []
        return Consent("; ".join(told) + ".", "en", VERSION)
