"""Editions: made from a story once, then sent to everybody who is on the list, each once."""

from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, Min, OuterRef, Q, QuerySet
from django.utils.timezone import now

from courant.lib.digests import digest_of
from courant.narration.spoken import SpokenStory
from courant.newsletter.audience import freeze, newest_subscription
from courant.newsletter.compose import Letter, PhotoUrl, Recipient, compose, personal
from courant.newsletter.errors import EditionError, TransportError
from courant.newsletter.ledger import (
    LEASE,
    PAUSE,
    WINDOW,
    Clock,
    Report,
    Skip,
    Stopped,
    claim,
    due,
    next_time,
    work_off,
)
from courant.newsletter.links import unsubscribe_url
from courant.newsletter.message import Mail
from courant.newsletter.models import Delivery, Edition, Newsletter, Subscription
from courant.newsletter.suppression import is_suppressed
from courant.newsletter.tokens import unsubscribe_token
from courant.newsletter.transports import get_transport
from courant.newsletter.transports.base import Transport
from courant.stories.paper import Paper
from courant.stories.published import PublishedStory

UNDER_WAY = (Delivery.State.WAITING, Delivery.State.INFLIGHT)
Progress = Callable[[int, int], None]


def prepare(
    story: PublishedStory,
    paper: Paper,
    newsletter: Newsletter,
    *,
    photo_url: PhotoUrl,
    spoken: SpokenStory | None = None,
    created_by: Any = None,
    key: str = "",
    clock: Clock = now,
) -> Edition:
    """Turn a public story into an edition with letter and audience frozen. Raises EditionError.

    The same story and newsletter again give the same edition, unless another `key` is passed.
    """
    if paper.story(story.id) is None:
        raise EditionError(f"“{story.headline}” is not public: publish it before it is delivered.")
    letter = compose(story, paper, newsletter.facts(), spoken, photo_url)
    _try_once(letter, clock())
    artefact = {
        "letter": asdict(letter),
        "html_bytes": len(letter.html.encode()),
        "text_bytes": len(letter.text.encode()),
    }
    edition, _created = Edition.objects.get_or_create(
        key=key or f"{newsletter.pk}/{story.id}",
        defaults={
            "newsletter": newsletter,
            "story_id": story.id,
            "subject": letter.subject,
            "preheader": letter.preheader,
            "artefact": artefact,
            "digest": digest_of(artefact),
            "ceiling": newest_subscription(),
            "created_by": created_by,
            "created_at": clock(),
        },
    )
    return freeze(edition.pk)


def _try_once(letter: Letter, at: datetime) -> None:
    """What no message could be written with is told now, not once a subscriber."""
    link = unsubscribe_url(settings.COURANT_URL, unsubscribe_token(1, 1))
    try:
        personal(letter, Recipient("reader@example.org", link, "<1@example.org>", at))
    except ValueError as error:
        raise EditionError(
            f"No mail can be written for this newsletter: {error} "
            "See its sender's address and the setting site_url."
        ) from error


def due_editions(at: datetime | None = None) -> QuerySet[Edition]:
    """Editions with something to do now, oldest first."""
    moment = at or now()
    deliveries = Delivery.objects.filter(edition=OuterRef("pk"))
    to_send = Exists(due(deliveries, moment)) | ~Exists(deliveries.filter(state__in=UNDER_WAY))
    preparing = Q(state=Edition.State.PREPARING)
    sending = Q(state=Edition.State.SENDING) & _free(moment) & to_send
    return Edition.objects.filter(preparing | sending).order_by("created_at", "pk")


def next_delivery(at: datetime) -> datetime | None:
    """When an edition has something to do next: `at` for now, None for never."""
    if due_editions(at).exists():
        return at
    sending = Edition.objects.filter(state=Edition.State.SENDING)
    found = [
        next_time(Delivery.objects.filter(edition__in=sending.filter(_free(at))), at),
        sending.filter(next_at__gt=at).aggregate(time=Min("next_at"))["time"],
    ]
    return min((time for time in found if time), default=None)


def _free(at: datetime) -> Q:
    """Editions that no transport out of order makes wait."""
    return Q(next_at=None) | Q(next_at__lte=at)


def pump_all(
    progress: Progress | None = None, *, transport: Transport | None = None, clock: Clock = now
) -> Report:
    """Do all that is due. `progress` hears how many of this run's deliveries are done, of all."""
    report = Report()
    editions = list(due_editions(clock()))
    for edition in editions:
        if edition.state == Edition.State.PREPARING:
            _freeze_again(edition, report)
    total = due(Delivery.objects.filter(edition__in=editions), clock()).count()
    for edition in editions:
        before = report.count
        tell = _shifted(progress, before, total)
        one = pump(edition, transport, tell, clock=clock)
        report.add(one)
        if one.stopped:
            _hold(editions, one, clock())
            break
    return report


def pump(
    edition: Edition,
    transport: Transport | None = None,
    progress: Callable[[int], None] | None = None,
    *,
    clock: Clock = now,
    window: int = WINDOW,
    lease: timedelta = LEASE,
) -> Report:
    """Send what is due of one edition. Workers may do so at once: one claims each message."""
    report = Report()
    rows = Delivery.objects.filter(edition=edition, edition__state=Edition.State.SENDING)
    if due(rows, clock()).exists():
        try:
            with transport or get_transport() as open_transport:
                write = _writer(edition)
                while claimed := claim(rows, clock(), size=window, lease=lease):
                    work_off(claimed, write, open_transport, clock, report, lease)
                    if progress:
                        progress(report.count)
        except (TransportError, Stopped) as error:
            report.note(str(error))
            report.stopped = True
            _hold([edition], report, clock())
    if not report.stopped:
        _finish(edition, clock())
    return report


def _hold(editions: Iterable[Edition], report: Report, at: datetime) -> None:
    """Let editions wait a moment, with the reason for the desk."""
    Edition.objects.filter(
        pk__in=[edition.pk for edition in editions], state=Edition.State.SENDING
    ).update(next_at=at + PAUSE, error=report.errors[-1])


def _writer(edition: Edition) -> Callable[[Delivery], Mail]:
    letter = Letter(**edition.artefact["letter"])

    def write(delivery: Delivery) -> Mail:
        _still_wanted(edition, delivery)
        token = unsubscribe_token(delivery.subscriber_id, edition.newsletter_id)
        link = unsubscribe_url(settings.COURANT_URL, token)
        return personal(
            letter, Recipient(delivery.email, link, delivery.message_id, edition.created_at)
        )

    return write


def _still_wanted(edition: Edition, delivery: Delivery) -> None:
    """Asked just before each message: who has left since the audience was frozen gets none."""
    wanted = Subscription.objects.filter(
        subscriber=delivery.subscriber_id,
        newsletter=edition.newsletter_id,
        status=Subscription.Status.ACTIVE,
    )
    key = wanted.values_list("subscriber__email_key", flat=True).first()
    if key is None:
        raise Skip("Unsubscribed before this message was sent.")
    if is_suppressed(key):
        raise Skip("The address was suppressed before this message was sent.")


def _finish(edition: Edition, at: datetime) -> None:
    """By count, not by having found nothing more to do."""
    sending = Edition.objects.filter(pk=edition.pk, state=Edition.State.SENDING)
    if edition.deliveries.filter(state__in=UNDER_WAY).exists():
        sending.exclude(next_at=None).update(next_at=None, error="")
    else:
        sending.update(state=Edition.State.FINISHED, finished_at=at, next_at=None, error="")


def _freeze_again(edition: Edition, report: Report) -> None:
    """Go on where a process died between the edition's row and its last delivery."""
    try:
        freeze(edition.pk)
    except EditionError as error:
        report.note(str(error))


def _shifted(progress: Progress | None, before: int, total: int) -> Callable[[int], None] | None:
    return (lambda done: progress(before + done, total)) if progress else None
