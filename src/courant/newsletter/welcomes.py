"""The series of letters that welcomes new readers: lined up when due, sent once, in order.

Lining up walks through who has subscribed, letter by letter, in an index that begins where the last
look ended. A row a reader and letter, unique in the database, says that it was: looks may
come twice, late or at once. What becomes of a row is asked when it may go, so whatever happened
meanwhile counts: leaving, a pause, another address, a letter that was changed or taken out.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.timezone import get_default_timezone, localdate

from courant.newsletter import restored
from courant.newsletter.answering import AnswerJob, work_off
from courant.newsletter.audience import ascii_of
from courant.newsletter.compose import Letter, in_type
from courant.newsletter.deliveries import LEFT, SUPPRESSED, links_of
from courant.newsletter.ledger import Clock, Report, Skip, count_by_state, database_time, due
from courant.newsletter.ledger.book import Result
from courant.newsletter.ledger.rows import Claim
from courant.newsletter.limits import ALL, Budget
from courant.newsletter.message import Mail, new_message_id
from courant.newsletter.models import Subscription, WelcomeLetter, WelcomeMail
from courant.newsletter.outcomes import Verdict
from courant.newsletter.series import GAP, Other, may_go_at
from courant.newsletter.series_letter import Words, compose_welcome
from courant.newsletter.suppression import suppressed_among
from courant.newsletter.transports.base import Transport
from courant.stories.paper import Paper

CHUNK = 500
OVERLAP = timedelta(minutes=10)  # a confirmation may be committed after a later one was looked at
TAKEN_OUT = Skip("The letter was taken out of the series before this message was sent.")
State = WelcomeMail.State
Status = Subscription.Status


# ── Lining up ─────────────────────────────────────────────────────────────────────────────


def line_up(clock: Clock = database_time) -> int:
    """Write down whose day for a letter has come; returns how many."""
    if restored.reason():
        return 0
    letters = WelcomeLetter.objects.select_related("newsletter")
    return sum(_line_up(letter, clock()) for letter in letters)


def _line_up(letter: WelcomeLetter, at: datetime) -> int:
    count = 0
    while found := list(_newly_due(letter, at).order_by("welcome_from")[:CHUNK]):
        _write(letter, found, at)
        letter.refresh_from_db(fields=["looked_to"])
        count += len(found)
    return count


def _newly_due(letter: WelcomeLetter, at: datetime) -> QuerySet[Subscription]:
    """Whose day has come since the last look."""
    there = WelcomeMail.objects.filter(subscription=OuterRef("pk"), letter=letter)
    since = max(letter.floor, letter.looked_to - OVERLAP) if letter.looked_to else letter.floor
    return Subscription.objects.filter(
        ~Exists(there.exclude(_of_before(OuterRef("welcome_from")))),
        newsletter=letter.newsletter_id,
        status=Status.ACTIVE,
        welcome_from__gt=since,
        welcome_from__lte=at - letter.after,
    ).select_related("subscriber")


def _of_before(welcome_from: F | OuterRef) -> Q:
    """A letter that did not go because its reader had left, before they came back."""
    return Q(state=State.SKIPPED, created__lt=welcome_from)


def _write(letter: WelcomeLetter, found: Sequence[Subscription], at: datetime) -> None:
    domain = letter.newsletter.facts().domain
    mails = [
        WelcomeMail(
            subscription=row,
            letter=letter,
            subject=letter.subject,
            email=ascii_of(row.subscriber.email),
            created=at,
            date=at,
            message_id=new_message_id(domain),
        )
        for row in found
    ]
    with transaction.atomic():
        WelcomeMail.objects.bulk_create(mails, ignore_conflicts=True)
        again = WelcomeMail.objects.filter(letter=letter, subscription__in=found)
        again.filter(_of_before(F("subscription__welcome_from"))).update(
            state=State.WAITING, created=at, date=at, next_at=None, error=""
        )
        last = found[-1].welcome_from
        rows = WelcomeLetter.objects.filter(Q(looked_to=None) | Q(looked_to__lt=last), pk=letter.pk)
        rows.update(looked_to=last)


# ── Sending ───────────────────────────────────────────────────────────────────────────────────────


def process_welcomes(
    paper: Callable[[], Paper],
    *,
    transport: Transport | None = None,
    clock: Clock = database_time,
    seconds: float = float("inf"),
) -> Report:
    """Send what may go of these letters. After a restore nothing goes until a person says so.

    `paper` is read only when a letter may be due: this is asked all the time.
    """
    report = Report()
    if not due(WelcomeMail.objects.all(), clock()).exists():
        return report
    if refusal := restored.refusal(clock()):
        report.note([refusal])
        report.stopped = True
        return report
    return work_off(WelcomeJob(paper(), clock), transport=transport, clock=clock, seconds=seconds)


class WelcomeJob(AnswerJob):
    """What the ledger asks about these letters. Never twice: nobody misses a welcome."""

    def __init__(self, paper: Paper, clock: Clock) -> None:
        super().__init__(WelcomeMail, self._mail, clock)
        self.paper, self.budget = paper, Budget()
        self._letters: dict[tuple[int, Words], Letter] = {}
        self._barred: set[str] = set()

    def choose(self, found: list[tuple[int, str]], at: datetime) -> dict[int, str]:
        """Those whose turn it is; the others are looked at again when it may be."""
        turns = _turns([key for key, _email in found], at)
        ready = [(key, email) for key, email in found if turns[key] <= at]
        granted = self.budget.grant(ready, at)
        for key, email in ready:
            if key not in granted:
                turns[key] = self._end_of_limit(email, at)
        _put_off({key: turn for key, turn in turns.items() if turn > at}, at)
        return granted

    def _end_of_limit(self, email: str, at: datetime) -> datetime:
        ends = self.budget.spent_out
        return ends.get(email.rpartition("@")[2].lower()) or ends.get(ALL) or at + GAP

    def mails(self, claim: Claim) -> Iterator[tuple[int, Mail | Skip]]:
        rows = WelcomeMail.objects.filter(pk__in=claim.addresses)
        keys = rows.values_list("subscription__subscriber__email_key", flat=True)
        self._barred = suppressed_among(set(keys))
        yield from super().mails(claim)

    def written(self, keys: Iterable[int]) -> Iterable[WelcomeMail]:
        rows = WelcomeMail.objects.filter(pk__in=keys).order_by("pk")
        return rows.select_related("letter__newsletter", "subscription__subscriber")

    def _mail(self, row: WelcomeMail, clock: Clock) -> Mail:
        """Raises Skip for a letter that is not to be sent."""
        subscription = row.subscription
        reader = subscription.subscriber
        if subscription.status != Status.ACTIVE or reader.is_erased:
            raise LEFT
        if reader.email_key in self._barred:
            raise SUPPRESSED
        if row.letter is None:
            raise TAKEN_OUT
        letter = self._letter(row.letter)
        if row.subject != letter.subject:
            WelcomeMail.objects.filter(pk=row.pk).update(subject=letter.subject)
        links = links_of(reader.pk, reader.links_round, subscription.newsletter_id, row.date)
        address = ascii_of(reader.email)
        return in_type(letter, row.date).mail(address, row.message_id, links)

    def _letter(self, row: WelcomeLetter) -> Letter:
        """Written once in a run, and anew when its words are others."""
        words = Words(row.subject, row.text)
        place = (row.newsletter_id, words)
        if place not in self._letters:
            self._letters[place] = compose_welcome(words, self.paper, row.newsletter.facts())
        return self._letters[place]

    def recorded(self, results: Sequence[Result], at: datetime) -> None:
        """Inside the transaction that writes the results: limits, and the count of what went."""
        left = [one for one in results if one.outcome.verdict is not Verdict.ACCEPTED]
        self.budget.spend([one.mail.recipient for one in left], at, sign=-1)
        restored.advance()


def _turns(keys: Sequence[int], at: datetime) -> dict[int, datetime]:
    """When each of these letters may go."""
    rows = WelcomeMail.objects.filter(pk__in=keys)
    rows = rows.select_related("letter", "subscription__subscriber")
    others: defaultdict[int, list[WelcomeMail]] = defaultdict(list)
    subscriptions = {row.subscription_id for row in rows}
    for each in WelcomeMail.objects.filter(subscription__in=subscriptions).select_related("letter"):
        others[each.subscription_id].append(each)
    return {row.pk: _turn(row, others[row.subscription_id], at) for row in rows}


def _turn(row: WelcomeMail, mails: Iterable[WelcomeMail], at: datetime) -> datetime:
    """Who pauses is not passed over: these letters are no news, and keep their order."""
    subscription, letter = row.subscription, row.letter
    if letter is None or subscription.status != Status.ACTIVE:
        return at  # to be skipped
    due_at = (subscription.welcome_from or at) + letter.after
    reader = subscription.subscriber
    if reader.paused_until and reader.pauses(localdate(at)):
        midnight = datetime.combine(reader.paused_until, time.min, get_default_timezone())
        due_at = max(due_at, midnight)
    return may_go_at(due_at, (_other(each, letter) for each in mails if each.pk != row.pk), at)


def _other(mail: WelcomeMail, letter: WelcomeLetter) -> Other:
    before = mail.letter
    return Other(
        at=mail.submitted_at or mail.next_at or mail.date,
        went=mail.state in (State.SUBMITTED, State.UNCERTAIN),
        inflight=mail.state == State.INFLIGHT,
        comes_first=mail.state == State.WAITING
        and before is not None
        and (before.after_days, before.pk) < (letter.after_days, letter.pk),
    )


def _put_off(turns: dict[int, datetime], at: datetime) -> None:
    """Look again then, and after a day at the latest: a pause may end before it was to."""
    for key, turn in turns.items():
        again = min(turn, at + GAP)
        WelcomeMail.objects.filter(pk=key, state=State.WAITING).update(next_at=again, date=again)


# ── For the desk ──────────────────────────────────────────────────────────────────────────────────


def fared(letter: WelcomeLetter) -> Counter[str]:
    """How many letters are in which state."""
    return count_by_state(WelcomeMail.objects.filter(letter=letter))
