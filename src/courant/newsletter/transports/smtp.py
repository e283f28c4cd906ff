"""Mail over one kept SMTP connection, with three outcomes: accepted, refused, unknown.

https://docs.python.org/3/library/smtplib.html. Its `sendmail` raises the same error whether the
connection broke before the final dot (not accepted) or after it (nobody knows): DATA is ours.
"""

import re
import smtplib
import ssl
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Literal, Self
from urllib.parse import urlsplit

from django.conf import settings

from courant.newsletter.transports.base import Mail, Transport, TransportError

MESSAGES_A_CONNECTION = 100  # then a new one: servers dislike guests who stay for ever
GOODBYE_TIMEOUT = 5.0
LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)
OWN_FAULT = re.compile(r"\b[45]\.7\.\d+")  # RFC 3463: security and policy, so us, not the address
FAULTS = (smtplib.SMTPException, OSError)


@dataclass
class SmtpTransport(Transport):
    host: str
    port: int = 25
    user: str = ""
    password: str = field(default="", repr=False)
    security: Literal["none", "starttls", "tls"] = "none"
    timeout: float = 30
    name: str = "[127.0.0.1]"  # how we introduce ourselves
    _server: smtplib.SMTP | None = field(default=None, init=False, repr=False)
    _count: int = field(default=0, init=False, repr=False)

    @classmethod
    def from_settings(cls) -> Self:
        security: Literal["none", "starttls", "tls"] = (
            "tls" if settings.EMAIL_USE_SSL else "starttls" if settings.EMAIL_USE_TLS else "none"
        )
        return cls(
            settings.EMAIL_HOST,
            settings.EMAIL_PORT,
            settings.EMAIL_HOST_USER,
            settings.EMAIL_HOST_PASSWORD,
            security,
            settings.EMAIL_TIMEOUT,
            own_name(settings.COURANT_URL),
        )

    def open(self) -> None:
        if self._server is not None:
            return
        try:
            self._server = self._connected()
        except FAULTS as error:
            raise TransportError(
                f"The SMTP server {self.host}:{self.port} cannot be used: {_words(error)}",
                systemic=True,
                code=_code(error),
            ) from error
        self._count = 0

    def submit(self, mail: Mail) -> None:
        if self._count >= MESSAGES_A_CONNECTION:
            self.close()
        self.open()
        self._count += 1
        self._ask(f"MAIL FROM:<{mail.sender}>", sender=True)
        try:
            self._ask(f"RCPT TO:<{mail.recipient}>")
            self._ask("DATA", good=354)
        except TransportError:
            self._forget_message()
            raise
        self._body(mail.data)

    def close(self) -> None:
        """Say goodbye. A server that answers badly to that has accepted all the same."""
        server, self._server = self._server, None
        if server is None:
            return
        try:
            if server.sock:
                server.sock.settimeout(min(self.timeout, GOODBYE_TIMEOUT))
            server.quit()
        except FAULTS:
            server.close()

    def _connected(self) -> smtplib.SMTP:
        context = ssl.create_default_context() if self.security != "none" else None
        server: smtplib.SMTP
        if self.security == "tls":
            server = smtplib.SMTP_SSL(
                self.host, self.port, self.name, timeout=self.timeout, context=context
            )
        else:
            server = smtplib.SMTP(self.host, self.port, self.name, timeout=self.timeout)
        try:
            server.ehlo_or_helo_if_needed()
            if self.security == "starttls":
                server.starttls(context=context)
                server.ehlo_or_helo_if_needed()
            if self.user:
                server.login(self.user, self.password)
        except BaseException:
            server.close()
            raise
        return server

    def _ask(self, command: str, *, good: int = 250, sender: bool = False) -> None:
        """One command before the body; whatever fails here, nothing was accepted."""
        assert self._server is not None  # noqa: S101 - opened by submit
        try:
            code, words = self._server.docmd(command)
        except FAULTS as error:
            self._drop()
            raise TransportError(
                f"The connection to {self.host} broke at {command[:4]}: {_words(error)}",
                systemic=True,
            ) from error
        if code // 100 != good // 100 or (good == 354 and code != 354):
            raise self._refusal(command[:4], code, words, sender=sender)

    def _body(self, data: bytes) -> None:
        assert self._server is not None  # noqa: S101 - opened by submit
        whole = data if data.endswith(b"\r\n") else data + b"\r\n"
        try:
            self._server.send(LEADING_DOT.sub(b"..", whole) + b".\r\n")
        except FAULTS as error:  # the final dot never left: not accepted
            self._drop()
            raise TransportError(
                f"The connection to {self.host} broke in the message: {_words(error)}",
                systemic=True,
            ) from error
        try:
            code, words = self._server.getreply()
        except FAULTS as error:
            self._drop()
            raise TransportError(
                f"{self.host} had the whole message and gave no answer: {_words(error)}",
                outcome_unknown=True,
            ) from error
        if code // 100 in (4, 5):
            raise self._refusal("message", code, words)
        if code // 100 != 2:
            self._drop()
            raise TransportError(
                f"{self.host} had the whole message and answered {code} {_text(words)}",
                outcome_unknown=True,
                code=max(code, 0),
            )

    def _refusal(
        self, what: str, code: int, words: bytes, *, sender: bool = False
    ) -> TransportError:
        text = _text(words)
        going = code == 421 or code < 400  # closing, or no SMTP at all
        if going:
            self._drop()
        return TransportError(
            f"{self.host} refused ({what}): {code} {text}",
            permanent=code // 100 == 5,
            systemic=sender or going or OWN_FAULT.search(text) is not None,
            code=max(code, 0),
        )

    def _forget_message(self) -> None:
        """Make the connection ready for the next message."""
        if self._server is not None:
            try:
                code, _words = self._server.docmd("RSET")
            except FAULTS:
                code = 0
            if code != 250:
                self._drop()

    def _drop(self) -> None:
        if self._server is not None:
            self._server.close()
        self._server = None


def own_name(url: str) -> str:
    """The name for EHLO: the host of the paper's address, bracketed if it is a number."""
    host = urlsplit(url).hostname or "localhost"
    try:
        number = ip_address(host)
    except ValueError:
        return host
    return f"[{number}]" if number.version == 4 else f"[IPv6:{number}]"


def _code(error: Exception) -> int | None:
    return error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else None


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return str(error) or type(error).__name__


def _text(words: bytes | str) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else words
