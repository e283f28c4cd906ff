"""Editions: made from a story once, then sent to everybody who is on the list, each once."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import Exists, Min, OuterRef, Q, QuerySet, Value
from django.db.models.functions import StrIndex, Substr

from courant.lib.digests import digest_of
from courant.narration.spoken import SpokenStory
from courant.newsletter import restored
from courant.newsletter.audience import freeze, newest_subscription
from courant.newsletter.compose import (
    PREFERENCES,
    UNSUBSCRIBE,
    Letter,
    PhotoUrl,
    Recipient,
    compose,
    personal,
)
from courant.newsletter.controls import skip_waiting
from courant.newsletter.deliveries import EditionJob, links_of
from courant.newsletter.errors import EditionError
from courant.newsletter.ledger import (
    LEASE,
    WINDOW,
    Clock,
    Report,
    Run,
    database_time,
    due,
    next_time,
)
from courant.newsletter.ledger.pace import Pace
from courant.newsletter.limits import ALL, spent_out
from courant.newsletter.models import Delivery, Edition, Newsletter
from courant.newsletter.routes import over_route, resting_until
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
    clock: Clock = database_time,
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
            "section_id": story.section.id,
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
    links = links_of(1, 1, 1, at)
    to = Recipient(
        "reader@example.org", links[UNSUBSCRIBE], links[PREFERENCES], "<1@example.org>", at
    )
    try:
        personal(letter, to)
    except ValueError as error:
        raise EditionError(
            f"No mail can be written for this newsletter: {error} "
            "See its sender's address and the setting site_url."
        ) from error


def due_editions(at: datetime | None = None) -> QuerySet[Edition]:
    """Editions with something to do now, oldest first."""
    moment = at or database_time()
    deliveries = Delivery.objects.filter(edition=OuterRef("pk"))
    to_send = Exists(due(deliveries, moment)) | ~Exists(deliveries.filter(state__in=UNDER_WAY))
    sending = Q(state=Edition.State.SENDING) & _free(moment) & to_send
    to_clear = Q(state=Edition.State.CANCELLED) & Exists(
        deliveries.filter(state=Delivery.State.WAITING)
    )
    found = Q(state=Edition.State.PREPARING) | sending | to_clear
    return Edition.objects.filter(found).order_by("created_at", "pk")


def next_delivery(at: datetime) -> datetime | None:
    """When an edition has something to do next: `at` for now, None for never."""
    if restored.reason():
        return None
    if due_editions(at).exists():
        return resting_until(at) or at
    sending = Edition.objects.filter(state=Edition.State.SENDING)
    found = [
        next_time(Delivery.objects.filter(edition__in=sending.filter(_free(at))), at),
        sending.filter(next_at__gt=at).aggregate(time=Min("next_at"))["time"],
    ]
    return min((time for time in found if time), default=None)


def _free(at: datetime) -> Q:
    """Editions that no limit makes wait."""
    return Q(next_at=None) | Q(next_at__lte=at)


def pump_all(
    progress: Progress | None = None,
    *,
    transport: Transport | None = None,
    clock: Clock = database_time,
    seconds: float = float("inf"),
) -> Report:
    """Do what is due, for some seconds, shared by the editions; whoever comes again goes on.

    `progress` hears how many of this run's deliveries are done, of all.
    """
    report = Report()
    found = list(due_editions(clock()))
    if not found and not restored.is_time_to_look(clock()):
        return report
    if refusal := restored.refusal(clock()):
        report.note([refusal])
        report.stopped = True
        return report
    editions = _made_ready(found, report)
    if not editions:
        return report
    total = due(Delivery.objects.filter(edition__in=editions), clock()).count()
    way = transport or get_transport()

    def act(pace: Pace) -> None:
        for edition in editions:
            tell = _shifted(progress, report.count, total)
            one = Run(EditionJob(edition), way, clock, report=Report(), pace=pace)
            one.seconds, one.progress = seconds / len(editions), tell
            _go(one, report)

    over_route(way, clock, report, act)
    for edition in editions:
        finish(edition, clock())
    return report


def pump(
    edition: Edition,
    transport: Transport | None = None,
    *,
    clock: Clock = database_time,
    window: int = WINDOW,
    lease: timedelta = LEASE,
) -> Report:
    """Send what is due of one edition. Workers may do so at once: one claims each message."""
    report = Report()
    way = transport or get_transport()

    def act(pace: Pace) -> None:
        _go(Run(EditionJob(edition), way, clock, pace=pace, size=window, lease=lease), report)

    if due(Delivery.objects.filter(edition=edition), clock()).exists():
        over_route(way, clock, report, act)
    finish(edition, clock())
    return report


def _go(run: Run, report: Report) -> None:
    try:
        run.go()
    finally:
        report.add(run.report)


def _made_ready(editions: list[Edition], report: Report) -> list[Edition]:
    """Those to send; what else is due for an edition is done here."""
    ready = []
    for edition in editions:
        if edition.state == Edition.State.CANCELLED:
            skip_waiting(edition, "The edition was cancelled before this was sent.")
            continue
        if edition.state == Edition.State.PREPARING:
            edition = _frozen_again(edition, report)
        if edition.state == Edition.State.SENDING:
            ready.append(edition)
    return ready


def _frozen_again(edition: Edition, report: Report) -> Edition:
    """Go on where a process died between the edition's row and its last delivery."""
    try:
        return freeze(edition.pk)
    except EditionError as error:
        report.note([str(error)])
        return edition


def finish(edition: Edition, at: datetime) -> None:
    """By count, not by having found nothing more to do."""
    sending = Edition.objects.filter(pk=edition.pk, state=Edition.State.SENDING)
    current = sending.first()
    if current is None:
        return
    under_way = current.deliveries.filter(state__in=UNDER_WAY)
    if not under_way.exists():
        sending.update(state=Edition.State.FINISHED, finished_at=at, next_at=None, error="")
    elif current.held and not _outside(under_way, current.held).exists():
        sending.update(state=Edition.State.PAUSED, next_at=None, error=refused_by(current.held))
    else:
        sending.update(next_at=_when_there_is_room(current, at))


def refused_by(held: dict[str, str]) -> str:
    """Which domains refuse us, and what to do."""
    told = " ".join(f"{domain}: {reason}." for domain, reason in sorted(held.items()))
    return (
        f"Refused for our standing, not for an address; their readers wait: {told} "
        "See `courant newsletter check`, mend it, then resume the edition."
    )


def _outside(rows: QuerySet[Delivery], domains: dict[str, str]) -> QuerySet[Delivery]:
    named = rows.annotate(domain=Substr("email", StrIndex("email", Value("@")) + 1))
    return named.exclude(domain__in=domains)


def _when_there_is_room(edition: Edition, at: datetime) -> datetime | None:
    """When a limit lets the edition go on; None when none holds it up."""
    ends = spent_out(at)
    if ALL in ends:
        return ends[ALL]
    waiting = edition.deliveries.filter(state=Delivery.State.WAITING)
    if ends and not _outside(due(waiting, at), dict.fromkeys([*ends, *edition.held], "")).exists():
        return min(ends.values())
    return None


def _shifted(progress: Progress | None, before: int, total: int) -> Callable[[int], None] | None:
    return partial(_tell, progress, before, total) if progress else None


def _tell(progress: Progress, before: int, total: int, done: int) -> None:
    progress(before + done, max(total, before + done))
