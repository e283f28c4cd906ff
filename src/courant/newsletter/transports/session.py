"""One connection to an SMTP server: PIPELINING and CHUNKING where offered, step by step where not.

RFC 5321, 2920 (PIPELINING), 3030 (BDAT), 3207 (STARTTLS), 4954 (AUTH), 1870 (SIZE). The envelope
goes ahead of the message, so only a message that went out whole can have an uncertain end.
"""

import base64
import re
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Literal

from courant.newsletter.errors import TransportError
from courant.newsletter.outcomes import ACCEPTED, Outcome, Verdict
from courant.newsletter.transports.replies import CLOSING, Reply, Stage, judged
from courant.newsletter.transports.wire import Broke, Wire, words_of

GOODBYE = 5.0  # seconds
PATIENCE = (
    4  # times as long for the last reply: the server may scan the message (RFC 5321, 4.5.3.2)
)
LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


@dataclass
class Address:
    """A server and how it is to be spoken to."""

    host: str
    port: int = 25
    user: str = ""
    password: str = field(default="", repr=False)
    security: Literal["none", "starttls", "tls"] = "none"
    timeout: float = 30
    name: str = "[127.0.0.1]"  # how we introduce ourselves


class Session:
    """Made by `connect`; `send` never raises, and says in `alive` whether it can go on."""

    def __init__(self, address: Address, wire: Wire) -> None:
        self.address, self._wire = address, wire
        self.alive = True
        self.count = 0
        self.extensions: dict[str, str] = {}
        self.protected = False

    # ── Opening ───────────────────────────────────────────────────────────────────────────────────

    @classmethod
    def connect(cls, address: Address) -> "Session":
        """Raises TransportError with what failed and, if the server said so, its code."""
        try:
            session = cls(address, Wire(address.host, address.port, address.timeout))
        except OSError as error:
            raise _trouble(address, words_of(error)) from error
        try:
            session._open()
        except (Broke, OSError) as error:
            session.drop()
            raise _trouble(address, words_of(error)) from error
        except BaseException:
            session.drop()
            raise
        return session

    def _open(self) -> None:
        if self.address.security == "tls":
            self._protect()
        self._must(self._wire.reply(), 220)
        self._introduce()
        if self.address.security == "starttls":
            self._start_tls()
        if self.address.user:
            self._log_in()

    def _protect(self) -> None:
        self._wire.protect(self.address.host)
        self.protected = True

    def _introduce(self) -> None:
        """EHLO, and HELO for servers of long ago."""
        reply = self._wire.ask(f"EHLO {self.address.name}")
        if reply.code == 250:
            lines = [line.partition(" ") for line in reply.text.split("\n")[1:]]
            self.extensions = {word.upper(): rest for word, _, rest in lines}
            return
        if reply.code == CLOSING:
            self._must(reply, 250)
        self.extensions = {}
        self._must(self._wire.ask(f"HELO {self.address.name}"), 250)

    def _start_tls(self) -> None:
        if "STARTTLS" not in self.extensions:
            raise _trouble(
                self.address, "it offers no STARTTLS; set smtp_security to what it offers"
            )
        self._must(self._wire.ask("STARTTLS"), 220)
        if self._wire.has_unread():
            raise _trouble(self.address, "it sent more before the connection was protected")
        self._protect()
        self._introduce()

    def _log_in(self) -> None:
        user, password = self.address.user, self.address.password
        offered = self.extensions.get("AUTH", "").upper().split()
        if "PLAIN" in offered:
            secret = _base64(f"\0{user}\0{password}")
            reply = self._wire.ask(f"AUTH PLAIN {secret}")
        elif "LOGIN" in offered:
            self._must(self._wire.ask("AUTH LOGIN"), 334)
            self._must(self._wire.ask(_base64(user)), 334)
            reply = self._wire.ask(_base64(password))
        else:
            raise _trouble(
                self.address,
                "a user is set, and it offers neither AUTH PLAIN nor LOGIN"
                + ("" if self.protected else "; perhaps it does only over TLS: see smtp_security"),
            )
        self._must(reply, 235)

    # ── Sending ───────────────────────────────────────────────────────────────────────────────────

    def send(self, sender: str, recipient: str, data: bytes) -> Outcome:
        """One message to one address."""
        largest = self.extensions.get("SIZE", "")
        if largest.isdigit() and 0 < int(largest) < len(data):
            return Outcome(
                Verdict.REJECTED,
                f"{self.address.host} takes {largest} bytes at most; the message has {len(data)}.",
            )
        self.count += 1
        try:
            refused = self._envelope(sender, recipient)
            return refused or self._body(data)
        except Broke as error:
            self.drop()
            return Outcome(
                Verdict.BROKEN,
                f"The connection to {self.address.host} broke: {error}",
                of_server=True,
            )

    def _envelope(self, sender: str, recipient: str) -> Outcome | None:
        """None when the body may follow."""
        commands = [
            (Stage.MAIL, f"MAIL FROM:<{sender}>", 250),
            (Stage.RCPT, f"RCPT TO:<{recipient}>", 250),
        ]
        if "CHUNKING" not in self.extensions:
            commands.append((Stage.DATA, "DATA", 354))
        ahead = "PIPELINING" in self.extensions
        if ahead:
            self._wire.write(
                "".join(f"{command}\r\n" for _s, command, _g in commands).encode("ascii")
            )
        refused = None
        reply = Reply(0, "")
        for stage, command, good in commands:
            reply = self._wire.reply() if ahead else self._wire.ask(command)
            if not _is(reply, good):
                refused = refused or judged(self.address.host, reply, stage)
                if not ahead or reply.code in (0, CLOSING):
                    break
        if refused:
            if reply.code == 354:  # it waits for a message to nobody (RFC 2920)
                self._wire.ask(".")
            self._recover(refused)
        return refused

    def _body(self, data: bytes) -> Outcome:
        """From the moment that all is written, silence is uncertain."""
        if "CHUNKING" in self.extensions:
            self._wire.write(b"BDAT %d LAST\r\n%b" % (len(data), data))
        else:
            self._wire.write(_dotted(data))
        try:
            self._wire.patience(PATIENCE)
            reply = self._wire.reply()
            self._wire.patience(1)
        except (Broke, OSError) as error:
            self.drop()
            return Outcome(
                Verdict.UNCERTAIN,
                f"{self.address.host} had the whole message and gave no answer: {error}",
            )
        if reply.code == 250:
            return ACCEPTED
        outcome = judged(self.address.host, reply, Stage.BODY)
        self._recover(outcome)
        return outcome

    def _recover(self, outcome: Outcome) -> None:
        """Make the connection ready for the next message, or give it up."""
        hopeless = outcome.code in (None, CLOSING) or outcome.verdict in (
            Verdict.BROKEN,
            Verdict.UNCERTAIN,
        )
        try:
            if hopeless or self._wire.ask("RSET").code != 250:
                self.drop()
        except Broke:
            self.drop()

    # ── Closing ───────────────────────────────────────────────────────────────────────────────────

    def _must(self, reply: Reply, good: int) -> None:
        if reply.code != good:
            words = f"{reply.code or ''} {reply.text}".strip()
            raise _trouble(self.address, words, reply.code or None)

    def quit(self) -> None:
        """Say goodbye. A server that answers badly to that has accepted all the same."""
        if self.alive:
            with suppress(Broke, OSError):
                self._wire.patience(min(1.0, GOODBYE / self.address.timeout))
                self._wire.ask("QUIT")
        self.drop()

    def drop(self) -> None:
        self.alive = False
        self._wire.close()


def _trouble(address: Address, words: str, code: int | None = None) -> TransportError:
    where = f"{address.host}:{address.port}"
    return TransportError(f"The SMTP server {where} cannot be used: {words}", code=code)


def own_name(host: str) -> str:
    """The name for EHLO: the host of the paper's address, bracketed if it is a number."""
    try:
        number = ip_address(host)
    except ValueError:
        return host or "localhost"
    return f"[{number}]" if number.version == 4 else f"[IPv6:{number}]"


def _dotted(data: bytes) -> bytes:
    """As DATA needs it: dots at a line's start doubled, and the final dot."""
    whole = data if data.endswith(b"\r\n") else data + b"\r\n"
    if b"\n." in whole or whole.startswith(b"."):  # a letter of ours has none: looking is cheap
        whole = LEADING_DOT.sub(b"..", whole)
    return whole + b".\r\n"


def _is(reply: Reply, good: int) -> bool:
    return reply.code == good or (good == 250 and reply.code // 100 == 2)


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")
