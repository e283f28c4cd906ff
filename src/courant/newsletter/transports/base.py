"""The seam to everything that takes mail."""

from abc import ABC, abstractmethod
from typing import ClassVar, Self

from courant.newsletter.errors import TransportError
from courant.newsletter.message import Mail

__all__ = ["Mail", "Transport", "TransportError"]


class Transport(ABC):
    """Takes one message at a time between `open` and `close`; both may be called again.

    `submit` returns when the message was accepted, else it raises TransportError.
    """

    repeatable: ClassVar[bool] = False  # the same message twice arrives once

    @classmethod
    def from_settings(cls) -> Self:
        """One as the settings describe it."""
        return cls()

    def open(self) -> None:  # noqa: B027 - most have nothing to open
        """Make ready, so that a server out of reach is found before a message is claimed."""

    @abstractmethod
    def submit(self, mail: Mail) -> None: ...

    def close(self) -> None:  # noqa: B027 - nor to close
        """Let go. Never raises: what was accepted stays accepted."""

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()
