"""The words that subscribers agree to. Change them together with VERSION: rows keep both."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import override

VERSION = "2026-12"


@dataclass(frozen=True)
class Consent:
    text: str
    language: str
    version: str = VERSION


def consent_to(newsletter_name: str, language: str) -> Consent:
    with override(language):
        text = _(
            "I want to get “%(newsletter)s” by e-mail. My address is used for nothing else, "
            "and I can unsubscribe at any time with the link in every letter."
        )
        return Consent(text % {"newsletter": newsletter_name}, language)


def wishes(
    language: str,
    *,
    letters: str,
    paused_until: str = "",
    without: tuple[str, ...] = (),
    daily: tuple[str, ...] = (),
    weekly: tuple[str, ...] = (),
    time_zone: str = "",
) -> Consent:
    """How a reader wants the letters. `letters`: the name of the language."""
    with override(language):
        said = [
            _("I want this page and mails to me in this language: %(name)s.") % {"name": letters}
        ]
        if paused_until:
            said.append(_("I want no letters before %(day)s.") % {"day": paused_until})
        if without:
            said.append(_("I want no stories of: %(names)s.") % {"names": ", ".join(without)})
        if daily:
            said.append(
                _("I want what I missed of these once a day: %(names)s.")
                % {"names": ", ".join(daily)}
            )
        if weekly:
            said.append(
                _("I want what I missed of these once a week: %(names)s.")
                % {"names": ", ".join(weekly)}
            )
        if time_zone:
            said.append(_("My clock is that of %(zone)s.") % {"zone": time_zone})
        return Consent(" ".join(said), language)


def move(language: str) -> Consent:
    with override(language):
        return Consent(_("I want my letters at the address to which this link was sent."), language)


def erasure(language: str) -> Consent:
    with override(language):
        return Consent(
            _(
                "Delete me: forget my address and what I was sent. Keep only a digest that cannot "
                "be read back, so that no list brings me back by mistake."
            ),
            language,
        )
