"""What stands where something was: the way to a new address, or the word that it was taken back."""

import re
from collections.abc import Iterable, Iterator

from courant.front import lite, render
from courant.front.kind import Kind
from courant.front.made import Made
from courant.front.sheet import Press
from courant.stories.index import Delta
from courant.stories.paper import Paper
from courant.stories.published import Moved

NAMED = ("/people/", "/topics/")  # pages that are there while a story names them
PAGE = re.compile(r"(/[^/.]+)+/")


class Moves(Kind):
    """What leads from old addresses to new ones, as long as nothing else stands there."""

    name, order = "redirect", 70

    def keys(self, paper: Paper) -> Iterator[str]:
        return (str(moved.id) for moved in paper.all_moved())

    def may_be_absent(self, key: str) -> bool:
        return True

    def touched(self, delta: Delta) -> Iterable[str]:
        return delta.named("redirect")

    def make(self, press: Press, key: str) -> Made | None:
        moved = press.paper.moved(int(key))
        if moved is None or not _leads_on(press.paper, moved):
            return None
        return self.page(press, moved)

    def page(self, press: Press, moved: Moved) -> Made | None:
        return render.moved_page(press, moved.old_path, moved.path)


class LiteMoves(Moves):
    """The same in words alone, for those pages that are there in words alone."""

    name, order = "lite-redirect", 71

    def page(self, press: Press, moved: Moved) -> Made | None:
        if moved.path.startswith(NAMED) or not lite.has_words(press.paper, moved.path):
            return None
        return lite.moved_page(press, moved.old_path, moved.path)


class Gone(Kind):
    """What says that a story was taken back, at the address where it stood."""

    name, order = "gone", 5

    def keys(self, paper: Paper) -> Iterator[str]:
        return (path for path in paper.gone() if not paper.stands_at(path))

    def touched(self, delta: Delta) -> Iterable[str]:
        return delta.named("gone")

    def make(self, press: Press, key: str) -> Made | None:
        if not press.paper.is_gone(key) or press.paper.stands_at(key):
            return None
        return self.page(press, key)

    def page(self, press: Press, path: str) -> Made:
        return render.gone_page(press, path)


class LiteGone(Gone):
    """The same in words alone."""

    name, order = "lite-gone", 45

    def page(self, press: Press, path: str) -> Made:
        return lite.gone_page(press, path)


def _leads_on(paper: Paper, moved: Moved) -> bool:
    """Only a page's address has ever led anywhere: a name with a dot in it is a file's."""
    if not PAGE.fullmatch(moved.old_path) or paper.stands_at(moved.old_path):
        return False
    return not moved.path.startswith(NAMED) or paper.stands_at(moved.path)
