"""Writes down where files stand, what they were made from, and what they need beside them."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from django.db.models import F
from django.utils.timezone import now

from courant.bake.make import Result
from courant.bake.models import Dependency, Generation, PublicFile, Removal, Target
from courant.lib.retry import Backoff, counted

A_QUERY = 500  # values in one query
SOON = timedelta(seconds=1)  # when a story that is changing has been looked at
BACKOFF = Backoff(timedelta(seconds=30), 4, timedelta(hours=1))

Pairs = Sequence[tuple[Target, Result]]
FIELDS = (
    "path",
    "digest",
    "size",
    "files",
    "squeezed",
    "stale",
    "bulk",
    "due_at",
    "error",
    "problems",
    "tries",
    "made_at",
    "changed_at",
)


def is_elsewhere(row: Target, result: Result) -> bool:
    """Whether the file is going to stand at another place than before."""
    return result.made is not None and result.made.path != row.path


def needs_more(row: Target, result: Result) -> bool:
    """Whether it is going to need pictures or sounds that it has not had."""
    return not _assets_of(result) <= _files_of(row)


def claim_paths(generation: Generation, pairs: Pairs) -> None:
    """The rows' new places, before anything is put there; the old places are to be cleared."""
    old = [Removal(generation=generation, path=row.path) for row, _ in pairs if row.path]
    Removal.objects.bulk_create(old)
    for row, result in pairs:
        row.path, row.digest = result.made.path if result.made else "", ""
    _write_rows([row for row, _ in pairs])


def claim_files(generation: Generation, pairs: Pairs) -> None:
    """Count the pictures and sounds that pages are going to need, before any of it is in place.

    Until a page is recorded it holds what it had and what it may have by now: a baker that was
    killed between the two has left one or the other.
    """
    uses = Counter[str]()
    for row, result in pairs:
        had, has = _files_of(row), _assets_of(result)
        row.files = "\n".join(sorted(had | has))
        uses.update(has - had)
    rows = [PublicFile(generation=generation, path=path) for path in sorted(uses)]
    PublicFile.objects.bulk_create(rows, ignore_conflicts=True, batch_size=A_QUERY)
    _write_uses(generation, uses)
    _write_rows([row for row, _ in pairs])


def record(generation: Generation, pairs: Pairs) -> None:
    """What was made and put in place. Call it in a transaction that holds the lease."""
    uses = Counter[str]()
    for row, result in pairs:
        if result.error:
            _failed(row, result.error)
        elif result.changing:
            row.stale, row.due_at = False, now() + SOON
        else:
            uses.subtract(_files_of(row))
            uses.update(_assets_of(result))
            _made(generation, row, result)
    _write_rows([row for row, _ in pairs])
    _write_reads([(row, result) for row, result in pairs if not result.changing])
    _write_uses(generation, uses)


def _write_uses(generation: Generation, uses: Counter[str]) -> None:
    for path, number in uses.items():
        if number:
            rows = PublicFile.objects.filter(generation=generation, path=path)
            rows.update(uses=F("uses") + number)


def _write_rows(rows: Sequence[Target]) -> None:
    # Rows that are there already: the conflict is certain, and bulk_update is ten times as slow.
    Target.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["id"], update_fields=FIELDS, batch_size=100
    )


def _failed(row: Target, error: str) -> None:
    row.error, row.stale, row.due_at = error, False, now() + BACKOFF.after(row.tries)
    row.tries = counted(row.tries)


def _made(generation: Generation, row: Target, result: Result) -> None:
    made, moment = result.made, now()
    row.stale = row.bulk = False
    row.error, row.tries, row.due_at, row.made_at = "", 0, result.until, moment
    row.problems = " ".join(made.problems) if made else ""
    if made is None:
        if row.path:
            Removal.objects.create(generation=generation, path=row.path)
        row.path = row.digest = row.files = ""
        row.size = 0
        return
    if result.digest != row.digest:
        row.changed_at, row.squeezed = moment, not result.variants
    row.digest, row.size = result.digest, len(made.data)
    row.files = "\n".join(sorted(_assets_of(result)))


def _files_of(row: Target) -> set[str]:
    return set(filter(None, row.files.split("\n")))


def _assets_of(result: Result) -> set[str]:
    return {asset.path for asset in result.made.assets} if result.made else set()


def _write_reads(pairs: Pairs) -> None:
    """What each target was made from; a failed one keeps what it read, so that the mending of it
    is noticed. Only differences are written."""
    had: dict[int, set[str]] = {row.pk: set() for row, _ in pairs}
    for target, tag in Dependency.objects.filter(target__in=had).values_list("target_id", "tag"):
        had[target].add(tag)
    fresh: list[Dependency] = []
    for row, result in pairs:
        keep = had[row.pk] if result.error else set()
        wanted = result.tags | keep
        if gone := had[row.pk] - wanted:
            Dependency.objects.filter(target=row, tag__in=gone).delete()
        fresh += [Dependency(target=row, tag=tag) for tag in sorted(wanted - had[row.pk])]
    Dependency.objects.bulk_create(fresh, batch_size=1000)
