"""What a worker did, on its own disk: it survives `kill -9`, so that little is left in doubt.

Lines, each written at once: the window that was opened, and per message that it began, that it was
accepted, that it was not. Nothing is synced to the disk: after a power cut the boot's id differs,
and what the journal does not say is then not taken for "never began".
"""

import fcntl
import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

MODE = 0o600
OPENED, BEGUN, ACCEPTED, REFUSED = "w", "b", "a", "n"
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def this_boot() -> str:
    """Differs after every start of the machine; empty where the system does not tell."""
    try:
        return BOOT_ID.read_text().strip()
    except OSError:
        return ""


class Journal:
    """One worker's own; threads may write at once. Its lock tells that the worker lives."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path = folder / f"{os.getpid()}-{secrets.token_hex(4)}.journal"
        self._fd = os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND, MODE)
        fcntl.flock(self._fd, fcntl.LOCK_EX)
        self._start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        os.close(self._fd)

    def note(self, kind: str, fence: int, key: int = 0) -> None:
        """Raises OSError, such as that the disk is full."""
        os.write(self._fd, b"%s %d %d\n" % (kind.encode(), fence, key))

    def clear(self, opened: int = 0) -> None:
        """All of it stands in the database now; but for the window `opened`."""
        os.ftruncate(self._fd, 0)
        self._start(opened)

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)

    def _start(self, opened: int = 0) -> None:
        line = f"{OPENED} {opened} 0\n" if opened else ""
        os.write(self._fd, f"boot {this_boot()}\n{line}".encode())


@dataclass
class Known:
    """What the journals of this machine say."""

    opened: set[int] = field(default_factory=set)
    """Windows of which every beginning was written down."""
    ends: dict[tuple[int, int], str] = field(default_factory=dict)
    """The last line about a message of a window."""

    def of(self, fence: int, key: int) -> str:
        """ACCEPTED, REFUSED (it did not go, perhaps never began), or BEGUN: nobody knows."""
        return self.ends.get((fence, key), REFUSED if fence in self.opened else BEGUN)


def read_all(folder: Path) -> Known:
    known = Known()
    for path in sorted(folder.glob("*.journal")):
        with suppress(FileNotFoundError):  # its worker was done with it
            _read(path.read_text(errors="replace"), known)
    return known


def _read(text: str, known: Known) -> None:
    lines = text.split("\n")[:-1]  # a line without an end was not finished
    same_boot = bool(lines) and bool(this_boot()) and lines[0] == f"boot {this_boot()}"
    for line in lines[1:]:
        kind, _, rest = line.partition(" ")
        fence, _, key = rest.partition(" ")
        if not (fence.isdigit() and key.isdigit()):
            continue
        if kind == OPENED and same_boot:
            known.opened.add(int(fence))
        elif kind != OPENED:
            known.ends[int(fence), int(key)] = kind


def sweep(folder: Path, still_open: Iterable[int]) -> None:
    """Remove journals of dead workers that no row needs any more."""
    needed = set(still_open)
    for path in folder.glob("*.journal"):
        with suppress(OSError), path.open("r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # raises while its worker lives
            known = Known()
            _read(file.read().decode(errors="replace"), known)
            fences = known.opened | {fence for fence, _key in known.ends}
            if not fences & needed:
                path.unlink(missing_ok=True)
