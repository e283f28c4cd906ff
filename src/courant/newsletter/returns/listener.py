"""A small server that a mail server hands reports to: LMTP, or SMTP, on this machine alone.

In Postfix: `transport_maps` with `news.example.org lmtp:inet:127.0.0.1:2424`, or a
`mailbox_transport`. It says yes only when the report stands in the database, so that none is lost
while that is away.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from asgiref.sync import sync_to_async
from django.db import close_old_connections

from courant.newsletter.names import NAME
from courant.newsletter.returns.record import take_in

log = logging.getLogger(__name__)

LARGEST = 5 * 1024 * 1024  # a report carries our message back at most once


class Reports:
    """Takes mail for return addresses, and nothing else."""

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd calls
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if not NAME.search(address.lower()):
            return "550 5.1.1 Only reports about our own mail are taken here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        try:
            await sync_to_async(_kept, thread_sensitive=False)(
                envelope.content, tuple(envelope.rcpt_tos)
            )
        except Exception:  # the server's edge: whoever hands it on keeps it and comes again
            log.exception("A report could not be recorded")
            return "451 4.3.0 Not recorded; please try again"
        return "250 OK"


def _kept(content: bytes, recipients: tuple[str, ...]) -> None:
    close_old_connections()
    try:
        take_in(content, recipients)
    finally:
        close_old_connections()


class LmtpController(Controller):
    def factory(self) -> LMTP:
        return LMTP(self.handler, **self.SMTP_kwargs)


@contextmanager
def listening(host: str, port: int, *, lmtp: bool = True) -> Iterator[None]:
    """Take reports until the block ends. Raises OSError, such as that the port is taken."""
    kind = LmtpController if lmtp else Controller
    controller = kind(Reports(), hostname=host, port=port, data_size_limit=LARGEST)
    controller.start()
    try:
        yield
    finally:
        controller.stop()


def listen(host: str, port: int, stop: threading.Event, *, lmtp: bool = True) -> None:
    """Take reports until told to stop."""
    with listening(host, port, lmtp=lmtp):
        stop.wait()
