"""One connection to an SMTP server: PIPELINING and CHUNKING where offered, step by step where not.

RFC 5321, 2920 (PIPELINING), 3030 (BDAT), 3207 (STARTTLS), 4954 (AUTH), 1870 (SIZE). The envelope
goes ahead of the message, so only a message that went out whole can have an uncertain end.
"""

import base64
import re
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any, Literal

from courant.newsletter.errors import TransportError
from courant.newsletter.outcomes import ACCEPTED, Outcome, Verdict
from courant.newsletter.transports.replies import CLOSING, Reply, Stage, judged

LONGEST_REPLY = 8192  # bytes of one line; RFC 5321 allows 512
MOST_LINES = 100
A_MESSAGE = 256 * 1024  # bytes that the system takes at once, so that a letter is one call
GOODBYE = 5.0  # seconds
PATIENCE = (
    4  # times as long for the last reply: the server may scan the message (RFC 5321, 4.5.3.2)
)
LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


class Broke(Exception):
    """The connection broke, or the server was silent for too long."""


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

    def __init__(self, address: Address) -> None:
        self.address = address
        self.alive = True
        self.count = 0
        self.extensions: dict[str, str] = {}
        self.protected = False
        self._socket: Any = None
        self._file: Any = None

    # ── Opening ───────────────────────────────────────────────────────────────────────────────────

    @classmethod
    def connect(cls, address: Address) -> "Session":
        """Raises TransportError with what failed and, if the server said so, its code."""
        session = cls(address)
        try:
            session._open()
        except (Broke, OSError) as error:
            session.drop()
            raise session._trouble(_words(error)) from error
        except BaseException:
            session.drop()
            raise
        return session

    def _open(self) -> None:
        address = self.address
        plain = socket.create_connection((address.host, address.port), address.timeout)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, A_MESSAGE)
        self._use(plain)
        if address.security == "tls":
            self._protect()
        self._must(self._reply(), 220)
        self._introduce()
        if address.security == "starttls":
            self._start_tls()
        if address.user:
            self._log_in()

    def _use(self, connection: socket.socket) -> None:
        if self._file:
            self._file.close()
        self._socket, self._file = connection, connection.makefile("rb")

    def _protect(self) -> None:
        context = ssl.create_default_context()  # verifies chain and name
        self._use(context.wrap_socket(self._socket, server_hostname=self.address.host))
        self.protected = True

    def _introduce(self) -> None:
        """EHLO, and HELO for servers of long ago."""
        reply = self._ask(f"EHLO {self.address.name}")
        if reply.code == 250:
            lines = [line.partition(" ") for line in reply.text.split("\n")[1:]]
            self.extensions = {word.upper(): rest for word, _, rest in lines}
            return
        if reply.code == CLOSING:
            self._must(reply, 250)
        self.extensions = {}
        self._must(self._ask(f"HELO {self.address.name}"), 250)

    def _start_tls(self) -> None:
        if "STARTTLS" not in self.extensions:
            raise self._trouble("it offers no STARTTLS; set smtp_security to what it offers")
        self._must(self._ask("STARTTLS"), 220)
        if self._has_unread():
            raise self._trouble("it sent more before the connection was protected")
        self._protect()
        self._introduce()

    def _has_unread(self) -> bool:
        """Whether bytes came that nobody asked for: somebody may have slipped them in."""
        self._socket.settimeout(0)
        try:
            return bool(self._file.peek(1))
        except (BlockingIOError, OSError):
            return False
        finally:
            self._socket.settimeout(self.address.timeout)

    def _log_in(self) -> None:
        user, password = self.address.user, self.address.password
        offered = self.extensions.get("AUTH", "").upper().split()
        if "PLAIN" in offered:
            secret = _base64(f"\0{user}\0{password}")
            reply = self._ask(f"AUTH PLAIN {secret}")
        elif "LOGIN" in offered:
            self._must(self._ask("AUTH LOGIN"), 334)
            self._must(self._ask(_base64(user)), 334)
            reply = self._ask(_base64(password))
        else:
            raise self._trouble(
                "a user is set, and it offers neither AUTH PLAIN nor LOGIN"
                + ("" if self.protected else "; perhaps it does only over TLS: see smtp_security")
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
            self._write("".join(f"{command}\r\n" for _s, command, _g in commands).encode("ascii"))
        refused = None
        reply = Reply(0, "")
        for stage, command, good in commands:
            reply = self._reply() if ahead else self._ask(command)
            if not _is(reply, good):
                refused = refused or judged(self.address.host, reply, stage)
                if not ahead or reply.code in (0, CLOSING):
                    break
        if refused:
            if reply.code == 354:  # it waits for a message to nobody (RFC 2920)
                self._ask(".")
            self._recover(refused)
        return refused

    def _body(self, data: bytes) -> Outcome:
        """From the moment that all is written, silence is uncertain."""
        if "CHUNKING" in self.extensions:
            self._write(b"BDAT %d LAST\r\n%b" % (len(data), data))
        else:
            self._write(_dotted(data))
        try:
            self._socket.settimeout(self.address.timeout * PATIENCE)
            reply = self._reply()
            self._socket.settimeout(self.address.timeout)
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
            if hopeless or self._ask("RSET").code != 250:
                self.drop()
        except Broke:
            self.drop()

    # ── Words on the wire ─────────────────────────────────────────────────────────────────────────

    def _ask(self, command: str) -> Reply:
        self._write(command.encode("ascii") + b"\r\n")
        return self._reply()

    def _write(self, data: bytes) -> None:
        try:
            self._socket.sendall(data)
        except OSError as error:
            raise Broke(_words(error)) from error

    def _reply(self) -> Reply:
        """One reply of one or more lines. Raises Broke."""
        lines = []
        for _number in range(MOST_LINES):
            try:
                line = self._file.readline(LONGEST_REPLY)
            except OSError as error:
                raise Broke(_words(error)) from error
            if not line.endswith(b"\n"):
                raise Broke("the server closed it" if len(line) < LONGEST_REPLY else "endless line")
            text = line.rstrip(b"\r\n").decode("utf-8", "replace")
            if not re.match(r"[2-5][0-9]{2}([ -]|$)", text):
                return Reply(0, text)
            lines.append(text[4:])
            if text[3:4] != "-":
                return Reply(int(text[:3]), "\n".join(lines))
        raise Broke("a reply without end")

    def _must(self, reply: Reply, good: int) -> None:
        if reply.code != good:
            raise self._trouble(f"{reply.code or ''} {reply.text}".strip(), reply.code or None)

    def _trouble(self, words: str, code: int | None = None) -> TransportError:
        where = f"{self.address.host}:{self.address.port}"
        return TransportError(f"The SMTP server {where} cannot be used: {words}", code=code)

    # ── Closing ───────────────────────────────────────────────────────────────────────────────────

    def quit(self) -> None:
        """Say goodbye. A server that answers badly to that has accepted all the same."""
        if self.alive:
            with suppress(Broke, OSError):
                self._socket.settimeout(min(self.address.timeout, GOODBYE))
                self._ask("QUIT")
        self.drop()

    def drop(self) -> None:
        self.alive = False
        for thing in (self._file, self._socket):
            if thing is not None:
                with suppress(OSError):
                    thing.close()


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


def _words(error: BaseException) -> str:
    return str(error) or type(error).__name__
