"""An SMTP server that fails at one chosen state, below the protocol where real servers fail."""

import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, field

STALL = 1.5  # seconds; longer than the clients' timeout in these tests


@dataclass
class FaultyServer:
    """Listens on a port of its own until closed; `accepted` counts messages it took."""

    fault: str
    accepted: int = 0
    met: bool = False  # the fault was really injected
    _socket: socket.socket = field(default_factory=socket.socket)

    def __enter__(self):
        self._socket.bind(("127.0.0.1", 0))
        self._socket.listen(5)
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
            with client:
                client.settimeout(5)
                with suppress(OSError, _Over):
                    _Talk(self, client).run()


class _Over(Exception):
    pass


class _Talk:
    def __init__(self, server, client):
        self.server, self.client = server, client
        self.file = client.makefile("rb")
        self.stop = threading.Event()

    def run(self):
        with self.file:
            self._state("banner", "220 x")
            while line := self.file.readline():
                verb = line[:4].upper().strip().decode()
                if verb == "DATA":
                    self._data()
                elif verb == "QUIT":
                    self._state("quit", "221 bye")
                    return
                else:
                    self._state(verb.lower(), "250 x")

    def _data(self):
        if not self._state("data", "354 go"):
            return
        if self.server.fault == "body_drop":
            self.file.read(10)
            self._met()
            self._reset()
        body = b""
        while not body.endswith(b"\r\n.\r\n"):
            line = self.file.readline()
            if not line:
                raise _Over
            body += line
        if self.server.fault.startswith("dot_"):
            if self.server.fault.endswith("_accepted"):
                self.server.accepted += 1
            self._state("dot", "")
        else:
            self.server.accepted += 1
            self._say("250 ok")

    def _state(self, name, good):
        """True when all went well."""
        fault = self.server.fault
        answers = {
            "4xx": "451 later",
            "5xx": "554 5.6.0 no",
            "policy": "550 5.7.1 blocked",
            "421": "421 busy",
            "odd": "nonsense",
        }
        kind = fault.removeprefix(f"{name}_").split("_")[0] if fault.startswith(f"{name}_") else ""
        if not kind:
            self._say(good)
            return True
        self._met()
        if kind == "drop":
            raise _Over
        if kind == "stall":
            self.stop.wait(STALL)
            raise _Over
        self._say(answers[kind])
        if kind == "421":
            raise _Over
        return False

    def _say(self, text):
        self.client.sendall(text.encode() + b"\r\n")

    def _met(self):
        self.server.met = True

    def _reset(self):
        self.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        self.client.close()
        raise _Over
