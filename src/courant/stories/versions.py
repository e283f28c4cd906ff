"""Stories that tell the same in different languages: an original and its versions are a family."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar


class Told(Protocol):
    """A story, as far as its family is concerned."""

    @property
    def id(self) -> int: ...

    @property
    def language(self) -> str: ...

    @property
    def original(self) -> int:
        """0 for the original itself."""


T = TypeVar("T", bound=Told)


@dataclass(frozen=True)
class Version:
    """A member of a family, and where it stands."""

    id: int
    language: str
    original: int
    path: str


def one_a_language(family: Iterable[T]) -> tuple[T, ...]:
    """Who stands for its language, in the order of languages: the original, else the oldest.

    All of a family come to the same answer, so each page that names another is named there.
    """
    found: dict[str, T] = {}
    for story in sorted(family, key=lambda story: (bool(story.original), story.id)):
        found.setdefault(story.language, story)
    return tuple(found[language] for language in sorted(found))


def rows_of(story: Version, family: Iterable[Version]) -> tuple[Version, ...]:
    """The versions among which a story stands; none where it is alone or another stands for it."""
    found = one_a_language(family)
    return found if len(found) > 1 and story in found else ()
