"""What a follower can do."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from courant.bake.stores.folder import FolderStore


class CannotFollow(Exception):
    """It did not take what it was told; the message says which, why and what to do.

    `wait` is how many seconds it asked for; 0: it did not say.
    """

    def __init__(self, message: str, wait: float = 0) -> None:
        super().__init__(message)
        self.wait = wait


@dataclass(frozen=True)
class Item:
    """A public file as it stands in the folder; `digest` is empty for pictures and sounds."""

    path: str
    digest: str = ""


class Follower(ABC):
    """Told of files that are new or other, then of those that are gone. Twice does no harm."""

    name: str
    batch: int  # files it is told of at once

    @abstractmethod
    def put(self, items: Sequence[Item], tree: FolderStore) -> Sequence[Item]:
        """Take these files; returns those taken. One that has changed since is left for later.

        Raises CannotFollow.
        """

    @abstractmethod
    def delete(self, paths: Sequence[str]) -> None:
        """Forget these files. Raises CannotFollow."""

    def known(self) -> Iterator[str]:
        """The files that it has, as far as it can be asked. Raises CannotFollow."""
        return iter(())

    def put_all(self, count: int, *, first: bool) -> bool:
        """Take all that is new by one act, if that is better for so many; False: it is not."""
        del count, first
        return False
