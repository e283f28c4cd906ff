"""One target made in memory: rendered, compared with what is there, compressed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.conf import settings
from pydantic import TypeAdapter

from courant.bake.kinds import kinds
from courant.front.made import Made
from courant.front.pictures import Pictures
from courant.front.sheet import Frame, Press
from courant.lib.compression import variants
from courant.lib.database import one_reading
from courant.lib.digests import digest_of_bytes
from courant.lib.files import is_disk_full
from courant.lib.reads import recording
from courant.narration import produce
from courant.narration.spoken import SpokenStory
from courant.stories.paper.tables import Changing, Shelf, TablesPaper
from courant.stories.published import PublishedStory

FRAME = TypeAdapter(Frame)
_shelf = Shelf()


@dataclass(frozen=True)
class Wanted:
    """A target to be made; `digest` is of the file that is there, "" when none is."""

    kind: str
    key: str
    digest: str = ""


@dataclass
class Result:
    """What came of it. No `made` and no `error`: nothing should stand there."""

    wanted: Wanted
    made: Made | None = None
    digest: str = ""
    variants: dict[str, bytes] = field(default_factory=dict)
    tags: frozenset[str] = frozenset()
    until: datetime | None = None
    error: str = ""
    changing: int = 0  # a story that was not looked at yet: try again after that

    @property
    def is_new(self) -> bool:
        """Whether there are bytes to be put."""
        return self.made is not None and self.digest != self.wanted.digest


class SpokenStories:
    """The sound that narration has made, as it was when first asked for."""

    def __init__(self) -> None:
        self.at_hand: dict[int, tuple[PublishedStory, SpokenStory | None]] = {}

    def warm(self, stories: Sequence[PublishedStory]) -> None:
        new = [s for s in stories if s.id not in self.at_hand or self.at_hand[s.id][0] is not s]
        if new:
            found = produce.spoken_all(new)
            self.at_hand |= {story.id: (story, found.get(story.id)) for story in new}

    def spoken(self, story: PublishedStory) -> SpokenStory | None:
        self.warm([story])
        return self.at_hand[story.id][1]

    def heard(self, story_ids: Iterable[int]) -> set[int]:
        return produce.heard(story_ids)


def press_for(frame: Frame, coming: Iterable[PublishedStory] = ()) -> Press:
    """What targets are made with, of what readers have and what is being put in place."""
    paper = TablesPaper(frame.masthead, coming, _shelf)
    pictures = Pictures(Path(settings.COURANT_RENDITIONS))
    return Press(paper, pictures, SpokenStories(), frame.box, frame.counted)


def make_all(press: Press, wanted: Sequence[Wanted]) -> list[Result]:
    """Make targets of one moment. Raises OSError when the disk is full."""
    found = (kinds()[each.kind].story_of(each.key) for each in wanted)
    with one_reading():
        press.warm([story_id for story_id in found if story_id is not None])
        return [make(press, each) for each in wanted]


def make(press: Press, wanted: Wanted) -> Result:
    """Make one target. A fault of one page is told, so that it holds up no other."""
    result = Result(wanted)
    with recording() as reads:
        try:
            result.made = kinds()[wanted.kind].make(press, wanted.key)
        except Changing as change:
            result.changing = change.story_id
        except Exception as error:  # one page with a fault must not hold up an election night
            if is_disk_full(error):
                raise
            result.error = f"{type(error).__name__}: {error}"
    result.tags, result.until = frozenset(reads.tags), reads.until
    if result.made:
        result.digest = digest_of_bytes(result.made.data)
        if result.is_new:
            squeeze = kinds()[wanted.kind].for_all
            result.variants = variants(result.made.path, result.made.data, squeeze=squeeze)
    return result
