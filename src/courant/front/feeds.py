"""The kinds of files that are feeds: of the paper, and of each list that somebody may follow."""

from collections.abc import Callable, Iterable, Iterator

from courant.front.feed import Feed, feed_of, site_feed
from courant.front.json_feed import json_feed
from courant.front.kind import Kind
from courant.front.listening import audio_files
from courant.front.made import Made
from courant.front.rss import rss
from courant.front.sheet import Press, Sheet
from courant.stories.index import Delta
from courant.stories.paper import Paper

FORMS: dict[str, Callable[[Sheet, Feed], bytes]] = {"feed.xml": rss, "feed.json": json_feed}
A_CYCLE = 1 << 20  # of ranks, which are smaller numbers than ids may become
FOLLOWED = ("section", "person", "topic", "language")


class Feeds(Kind):
    """One form of the feeds of all lists of a kind."""

    order = 50

    def __init__(self, of: str, form: str) -> None:
        self.name = f"{of}-{form.replace('.', '-')}"  # type: ignore[misc]
        self.of, self.form = of, form

    def keys(self, paper: Paper) -> Iterator[str]:
        listed = (name.partition(":")[2] for name in paper.list_names(self.of))
        return iter({**dict.fromkeys(self._before_stories(paper)), **dict.fromkeys(listed)})

    def _before_stories(self, paper: Paper) -> Iterable[str]:
        """What has a page, and so a feed, before its first story."""
        if self.of == "section":
            return (str(section.id) for section in paper.sections)
        fronts = paper.masthead.fronts if self.of == "language" else ()
        return (front.language for front in fronts)

    def rank(self, key: str) -> int:
        """The forms of one list's feed follow each other: they show the same stories."""
        return int(key) % A_CYCLE if key.isdecimal() else 0

    def touched(self, delta: Delta) -> Iterable[str]:
        return delta.begun_or_ended(self.of)

    def make(self, press: Press, key: str) -> Made | None:
        feed = feed_of(press, self.of, key)
        if feed is None or not (feed.stories or key in self._before_stories(press.paper)):
            return None
        return feed_file(press, feed, self.form)


class PaperFeeds(Kind):
    """The feed of the whole paper, in each form."""

    name, order = "feed", 50

    def keys(self, paper: Paper) -> Iterator[str]:
        return iter(FORMS)

    def make(self, press: Press, key: str) -> Made | None:
        return feed_file(press, site_feed(press), key)


def feed_file(press: Press, feed: Feed, form: str) -> Made:
    """A feed with the pictures and the sound that it names."""
    sheet = press.sheet(feed.language)
    text = FORMS[form](sheet, feed).decode()
    spoken = (press.audio_of(story) for story in feed.stories)
    sounds = [file for each in spoken if each for file in audio_files(each)]
    return sheet.made(f"{feed.path}{form}", text, sounds)


FEEDS: tuple[Kind, ...] = (PaperFeeds(), *(Feeds(of, form) for of in FOLLOWED for form in FORMS))
