"""Writes down where files stand, what they were made from, and what they need beside them."""

from collections.abc import Iterable, Sequence
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


def known_files(generation: Generation, paths: Iterable[str]) -> set[str]:
    """Those pictures and sounds that are written down already."""
    wanted, found = sorted(paths), set[str]()
    for first in range(0, len(wanted), A_QUERY):
        some = wanted[first : first + A_QUERY]
        rows = PublicFile.objects.filter(generation=generation, path__in=some)
        found.update(rows.values_list("path", flat=True))
    return found


def claim_paths(generation: Generation, pairs: Pairs) -> None:
    """The rows' new places, before anything is put there; the old places are to be cleared."""
    old = [Removal(generation=generation, path=row.path) for row, _ in pairs if row.path]
    Removal.objects.bulk_create(old)
    for row, result in pairs:
        row.path, row.digest = result.made.path if result.made else "", ""
    _write_rows([row for row, _ in pairs])


def claim_files(generation: Generation, paths: Iterable[str]) -> None:
    """Pictures and sounds that are going to be public, before they are."""
    rows = [PublicFile(generation=generation, path=path) for path in sorted(paths)]
    PublicFile.objects.bulk_create(rows, ignore_conflicts=True, batch_size=A_QUERY)


def record(generation: Generation, pairs: Pairs) -> None:
    """What was made and put in place. Call it in a transaction that holds the lease."""
    uses: dict[str, int] = {}
    for row, result in pairs:
        if result.error:
            _failed(row, result.error)
        elif result.changing:
            row.stale, row.due_at = False, now() + SOON
        else:
            _count_files(uses, row, result)
            _made(generation, row, result)
    _write_rows([row for row, _ in pairs])
    _write_reads([(row, result) for row, result in pairs if not result.changing])
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
    row.files = "\n".join(sorted({asset.path for asset in made.assets}))


def _count_files(uses: dict[str, int], row: Target, result: Result) -> None:
    for path in filter(None, row.files.split("\n")):
        uses[path] = uses.get(path, 0) - 1
    for path in {asset.path for asset in result.made.assets} if result.made else ():
        uses[path] = uses.get(path, 0) + 1


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
