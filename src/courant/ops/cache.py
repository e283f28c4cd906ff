"""Files in memory, up to a bound, and always as they are on the disk now."""

import hashlib
import os
import stat
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

LARGEST_CACHED = 2 << 20  # bytes; larger files are streamed


@dataclass(frozen=True)
class Served:
    """A file as it was when it was read; `data` is None for one that is streamed."""

    path: Path
    size: int
    modified_ns: int
    inode: int
    etag: str
    data: bytes | None

    def is_current(self, status: os.stat_result) -> bool:
        # A file that appears by rename has another inode, even in the same tick of the clock.
        seen = (self.size, self.modified_ns, self.inode)
        return seen == (status.st_size, status.st_mtime_ns, status.st_ino)


class Cache:
    """Files in memory, the least recently asked for thrown out first."""

    def __init__(self, capacity: int) -> None:
        self.capacity, self.used = capacity, 0
        self.files: OrderedDict[Path, Served] = OrderedDict()
        self.lock = threading.Lock()

    def get(self, path: Path) -> Served | None:
        """The file as it is now; None when there is none."""
        try:
            status = path.stat()
        except (OSError, ValueError):  # ValueError: a NUL byte in the path
            return None
        if not stat.S_ISREG(status.st_mode):
            return None
        with self.lock:
            file = self.files.get(path)
            if file and file.is_current(status):
                self.files.move_to_end(path)
                return file
        return self._read(path, status)

    def _read(self, path: Path, status: os.stat_result) -> Served | None:
        try:
            data = path.read_bytes() if status.st_size <= LARGEST_CACHED else None
        except OSError:
            return None
        # A streamed file's name carries its digest (audio), so its size and time identify it.
        identity = data if data is not None else f"{status.st_size}-{status.st_mtime_ns}".encode()
        etag = f'"{hashlib.sha256(identity).hexdigest()[:20]}"'
        facts = (status.st_size, status.st_mtime_ns, status.st_ino, etag, data)
        file = Served(path, *facts)
        if data is not None and len(data) == status.st_size:
            self._keep(file)
        return file

    def _keep(self, file: Served) -> None:
        with self.lock:
            old = self.files.pop(file.path, None)
            self.used += file.size - (old.size if old else 0)
            self.files[file.path] = file
            while self.used > self.capacity and self.files:
                self.used -= self.files.popitem(last=False)[1].size
