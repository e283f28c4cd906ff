"""The mails that answer a reader. Not a word in them comes from a form."""

from dataclasses import dataclass
from datetime import datetime

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from courant.newsletter.compose import INLINER
from courant.newsletter.message import Mail, Sender, make_mail
from courant.newsletter.models import NewsletterFacts

AUTOMATIC = (("Auto-Submitted", "auto-generated"),)  # RFC 3834: no out-of-office note comes back


@dataclass(frozen=True)
class Notice:
    """What one of these mails needs. `date` and `message_id` stay at every attempt."""

    newsletter: NewsletterFacts
    recipient: str
    message_id: str
    date: datetime
    link: str


def confirmation(notice: Notice, consent: str) -> Mail:
    """Asks for the click that makes a subscription."""
    with override(notice.newsletter.language):
        name = {"newsletter": notice.newsletter.name}
        return _mail(
            notice,
            subject=_("Please confirm: %(newsletter)s") % name,
            lines=[
                _("Somebody, we hope you, asked for “%(newsletter)s” at this address.") % name,
                consent,
            ],
            button=pgettext("button", "Confirm"),
            last=_(
                "If it was not you, do nothing: without a click nothing more is sent. "
                "The link is good for seven days."
            ),
        )


def already_subscribed(notice: Notice) -> Mail:
    """Tells the owner of an address what the form may not tell a stranger."""
    with override(notice.newsletter.language):
        name = {"newsletter": notice.newsletter.name}
        return _mail(
            notice,
            subject=_("You are already subscribed: %(newsletter)s") % name,
            lines=[
                _("Somebody, probably you, asked for “%(newsletter)s” again.") % name,
                _("You are already subscribed, so there is nothing to do."),
            ],
            button=_("Unsubscribe"),
            last=_("Use the link only if you no longer want the newsletter."),
        )


def move(notice: Notice) -> Mail:
    """Asks at a new address whether its owner wants a reader's letters there."""
    with override(notice.newsletter.language):
        name = {"sender": notice.newsletter.from_name}
        return _mail(
            notice,
            subject=_("Please confirm your new address"),
            lines=[
                _("Somebody, we hope you, wants the letters of %(sender)s here from now on.") % name
            ],
            button=pgettext("button", "Confirm"),
            last=_(
                "If it was not you, do nothing: without a click nothing changes. "
                "The link is good for seven days."
            ),
        )


def moving(notice: Notice) -> Mail:
    """Tells the old address that somebody asks for its letters at another one."""
    with override(notice.newsletter.language):
        return _mail(
            notice,
            subject=_("Your letters are to go to another address"),
            lines=[
                _("Somebody, we hope you, asked for this on your page of preferences."),
                _("It counts once it is confirmed at the new address."),
            ],
            button=_("Your preferences"),
            last=_(
                "If it was not you, somebody else has a letter of yours with its links: "
                "please answer this mail."
            ),
        )


def fresh_link(notice: Notice) -> Mail:
    """The link to the preferences, anew."""
    with override(notice.newsletter.language):
        return _mail(
            notice,
            subject=_("Your link to the preferences"),
            lines=[_("Here is the link that you asked for.")],
            button=_("Your preferences"),
            last=_("If you did not ask for it, do nothing."),
        )


def _mail(notice: Notice, *, subject: str, lines: list[str], button: str, last: str) -> Mail:
    facts = {
        "subject": subject,
        "lines": lines,
        "button": button,
        "last": last,
        "link": notice.link,
        "language": notice.newsletter.language,
        "sender": notice.newsletter.from_name,
    }
    return make_mail(
        sender=Sender(notice.newsletter.from_name, notice.newsletter.from_address),
        recipient=notice.recipient,
        subject=subject,
        date=notice.date,
        message_id=notice.message_id,
        text=render_to_string("newsletter/notice.txt", facts),
        html=INLINER.inline(render_to_string("newsletter/notice.html", facts)),
        more=AUTOMATIC,
    )
