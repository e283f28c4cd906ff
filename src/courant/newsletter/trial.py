"""A letter to one person who wants to see it first: nothing of it is written down."""

from dataclasses import replace
from datetime import datetime
from email.utils import make_msgid

from django.conf import settings

from courant.newsletter.compose import Letter, Recipient, personal
from courant.newsletter.errors import EditionError
from courant.newsletter.links import preferences_url, unsubscribe_url
from courant.newsletter.outcomes import Verdict
from courant.newsletter.transports import get_transport
from courant.newsletter.transports.base import Transport


def send_trial(
    letter: Letter, address: str, at: datetime, transport: Transport | None = None
) -> None:
    """Send it at once, marked as a test; its own links say that they are not complete.

    Raises EditionError when no mail can be written, TransportError when none can be sent.
    """
    way = transport or get_transport()
    recipient = Recipient(
        email=address,
        unsubscribe_url=unsubscribe_url(settings.COURANT_URL, "test"),
        preferences_url=preferences_url(settings.COURANT_URL, "test"),
        message_id=make_msgid(domain=letter.from_address.rpartition("@")[2]),
        date=at,
    )
    try:
        mail = personal(replace(letter, subject=f"Test: {letter.subject}"), recipient)
    except ValueError as error:
        raise EditionError(f"No test can be written to {address}: {error}") from error
    with way:
        outcome = way.send(mail)
    if outcome.verdict is not Verdict.ACCEPTED:
        raise EditionError(f"The test to {address} was not taken: {outcome.text}")
