"""Reports from a mailbox that is read over IMAP: for who has no mail server of their own."""

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from courant.newsletter.errors import NewsletterError
from courant.newsletter.returns.record import take_in

AT_ONCE = 200
TIMEOUT = 30.0


class MailboxError(NewsletterError):
    """The mailbox cannot be read; nothing in it was changed."""


@dataclass
class Mailbox:
    """An IMAP mailbox. What was read is marked as seen, and stays."""

    host: str
    user: str
    password: str = field(repr=False)
    port: int = 993
    folder: str = "INBOX"
    tls: bool = True

    def read(self) -> int:
        """Take in what is unseen; how many reports found their row. Raises MailboxError."""
        count = 0
        try:
            with self._opened() as server:
                for number in self._unseen(server):
                    count += self._take(server, number)
        except (imaplib.IMAP4.error, OSError) as error:
            raise MailboxError(
                f"The mailbox {self.user} at {self.host}:{self.port} cannot be read: {error}. "
                "See the settings bounce_imap_…"
            ) from error
        return count

    @contextmanager
    def _opened(self) -> Iterator[imaplib.IMAP4]:
        server: imaplib.IMAP4
        if self.tls:
            context = ssl.create_default_context()
            server = imaplib.IMAP4_SSL(self.host, self.port, ssl_context=context, timeout=TIMEOUT)
        else:
            server = imaplib.IMAP4(self.host, self.port, timeout=TIMEOUT)
        with server:
            server.login(self.user, self.password)
            answer, words = server.select(self.folder)
            if answer != "OK":
                raise imaplib.IMAP4.error(f"no folder {self.folder!r}: {words!r}")
            yield server

    def _unseen(self, server: imaplib.IMAP4) -> list[bytes]:
        _answer, found = server.uid("SEARCH", "UNSEEN")
        return (found[0] or b"").split()[:AT_ONCE]

    def _take(self, server: imaplib.IMAP4, number: bytes) -> int:
        """One mail: read without a mark, recorded, then marked, so that none is lost between."""
        uid = number.decode("ascii")
        _answer, parts = server.uid("FETCH", uid, "(BODY.PEEK[])")
        data = next((part[1] for part in parts if isinstance(part, tuple)), b"")
        count = take_in(data, source="mailbox")
        server.uid("STORE", uid, "+FLAGS", r"(\Seen)")
        return count
