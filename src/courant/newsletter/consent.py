"""The words that subscribers agree to. Change them together with VERSION: rows keep both."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import override

VERSION = "2026-11"


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
