"""What a bake did, for those who watch it."""

from collections.abc import Callable
from dataclasses import dataclass, field

Progress = Callable[[int, int], None]
"""Called with how many targets are made, and of how many."""


@dataclass
class Report:
    """By public path. `failures` say why an old file was left as it is, `problems` what a new one
    has to do without, `changing` are stories that have to be looked at first.
    """

    rendered: int = 0
    written: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    changing: set[int] = field(default_factory=set)
    switched: bool = False  # readers see another generation now

    def add(self, other: "Report") -> None:
        self.rendered += other.rendered
        self.written += other.written
        self.deleted += other.deleted
        self.failures |= other.failures
        self.problems |= other.problems
        self.changing |= other.changing
        self.switched |= other.switched
