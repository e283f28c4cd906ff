"""What the columns of a list mean, by the program that wrote it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Standing(StrEnum):
    """What a list says of one reader."""

    ACTIVE = "active"
    PENDING = "pending"  # never confirmed
    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"


YES, NO = ("true", "yes", "1", "t", "y"), ("false", "no", "0", "f", "n")
WORDS = {
    **dict.fromkeys(
        ("active", "subscribed", "confirmed", "enabled", "regular", "premium", "gifted", *YES),
        Standing.ACTIVE,
    ),
    **dict.fromkeys(
        ("trialed", "paused", "past_due", "churned", "churning", "free", "paid"), Standing.ACTIVE
    ),
    **dict.fromkeys(
        ("pending", "unconfirmed", "unactivated", "nonsubscribed", "transactional"),
        Standing.PENDING,
    ),
    **dict.fromkeys(
        ("unsubscribed", "disabled", "inactive", "removed", "deleted", "archived", *NO),
        Standing.UNSUBSCRIBED,
    ),
    **dict.fromkeys(
        ("bounced", "cleaned", "undeliverable", "suppressed", "invalid"), Standing.BOUNCED
    ),
    **dict.fromkeys(
        ("complained", "spam", "abuse", "blocklisted", "blocked", "spammy"), Standing.COMPLAINED
    ),
}


@dataclass(frozen=True)
class Source:
    """The columns of one program's lists, by our names; each may have one of several names."""

    name: str
    columns: Mapping[str, tuple[str, ...]]
    also: Mapping[str, Standing] = field(default_factory=dict)
    """Columns that say more than the status where they are filled."""
    negated: bool = False
    """The status column says who does *not* get mail."""
    by_file: bool = False
    """A file without a status column says by its name what its readers are."""


ADDRESS = ("email", "email address", "email_address", "e-mail", "e-mail address", "address")
SOURCES = {
    one.name: one
    for one in (
        Source(
            "csv",
            {
                "email": ADDRESS,
                "status": ("status", "state", "subscribed"),
                "since": ("subscribed_at", "created_at", "created", "date"),
                "confirmed": ("confirmed_at", "confirmed"),
                "left": ("unsubscribed_at",),
                "language": ("language", "locale"),
            },
            also={"suppressed": Standing.BOUNCED},
        ),
        Source(
            "ghost",
            {"email": ("email",), "status": ("subscribed_to_emails",), "since": ("created_at",)},
            also={"deleted_at": Standing.UNSUBSCRIBED},
        ),
        Source(
            "mailchimp",
            {
                "email": ("email address", "email"),
                "since": ("optin_time",),
                "confirmed": ("confirm_time",),
                "left": ("unsub_time", "clean_time"),
            },
            also={"unsub_time": Standing.UNSUBSCRIBED, "clean_time": Standing.BOUNCED},
            by_file=True,
        ),
        Source(
            "substack",
            {"email": ("email",), "status": ("email_disabled",), "since": ("created_at",)},
            negated=True,
        ),
        Source(
            "buttondown",
            {
                "email": ("email_address", "email"),
                "status": ("subscriber_type", "type"),
                "since": ("creation_date",),
                "left": ("unsubscription_date",),
            },
        ),
        Source(
            "listmonk",
            {
                "email": ("email",),
                "status": ("subscription_status", "status"),
                "since": ("created_at",),
            },
        ),
    )
}
FIELDS = tuple(SOURCES["csv"].columns)


def standing_of(word: str, *, negated: bool = False) -> Standing | None:
    """What a cell of a status column says; None for what is not understood."""
    known = word.strip().lower()
    if negated:
        known = "no" if known in YES else "yes" if known in NO else ""
    return WORDS.get(known)
