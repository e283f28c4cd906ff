"""Mail as files in the outbox: the default, and safe to repeat, for a message's name is its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from courant.lib.files import write_whole
from courant.newsletter.transports.base import (
    ACCEPTED,
    Mail,
    OneByOne,
    Outcome,
    TransportError,
    Verdict,
)

PRIVATE_MODE = 0o640  # addresses are in it


@dataclass
class FileTransport(OneByOne):
    """Writes `<time>-<digest of message id and recipient>.eml`, whole."""

    folder: Path
    repeatable: ClassVar[bool] = True
    route: str = "file"

    @classmethod
    def from_settings(cls) -> Self:
        return cls(Path(settings.COURANT_OUTBOX))

    def hand_on(self, mail: Mail) -> Outcome:
        path = self.path_of(mail)
        if path.exists():  # it is there whole, or it is not there
            return ACCEPTED
        try:
            write_whole(path, mail.data, mode=PRIVATE_MODE)
        except OSError as error:
            return Outcome(
                Verdict.BROKEN,
                f"{path} could not be written: {error}. Make room, or let Courant write there.",
                of_server=True,
            )
        return ACCEPTED

    def path_of(self, mail: Mail) -> Path:
        digest = sha256(f"{mail.message_id}\n{mail.recipient}".encode()).hexdigest()[:20]
        return self.folder / f"{mail.date.astimezone(UTC):%Y%m%dT%H%M%SZ}-{digest}.eml"


class DjangoFileBackend(BaseEmailBackend):
    """Django's own mail (password resets, notices of the desk's workflow) in the same folder."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        transport = FileTransport.from_settings()
        count = 0
        for message in email_messages:
            if not message.recipients():
                continue
            outcome = transport.hand_on(_mail_of(message))
            if outcome is ACCEPTED:
                count += 1
            elif not self.fail_silently:
                raise TransportError(outcome.text)
        return count


def _mail_of(message: EmailMessage) -> Mail:
    made: Any = message.message()
    return Mail(
        message_id=str(made["Message-ID"]),
        date=parsedate_to_datetime(str(made["Date"])),
        sender=message.from_email,
        recipient=", ".join(message.recipients()),
        write=partial(made.as_bytes, linesep="\r\n"),
    )
