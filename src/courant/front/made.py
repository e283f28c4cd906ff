"""What making a page yields: its bytes and the files that it needs beside it."""

from dataclasses import dataclass
from pathlib import Path


class FrontError(Exception):
    """A page or a picture cannot be made."""


@dataclass(frozen=True)
class PublicFile:
    """A file below the public root: bytes to write, or another file to copy."""

    path: str
    data: bytes | Path

    def read(self) -> bytes:
        return self.data if isinstance(self.data, bytes) else self.data.read_bytes()


@dataclass(frozen=True)
class Made:
    """A finished file. `problems` are for the desk: pictures that had to be left out."""

    path: str  # below the public root: "harbour/ferry-returns/index.html"
    data: bytes
    assets: tuple[PublicFile, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def files(self) -> dict[str, bytes]:
        """Itself and all that it needs, by path."""
        return {self.path: self.data} | {asset.path: asset.read() for asset in self.assets}


def file_of(path: str) -> str:
    """Where an address lives below the public root: "/harbour/" -> "harbour/index.html"."""
    parts = [part for part in path.split("/") if part]
    if any(part.startswith(".") or "\\" in part or "\0" in part for part in parts):
        raise FrontError(f"{path!r} is not an address of this paper: a part begins with a dot.")
    return "/".join([*parts, "index.html"]) if path.endswith("/") else "/".join(parts)
