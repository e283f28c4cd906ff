"""The pages of people and topics in the other languages of the paper, where these have stories."""

from collections.abc import Callable, Iterable, Iterator

from courant.front import render
from courant.front.kind import Kind
from courant.front.made import Made
from courant.front.sheet import Press
from courant.stories.index import Delta
from courant.stories.lists import keys_of
from courant.stories.paper import Paper
from courant.stories.published import PublishedFront, PublishedStory


class InLanguages(Kind):
    """What a list has in the language of each front but the paper's own: "uk/8"."""

    def __init__(self, of: str, make: Callable[[Press, int, PublishedFront], Made | None]) -> None:
        self.name, self.order = f"{of}-language", 30  # type: ignore[misc]
        self.of, self._make = of, make

    def keys(self, paper: Paper) -> Iterator[str]:
        for front in paper.masthead.fronts:
            for name in paper.list_sizes_in(self.of, front.language):
                yield f"{front.language}/{name.partition(':')[2]}"

    def touched(self, delta: Delta) -> Iterable[str]:
        """Also of languages without a front: nothing is made of those."""
        for change in delta.changes_of(self.of):
            number = change.name.partition(":")[2]
            yield from {f"{place.language}/{number}" for place in change.moved}

    def needed_by(self, story: PublishedStory) -> Iterable[str]:
        return (f"{story.language}/{key}" for key in keys_of(story, self.of))

    def make(self, press: Press, key: str) -> Made | None:
        language, _, number = key.partition("/")
        front = press.paper.masthead.other_front(language)
        if front is None or not press.paper.has_in(f"{self.of}:{number}", language):
            return None
        return self._make(press, int(number), front)


def _person(press: Press, number: int, front: PublishedFront) -> Made | None:
    person = press.paper.person(number)
    return render.person_page(press, person, of=front) if person else None


def _topic(press: Press, number: int, front: PublishedFront) -> Made | None:
    topic = press.paper.topic(number)
    return render.topic_page(press, topic, of=front) if topic else None


TONGUES = (InLanguages("person", _person), InLanguages("topic", _topic))
