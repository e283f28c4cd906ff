"""Which stories are to be heard, which wait for it, and how they fare."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from courant.lib.batches import batched
from courant.narration import lexicon, produce
from courant.narration.models import Narration
from courant.stories.models import PublicListing, PublicStory, Section
from courant.stories.publication import read_stories
from courant.stories.published import PublishedStory

READING = "reading"  # the subject of a change of what is read of every story
WITHOUT, WAIT = Section.Audio.NONE, Section.Audio.WAIT
LEXICON, SAID = "lexicon", "said"  # subjects of changes: a rule; a story that may be said otherwise
A_QUERY = 500  # ids in one query


def is_to_be_heard(story: PublishedStory) -> bool:
    """Whether its section has audio; a recording is heard in any section, an editor's no in all."""
    if story.unspoken:
        return False
    return story.section.audio != WITHOUT or story.recording is not None


def ask_for(stories: Iterable[PublishedStory]) -> None:
    """Every story that is to be heard gets a narration of its present text; others lose theirs."""
    found = list(stories)
    lexicon.index(story for story in found if is_to_be_heard(story))
    produce.request_all([story for story in found if is_to_be_heard(story)])
    for story in found:
        if not is_to_be_heard(story):
            produce.forget(story.id)


def to_be_said_again(subjects: Iterable[str]) -> set[int]:
    """Stories that other rules or choices touch, such as `lexicon:<language>:<word>`."""
    found = set[int]()
    for subject in subjects:
        kind, _, rest = subject.partition(":")
        if kind == LEXICON:
            language, _, word = rest.partition(":")
            found.update(lexicon.stories_with(language, word))
        elif kind == SAID:
            found.add(int(rest))
        elif kind == READING:
            found.update(newest_first())
    return found


def held_back(stories: Iterable[PublishedStory]) -> set[int]:
    """Stories that come out with their sound, which is not ready and may still become so.

    What is out already stays out: a correction is never held back.
    """
    waiting = {s.id: s for s in stories if s.section.audio == WAIT and is_to_be_heard(s)}
    for story_id in _out(waiting):
        del waiting[story_id]
    if not waiting:
        return set()
    ready = produce.spoken_all(list(waiting.values()))
    given_up = {row.story_id for row in _present(waiting) if row.failed_for_good}
    return set(waiting) - set(ready) - given_up


@dataclass(frozen=True)
class Fate:
    """How the narration of one public story fares."""

    story: PublishedStory
    row: Narration | None
    trouble: str = ""  # empty: it can be heard, and is as it should be


def check(story_ids: Iterable[int]) -> Iterator[Fate]:
    """Those of some stories that should be heard, each with what is wrong with its sound."""
    for frozen in read_stories(story_ids):
        story = frozen.story
        if is_to_be_heard(story):
            row = next(iter(_present([story.id])), None)
            yield Fate(story, row, produce.trouble_of(story, row))


def newest_first() -> list[int]:
    """Ids of the stories that readers have."""
    rows = PublicListing.objects.filter(name="all").order_by("-published", "-story_id")
    return list(rows.values_list("story_id", flat=True))


def _present(story_ids: Iterable[int]) -> list[Narration]:
    return list(Narration.objects.filter(superseded_at=None).of(sorted(story_ids)))


def _out(story_ids: Iterable[int]) -> list[int]:
    """Those that readers have already."""
    found = list[int]()
    for some in batched(sorted(story_ids), A_QUERY):
        found += PublicStory.objects.filter(pk__in=some).values_list("pk", flat=True)
    return found
