"""Changing an address: asked for by the reader, confirmed at the new one, told to the old one."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from courant.newsletter import consent, notify
from courant.newsletter.addresses import parse_address
from courant.newsletter.errors import AddressError, TokenError
from courant.newsletter.evidence import Evidence, add_statement
from courant.newsletter.ledger import Clock
from courant.newsletter.models import (
    ConsentEvent,
    Delivery,
    ReaderNotice,
    Subscriber,
    WelcomeMail,
)
from courant.newsletter.tokens import read_move

A_DAY, TRIES = timedelta(hours=24), 3


def ask(subscriber: Subscriber, typed: str, *, clock: Clock = now) -> str:
    """Send a question to the new address; returns it. Raises AddressError."""
    address = parse_address(typed)
    at = clock()
    if address.key == subscriber.email_key:
        raise AddressError(_("Your letters come to this address already."))
    asked = subscriber.notices.filter(kind=ReaderNotice.Kind.MOVE, created__gt=at - A_DAY)
    if asked.count() >= TRIES:
        raise AddressError(_("You asked for this several times today. Please try again tomorrow."))
    with transaction.atomic():
        notify.ask_to_move(subscriber, address, at)
    return address.email


def asked(token: str, *, clock: Clock = now) -> ReaderNotice:
    """The question that a link answers; changes nothing. Raises TokenError."""
    found = read_move(token, clock())
    notice = (
        ReaderNotice.objects.filter(pk=found.notice, kind=ReaderNotice.Kind.MOVE)
        .select_related("subscriber")
        .first()
    )
    if notice is None or not _still_asked(notice, found.round):
        raise TokenError(
            _("This link was used, or replaced by a newer one. Please ask for the change again."),
            gone=True,
        )
    return notice


def _still_asked(notice: ReaderNotice, links_round: int) -> bool:
    return is_done(notice) or notice.subscriber.links_round == links_round


def is_done(notice: ReaderNotice) -> bool:
    """Whether the reader has this address now."""
    return notice.subscriber.email_key == notice.email_key


def move(token: str, evidence: Evidence, *, clock: Clock = now) -> Subscriber:
    """Letters go to the new address from now on, once. Raises TokenError."""
    notice = asked(token, clock=clock)
    if is_done(notice):
        return notice.subscriber
    try:
        with transaction.atomic():
            return _moved(notice, evidence, clock())
    except IntegrityError:
        raise TokenError(
            _("This address has preferences of its own here. Please use the link in its letters."),
            gone=True,
        ) from None


def _moved(notice: ReaderNotice, evidence: Evidence, at: datetime) -> Subscriber:
    subscriber = Subscriber.objects.select_for_update().get(pk=notice.subscriber_id)
    address = parse_address(notice.email)
    subscriber.email, subscriber.email_key = address.email, address.key
    subscriber.links_round += 1  # who reads the old mailbox has no business here any more
    subscriber.save(update_fields=["email", "email_key", "links_round"])
    subscriber.deliveries.filter(state=Delivery.State.WAITING).update(email=address.ascii)
    welcomes = WelcomeMail.objects.filter(subscription__subscriber=subscriber)
    welcomes.filter(state=WelcomeMail.State.WAITING).update(email=address.ascii)
    said = consent.move(subscriber.language)
    add_statement(ConsentEvent.Kind.MOVED, subscriber, said, evidence, at)
    return subscriber
