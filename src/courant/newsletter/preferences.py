"""What a reader wishes, and every change of it with its evidence."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import F
from django.utils.formats import date_format
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import override

from courant.newsletter import consent, leaving
from courant.newsletter.choice import PERIODS, rarer
from courant.newsletter.errors import TokenError
from courant.newsletter.evidence import Evidence, add_event, add_statement
from courant.newsletter.ledger import Clock
from courant.newsletter.models import ConsentEvent, Newsletter, Subscriber, Subscription
from courant.newsletter.models.newsletters import LANGUAGES
from courant.newsletter.suppression import welcome_back
from courant.newsletter.tokens import read_preferences
from courant.stories.models import Section

Status = Subscription.Status


@dataclass(frozen=True)
class Wishes:
    """What a form asks for. What it did not offer stays as it is."""

    newsletters: Collection[int] = ()
    offered_newsletters: Collection[int] = ()
    sections: Collection[int] = ()
    offered_sections: Collection[int] = ()
    language: str = "en"
    paused_until: date | None = None
    rhythms: Mapping[int, str] = field(default_factory=dict)  # by newsletter
    time_zone: str | None = None  # "": the paper's


@dataclass(frozen=True)
class Offer:
    """A newsletter, whether a reader has it and how often, and how often they may."""

    newsletter: Newsletter
    chosen: bool
    rhythm: str
    rhythms: list[str]


@dataclass(frozen=True)
class Choices:
    """What a reader can choose, and has chosen."""

    newsletters: list[Offer] = field(default_factory=list)
    sections: list[tuple[Section, bool]] = field(default_factory=list)


def subscriber_of(token: str, *, clock: Clock = now) -> Subscriber:
    """Whose preferences a link opens; changes nothing. Raises TokenError."""
    subscriber, expired = _found(token, clock())
    if expired:
        raise TokenError(_("For your safety this link was good for half a year only."), gone=True)
    return subscriber


def subscriber_for_a_new_link(token: str, *, clock: Clock = now) -> Subscriber | None:
    """Who may be sent a fresh link: the owner of one that was right once."""
    try:
        return _found(token, clock())[0]
    except TokenError:
        return None


def _found(token: str, at: datetime) -> tuple[Subscriber, bool]:
    asked = read_preferences(token, at)
    subscriber = Subscriber.objects.filter(pk=asked.subscriber, links_round=asked.round).first()
    if subscriber is None:
        raise TokenError(
            _("This link was replaced by a newer one. Please use the one in your latest letter."),
            gone=True,
        )
    return subscriber, asked.expired


def choices_of(subscriber: Subscriber) -> Choices:
    rows = {row.newsletter_id: row for row in subscriber.subscriptions.all()}
    unwanted = set(subscriber.without_sections)
    sections = Section.objects.live().public().order_by("path")
    return Choices(
        [_offer(one, rows.get(one.pk)) for one in Newsletter.objects.all()],
        [(one, one.pk not in unwanted) for one in sections],
    )


def _offer(newsletter: Newsletter, row: Subscription | None) -> Offer:
    chosen = row.rhythm if row else ""
    rhythms = [one for one in PERIODS if one in rarer(newsletter.digest) or one == chosen]
    return Offer(newsletter, bool(row and row.status == Status.ACTIVE), chosen, rhythms)


def change(
    subscriber: Subscriber, wishes: Wishes, evidence: Evidence, *, clock: Clock = now
) -> Subscriber:
    """Make it as wished; evidence is written for what is different, and for nothing else."""
    at = clock()
    with transaction.atomic():
        subscriber = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
        _change_newsletters(subscriber, wishes, evidence, at)
        others = _change_rhythms(subscriber, wishes, at)
        if _change_wishes(subscriber, wishes) or others:
            said = _said(subscriber)
            add_statement(ConsentEvent.Kind.CHANGED, subscriber, said, evidence, at)
    return subscriber


def _change_newsletters(
    subscriber: Subscriber, wishes: Wishes, evidence: Evidence, at: datetime
) -> None:
    for newsletter in Newsletter.objects.filter(pk__in=wishes.offered_newsletters):
        row = Subscription.objects.filter(subscriber=subscriber, newsletter=newsletter).first()
        if newsletter.pk in wishes.newsletters:
            _subscribe(subscriber, newsletter, row, evidence, at)
        elif row and row.status == Status.ACTIVE:
            leaving.end(row, evidence, at)


def _subscribe(
    subscriber: Subscriber,
    newsletter: Newsletter,
    row: Subscription | None,
    evidence: Evidence,
    at: datetime,
) -> None:
    """The link came by mail to this address: who has it needs no second confirmation."""
    if row and row.status == Status.ACTIVE:
        return
    if row is None:
        row = Subscription.objects.create(subscriber=subscriber, newsletter=newsletter, round=0)
    Subscription.objects.filter(pk=row.pk).update(
        status=Status.ACTIVE, round=F("round") + 1, confirmed_at=at, welcome_from=at
    )
    add_event(ConsentEvent.Kind.CONFIRMED, row, evidence, at)
    welcome_back(subscriber.email_key)


def _change_rhythms(subscriber: Subscriber, wishes: Wishes, at: datetime) -> bool:
    changed = 0
    for newsletter, rhythm in wishes.rhythms.items():
        rows = subscriber.subscriptions.filter(newsletter=newsletter).exclude(rhythm=rhythm)
        changed += rows.update(rhythm=rhythm, rhythm_since=at if rhythm else None)
    return bool(changed)


def _change_wishes(subscriber: Subscriber, wishes: Wishes) -> bool:
    """Whether any is another one now."""
    kept = set(subscriber.without_sections) - set(wishes.offered_sections)
    refused = set(wishes.offered_sections) - set(wishes.sections)
    zone = subscriber.time_zone if wishes.time_zone is None else wishes.time_zone
    wanted = {
        "language": wishes.language,
        "paused_until": wishes.paused_until,
        "without_sections": sorted(kept | refused),
        "time_zone": zone,
    }
    if all(getattr(subscriber, name) == value for name, value in wanted.items()):
        return False
    for name, value in wanted.items():
        setattr(subscriber, name, value)
    subscriber.save(update_fields=list(wanted))
    return True


def _said(subscriber: Subscriber) -> consent.Consent:
    unwanted = Section.objects.filter(pk__in=subscriber.without_sections).order_by("path")
    with override(subscriber.language):
        day = date_format(subscriber.paused_until) if subscriber.paused_until else ""
    return consent.wishes(
        subscriber.language,
        letters=dict(LANGUAGES)[subscriber.language],
        paused_until=day,
        without=tuple(unwanted.values_list("title", flat=True)),
        daily=_names(subscriber, Subscription.Rhythm.DAILY),
        weekly=_names(subscriber, Subscription.Rhythm.WEEKLY),
        time_zone=subscriber.time_zone,
    )


def _names(subscriber: Subscriber, rhythm: str) -> tuple[str, ...]:
    """Of the newsletters that a reader has so often."""
    rows = subscriber.subscriptions.filter(rhythm=rhythm, status=Status.ACTIVE)
    return tuple(row.newsletter.facts().name for row in rows.select_related("newsletter"))
