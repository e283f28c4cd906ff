"""Mails to single readers about their own affairs: asked for here, decided on by the worker."""

from datetime import datetime, timedelta

from django.conf import settings

from courant.newsletter import notices
from courant.newsletter.addresses import Address, parse_address
from courant.newsletter.answering import answer_all
from courant.newsletter.ledger import Clock, Report, Skip, database_time
from courant.newsletter.links import move_url, preferences_url
from courant.newsletter.message import Mail, new_message_id
from courant.newsletter.models import Newsletter, ReaderNotice, Subscriber, Subscription
from courant.newsletter.suppression import is_suppressed
from courant.newsletter.tokens import move_token, preferences_token
from courant.newsletter.transports.base import Transport

Kind = ReaderNotice.Kind
# To one address, of one kind: none again so soon …
NOT_AGAIN = {
    Kind.MOVE: timedelta(hours=24),
    Kind.MOVING: timedelta(hours=24),
    Kind.LINK: timedelta(hours=1),
}
MOVES, WITHIN = 3, timedelta(days=30)  # … and so many requests to move to an address in all


def ask_to_move(subscriber: Subscriber, to: Address, at: datetime) -> None:
    """Ask at the new address, tell the old one. Looks nothing up about the new one."""
    newsletter = _speaker(subscriber)
    _add(Kind.MOVE, subscriber, newsletter, to, at)
    _add(Kind.MOVING, subscriber, newsletter, parse_address(subscriber.email), at)


def send_link(subscriber: Subscriber, at: datetime) -> None:
    """A fresh link to the preferences, to whom they belong."""
    _add(Kind.LINK, subscriber, _speaker(subscriber), parse_address(subscriber.email), at)


def process_notices(*, transport: Transport | None = None, clock: Clock = database_time) -> Report:
    """Send what is due of these mails."""
    return answer_all(ReaderNotice, _mail_for, transport=transport, clock=clock)


def _add(
    kind: str, subscriber: Subscriber, newsletter: Newsletter, to: Address, at: datetime
) -> None:
    ReaderNotice.objects.create(
        kind=kind,
        subscriber=subscriber,
        newsletter=newsletter,
        email=to.email,
        email_key=to.key,
        round=subscriber.links_round,
        created=at,
        message_id=new_message_id(newsletter.facts().domain),
    )


def _speaker(subscriber: Subscriber) -> Newsletter:
    """The newsletter that the reader knows us by, else the paper's first one."""
    active = Subscription.Status.ACTIVE
    own = subscriber.subscriptions.filter(status=active).select_related("newsletter").first()
    return own.newsletter if own else Newsletter.objects.all()[0]


def _mail_for(row: ReaderNotice, clock: Clock) -> Mail:
    """Raises Skip for a mail that is not to be sent."""
    _see_that_it_may_go(row)
    facts = row.newsletter.facts()
    site = settings.COURANT_URL
    preferences = preferences_url(
        site, preferences_token(row.subscriber_id, row.round, row.created)
    )
    recipient = parse_address(row.email).ascii

    def notice(link: str) -> notices.Notice:
        return notices.Notice(facts, recipient, row.message_id, row.created, link)

    match row.kind:
        case Kind.MOVE:
            return notices.move(notice(move_url(site, move_token(row.pk, row.round, row.created))))
        case Kind.MOVING:
            return notices.moving(notice(preferences))
        case _:
            return notices.fresh_link(notice(preferences))


def _see_that_it_may_go(row: ReaderNotice) -> None:
    if row.round != row.subscriber.links_round:
        raise Skip("The reader has moved or was deleted meanwhile.")
    if is_suppressed(row.email_key):
        raise Skip("The address is suppressed.")
    earlier = ReaderNotice.objects.filter(email_key=row.email_key, kind=row.kind, pk__lt=row.pk)
    sent = earlier.exclude(state=ReaderNotice.State.SKIPPED)
    if sent.filter(created__gt=row.created - NOT_AGAIN[Kind(row.kind)]).exists():
        raise Skip(f"This address was sent such a mail ({row.kind}) shortly before.")
    if row.kind == Kind.MOVE and sent.filter(created__gt=row.created - WITHIN).count() >= MOVES:
        raise Skip(f"This address was asked {MOVES} times whether a reader moves there.")
