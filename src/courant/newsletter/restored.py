"""Noticing that the database came from a backup: then nothing of an edition is sent unasked.

A restored database has forgotten whom it wrote to since, and who has left since. So the home keeps
a count in a file, beside the database's own. The database is written first: when the file has the
higher count, the database is older than the mail that went out.

What also asks for a person: editions that were under way when the worker was last seen, hours ago.
So a machine that was restored as a whole, file and all, is noticed, and one that was off for the
night.
"""

import os
import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max

from courant.lib.files import write_whole
from courant.lib.locks import only_one
from courant.newsletter.models import Edition, SendingHome, SendingLock

LATE = timedelta(hours=3)
SEEN = timedelta(minutes=1)  # between two notes that the worker was here
MODE = 0o600
UNDER_WAY = (Edition.State.PREPARING, Edition.State.SENDING)


def is_time_to_look(at: datetime) -> bool:
    """Whether a worker with nothing to send should note that it is here; one query."""
    key, _count = _read_file()
    return bool(key) and not SendingHome.objects.filter(key=key, seen_at__gt=at - SEEN).exists()


def refusal(at: datetime) -> str:
    """Why nothing may be sent; empty when it may. Looks for a restore, and notes that it looked."""
    if locked := reason():
        return locked
    key, count = _read_file()
    if key:
        return _looked(key, count, at)
    with only_one(_file().with_name("count.lock")):  # two workers may be the first at once
        return _looked(*_read_file(), at)


def _looked(key: str, count: int, at: datetime) -> str:
    found = _found_out(key, count, at)
    if found:
        lock(found, at)
    else:
        _seen(key, at)
    return found


def reason() -> str:
    """Of the lock that holds; empty when none does."""
    row = SendingLock.objects.filter(ended_at=None).first()
    return row.reason if row else ""


def lock(why: str, at: datetime) -> None:
    """Let nothing of any edition go out; for restore scripts, too."""
    SendingLock.objects.create(reason=why, since=at)


def unlock(by: str, at: datetime) -> bool:
    """A person has looked: go on from what the database says. False when nothing was locked."""
    key, count = _read_file()
    if key:
        home, _new = SendingHome.objects.get_or_create(key=key, defaults={"seen_at": at})
        SendingHome.objects.filter(pk=home.pk).update(count=max(home.count, count) + 1)
    SendingHome.objects.update(seen_at=at)
    return bool(SendingLock.objects.filter(ended_at=None).update(ended_at=at, ended_by=by[:150]))


def advance() -> None:
    """Count a window, inside its transaction; the file follows when it is committed."""
    key, _count = _read_file()
    home = SendingHome.objects.filter(key=key)
    home.update(count=F("count") + 1)
    if count := home.values_list("count", flat=True).first():
        transaction.on_commit(lambda: _write_file(key, count))


def _found_out(key: str, count: int, at: datetime) -> str:
    known = SendingHome.objects.filter(key=key).first() if key else None
    under_way = Edition.objects.filter(state__in=UNDER_WAY)
    if key and (known is None or known.count < count):
        return (
            "The database is older than the mail that this home has sent: it comes from a backup. "
            "Who was written to since, and who has left since, is not in it."
        )
    if not key and under_way.exists() and SendingHome.objects.exists():
        return (
            "Editions are under way that another home was sending: the database was moved here, "
            "or comes from a backup."
        )
    last = SendingHome.objects.aggregate(last=Max("seen_at"))["last"]
    if last and at - last > LATE and under_way.filter(created_at__lte=last).exists():
        hours = (at - last) // timedelta(hours=1)
        return (
            f"No worker was here for {hours} hours, in the middle of an edition: "
            "the machine was off, or it was restored from a copy."
        )
    return ""


def _seen(key: str, at: datetime) -> None:
    if not key:
        key = secrets.token_hex(16)
        SendingHome.objects.create(key=key, seen_at=at)
        write_whole(_file(), f"{key} 0\n".encode(), mode=MODE)
    SendingHome.objects.filter(key=key, seen_at__lt=at - SEEN).update(seen_at=at)


def _file() -> Path:
    return Path(settings.COURANT_SENDING) / "count"


def _read_file() -> tuple[str, int]:
    """The home's key and count; "" where it has never sent."""
    with suppress(FileNotFoundError):
        key, _, count = _file().read_text().strip().partition(" ")
        if count.strip().isdigit():
            return key, int(count)
    return "", 0


def _write_file(key: str, count: int) -> None:
    """In place, for speed: a lower count after a power cut only makes us less wary, never wrong."""
    data = f"{key} {count:020d}\n".encode()
    with suppress(OSError):
        fd = os.open(_file(), os.O_WRONLY)
        try:
            os.pwrite(fd, data, 0)
        finally:
            os.close(fd)
