"""Is what readers have what is published? And if not, mend it."""

from django.db import transaction

from courant.bake.build import Make
from courant.bake.check import Findings, check
from courant.bake.generations import current, store_of
from courant.bake.lease import hold
from courant.bake.marks import mark_targets
from courant.bake.models import Target
from courant.bake.pool import pool
from courant.bake.report import Progress
from courant.pipeline.models import Change
from courant.pipeline.path import frame_of_today
from courant.stories import index
from courant.stories.publication import is_public


class NothingBaked(Exception):
    """There is no public tree yet."""


def findings(progress: Progress | None = None) -> Findings:
    """Everything that is stale, missing or extra. Raises NothingBaked."""
    generation = current()
    if generation is None:
        raise NothingBaked("Nothing has been baked yet. Run: courant bake")
    processes = pool()
    many: Make | None = processes.make if processes else None
    try:
        return check(generation, frame_of_today(), many=many, progress=progress)
    finally:
        if processes:
            processes.close()


def repair(found: Findings) -> None:
    """Mark what was found, and take away what should not be there; the next bake does the rest."""
    generation = current()
    if generation is None:
        return
    store = store_of(generation)
    with hold() as held:
        for path in found.extra:
            held.check()
            store.delete(path)
        for path in found.stale:  # copies are not compared when they are put: they must go first
            held.check()
            store.delete(path)
        store.flush()
        with transaction.atomic():
            held.renew()
            index.forget(pk for pk in found.stories if is_public(pk))  # the others go as always
            Change.objects.bulk_create(Change(subject=f"page:{pk}") for pk in found.stories)
            named = {*found.stale.values(), *found.missing.values()}
            mark_targets(generation, named, bulk=False)
            rows = Target.objects.of(generation)
            for kind, key in named:  # so that the same bytes are put again
                rows.filter(kind=kind, key=key).update(digest="")
            for path in found.extra:
                rows.filter(path=path).update(digest="", stale=True)
