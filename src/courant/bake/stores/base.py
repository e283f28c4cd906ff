"""Where public files are put: a folder, later a bucket."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path

Content = bytes | Path
"""A file's bytes, or a private file whose bytes it gets."""


class Store(ABC):
    """A tree of public files. Paths are relative, divided by /, never with .. in them."""

    @abstractmethod
    def paths(self) -> Iterator[str]:
        """Every public file that is there."""

    @abstractmethod
    def holds(self, path: str, content: Content) -> bool:
        """Whether the file is there with exactly this content."""

    @abstractmethod
    def put(self, path: str, content: Content) -> None:
        """Make the file appear whole, in place of an older one. Raises OSError."""

    @abstractmethod
    def delete(self, path: str) -> None:
        """Take the file away; one that is not there is no error."""

    def tidy(self) -> None:  # noqa: B027 - a store without leftovers has nothing to do
        """Remove what a killed baker left behind."""


def checked(path: str) -> str:
    """The path, if it stays inside the tree. Raises ValueError."""
    parts = path.split("/")
    if not path or path.startswith("/") or any(part in ("", ".", "..") for part in parts):
        raise ValueError(f"{path!r} is no path inside the public tree.")
    if any(part.startswith(".") for part in parts) or "\0" in path:
        raise ValueError(f"{path!r} would be hidden or unreadable; public files are neither.")
    return path
