"""Taking reports all the time: the listener, and the mailbox every few minutes."""

import logging
import threading
from contextlib import ExitStack
from typing import Any

from django.conf import settings
from django.db import close_old_connections

from courant.newsletter.errors import NewsletterError
from courant.newsletter.returns.listener import listening
from courant.newsletter.returns.mailbox import Mailbox, MailboxError

log = logging.getLogger(__name__)

EVERY = 120.0  # seconds between two looks into the mailbox


def configured() -> bool:
    """Whether there is anything to take reports from."""
    return bool(settings.COURANT_RETURNS_LISTEN or settings.COURANT_BOUNCE_MAILBOX["host"])


def take_all(stop: threading.Event) -> None:
    """Take reports until told to stop. Raises NewsletterError where the settings name no source."""
    if not configured():
        raise NewsletterError(
            "No source of reports is set: see returns_listen and bounce_imap_host in "
            "docs/settings.md."
        )
    with ExitStack() as stack:
        if where := settings.COURANT_RETURNS_LISTEN:
            protocol, host, port = split_address(where)
            stack.enter_context(listening(host, port, lmtp=protocol == "lmtp"))
        while not stop.is_set():
            if settings.COURANT_BOUNCE_MAILBOX["host"]:
                _read_mailbox()
            stop.wait(EVERY)


def split_address(where: str) -> tuple[str, str, int]:
    """`lmtp:127.0.0.1:2424` or `127.0.0.1:2424`: protocol, host, port."""
    protocol = where[:4] if where.startswith(("lmtp:", "smtp:")) else "lmtp"
    host, _, port = where.removeprefix(f"{protocol}:").rpartition(":")
    return protocol, host.strip("[]"), int(port)


def _read_mailbox() -> None:
    close_old_connections()
    try:
        facts: dict[str, Any] = settings.COURANT_BOUNCE_MAILBOX
        Mailbox(**facts).read()
    except MailboxError:  # tried again at the next look; `courant status` has no say in it
        log.exception("The mailbox for reports could not be read")
    finally:
        close_old_connections()
