"""What a kind of public files is: which there should be, and how each is made."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from typing import ClassVar

from courant.front.made import Made
from courant.front.sheet import Press
from courant.stories.index import Delta
from courant.stories.paper import Paper
from courant.stories.published import PublishedStory


class Kind(ABC):
    """One kind of targets, declared by the app that owns it. A target is named by kind and key.

    `order` says which files are put first: what others link to has a lower one.
    """

    name: ClassVar[str]
    order: ClassVar[int]
    home: ClassVar[bool] = False  # a story's own page: in place before lists may name the story
    of_story: ClassVar[bool] = False  # whole texts of stories: `story_of` says of which
    for_all: ClassVar[bool] = False  # what every first visit loads: packed small before it is put
    goes_at_once: ClassVar[bool] = False  # links to it find the word that it was taken back

    @abstractmethod
    def keys(self, paper: Paper) -> Iterator[str]:
        """All that there should be."""

    def may_be_absent(self, key: str) -> bool:
        """Whether nothing may come of it today. It is noted all the same, with what it read."""
        del key
        return False

    def touched(self, delta: Delta) -> Iterable[str]:
        """Those that may have to appear or to go after a change. What they read is asked anyway."""
        del delta
        return ()

    def needed_by(self, story: PublishedStory) -> Iterable[str]:
        """Those that a story's own page links to: they must be there before it."""
        del story
        return ()

    def story_of(self, key: str) -> int | None:
        """The story that one of a kind `of_story` shows whole. Most have its id as their key."""
        return int(key) if self.of_story else None

    def rank(self, key: str) -> int:
        """The order among files of this kind, smaller first."""
        del key
        return 0

    @abstractmethod
    def make(self, press: Press, key: str) -> Made | None:
        """The file, or None when nothing of this name should be there."""
