"""A newsroom in a process of its own: makes changes, and bakers that may be killed.

It reads a line at a time from its standard input and answers each with a line. A baker is forked,
so that the next one costs no start of Django: what is killed is a whole process all the same.
"""

import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connections  # noqa: E402
from django.utils.timezone import now  # noqa: E402

from courant.bake import generations, lease  # noqa: E402
from courant.bake.lease import Held, LeaseLost  # noqa: E402
from courant.bake.make import FRAME  # noqa: E402
from courant.bake.models import Lease, Target  # noqa: E402
from courant.bake.stores import folder  # noqa: E402
from courant.front.sheet import Frame  # noqa: E402
from courant.lib import files  # noqa: E402
from courant.lib.digests import digest_of_bytes  # noqa: E402
from courant.pipeline import path  # noqa: E402
from courant.pipeline.work import at_work  # noqa: E402
from courant.stories.models import FrontPage, Story  # noqa: E402
from courant.stories.tests.make import make_desk_section, make_desk_story  # noqa: E402

LOST = 3  # exit code of a baker who lost the lease
PATH_RENAME = Path.rename
SECTIONS = ("Harbour", "Town", "Sport")


def stories(count: str) -> str:
    """That many published stories, in three sections."""
    for number in range(int(count)):
        make_desk_story(section=make_desk_section(SECTIONS[number % len(SECTIONS)]))
    return "made"


def rename(number: str) -> str:
    """Another name of the paper stands on every page: a whole new tree."""
    front = FrontPage.objects.get()
    front.title = f"Lantern {number}"
    front.save_revision().publish()
    return "renamed"


def news(number: str) -> str:
    """One story comes, one moves, one is taken back: lists and links follow."""
    make_desk_story(title=f"News {number}", slug=f"news-{number}")
    moved, gone = Story.objects.live().order_by("pk")[int(number) % 7 :][:2]
    moved.slug = f"moved-{number}"
    moved.save_revision().publish()
    gone.unpublish()
    return "news"


def bake(_: str) -> str:
    """Start a baker; its process id."""
    connections.close_all()
    pid = os.fork()
    if pid:
        return str(pid)
    try:
        with at_work():
            path.publish()
    except LeaseLost:
        os._exit(LOST)
    os._exit(0)


def hurry(_: str) -> str:
    """Leases that run out within seconds, so that a test need not wait a minute."""
    lease.LENGTH, lease.MARGIN, lease.RENEW = timedelta(seconds=6), 1.0, 0.3
    return "hurried"


def bake_stopping(number: str) -> str:
    """Start a baker that is stopped when its nth file is written and not in place; its id."""
    count, write = 0, files._write

    def stopping(path: Path, *args: Any, **facts: Any) -> None:
        nonlocal count
        write(path, *args, **facts)
        count += path.is_relative_to(settings.COURANT_PUBLIC)  # pictures are drawn elsewhere first
        if count == int(number):
            os.kill(os.getpid(), signal.SIGSTOP)

    files._write = stopping
    pid = bake("")
    files._write = write
    os.waitpid(int(pid), os.WUNTRACED)
    return pid


def bake_watched(file: str) -> str:
    """Start a baker that writes down each rename, with the fence of its lease; its id."""
    take, rename = Lease.take, os.rename
    fence = 0

    def taking(*args: Any) -> int:
        nonlocal fence
        fence = take(*args)
        return fence

    def renaming(source: Path, to: Path) -> None:
        with Path(file).open("a") as log:
            log.write(f"{fence} {os.getpid()}\n")
        rename(source, to)

    Lease.take, Path.rename = taking, renaming
    try:
        return bake("")
    finally:
        Lease.take, Path.rename = take, PATH_RENAME


def false_marks(_: str) -> str:
    """Public files that are said to be made and do not hold that; "none" when there are none."""
    found = generations.current()
    tree = generations.public_root()
    rows = Target.objects.of(found).in_place().filter(stale=False).exclude(digest="")
    return " ".join(row.path for row in rows if not holds(tree / row.path, row.digest)) or "none"


def holds(file: Path, digest: str) -> bool:
    return file.is_file() and digest_of_bytes(file.read_bytes()) == digest


def wait(pid: str) -> str:
    """The wait status of a baker that has ended."""
    return str(os.waitpid(int(pid), 0)[1])


def twin(which: str) -> str:
    """From here on bakers are broken in that way."""
    TWINS[which]()
    return "broken"


def trust_the_lease() -> None:
    """Who has had the lease once believes that it has it."""
    lease.Held.check = lambda _: None


def share_the_lease() -> None:
    """Everybody gets the lease."""

    def take(name: str, holder: str, length: timedelta) -> int:
        row, _ = Lease.objects.get_or_create(name=name)
        row.holder, row.until, row.fence = holder, now() + length, row.fence or 1
        row.save()
        return row.fence

    Lease.take = take


def leave_it_to_the_cache() -> None:
    """Nothing is synced: what is in place may not be on the disk."""
    files._write = partial(unsynced, files._write)
    files.sync_volume = folder.sync_volume = folder.sync_folder = lambda _: None


def unsynced(write: Callable[..., None], *args: Any, **facts: Any) -> None:
    write(*args, **facts | {"sync": False})


def switch_too_early() -> None:
    """Readers get the new tree before anything is in it."""
    path.Baking._bake_whole = lambda *_: False


def make_anew_in_place() -> None:
    """The new look goes into the tree that readers see, page by page."""

    def keep_up_with(frame: Frame, held: Held) -> None:
        found = generations.current()
        text = FRAME.dump_json(frame).decode()
        if found and found.frame != text:
            found.frame, found.filled = text, False
            found.save()

    generations.keep_up_with = keep_up_with


TWINS = {
    "early": switch_too_early,
    "in-place": make_anew_in_place,
    "unsynced": leave_it_to_the_cache,
    "trusting": trust_the_lease,
    "sharing": share_the_lease,
}
ORDERS: dict[str, Callable[[str], str]] = {
    each.__name__: each
    for each in (
        stories,
        rename,
        news,
        hurry,
        bake,
        bake_stopping,
        bake_watched,
        false_marks,
        wait,
        twin,
    )
}


def main() -> None:
    for line in sys.stdin:
        order, _, value = line.strip().partition(" ")
        print(ORDERS[order](value), flush=True)


if __name__ == "__main__":
    main()
