"""Which stories are to be heard, which wait for it, and how they fare."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from courant.bake.public import public_root
from courant.front.made import file_of
from courant.narration import produce
from courant.narration.models import Narration
from courant.stories.models import Section
from courant.stories.published import Paper, PublishedStory

WITHOUT, WAIT = Section.Audio.NONE, Section.Audio.WAIT


def to_be_heard(stories: Iterable[PublishedStory]) -> list[PublishedStory]:
    """The stories of sections with audio; a recording is heard in any section."""
    return [s for s in stories if s.section.audio != WITHOUT or s.recording]


def readable(paper: Paper) -> Paper:
    """The paper without the stories that still wait for their sound."""
    return without(paper, held_back(paper))


def held_back(paper: Paper) -> set[int]:
    """Stories that come out with their sound, which is not ready and may still become so.

    What is out already stays out: a correction is never held back.
    """
    waiting = [s for s in to_be_heard(paper.stories) if s.section.audio == WAIT]
    if not waiting:
        return set()
    ready = produce.spoken_all(waiting)
    given_up = {row.story_id for row in _present(waiting) if row.failed_for_good}
    moved: dict[str, list[str]] = {}
    for move in paper.moved:
        moved.setdefault(move.path, []).append(move.old_path)
    return {
        story.id
        for story in waiting
        if story.id not in ready
        and story.id not in given_up
        and not any(_is_out(path) for path in (story.path, *moved.get(story.path, ())))
    }


def without(paper: Paper, story_ids: set[int]) -> Paper:
    """The paper as if these stories were not published yet."""
    if not story_ids:
        return paper
    stories = tuple(story for story in paper.stories if story.id not in story_ids)
    known = {byline.person.id for s in stories for byline in s.bylines if byline.person}
    people = tuple(person for person in paper.people if person.id in known)
    return replace(paper, stories=stories, people=people)


def _is_out(path: str) -> bool:
    """Whether readers have a page at this address."""
    return (public_root() / file_of(path)).exists()


@dataclass(frozen=True)
class Fate:
    """How the narration of one public story fares."""

    story: PublishedStory
    row: Narration | None
    trouble: str = ""  # empty: it can be heard, and is as it should be


def check(stories: Sequence[PublishedStory]) -> Iterator[Fate]:
    """Every story that should be heard, with what is wrong with its sound."""
    rows = {row.story_id: row for row in _present(stories)}
    for story in stories:
        row = rows.get(story.id)
        yield Fate(story, row, produce.trouble_of(story, row))


def _present(stories: Sequence[PublishedStory]) -> list[Narration]:
    rows = Narration.objects.filter(superseded_at=None)
    return list(rows.of([story.id for story in stories]))
