"""What became of messages in one run."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields


@dataclass
class Report:
    submitted: int = 0
    failed: int = 0
    uncertain: int = 0
    skipped: int = 0
    put_off: int = 0  # to be tried again later
    stopped: bool = False  # the transport is out of order; what is left stays due
    errors: list[str] = field(default_factory=list)

    def add(self, other: "Report") -> None:
        for each in fields(self):
            if each.type is int:
                setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))
        self.stopped = self.stopped or other.stopped
        self.note(other.errors)

    @property
    def settled(self) -> int:
        """Messages that are done with for good."""
        return self.submitted + self.failed + self.uncertain + self.skipped

    @property
    def count(self) -> int:
        """Messages that this run is done with, one way or another."""
        return self.settled + self.put_off

    def note(self, errors: Iterable[str]) -> None:
        self.errors += [error for error in dict.fromkeys(errors) if error not in self.errors]
