"""Which tree readers see: begin a new one, switch to it, go back."""

import secrets
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.timezone import now

from courant.bake.fingerprint import fingerprint
from courant.bake.kinds import kinds
from courant.bake.lease import Held
from courant.bake.make import FRAME
from courant.bake.marks import new_target
from courant.bake.models import Dependency, Generation, Target
from courant.bake.stores.folder import FolderStore
from courant.front.sheet import Frame
from courant.lib.batches import batched
from courant.lib.files import sync_folder
from courant.stories.models import PublicStory
from courant.stories.paper.tables import TablesPaper

A_STRETCH = 1000  # rows in one transaction, so that no editor waits for it


class CannotGoBack(Exception):
    """There is no earlier generation; the message says so."""


def public_root() -> Path:
    """`public/current`, a link to the tree that readers see; nothing before the first bake."""
    return Path(settings.COURANT_PUBLIC) / "current"


def current() -> Generation | None:
    return Generation.objects.filter(state=Generation.State.CURRENT).first()


def building() -> Generation | None:
    return Generation.objects.filter(state=Generation.State.BUILDING).first()


def folder_of(generation: Generation) -> Path:
    return Path(settings.COURANT_PUBLIC) / generation.folder


def store_of(generation: Generation, held: Held | None = None) -> FolderStore:
    """Where a generation's files are. One that nobody reads yet borrows from the one they read.

    With a lease it is changed only while that holds, asked anew before each file.
    """
    live = generation.state == Generation.State.CURRENT
    sibling = None if live else public_root()
    store = FolderStore(folder_of(generation), live=live, sibling=sibling)
    if held:
        store.may_change = held.check
    return store


def keep_up_with(frame: Frame, held: Held) -> None:
    """Begin a new generation when pages have to look otherwise than in those that there are."""
    look = fingerprint(frame)
    now_read, made = current(), building()
    if made and made.fingerprint != look:
        drop(made)
        made = None
    refused = Generation.objects.filter(state=Generation.State.REFUSED).order_by("-pk").first()
    known = {g.fingerprint for g in (now_read, made, refused) if g}
    if (now_read is None and made is None) or look not in known:
        begin(frame, look, held)


def begin(frame: Frame, look: str, held: Held) -> Generation:
    """Start a generation; its targets are written down by `fill`."""
    with transaction.atomic():
        held.renew()
        text = FRAME.dump_json(frame).decode()
        generation = Generation.objects.create(fingerprint=look, frame=text)
    shutil.rmtree(folder_of(generation), ignore_errors=True)  # of a home that was restored
    folder_of(generation).mkdir(parents=True)
    return generation


def fill(generation: Generation, held: Held) -> Iterator[int]:
    """Write down all targets that there should be, stale, some at a time; gives how many."""
    frame: Frame = FRAME.validate_json(generation.frame)
    paper = TablesPaper(frame.masthead)
    Target.objects.of(generation).filter(stale=False).update(stale=True, bulk=True, tries=0)
    rows = (
        new_target(generation, kind.name, key, bulk=True)
        for kind in kinds().values()
        for key in kind.keys(paper)
    )
    for some in batched(rows, A_STRETCH):
        held.check()
        Target.objects.bulk_create(some, ignore_conflicts=True)
        yield len(some)
    Generation.objects.filter(pk=generation.pk).update(filled=True)
    generation.refresh_from_db()


def switch_to(generation: Generation, held: Held) -> None:
    """Let readers see another generation: all of it, from one moment on."""
    store_of(generation).flush()
    _lead_to(generation, held)
    _write_down_switch(generation, held)


def reconcile(held: Held) -> None:
    """After a kill between the switch and its row: the link that readers follow is the truth."""
    link = public_root()
    name = link.readlink().name if link.is_symlink() else ""
    found = building()
    if found and found.folder == name:
        _write_down_switch(found, held)


def go_back(held: Held) -> Generation:
    """Let readers see the previous generation; what is public no longer is removed from it first.

    All its targets are then looked at again, one by one. Raises CannotGoBack.
    """
    previous = Generation.objects.filter(state=Generation.State.PREVIOUS).order_by("-pk").first()
    if previous is None or not folder_of(previous).exists():
        raise CannotGoBack("There is no earlier generation to go back to.")
    _take_out_what_is_not_public(previous, held)
    _lead_to(previous, held)
    with transaction.atomic():
        held.renew()
        now_refused = Generation.objects.filter(
            state__in=(Generation.State.CURRENT, Generation.State.BUILDING)
        )
        now_refused.update(state=Generation.State.REFUSED)
        Generation.objects.filter(pk=previous.pk).update(
            state=Generation.State.CURRENT, switched_at=now(), filled=False
        )
    previous.refresh_from_db()
    return previous


def drop(generation: Generation) -> None:
    """Nobody needs it: its files go at once, its rows with `tidy_up`."""
    Generation.objects.filter(pk=generation.pk).update(state=Generation.State.DROPPED)
    # In a thread: removing many files takes long, and news must not wait for it.
    threading.Thread(target=shutil.rmtree, args=(folder_of(generation), True), daemon=True).start()


def tidy_trees() -> None:
    """Remove the temporary files of a baker that was killed. For one who knows that none works."""
    for generation in filter(None, (current(), building())):
        store_of(generation).tidy()


def is_untidy() -> bool:
    """Whether old generations have left something."""
    counts = {
        state: Generation.objects.filter(state=state).count()
        for state in (Generation.State.PREVIOUS, Generation.State.REFUSED)
    }
    dropped = Generation.objects.filter(state=Generation.State.DROPPED)
    return any(count > 1 for count in counts.values()) or dropped.exists()


def tidy_up() -> bool:
    """Remove a part of what old generations left; False when nothing is left.

    The current generation, the one before it, and the last one that was refused are kept.
    """
    states = Generation.State
    for state in (states.PREVIOUS, states.REFUSED):
        for old in Generation.objects.filter(state=state).order_by("-pk")[1:]:
            drop(old)
    generation = Generation.objects.filter(state=states.DROPPED).first()
    if generation is None:
        return False
    rows = Target.objects.of(generation).order_by("pk").values_list("pk", flat=True)
    if ids := list(rows[:A_STRETCH]):
        these = Target.objects.of(generation).filter(pk__range=(ids[0], ids[-1]))
        Dependency.objects.filter(target__in=these).delete()
        these.delete()
    else:
        shutil.rmtree(folder_of(generation), ignore_errors=True)
        generation.delete()
    return True


def _lead_to(generation: Generation, held: Held) -> None:
    """One rename: a reader gets all old or all new."""
    link = public_root()
    link.parent.mkdir(parents=True, exist_ok=True)
    fresh = link.with_name(f".current.{secrets.token_hex(6)}.tmp")
    fresh.symlink_to(generation.folder, target_is_directory=True)
    try:
        held.check()
        fresh.rename(link)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    sync_folder(link.parent)


def _write_down_switch(generation: Generation, held: Held) -> None:
    with transaction.atomic():
        held.renew()
        before = Generation.objects.filter(state=Generation.State.CURRENT)
        before.update(state=Generation.State.PREVIOUS)
        Generation.objects.filter(pk=generation.pk).update(
            state=Generation.State.CURRENT, switched_at=now()
        )
    generation.refresh_from_db()


def _take_out_what_is_not_public(generation: Generation, held: Held) -> None:
    """An old tree may hold what was taken back since."""
    store = store_of(generation, held)
    texts = [kind.name for kind in kinds().values() if kind.of_story]
    rows = Target.objects.of(generation).in_place().filter(kind__in=texts)
    for row in rows.iterator():
        story_id = kinds()[row.kind].story_of(row.key)
        if story_id is not None and not PublicStory.objects.filter(pk=story_id).exists():
            store.delete(row.path)
            for path in filter(None, row.files.split("\n")):
                store.delete(path)
    store.flush()
