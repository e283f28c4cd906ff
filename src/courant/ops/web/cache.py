"""Files in memory, up to a bound, and always as they are on the disk now."""

import hashlib
import os
import stat
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

# In bytes. Larger files are streamed: a thousand slow listeners must not each hold a copy.
LARGEST_KEPT = 256 << 10
OVERHEAD = 2 << 10  # what an entry takes beside its data: headers, names, tables


@dataclass(slots=True, eq=False)
class File:
    """A file as it was when it was read; `data` is None for one that is to be streamed."""

    path: str
    size: int
    modified_ns: int
    inode: int
    etag: str
    data: bytes | None
    answers: Any = None  # what the server made of it, kept with it
    asked_for: bool = False  # since it was last looked at for throwing out

    @property
    def weight(self) -> int:
        """Bytes of memory that it takes in the cache."""
        return len(self.data or b"") + OVERHEAD


class Cache:
    """Files by their paths. Those that nobody asked for lately are thrown out; safe with threads.

    (CLOCK, or second chance: nearly the order of last use, without a lock for each use.)
    """

    def __init__(self, capacity: int) -> None:
        self.capacity, self.used = capacity, 0
        self.files: OrderedDict[str, File] = OrderedDict()
        self.lock = threading.Lock()

    def get(self, path: str) -> File | None:
        """The file as it is now; None when there is none. What is missing leaves no trace."""
        try:
            status = os.stat(path)  # noqa: PTH116 - a Path costs more than the question itself
        except (OSError, ValueError):  # ValueError: not a name that a file can have
            return None
        file = self.files.get(path)
        # A file that appears by rename has another inode, even in the same tick of the clock.
        if (
            file
            and file.inode == status.st_ino
            and file.modified_ns == status.st_mtime_ns
            and file.size == status.st_size
        ):
            file.asked_for = True
            return file
        return self._read(path) if stat.S_ISREG(status.st_mode) else None

    def _read(self, path: str) -> File | None:
        try:
            with open(path, "rb") as stream:  # noqa: PTH123
                status = os.fstat(stream.fileno())  # of what is read, which may be newer by now
                data = stream.read() if status.st_size <= LARGEST_KEPT else None
                digest = (
                    hashlib.sha256(data)
                    if data is not None
                    else hashlib.file_digest(stream, "sha256")
                )
        except OSError:
            return None
        facts = (status.st_size, status.st_mtime_ns, status.st_ino)
        file = File(path, *facts, f'"{digest.hexdigest()[:20]}"', data)
        self._keep(file)
        return file

    def _keep(self, file: File) -> None:
        with self.lock:
            if old := self.files.pop(file.path, None):
                self.used -= old.weight
            self.files[file.path] = file
            self.used += file.weight
            while self.used > self.capacity:
                path, oldest = self.files.popitem(last=False)
                if oldest.asked_for:
                    oldest.asked_for = False
                    self.files[path] = oldest
                else:
                    self.used -= oldest.weight
