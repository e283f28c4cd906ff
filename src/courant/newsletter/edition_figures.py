"""How an edition was received: counted from the ledger and from clicks, never by reader."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import OuterRef, Subquery

from courant.newsletter.clicks import LinkFigures, clicks_of
from courant.newsletter.models import ConsentEvent, Delivery, Edition

LEFT_WITHIN = timedelta(days=30)  # who leaves later leaves for another reason


@dataclass(frozen=True)
class EditionFigures:
    """Letters of an edition; `links` are empty where clicks are not counted."""

    submitted: int
    bounced: int
    complained: int
    unsubscribed: int
    links: list[LinkFigures] = field(default_factory=list)

    @property
    def clicks(self) -> int:
        return sum(link.clicks for link in self.links)

    def share(self, number: int) -> float:
        """Of what was submitted, in percent."""
        return 100 * number / self.submitted if self.submitted else 0.0


def figures_of(edition: Edition) -> EditionFigures:
    """As they stand now."""
    rows = Delivery.objects.filter(edition=edition).order_by()
    returned = Delivery.Returned
    return EditionFigures(
        submitted=rows.filter(state=Delivery.State.SUBMITTED).count(),
        bounced=rows.filter(returned=returned.BOUNCED).count(),
        complained=rows.filter(returned=returned.COMPLAINED).count(),
        unsubscribed=_left_after(edition),
        links=clicks_of(edition),
    )


def _left_after(edition: Edition) -> int:
    """Who left the newsletter when this was the last edition of it that they got."""
    last = Delivery.objects.filter(
        subscriber=OuterRef("subscriber"),
        edition__newsletter=edition.newsletter_id,
        state=Delivery.State.SUBMITTED,
        submitted_at__lte=OuterRef("time"),
    ).order_by("-submitted_at")
    span = (edition.created_at, edition.created_at + LEFT_WITHIN)
    events = ConsentEvent.objects.filter(
        kind=ConsentEvent.Kind.UNSUBSCRIBED,
        newsletter=edition.newsletter_id,
        time__range=span,
    )
    after = events.annotate(last=Subquery(last.values("edition")[:1])).filter(last=edition.pk)
    return after.order_by().values("subscriber").distinct().count()
