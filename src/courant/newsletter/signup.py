"""Signing up and confirming, with the evidence."""

from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext as _

from courant.newsletter import notices
from courant.newsletter.addresses import parse_address
from courant.newsletter.answering import answer_all
from courant.newsletter.consent import consent_to
from courant.newsletter.errors import TokenError
from courant.newsletter.evidence import Evidence, add_event
from courant.newsletter.ledger import Clock, Report, Skip, database_time
from courant.newsletter.links import confirm_url, unsubscribe_url
from courant.newsletter.message import Mail, new_message_id
from courant.newsletter.models import (
    ConsentEvent,
    Newsletter,
    SignupRequest,
    Subscriber,
    Subscription,
)
from courant.newsletter.suppression import may_sign_up, welcome_back
from courant.newsletter.tokens import (
    confirm_token,
    read_confirm,
    unsubscribe_token,
)
from courant.newsletter.transports.base import Transport

A_DAY = timedelta(hours=24)
CONFIRMATIONS = 3  # in all, until one is used: then the address has to write to us
NETWORK_LIMIT = 20  # requests an hour from one /24 or /48
AN_HOUR = timedelta(hours=1)
Notice = SignupRequest.Notice
Status = Subscription.Status


def ask(
    typed: str,
    newsletter: Newsletter,
    evidence: Evidence,
    *,
    trapped: bool = False,
    clock: Clock = now,
) -> SignupRequest:
    """Note that somebody typed an address. Raises AddressError.

    Looks nothing up: the form takes as long for a known address as for a new one.
    """
    address = parse_address(typed)
    return SignupRequest.objects.create(
        email=address.email,
        email_key=address.key,
        newsletter=newsletter,
        trapped=trapped,
        created=clock(),
        **asdict(evidence),
    )


def process_requests(*, transport: Transport | None = None, clock: Clock = database_time) -> Report:
    """Decide on what was typed and send the mails that follow."""
    return answer_all(SignupRequest, _mail_for, transport=transport, clock=clock)


def pending_subscription(token: str, *, clock: Clock = now) -> Subscription:
    """What a confirmation link would confirm; changes nothing. Raises TokenError."""
    asked = read_confirm(token, clock())
    subscription = (
        Subscription.objects.filter(pk=asked.subscription, round=asked.round)
        .exclude(status=Status.UNSUBSCRIBED)
        .select_related("newsletter", "subscriber")
        .first()
    )
    if subscription is None:
        raise TokenError(
            _("This link was replaced by a newer one or withdrawn. Please sign up again."),
            gone=True,
        )
    return subscription


def confirm(token: str, evidence: Evidence, *, clock: Clock = now) -> Subscription:
    """Make a subscription active. A second call changes nothing. Raises TokenError."""
    subscription = pending_subscription(token, clock=clock)
    with transaction.atomic():
        at = clock()
        changed = Subscription.objects.filter(
            pk=subscription.pk, round=subscription.round, status=Status.PENDING
        ).update(status=Status.ACTIVE, confirmed_at=at, welcome_from=at)
        if changed:
            add_event(ConsentEvent.Kind.CONFIRMED, subscription, evidence, at)
            welcome_back(subscription.subscriber.email_key)
    return subscription


# ── The worker's side ─────────────────────────────────────────────────────────────────────────────


def _mail_for(request: SignupRequest, clock: Clock) -> Mail:
    """The mail that a request leads to, decided once. Raises Skip where there is none."""
    if not request.notice:
        _decide(request, clock())
    subscription = request.subscription
    if subscription is None:
        raise LookupError(f"The request of {request.email} was decided without a subscription.")
    facts = request.newsletter.facts()
    site = settings.COURANT_URL
    notice = partial(notices.Notice, facts, parse_address(request.email).ascii, request.message_id)
    if request.notice == Notice.ALREADY:
        token = unsubscribe_token(subscription.subscriber_id, subscription.newsletter_id)
        return notices.already_subscribed(notice(request.created, unsubscribe_url(site, token)))
    if subscription.status != Status.PENDING:
        raise Skip("Confirmed or withdrawn before the mail was sent.")
    token = confirm_token(subscription.pk, subscription.round, request.decided_at or clock())
    consent = consent_to(facts.name, facts.language)
    return notices.confirmation(notice(request.created, confirm_url(site, token)), consent.text)


def _decide(request: SignupRequest, at: datetime) -> None:
    """Write down what follows from a request, all in one step. Raises Skip where nothing does."""
    if request.trapped:
        raise Skip("A field that people do not see was filled.")
    if not may_sign_up(request.email_key):
        raise Skip("The address is suppressed.")
    if _too_many_from(request):
        raise Skip("Too many requests from this network within an hour.")
    with transaction.atomic():
        subscriber = _locked_subscriber(request, at)
        subscription = subscriber.subscriptions.filter(
            newsletter=request.newsletter, status=Status.ACTIVE
        ).first()
        request.notice = Notice.ALREADY if subscription else Notice.CONFIRM
        _once_a_day(request, at)
        if subscription is None:
            _not_too_often(request, subscriber)
            subscription = _asked(request, subscriber)
        request.subscription = subscription
        request.decided_at = at
        domain = request.newsletter.facts().domain
        request.message_id = new_message_id(domain)
        request.save(update_fields=["notice", "subscription", "decided_at", "message_id"])


def _locked_subscriber(request: SignupRequest, at: datetime) -> Subscriber:
    """One worker at a time decides on an address; on SQLite any transaction has that to itself."""
    Subscriber.objects.get_or_create(
        email_key=request.email_key,
        defaults={
            "email": request.email,
            "language": request.newsletter.language,
            "created": at,
        },
    )
    return Subscriber.objects.select_for_update().get(email_key=request.email_key)


def _asked(request: SignupRequest, subscriber: Subscriber) -> Subscription:
    """The pending subscription, new or anew, with its evidence."""
    subscription, _new = Subscription.objects.get_or_create(
        subscriber=subscriber, newsletter=request.newsletter
    )
    if subscription.status == Status.UNSUBSCRIBED:
        Subscription.objects.filter(pk=subscription.pk, status=Status.UNSUBSCRIBED).update(
            status=Status.PENDING, round=F("round") + 1, confirmed_at=None
        )
        subscription.refresh_from_db()
    evidence = Evidence(request.page, request.network, request.user_agent)
    add_event(ConsentEvent.Kind.ASKED, subscription, evidence, request.created)
    return subscription


def _too_many_from(request: SignupRequest) -> bool:
    if not request.network:
        return False
    earlier = SignupRequest.objects.filter(
        network=request.network,
        created__gt=request.created - AN_HOUR,
        created__lte=request.created,
        pk__lt=request.pk,
    )
    return earlier.count() >= NETWORK_LIMIT


def _once_a_day(request: SignupRequest, at: datetime) -> None:
    recent = _decided(request).filter(notice=request.notice, decided_at__gt=at - A_DAY)
    if recent.exists():
        raise Skip(f"This address was sent such a mail ({request.notice}) within 24 hours.")


def _not_too_often(request: SignupRequest, subscriber: Subscriber) -> None:
    earlier = _decided(request).filter(notice=Notice.CONFIRM)
    confirmed = subscriber.consent.filter(kind=ConsentEvent.Kind.CONFIRMED).last()
    if confirmed:
        earlier = earlier.filter(decided_at__gt=confirmed.time)
    if earlier.count() >= CONFIRMATIONS:
        raise Skip(f"This address was sent {CONFIRMATIONS} confirmations and used none.")


def _decided(request: SignupRequest) -> QuerySet[SignupRequest]:
    return SignupRequest.objects.filter(email_key=request.email_key).exclude(pk=request.pk)
