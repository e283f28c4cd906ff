"""A tap on the worker's shoulder: something was written down, look now.

It carries nothing and may be lost; the worker also looks by itself. Processes of one machine share
a socket in the home.
"""

import os
import select
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

LONGEST = 107  # bytes in sun_path, its end counted


def wake(path: Path) -> None:
    """Let whoever listens look at once; nothing happens where nobody does."""
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.setblocking(False)  # noqa: FBT003
        with _name(path) as name:
            sender.sendto(b"!", name)


class Listener:
    """Waits for a tap. One at a time listens at a path; a later one takes over."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.setblocking(False)  # noqa: FBT003
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            path.unlink()
        with _name(path) as name:
            self.socket.bind(name)
        path.chmod(0o600)

    def wait(self, seconds: float) -> bool:
        """Until somebody taps, at most so long; whether somebody did."""
        ready, _, _ = select.select([self.socket], [], [], seconds)
        if not ready:
            return False
        with suppress(BlockingIOError):
            while self.socket.recv(64):
                pass
        return True

    def close(self) -> None:
        self.socket.close()  # the name stays: another listener may have taken it over


@contextmanager
def _name(path: Path) -> Iterator[str]:
    """Names of sockets hold 107 bytes: a longer one is reached through its folder's descriptor."""
    if len(os.fsencode(path)) < LONGEST:
        yield os.fspath(path)
        return
    folder = os.open(path.parent, os.O_PATH)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
