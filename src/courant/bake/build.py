"""Make the public files that are stale and put them in place."""

import errno
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from courant.bake.stores.base import Content, Store
from courant.front.targets import Target
from courant.lib.files import is_disk_full

log = logging.getLogger(__name__)

# Faults of one name, not of the disk: all other files can still be put.
NOT_THE_DISK = (errno.ENAMETOOLONG, errno.ENOTDIR, errno.EISDIR, errno.ENOENT)

Progress = Callable[[int, int], None]
"""Called with how many targets are made, and of how many."""


@dataclass
class Report:
    """What a bake did, by public path.

    `failures` say why an old file was left as it is, `problems` what a new one has to do without.
    """

    rendered: int = 0
    written: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)


def bake(targets: Iterable[Target], store: Store, progress: Progress | None = None) -> Report:
    """Bring the store to what the targets say; files with the same bytes are left alone.

    A target's assets are put before it, and targets come in an order in which no page links to one
    that is not there yet; what is no longer wanted goes last. A page that cannot be rendered keeps
    its old file and is reported. Raises OSError when the store itself fails, such as a full disk:
    everything put until then is whole, and the next bake goes on from there.
    """
    store.tidy()
    report = Report()
    wanted: set[str] = set()
    todo = list(targets)
    for number, target in enumerate(todo, start=1):
        wanted.add(target.path)
        try:
            made = target.make()
        except OSError as error:
            if is_disk_full(error):
                raise
            _fail(report, target, error)
            continue
        except Exception as error:  # one page with a fault must not hold up an election night
            _fail(report, target, error)
            continue
        report.rendered += 1
        if made.problems:
            report.problems[target.path] = " ".join(made.problems)
        try:
            for asset in made.assets:
                if asset.path not in wanted:
                    wanted.add(asset.path)
                    _put(store, asset.path, asset.data, report)
            _put(store, target.path, made.data, report)
        except OSError as error:
            if error.errno not in NOT_THE_DISK:
                raise
            _fail(report, target, error)
        if progress:
            progress(number, len(todo))
    _delete_unwanted(store, wanted, report)
    return report


def _fail(report: Report, target: Target, error: Exception) -> None:
    log.error("Making %s failed", target.path, exc_info=error)
    report.failures[target.path] = f"{type(error).__name__}: {error}"


def _put(store: Store, path: str, content: Content, report: Report) -> None:
    if not store.holds(path, content):
        store.put(path, content)
        report.written.append(path)


def _delete_unwanted(store: Store, wanted: set[str], report: Report) -> None:
    for path in list(store.paths()):
        # Which pictures and sounds a failed page needs is not known, so then they all stay.
        if path in wanted or (report.failures and path.startswith(("media/", "audio/"))):
            continue
        store.delete(path)
        report.deleted.append(path)
