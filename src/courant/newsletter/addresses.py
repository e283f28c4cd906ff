"""E-mail addresses: what is accepted, and when two of them are one reader."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from email_validator import EmailNotValidError, validate_email

from courant.newsletter.errors import AddressError

LONGEST = 254


@dataclass(frozen=True)
class Address:
    """`email` as its owner writes it, `ascii` as mail servers need it, `key` to compare by."""

    email: str
    ascii: str
    key: str


def parse_address(text: str) -> Address:
    """Checked by its form alone: no DNS is asked. Raises AddressError.

    Plus tags and dots stay: only the provider knows whether they make another mailbox.
    """
    typed = text.strip()
    if not typed:
        raise AddressError(_("Please write your e-mail address."))
    try:
        found = validate_email(typed, check_deliverability=False, strict=True)
    except EmailNotValidError:
        raise AddressError(
            _("“%(address)s” is not an e-mail address. Please check it for typing errors.")
            % {"address": typed[:LONGEST]}
        ) from None
    if found.ascii_email is None:
        raise AddressError(
            _("Mail cannot be sent to “%(address)s”: letters before the @ must be Latin.")
            % {"address": typed[:LONGEST]}
        )
    local, _at, domain = found.ascii_email.rpartition("@")
    return Address(found.normalized, found.ascii_email, f"{local.casefold()}@{domain.lower()}")
