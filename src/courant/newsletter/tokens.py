"""The links of mails: short signed tokens, each good for one purpose.

A token is version, numbers, mark; the mark is an HMAC over version and numbers with the purpose's
own key, and the numbers are hidden by a stream made from the mark: nobody counts our readers.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _

from courant.newsletter.errors import TokenError
from courant.newsletter.keys import keyed, keys_for

VERSION = b"\x01"
MARK = 16  # bytes of the HMAC that are kept
CONFIRM_WITHIN = timedelta(days=7)
CONFIRM_SIZES = (6, 3, 4)  # bytes of: subscription, round, time of issue
UNSUBSCRIBE_SIZES = (6, 4)  # bytes of: subscriber, newsletter
PREFERENCES_FOR = timedelta(days=180)
PREFERENCES_SIZES = (6, 3, 4)  # bytes of: subscriber, round of its links, time of issue
MOVE_SIZES = (6, 3, 4)  # bytes of: notice, round of the reader's links, time of issue
CLICK_SIZES = (6, 4)  # bytes of: link, variant
# All make whole groups of three bytes: base64 then has no spare bits that could differ.


@dataclass(frozen=True)
class Confirm:
    """May confirm one round of one subscription."""

    subscription: int
    round: int


@dataclass(frozen=True)
class Unsubscribe:
    """May take one subscriber off one newsletter, for ever."""

    subscriber: int
    newsletter: int


def confirm_token(subscription: int, round_number: int, at: datetime) -> str:
    numbers = (subscription, round_number, int(at.timestamp()))
    return _seal("confirm", numbers, CONFIRM_SIZES)


def read_confirm(token: str, at: datetime) -> Confirm:
    """Raises TokenError."""
    subscription, round_number, issued = _open("confirm", token, CONFIRM_SIZES)
    if at > datetime.fromtimestamp(issued, UTC) + CONFIRM_WITHIN:
        raise TokenError(
            _("This link was good for seven days. Please sign up again to get a new one."),
            gone=True,
        )
    return Confirm(subscription, round_number)


def unsubscribe_token(subscriber: int, newsletter: int) -> str:
    return _seal("unsubscribe", (subscriber, newsletter), UNSUBSCRIBE_SIZES)


def read_unsubscribe(token: str) -> Unsubscribe:
    """Raises TokenError."""
    return Unsubscribe(*_open("unsubscribe", token, UNSUBSCRIBE_SIZES))


@dataclass(frozen=True)
class Preferences:
    """May see and change what one subscriber wished. `expired`: may only ask for a new link."""

    subscriber: int
    round: int
    expired: bool


@dataclass(frozen=True)
class Move:
    """May take one subscriber to the address that one notice was sent to."""

    notice: int
    round: int


def preferences_token(subscriber: int, round_number: int, at: datetime) -> str:
    numbers = (subscriber, round_number, int(at.timestamp()))
    return _seal("preferences", numbers, PREFERENCES_SIZES)


def read_preferences(token: str, at: datetime) -> Preferences:
    """Raises TokenError."""
    subscriber, round_number, issued = _open("preferences", token, PREFERENCES_SIZES)
    expired = at > datetime.fromtimestamp(issued, UTC) + PREFERENCES_FOR
    return Preferences(subscriber, round_number, expired)


def move_token(notice: int, round_number: int, at: datetime) -> str:
    return _seal("move", (notice, round_number, int(at.timestamp())), MOVE_SIZES)


def read_move(token: str, at: datetime) -> Move:
    """Raises TokenError."""
    notice, round_number, issued = _open("move", token, MOVE_SIZES)
    if at > datetime.fromtimestamp(issued, UTC) + CONFIRM_WITHIN:
        raise TokenError(
            _("This link was good for seven days. Please ask for the change again."), gone=True
        )
    return Move(notice, round_number)


@dataclass(frozen=True)
class Click:
    """Leads to where one link of an edition leads; `variant`: the letter it stands in, or 0."""

    link: int
    variant: int


def click_token(link: int, variant: int) -> str:
    return _seal("click", (link, variant), CLICK_SIZES)


def read_click(token: str) -> Click:
    """Raises TokenError."""
    return Click(*_open("click", token, CLICK_SIZES))


def _seal(purpose: str, numbers: tuple[int, ...], sizes: tuple[int, ...]) -> str:
    body = b"".join(n.to_bytes(size, "big") for n, size in zip(numbers, sizes, strict=True))
    key = keys_for(purpose)[0]
    mark = keyed(key, VERSION + body)[:MARK]
    return urlsafe_b64encode(VERSION + _hidden(key, mark, body) + mark).decode()


def _open(purpose: str, token: str, sizes: tuple[int, ...]) -> list[int]:
    raw = _decoded(token)
    if raw is not None and len(raw) == 1 + sum(sizes) + MARK and raw[:1] == VERSION:
        hidden, mark = raw[1:-MARK], raw[-MARK:]
        for key in keys_for(purpose):
            body = _hidden(key, mark, hidden)
            if hmac.compare_digest(keyed(key, VERSION + body)[:MARK], mark):
                return _numbers(body, sizes)
    raise TokenError(_("Please copy the whole address from the mail, or use the button in it."))


def _decoded(token: str) -> bytes | None:
    try:
        raw = urlsafe_b64decode(token.encode("ascii"))
    except (Base64Error, ValueError):
        return None
    # base64 skips signs that it does not know: only the one true spelling counts.
    return raw if urlsafe_b64encode(raw).decode() == token else None


def _hidden(key: bytes, mark: bytes, body: bytes) -> bytes:
    stream = keyed(key, b"stream" + mark)
    return bytes(a ^ b for a, b in zip(body, stream[: len(body)], strict=True))


def _numbers(body: bytes, sizes: tuple[int, ...]) -> list[int]:
    numbers, start = [], 0
    for size in sizes:
        numbers.append(int.from_bytes(body[start : start + size], "big"))
        start += size
    return numbers
