"""Takes change rows in: what of them readers can see, put in place and marked for others to follow.

The worker reads committed state: a row only says where to look.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction
from django.db.models import Model
from django.utils.timezone import now
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from courant.bake.build import Builder
from courant.bake.generations import current, store_of
from courant.bake.kinds import kinds
from courant.bake.lease import Held
from courant.bake.marks import Placed, kept_up, mark
from courant.bake.models import Target
from courant.bake.report import Report
from courant.lib.batches import batched
from courant.narration import produce
from courant.pipeline import narrating
from courant.pipeline.models import Change
from courant.stories import index
from courant.stories.links import Links, front_page
from courant.stories.models import FrontPage, Photo, PublicStory, Section, Story
from courant.stories.paper.tables import digest_of_story
from courant.stories.publication import Frozen, read_stories

A_CHUNK = 50  # stories looked at between two transactions
A_QUERY = 500  # values in one query
TRY_AGAIN = timedelta(seconds=30)  # a story whose page could not be made
FRAME = "frame"  # the subject of what changes the look of every page
EVERYTHING = "everything"  # the subject of a doubt: every story is read again


@dataclass
class Absorbed:
    """What the change rows came to."""

    frame: bool = False  # the look of every page may be another
    report: Report = field(default_factory=Report)


def absorb(held: Held, *, bulk: bool = False) -> Absorbed | None:
    """Work off change rows that are due; None when there are none.

    Where they concern very many stories, the first ones are looked at now, and the others become
    rows of their own that wait behind what is urgent. The rows are deleted last: whoever is killed
    in between does it again, and finds most of it done.
    """
    due = Change.objects.due().filter(bulk=bulk).order_by("-pk")
    changes = dict(due.values_list("pk", "subject")[: A_CHUNK if bulk else None])
    subjects = set(changes.values()) | (set() if bulk else _expired())
    if not subjects:
        return None
    found = Absorbed(frame=_is_of_frame(subjects))
    if any(subject.startswith("newsletter:") for subject in subjects):
        found.frame, subjects = True, subjects | {"newsletters"}
    subjects |= _below(subjects)
    subjects |= _old_addresses_of(subjects)
    ids = sorted(_stories_of(subjects), reverse=True)  # the newest first
    _absorb_stories(ids[:A_CHUNK], held, found.report)
    said = sorted(narrating.to_be_said_again(subjects), reverse=True)
    narrating.ask_for(each.story for each in read_stories(said[:A_CHUNK]))
    with transaction.atomic():
        held.renew()
        tags = subjects | ({"picks", "redirects"} if found.frame else set())
        mark(index.Delta(tags=tags))
        later = [f"page:{pk}" for pk in ids[A_CHUNK:]]
        later += [f"{narrating.SAID}:{pk}" for pk in said[A_CHUNK:]]
        _look_later(later, changes)
        _forget(list(changes))
    return found


def _look_later(subjects: Sequence[str], done: Collection[int]) -> None:
    """Rows of their own for stories that wait, but for those that have one beside those `done`."""
    if subjects:
        waiting = Change.objects.due().filter(bulk=True).values_list("pk", "subject")
        known = {subject for pk, subject in waiting if pk not in done}
        rows = [Change(subject=name, bulk=True) for name in subjects if name not in known]
        Change.objects.bulk_create(rows, batch_size=A_QUERY)


def _absorb_stories(ids: Sequence[int], held: Held, report: Report) -> None:
    frozen = {each.story.id: each for each in read_stories(ids)}
    known = index.digests_of(ids)
    gone = [pk for pk in ids if pk not in frozen]
    changed = [e for pk, e in frozen.items() if known.get(pk) != digest_of_story(e.story)]
    narrating.ask_for(each.story for each in changed)
    for pk in gone:
        produce.forget(pk)
    held_back = narrating.held_back(each.story for each in changed)
    changed = [each for each in changed if each.story.id not in held_back]
    for pk in held_back:  # it comes again when its sound is ready, or will never be
        frozen.pop(pk)
    failed, placed = _place(changed, held, report)
    for pk in failed:
        frozen.pop(pk)
    with transaction.atomic():
        held.renew()
        told = bool(kept_up())  # without a tree there is nobody to be told where something changed
        delta = index.update(frozen, (pk for pk in gone if pk in known), told=told)
        delta.stories |= _still_in_place(gone)
        # Of another text there is no sound yet: lists that say so are others too.
        delta.tags |= {f"spoken:{each.story.id}" for each in changed}
        mark(delta, placed)
        later = now() + TRY_AGAIN
        Change.objects.bulk_create(Change(subject=f"page:{pk}", due_at=later) for pk in failed)


def _place(changed: Sequence[Frozen], held: Held, report: Report) -> tuple[set[int], Placed | None]:
    """Put the stories' own pages where readers are; returns those that failed, and the rest."""
    generation = current()
    if generation is None or not changed:
        return set(), None
    builder = Builder(generation, store_of(generation, held), held)
    done = builder.place(each.story for each in changed)
    report.add(done)
    ids = {each.story.id for each in changed}
    homes = [kind.name for kind in kinds().values() if kind.home]
    rows = Target.objects.of(generation).filter(kind__in=homes, key__in=map(str, ids))
    failed = {int(key) for key in rows.exclude(error="").values_list("key", flat=True)}
    return failed, Placed(generation, frozenset(ids - failed))


def _still_in_place(gone: Iterable[int]) -> set[int]:
    """Stories that are not public and whose page is there, since a baker was killed."""
    homes = [kind.name for kind in kinds().values() if kind.home]
    rows = Target.objects.in_place().filter(generation__in=kept_up(), kind__in=homes)
    rows = rows.filter(key__in=[str(pk) for pk in gone])
    return {int(key) for key in rows.values_list("key", flat=True)}


def _below(subjects: set[str]) -> set[str]:
    """What stands below a section goes with it: it has another address, or is hidden."""
    found = set[str]()
    for some in batched(_ids("page", subjects), A_QUERY):
        for section in Section.objects.filter(pk__in=some):
            found |= _pages_below(section)
    front = front_page()
    hidden = front is not None and (EVERYTHING in subjects or _is_hidden(front, subjects))
    return found | _pages_below(front) if front and hidden else found


def _is_hidden(front: FrontPage, subjects: set[str]) -> bool:
    """Whether the front page was taken back, or is back again: then nothing else is as it was."""
    if f"page:{front.pk}" not in subjects:
        return False
    return bool(Links().path_of(front.pk)) != PublicStory.objects.exists()


def _pages_below(page: Page) -> set[str]:
    rows = Page.objects.descendant_of(page).values_list("pk", flat=True)
    return {f"page:{pk}" for pk in rows.iterator()}


def _old_addresses_of(subjects: set[str]) -> set[str]:
    """Wagtail writes down a moved page's old address without a signal."""
    found = set[str]()
    for some in batched(_ids("page", subjects), A_QUERY):
        rows = Redirect.objects.filter(redirect_page__in=some)
        found |= {f"redirect:{pk}" for pk in rows.values_list("pk", flat=True)}
    return found


def _stories_of(subjects: set[str]) -> set[int]:
    """The stories that may be others now: named, read from what is named, or waiting for sound."""
    found = index.made_from(subjects)
    found |= {int(s.partition(":")[2]) for s in subjects if s.startswith("spoken:")}
    found |= _story_ids(subjects)
    for some in batched(_ids("page", subjects), A_QUERY):
        found.update(_still_in_place(some))
    return found


def _expired() -> set[str]:
    """What changes by itself because time has passed."""
    due = Target.objects.due()
    if due.exists():  # asked four times a second: a look disturbs no writer
        due.update(stale=True, bulk=False, due_at=None)
    rows = PublicStory.objects.filter(until__lte=now())
    return {f"page:{pk}" for pk in rows.values_list("pk", flat=True)}


def _is_of_frame(subjects: set[str]) -> bool:
    """Whether the look of every page may be another: a logo, a section, the front page itself."""
    front = front_page()
    logos = {f"photo:{pk}" for pk in (front.logo_id, front.logo_dark_id) if pk} if front else set()
    if subjects & (logos | {FRAME, EVERYTHING}):
        return True
    # What is there no more may have been part of it: the row of the front page no longer tells.
    return bool(
        set(_ids("page", subjects)) - _story_ids(subjects)
        or set(_ids("photo", subjects)) - _known(Photo, _ids("photo", subjects))
    )


def _story_ids(subjects: set[str]) -> set[int]:
    """Those among the pages that are stories, or were public as stories."""
    pages = _ids("page", subjects)
    return _known(Story, pages) | _known(PublicStory, pages)


def _known(model: type[Model], ids: Sequence[int]) -> set[int]:
    """Those that there are."""
    found = set[int]()
    for some in batched(ids, A_QUERY):
        rows = model._default_manager.filter(pk__in=some)
        found.update(rows.values_list("pk", flat=True))
    return found


def _ids(kind: str, subjects: set[str]) -> list[int]:
    return sorted(int(s.partition(":")[2]) for s in subjects if s.startswith(f"{kind}:"))


def _forget(changes: list[int]) -> None:
    for some in batched(changes, A_QUERY):
        Change.objects.filter(pk__in=some).delete()
