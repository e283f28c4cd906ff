"""How an edition was received."""

import pytest

from courant.newsletter import leaving, send
from courant.newsletter.edition_figures import figures_of
from courant.newsletter.evidence import Evidence
from courant.newsletter.models import Delivery
from courant.newsletter.tests.make import Clock, make_edition, make_newsletter, make_subscription
from courant.newsletter.tokens import unsubscribe_token
from courant.newsletter.transports.memory import MemoryTransport

pytestmark = pytest.mark.django_db


def leave(row, clock):
    token = unsubscribe_token(row.subscriber_id, row.newsletter_id)
    leaving.unsubscribe(token, Evidence(), clock=clock)


def test_who_leaves_is_counted_to_the_last_edition_that_they_got():
    newsletter, clock, transport = make_newsletter(), Clock(), MemoryTransport()
    rows = [make_subscription(newsletter) for _ in range(5)]
    other = make_subscription(make_newsletter())
    editions = []
    for number in (1, 2):
        edition = make_edition(newsletter, clock=clock, headline=f"Edition {number}")
        send.pump(edition, transport, clock=clock)
        editions.append(edition)
        clock.move(hours=1)
        leave(rows[number], clock)
        leave(other, clock)
        clock.move(days=1)
    clock.move(days=40)
    leave(rows[4], clock)
    Delivery.objects.filter(edition=editions[0], subscriber=rows[0].subscriber).update(
        returned=Delivery.Returned.BOUNCED
    )
    first, second = (figures_of(edition) for edition in editions)
    assert (first.submitted, first.bounced, first.complained, first.unsubscribed) == (5, 1, 0, 1)
    assert (second.submitted, second.bounced, second.unsubscribed) == (4, 0, 1)
    assert first.share(first.bounced) == 20.0
    assert first.links == [] and first.clicks == 0
