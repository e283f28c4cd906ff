"""Who gets what, who agreed to it, and how each message fared."""

from courant.newsletter.models.clicks import ClickDay, EditionLink
from courant.newsletter.models.contests import Contest
from courant.newsletter.models.corrections import CorrectionNote, ToldCorrection
from courant.newsletter.models.digests import DigestSlot
from courant.newsletter.models.drafts import DraftEdition, DraftStory
from courant.newsletter.models.editions import Delivery, Edition, EditionStory, Variant
from courant.newsletter.models.newsletters import Newsletter, NewsletterFacts
from courant.newsletter.models.outgoing import Outgoing
from courant.newsletter.models.reader_notices import ReaderNotice
from courant.newsletter.models.readers import ConsentEvent, Subscriber, Subscription, Suppression
from courant.newsletter.models.requests import SignupRequest
from courant.newsletter.models.returns import Return
from courant.newsletter.models.sending import Route, SendingHome, SendingLock, Tally

# Mails that answer one reader, as against the editions that go to all.
ANSWERS: tuple[type[Outgoing], ...] = (SignupRequest, ReaderNotice)

__all__ = [
    "ANSWERS",
    "ClickDay",
    "ConsentEvent",
    "Contest",
    "CorrectionNote",
    "Delivery",
    "DigestSlot",
    "DraftEdition",
    "DraftStory",
    "Edition",
    "EditionLink",
    "EditionStory",
    "Newsletter",
    "NewsletterFacts",
    "Outgoing",
    "ReaderNotice",
    "Return",
    "Route",
    "SendingHome",
    "SendingLock",
    "SignupRequest",
    "Subscriber",
    "Subscription",
    "Suppression",
    "Tally",
    "ToldCorrection",
    "Variant",
]
