"""An SMTP server that fails at one chosen state, below the protocol where real servers fail.

`fault` is a state and what happens there: `rcpt_drop`, `dot_421`. `offers` chooses the dialect:
`plain` (HELO and nothing else), `pipelining`, or `chunking` (with PIPELINING).
"""

import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field

STALL = 1.5  # seconds; longer than the clients' timeout in these tests
ANSWERS = {
    "4xx": "451 later",
    "5xx": "554 5.6.0 no",
    "policy": "550 5.7.1 blocked",
    "421": "421 busy",
    "odd": "nonsense",
    "slower": "451 4.7.1 slower, please",
    "busy": "454 4.3.0 busy",
}
# 24 faults, each at another point of the talk, and what is known of the message afterwards.
REFUSED = (
    *("banner_drop", "banner_421", "banner_stall", "ehlo_drop"),
    *("mail_drop", "mail_4xx", "mail_5xx", "mail_stall", "mail_421"),
    *("rcpt_drop", "rcpt_4xx", "rcpt_5xx", "rcpt_stall", "rcpt_policy"),
    *("body_drop", "dot_4xx", "dot_5xx", "dot_421"),
)
UNCERTAIN = ("dot_drop_lost", "dot_drop_accepted", "dot_stall_accepted", "dot_odd_accepted")
TAKEN = ("quit_drop", "quit_stall")
FAULTS = (*REFUSED, *UNCERTAIN, *TAKEN)


@dataclass
class FaultyServer:
    """Listens on a port of its own until closed; `accepted` holds recipients of what it took.

    Each recipient meets the fault once where `once` is set: afterwards the server is a good one.
    """

    fault: str
    offers: str = "pipelining"
    once: bool = False
    limit: int = 0  # how often the fault strikes at most; 0: always
    delay: float = 0.0  # seconds that each message takes
    accepted: list[str] = field(default_factory=list)
    subjects: list[tuple[str, str]] = field(default_factory=list)
    """Recipient and subject of what it took without a fault."""
    begun: list[tuple[str, float]] = field(default_factory=list)
    """Recipient and time (monotonic) of each envelope."""
    met: int = 0  # how often the fault was really injected
    seen: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)
    _socket: socket.socket = field(default_factory=socket.socket)

    def __enter__(self):
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.listen(50)
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *exc):
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)

    def _serve(self):
        while True:
            try:
                client, _address = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(client,), daemon=True).start()

    def _talk(self, client):
        with client:
            client.settimeout(5)
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with suppress(OSError, _Over):
                _Talk(self, client).run()

    def strikes(self, name, recipient):
        """Whether the fault is at this state, and still to be met by this recipient."""
        if not self.fault.startswith(f"{name}_"):
            return False
        with self.lock:
            if (self.once and recipient in self.seen) or (self.limit and self.met >= self.limit):
                return False
            self.seen.add(recipient)
            self.met += 1
        return True


class _Over(Exception):
    pass


class _Talk:
    def __init__(self, server, client):
        self.server, self.client = server, client
        self.file = client.makefile("rb")
        self.stop = threading.Event()
        self.recipient = ""
        self.refused = False  # the envelope of this message

    def run(self):
        with self.file:
            self._state("banner", "220 x")
            while line := self.file.readline():
                verb = line[:4].upper().strip().decode()
                if verb == "EHLO":
                    self._ehlo()
                elif verb == "MAIL":
                    # A return address of its own (VERP) tells the reader already here.
                    self.recipient = line.partition(b"<")[2].partition(b">")[0].decode()
                    self.refused = not self._state("mail", "250 x")
                elif verb == "RCPT":
                    self.address = line.partition(b"<")[2].partition(b">")[0].decode()
                    self.server.begun.append((self.address, time.monotonic()))
                    self.refused = not self._state("rcpt", "250 x") or self.refused
                elif verb == "DATA":
                    if self._state("data", "354 go"):
                        self._message(self._until_dot)
                elif verb == "BDAT":
                    size = int(line.split()[1])
                    self._message(lambda size=size: self._exactly(size))
                elif verb == "QUIT":
                    self._state("quit", "221 bye")
                    return
                else:
                    self._say("250 x")

    def _ehlo(self):
        if self.server.offers == "plain":
            self._state("ehlo", "502 what?")
            return
        extra = "250-PIPELINING\r\n" + (
            "250-CHUNKING\r\n" if self.server.offers == "chunking" else ""
        )
        self._state("ehlo", f"250-x\r\n{extra}250 HELP")

    def _message(self, read):
        if self.server.strikes("body", self.recipient):
            self.file.read(10)
            self._reset()
        told = read()
        if self.refused:  # RFC 2920: it asked for the message before it had looked
            self._say("554 no valid recipients")
            return
        if self.server.strikes("dot", self.recipient):
            if self.server.fault.endswith("_accepted"):
                self.server.accepted.append(self.address)
            self._fail(self.server.fault.split("_")[1])
            return
        if self.server.delay:
            self.stop.wait(self.server.delay)
        self.server.accepted.append(self.address)
        subject = told.partition(b"\r\nSubject: ")[2].partition(b"\r\n")[0]
        self.server.subjects.append((self.address, subject.decode()))
        self._say("250 ok")

    def _until_dot(self):
        lines = [b""]
        while lines[-1] != b".\r\n":
            lines.append(self.file.readline())
            if not lines[-1]:
                raise _Over
        return b"".join(lines[:-1])

    def _exactly(self, size):
        told = self.file.read(size)
        if len(told) < size:
            raise _Over
        return told

    def _state(self, name, good):
        """True when all went well."""
        if not self.server.strikes(name, self.recipient):
            self._say(good)
            return True
        self._fail(self.server.fault.removeprefix(f"{name}_").split("_")[0])
        return False

    def _fail(self, kind):
        if kind == "drop":
            raise _Over
        if kind == "stall":
            self.stop.wait(STALL)
            raise _Over
        self._say(ANSWERS[kind])
        if kind == "421":
            raise _Over

    def _say(self, text):
        self.client.sendall(text.encode() + b"\r\n")

    def _reset(self):
        self.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        self.client.close()
        raise _Over
