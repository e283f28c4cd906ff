"""Makes the public files that are stale and puts them in place: bake's effects on a tree.

Claim, act, record. Where a file is going to stand is written down before it is put there, so that
nothing public is ever unknown; what was made is written down after it, so that a kill in between
only means that it is made again.
"""

import errno
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from django.db import transaction

from courant.bake import record
from courant.bake.kinds import kinds
from courant.bake.lease import Held
from courant.bake.make import FRAME, Result, Wanted, make_all, press_for
from courant.bake.marks import new_target
from courant.bake.models import Generation, PublicFile, Removal, Target
from courant.bake.report import Report
from courant.bake.stores.base import Store
from courant.front.sheet import Frame, Press
from courant.lib.batches import batched
from courant.lib.compression import squeezed, variants
from courant.lib.digests import digest_of_bytes
from courant.stories.published import PublishedStory

log = logging.getLogger(__name__)

# Faults of one name, not of the disk: all other files can still be put.
NOT_THE_DISK = (errno.ENAMETOOLONG, errno.ENOTDIR, errno.EISDIR, errno.ENOENT)
A_BATCH = 60  # targets between two looks at what changed meanwhile
A_FEW = 3  # targets, feeds among them, between two looks at what is more urgent
A_MOMENT = 30  # targets made of one reading of the database, between two looks at the lease

Make = Callable[[Frame, Sequence[Wanted]], Iterator[Result]]
"""Makes targets in other processes, in order; what it gives comes bit by bit."""
Hurried = Callable[[], bool]
"""Whether something more urgent waits."""


class Builder:
    """Works on one generation with the lease in hand. Raises LeaseLost, and OSError of the disk."""

    def __init__(
        self, generation: Generation, store: Store, held: Held, many: Make | None = None
    ) -> None:
        self.generation, self.store, self.held = generation, store, held
        self.frame: Frame = FRAME.validate_json(generation.frame)
        self.many = many

    def place(self, stories: Iterable[PublishedStory]) -> Report:
        """Put the own pages of stories in place, and before them what these link to.

        Lists do not name the stories yet. A story whose page fails is in the report's failures,
        under its kind and id.
        """
        stories, report = list(stories), Report()
        missing = [row for row in self._homes(stories, needed=True) if not row.path]
        report.add(self._bake(self._groups(missing), coming=stories))
        homes = list(self._homes(stories, needed=False))
        report.add(self._bake(self._groups(homes), coming=stories))
        return report

    def bake_stale(self, *, bulk: bool, hurried: Hurried = lambda: False) -> Report | None:
        """Make the next targets that are stale; None when there are none.

        When something more urgent has come, those that are not made yet stay stale.
        """
        rows = Target.objects.of(self.generation).stale().filter(bulk=bulk)
        batch = list(rows[: A_BATCH * 4 if bulk and self.many else A_BATCH])
        if not self._is_read:
            batch += self._of_the_same_stories(batch)
        if not batch:
            return None
        groups = self._groups(batch)
        return self._bake(groups if bulk else _in_steps(groups), hurried=hurried)

    def clear_away(self, *, all_is_made: bool) -> Report:
        """Delete old places once nothing links there, and pictures and sounds that none needs."""
        report = Report()
        old = Removal.objects.filter(generation=self.generation)[:1000]
        gone = list(old) if all_is_made else []
        for path in {row.path for row in gone}:
            if not Target.objects.of(self.generation).filter(path=path).exists():
                self._delete(path, report)
        unused = list(PublicFile.objects.filter(generation=self.generation, uses__lte=0)[:1000])
        if unused and not all_is_made and any(self.store.read(row.path) is not None for row in old):
            unused = []  # a page at an old place is read still, with what it shows
        for file in unused:
            self._delete(file.path, report)
        if gone or unused:
            self.store.flush()
            with transaction.atomic():
                self.held.renew()
                Removal.objects.filter(pk__in=[row.pk for row in gone]).delete()
                PublicFile.objects.filter(pk__in=[f.pk for f in unused], uses__lte=0).delete()
        return report

    def squeeze(self, count: int) -> int:
        """Make some brotli files as small as can be, for when nothing else is to be done."""
        rows = Target.objects.of(self.generation).in_place().filter(squeezed=False, stale=False)
        some = list(rows.order_by("pk")[:count])
        for row in some:
            self.held.check()
            data = self.store.read(row.path)
            if data is not None and digest_of_bytes(data) == row.digest:
                self.store.put_variant(row.path, ".br", squeezed(data))
        self.store.flush()
        with transaction.atomic():
            self.held.renew()
            for row in some:  # unless it was made again meanwhile, which only this baker could
                Target.objects.filter(pk=row.pk, digest=row.digest).update(squeezed=True)
        return len(some)

    # ── One batch ─────────────────────────────────────────────────────────────────────────────────

    def _bake(
        self,
        groups: Iterable[Sequence[Target]],
        coming: Iterable[PublishedStory] = (),
        hurried: Hurried = lambda: False,
    ) -> Report:
        """Make rows, group by group: what others link to is in place before they are made."""
        report, done = Report(), list[tuple[Target, Result]]()
        press = press_for(self.frame, coming)
        for some in groups:
            wanted = [Wanted(row.kind, row.key, row.digest) for row in some]
            pairs = list(zip(some, self._make(press, wanted), strict=True))
            self._claim(pairs)
            self._put(pairs, report)
            done += pairs
            if hurried():
                break
        with transaction.atomic():
            self.held.renew()
            record.record(self.generation, done)
        for row, result in done:
            _tell(report, row, result)
        return report

    def _groups(self, rows: Sequence[Target]) -> Iterator[list[Target]]:
        """What is put in place before the next group is made. Without readers no link is followed:
        then all is one group, in which a story's files stand together and it is read once.
        """
        if not self._is_read:
            yield sorted(rows, key=lambda row: (row.key, *_place(row)))
            return
        for _, group in groupby(sorted(rows, key=_place), key=lambda row: row.order):
            yield list(group)

    @property
    def _is_read(self) -> bool:
        return self.generation.state != Generation.State.BUILDING

    def _of_the_same_stories(self, batch: Sequence[Target]) -> list[Target]:
        """What else is to be made of the stories of a batch: to read a story is a third of it."""
        texts = [kind.name for kind in kinds().values() if kind.of_story]
        keys = [row.key for row in batch if row.kind in texts]
        rows = Target.objects.of(self.generation).filter(stale=True, kind__in=texts, key__in=keys)
        return list(rows.exclude(pk__in=[row.pk for row in batch]))

    def _make(self, press: Press, wanted: Sequence[Wanted]) -> Iterator[Result]:
        """Make targets here, or many of them elsewhere, and hold the lease meanwhile."""
        if self.many and len(wanted) >= A_BATCH:
            for result in self.many(self.frame, wanted):
                self.held.check()
                yield result
            return
        for some in batched(wanted, A_MOMENT):
            self.held.check()
            yield from make_all(press, some)

    def _claim(self, pairs: Sequence[tuple[Target, Result]]) -> None:
        """Write down where files are going to stand that are not there yet."""
        moving = [(row, result) for row, result in pairs if record.is_elsewhere(row, result)]
        needing = [(row, result) for row, result in pairs if record.needs_more(row, result)]
        if not moving and not needing:
            return
        with transaction.atomic():
            self.held.renew()
            record.claim_paths(self.generation, moving)
            record.claim_files(self.generation, needing)

    def _put(self, pairs: Sequence[tuple[Target, Result]], report: Report) -> None:
        for row, result in pairs:
            self.held.check()
            try:
                self._put_one(row, result, report)
            except OSError as error:
                if error.errno not in NOT_THE_DISK:
                    raise
                result.error = f"{type(error).__name__}: {error}"
        self.store.flush()

    def _put_one(self, row: Target, result: Result, report: Report) -> None:
        if result.error or result.changing:
            return
        if result.made is None:
            # Other files wait until nothing links to them. A story that was taken back goes at
            # once: what links to it finds the page that says so.
            if row.path and kinds()[row.kind].goes_at_once and not self._has_another(row):
                self._delete(row.path, report)
            return
        for asset in result.made.assets:
            if isinstance(asset.data, bytes):
                if self.store.read(asset.path) != asset.data:
                    self.store.put(asset.path, asset.data, variants(asset.path, asset.data))
                    report.written.append(asset.path)
            elif not self.store.has_file(asset.path, asset.data):
                self.store.put_file(asset.path, asset.data)
                report.written.append(asset.path)
        if result.digest != row.digest:  # the claim has emptied the digest of a new place
            path, data = result.made.path, result.made.data
            self.store.put(path, data, result.variants or variants(path, data))
            report.written.append(path)

    def _delete(self, path: str, report: Report) -> None:
        self.held.check()
        self.store.delete(path)
        report.deleted.append(path)

    def _has_another(self, row: Target) -> bool:
        return Target.objects.of(self.generation).filter(path=row.path).exclude(pk=row.pk).exists()

    def _homes(self, stories: Iterable[PublishedStory], *, needed: bool) -> Iterator[Target]:
        """Rows of the stories' own pages, or of what these link to; made if need be."""
        for kind in kinds().values():
            if needed:
                keys = {key for story in stories for key in kind.needed_by(story)}
            else:
                keys = {str(story.id) for story in stories} if kind.home else set()
            if keys:
                yield from self._rows(kind.name, keys)

    def _rows(self, kind: str, keys: set[str]) -> list[Target]:
        rows = Target.objects.of(self.generation).filter(kind=kind, key__in=keys)
        known = {row.key for row in rows}
        fresh = [new_target(self.generation, kind, key) for key in sorted(keys - known)]
        return [*rows, *Target.objects.bulk_create(fresh)]


def _in_steps(groups: Iterable[list[Target]]) -> Iterator[list[Target]]:
    """Small groups a few at a time: six feeds take a tenth of a second, and news may come. Large
    ones are stories, which are read together and made by several processes."""
    for group in groups:
        yield from batched(group, A_FEW) if len(group) < A_MOMENT else [group]


def _place(row: Target) -> tuple[int, int, int]:
    return row.order, row.rank, row.pk


def _tell(report: Report, row: Target, result: Result) -> None:
    name = row.path or f"{row.kind} {row.key}"
    report.rendered += 1
    if result.error:
        log.error("Making %s failed: %s", name, result.error)
        report.failures[name] = result.error
    if result.changing:
        report.changing.add(result.changing)
    if result.made and result.made.problems:
        report.problems[name] = " ".join(result.made.problems)
