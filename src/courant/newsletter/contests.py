"""Contests of two subjects: begun with an edition, decided once, and what follows for its letters.

Undecided, an edition has only the letters of its two groups to send; all others wait where they
are. The decision is one row that is changed once: a worker that is killed before it leaves it to
the next one, and who comes late finds it made.
"""

from dataclasses import asdict, replace
from datetime import datetime

from django.db import transaction
from django.db.models import Case, F, QuerySet, When
from django.utils.timezone import localtime

from courant.newsletter.audience import active_subscribers
from courant.newsletter.clicks import clicks_of
from courant.newsletter.compose import LONGEST_SUBJECT, Letter
from courant.newsletter.contest import Tried, Wish, judge, refusal
from courant.newsletter.models import Contest, Delivery, Edition, Newsletter, Variant
from courant.newsletter.signals import edition_out
from courant.newsletter.wording import shortened


def why_not(wish: Wish | None, first: str, newsletter: Newsletter) -> str:
    """Why an edition cannot be made with this second subject; empty when it can."""
    if wish is None:
        return ""
    readers = active_subscribers(newsletter)
    return refusal(wish, first, readers, clicks_counted=newsletter.count_clicks)


def begin(edition: Edition, wish: Wish, letter: Letter) -> Contest:
    """In the transaction that makes the edition. `letter`: the one without notes."""
    second = under(letter, wish)
    first_row, second_row = (
        Variant.objects.create(edition=edition, key=f"subject {number}", letter=asdict(each))
        for number, each in enumerate((letter, second), 1)
    )
    return Contest.objects.create(
        edition=edition,
        share=wish.share,
        minutes=wish.minutes,
        first_subject=letter.subject,
        second_subject=second.subject,
        first=first_row,
        second=second_row,
    )


def under(letter: Letter, wish: Wish) -> Letter:
    """The letter with the second subject, which stands nowhere but in its header."""
    return replace(letter, subject=shortened(wish.subject, LONGEST_SUBJECT))


def of(edition: Edition) -> Contest | None:
    return Contest.objects.filter(edition=edition).first()


def undecided(edition: Edition) -> Contest | None:
    return Contest.objects.filter(edition=edition, decided_at=None).first()


def to_send(rows: QuerySet[Delivery], contest: Contest | None) -> QuerySet[Delivery]:
    """Those of an edition's deliveries that need not wait for a decision."""
    if contest is None or contest.decided_at:
        return rows
    return rows.filter(variant__in=contest.variants)


def worded(letter: Letter, variant: int | None, contest: Contest | None) -> Letter:
    """The letter under the subject that its readers get."""
    if contest is None or variant in contest.variants:
        return letter
    return replace(letter, subject=contest.subject)


def subject_got() -> Case:
    """In queries of deliveries: the subject that a reader's letter has."""
    return Case(
        When(variant=F("edition__contest__first"), then=F("edition__contest__first_subject")),
        When(variant=F("edition__contest__second"), then=F("edition__contest__second_subject")),
        default=F("edition__subject"),
    )


def settle(edition: Edition, at: datetime) -> None:
    """Decide, if it is time; otherwise nothing. May run twice, late, and at once by several."""
    contest = undecided(edition)
    if contest is None or edition.out_at is None or at < contest.ends(edition.out_at):
        return
    first, second = _tried(contest, contest.first_id), _tried(contest, contest.second_id)
    judgement = judge(first, second)
    with transaction.atomic():
        ours = Contest.objects.filter(pk=contest.pk, decided_at=None).update(
            decided_at=at,
            second_won=judgement.second_won,
            chance=judgement.chance,
            first_letters=first.letters,
            first_clicks=first.clicks,
            second_letters=second.letters,
            second_clicks=second.clicks,
        )
        if ours and judgement.second_won:
            _name(edition, contest.second_subject)


def _name(edition: Edition, subject: str) -> None:
    """What most readers got is what the desk and the archive call it."""
    Edition.objects.filter(pk=edition.pk).update(subject=subject)
    edition.subject = subject
    edition_out.send(Edition, edition=edition)


def _tried(contest: Contest, variant: int) -> Tried:
    """How one subject fared. One reader may follow many links, so only one link counts."""
    rows = Delivery.objects.filter(edition=contest.edition_id, variant=variant)
    clicks = (link.by_variant.get(variant, 0) for link in clicks_of(contest.edition))
    return Tried(
        letters=rows.filter(state=Delivery.State.SUBMITTED).count(),
        clicks=max(clicks, default=0),
    )


# ── For the desk ──────────────────────────────────────────────────────────────────────────────────


def told(contest: Contest) -> str:
    """How it stands, in plain words."""
    edition = contest.edition
    if contest.decided_at:
        return f"{_outcome(contest)} {_numbers(contest)}"
    if edition.state in (Edition.State.CANCELLED, Edition.State.FAILED, Edition.State.FINISHED):
        return "It was never decided: no letter waited for it any more."
    when = (
        f"at {_clock(contest.ends(edition.out_at))}"
        if edition.out_at
        else f"{contest.minutes} minutes after the first letter"
    )
    return (
        f"{contest.share} % of the readers get the first subject at once, {contest.share} % the "
        f"second. The others wait: it is decided {when}."
    )


def _outcome(contest: Contest) -> str:
    if contest.second_won:
        return "The second subject has won, and went to all others."
    if contest.chance is not None and judge(*_both(contest)).differs:
        return "The first subject has won, and went to all others."
    return (
        "There is no difference that chance would not explain: the first subject went to all "
        "others."
    )


def _numbers(contest: Contest) -> str:
    first, second = _both(contest)
    return (
        f"The link most followed: {first.clicks:,} clicks in {first.letters:,} letters with the "
        f"first subject, {second.clicks:,} in {second.letters:,} with the second; by chance "
        f"alone, a difference like this one comes in {_percent(contest.chance or 0.0)} of 100 "
        "cases, and fewer than 5 are asked for."
    )


def _both(contest: Contest) -> tuple[Tried, Tried]:
    return (
        Tried(contest.first_letters, contest.first_clicks),
        Tried(contest.second_letters, contest.second_clicks),
    )


def _percent(chance: float) -> str:
    return f"{100 * chance:.2f}" if chance >= 0.0001 else "fewer than 0.01"


def _clock(at: datetime) -> str:
    return f"{localtime(at):%H:%M}"
