"""Lines to and from a server over one connection, plain or protected."""

import re
import socket
import ssl
from contextlib import suppress
from typing import Any

from courant.newsletter.transports.replies import Reply

LONGEST_REPLY = 8192  # bytes of one line; RFC 5321 allows 512
MOST_LINES = 100
A_MESSAGE = 256 * 1024  # bytes that the system takes at once, so that a letter is one call
REPLY = re.compile(r"[2-5][0-9]{2}([ -]|$)")


class Broke(Exception):
    """The connection broke, or the server was silent for too long."""


class Wire:
    """Raises OSError when the server cannot be reached."""

    def __init__(self, host: str, port: int, timeout: float) -> None:
        self._timeout = timeout
        plain = socket.create_connection((host, port), timeout)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, A_MESSAGE)
        self._socket: Any = plain
        self._file: Any = plain.makefile("rb")

    def protect(self, host: str) -> None:
        """TLS, with the server's chain and name verified."""
        context = ssl.create_default_context()
        self._file.close()
        self._socket = context.wrap_socket(self._socket, server_hostname=host)
        self._file = self._socket.makefile("rb")

    def has_unread(self) -> bool:
        """Whether bytes came that nobody asked for: somebody may have slipped them in."""
        self._socket.settimeout(0)
        try:
            return bool(self._file.peek(1))
        except (BlockingIOError, OSError):
            return False
        finally:
            self._socket.settimeout(self._timeout)

    def patience(self, times: float) -> None:
        """How much longer than usual to wait for what comes next."""
        self._socket.settimeout(self._timeout * times)

    def ask(self, command: str) -> Reply:
        """Raises Broke, as the next two do."""
        self.write(command.encode("ascii") + b"\r\n")
        return self.reply()

    def write(self, data: bytes) -> None:
        try:
            self._socket.sendall(data)
        except OSError as error:
            raise Broke(words_of(error)) from error

    def reply(self) -> Reply:
        """One reply of one or more lines."""
        lines = []
        for _number in range(MOST_LINES):
            text = self._line()
            if not REPLY.match(text):
                return Reply(0, text)
            lines.append(text[4:])
            if text[3:4] != "-":
                return Reply(int(text[:3]), "\n".join(lines))
        raise Broke("a reply without end")

    def _line(self) -> str:
        try:
            line: bytes = self._file.readline(LONGEST_REPLY)
        except OSError as error:
            raise Broke(words_of(error)) from error
        if not line.endswith(b"\n"):
            raise Broke("the server closed it" if len(line) < LONGEST_REPLY else "an endless line")
        return line.rstrip(b"\r\n").decode("utf-8", "replace")

    def close(self) -> None:
        for thing in (self._file, self._socket):
            with suppress(OSError):
                thing.close()


def words_of(error: BaseException) -> str:
    return str(error) or type(error).__name__
