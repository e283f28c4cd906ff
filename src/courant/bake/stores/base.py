"""Where public files are put."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from pathlib import Path


class Store(ABC):
    """One tree of public files. Paths are relative, divided by /, never with .. in them.

    What was put is there for readers at once; it survives a power cut from the next `flush` on.
    Raises OSError when the place itself fails.
    """

    @abstractmethod
    def paths(self) -> Iterator[str]:
        """Every public file that is there, compressed variants left out."""

    @abstractmethod
    def read(self, path: str) -> bytes | None:
        """The file's bytes; None when there is none."""

    @abstractmethod
    def variants_fit(self, path: str, data: bytes) -> bool:
        """Whether every compressed variant that should be there is, and holds exactly this."""

    @abstractmethod
    def put(self, path: str, data: bytes, variants: Mapping[str, bytes]) -> None:
        """Make the file appear whole, in place of an older one, with its variants by ending.

        Variants come first and old ones go, so that none is of another text for longer than this.
        """

    @abstractmethod
    def put_variant(self, path: str, ending: str, data: bytes) -> None:
        """Put one compressed form of a file that is there in place of the one it has."""

    @abstractmethod
    def put_file(self, path: str, source: Path) -> None:
        """The same for a private file that is copied; its name says what is in it."""

    @abstractmethod
    def has_file(self, path: str, source: Path) -> bool:
        """Whether that copy is there already."""

    @abstractmethod
    def delete(self, path: str) -> None:
        """Take the file and its variants away; one that is not there is no error."""

    @abstractmethod
    def flush(self) -> None:
        """Make all that was put and deleted survive a power cut."""

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
