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
from courant.newsletter.models.welcomes import WelcomeLetter, WelcomeMail

# Mails that answer one reader, …
ANSWERS: tuple[type[Outgoing], ...] = (SignupRequest, ReaderNotice)
# … and all that go to one reader at a time, as against the editions that go to all.
SINGLE: tuple[type[Outgoing], ...] = (*ANSWERS, WelcomeMail)

__all__ = [
    "ANSWERS",
    "SINGLE",
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
    "WelcomeLetter",
    "WelcomeMail",
]
