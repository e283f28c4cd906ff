"""Whether a reader's copy is still good (RFC 9110, 13), and which part of a file is wanted (14)."""

import re
import time
from email.utils import mktime_tz, parsedate_tz
from enum import Enum
from typing import Protocol

TAG = re.compile(r'(W/)?("[^"]*")')
RANGE = re.compile(r"bytes\s*=\s*(\d{0,18})-(\d{0,18})", re.IGNORECASE)
# Without any of these a file is answered as it is.
CONDITIONS = ("if-none-match", "if-modified-since", "range", "if-match", "if-unmodified-since")


class RequestHeaders(Protocol):
    """Headers of a request by their lower-case names, as granian gives them."""

    def get(self, key: str, default: str | None = None) -> str | None:
        """The first line of that name."""

    def get_all(self, key: str) -> list[str]:
        """All lines of that name."""


class Outcome(Enum):
    """What the conditions of a request come to."""

    GO_ON = 0
    UNCHANGED = 304
    FAILED = 412


def outcome(headers: RequestHeaders, etag: str, modified: int) -> Outcome:
    """The conditions in their order of precedence (13.2.2); `modified` in seconds since 1970."""
    if (tags := _listed(headers, "if-match")) is not None:
        if not _matches(tags, etag, strong=True):
            return Outcome.FAILED
    elif (date := _date(headers.get("if-unmodified-since"))) is not None and modified > date:
        return Outcome.FAILED
    if (tags := _listed(headers, "if-none-match")) is not None:
        return Outcome.UNCHANGED if _matches(tags, etag, strong=False) else Outcome.GO_ON
    if (date := _date(headers.get("if-modified-since"))) is not None and modified <= date:
        return Outcome.UNCHANGED
    return Outcome.GO_ON


def wanted_part(headers: RequestHeaders, size: int, etag: str, modified: int) -> range | None:
    """The bytes asked for; None for the whole file, an empty range where none can be given.

    Several ranges at once, other units and what cannot be read get the whole file (14.2).
    """
    values = headers.get_all("range")
    match = RANGE.fullmatch(values[0].strip()) if len(values) == 1 else None
    if not match or match.groups() == ("", "") or not _if_range(headers, etag, modified):
        return None
    start, end = match.groups()
    if not start:
        return range(size - min(int(end), size), size)
    if end and int(end) < int(start):
        return None
    return range(int(start), min(int(end or size) + 1, size))


def _if_range(headers: RequestHeaders, etag: str, modified: int) -> bool:
    """Whether the part fits what the reader has of the file already (13.1.5)."""
    value = headers.get("if-range")
    if value is None or value.strip() == etag:
        return True
    # A second in which the file may have changed again proves nothing (8.8.2.2).
    return _date(value) == modified and modified < time.time() - 1


def _listed(headers: RequestHeaders, name: str) -> str | None:
    lines = headers.get_all(name)
    return ",".join(lines) if lines else None


def _matches(tags: str, etag: str, *, strong: bool) -> bool:
    if tags.strip() == "*":
        return True
    return any(tag == etag and not (weak and strong) for weak, tag in TAG.findall(tags))


def _date(value: str | None) -> int | None:
    """Seconds since 1970; None for what is no date, which is to be ignored."""
    try:
        parts = parsedate_tz(value) if value else None
        return mktime_tz(parts) if parts else None
    except (ValueError, OverflowError, TypeError):
        return None
