"""The worker: looks for what waits, all the time or once.

It needs no queue to be told: looking costs one indexed query, and what nobody told it about,
because a process died between a commit and a message, is found all the same.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import close_old_connections, connection

from courant.bake import generations
from courant.bake.followers import follow
from courant.bake.models import Lease
from courant.bake.report import Progress
from courant.lib.locks import in_company
from courant.lib.threads import hand_over_soon
from courant.lib.wake import Listener
from courant.narration import produce
from courant.narration.models import Narration
from courant.newsletter import work as mail
from courant.pipeline import darkroom, path
from courant.pipeline.archiving import letters_wait
from courant.pipeline.models import Change, Failure
from courant.pipeline.schedule import publish_due

log = logging.getLogger(__name__)

CLEAN_UP = 6 * 3600.0  # seconds between two removals of sound that nobody needs
A_GLANCE = 2.0  # seconds between two looks at the threads
MAIL_TURN = 5.0  # seconds of sending, then sign-ups are answered
LOOK = 0.25  # seconds between two looks
AFTER_TROUBLE = 5.0  # seconds to wait when a round failed, so that a full disk does not spin
NARRATORS = min(2, os.cpu_count() or 1)
ROUNDS = 20  # of narrating and baking: two are usual, more where people edit meanwhile
UNSETTLED = (
    "Story {} still waits after {} rounds: what is wanted of it changes while it is spoken. If it "
    "stays, see whether its voice names another version at each look (`courant voices test`)."
)
UNFORESEEN = "Something went wrong that is not foreseen. It is tried again; the log has all of it."
SYSTEM = "the worker"
BEHIND = 5  # niceness of those who speak: readers wait for pages, not for sound
STAND_BACK = 1.0  # seconds at most, at each sentence: a whole new tree takes longer than that

nothing_urgent = threading.Event()
nothing_urgent.set()


def work_off(
    *,
    baking: Progress | None = None,
    narrating: Progress | None = None,
    following: Progress | None = None,
    delivering: Progress | None = None,
) -> None:
    """Do everything that waits now, in this process. What fails is recorded, not raised."""
    with at_work():
        publish_due(retry=True)
        _guarded(Failure.Room.BAKE, lambda: path.publish(baking))
        _narrate_and_publish(baking, narrating)
        while _guarded(Failure.Room.FOLLOW, lambda: follow.follow_next(following)):
            pass
        _guarded(Failure.Room.DELIVER, lambda: deliver_all(delivering))


def deliver_all(progress: Progress | None = None) -> None:
    """Send all that is due. Pages that letters wait for are put in place in between."""
    while path.deliver(progress) or (letters_wait() and path.publish()):
        pass


def _narrate_and_publish(baking: Progress | None, narrating: Progress | None) -> None:
    """Speak what waits and let readers have it, until nothing waits.

    Not without end: what is never settled, however often it is spoken, is told.
    """
    for _ in range(ROUNDS):
        if not _narrate_all(narrating):
            return
        if Change.objects.exists():
            _guarded(Failure.Room.BAKE, lambda: path.publish(baking))
        elif not Narration.objects.due().exists():
            return
    if row := Narration.objects.due().first():
        Failure.note(Failure.Room.NARRATE, SYSTEM, UNSETTLED.format(row.story_id, ROUNDS))


def _narrate_all(progress: Progress | None) -> int:
    """Speak every story that waits by now, two at a time; returns how many were tried."""
    total = Narration.objects.due().count()
    done = 0
    lock = threading.Lock()
    turns = iter(range(total))  # what comes meanwhile is of another round

    def narrator() -> None:
        nonlocal done
        try:
            while next(turns, None) is not None and _guarded(
                Failure.Room.NARRATE, path.narrate_next
            ):
                with lock:
                    done += 1
                    if progress:
                        progress(done, total)
        finally:
            connection.close()

    if total:
        with ThreadPoolExecutor(NARRATORS) as pool:
            for future in [pool.submit(narrator) for _ in range(NARRATORS)]:
                future.result()
    return done


def work_on(stop: threading.Event) -> None:
    """Keep working until told to stop. Each room has its thread, so none waits for another."""
    hand_over_soon()
    ear = Listener(Path(settings.COURANT_WAKE))
    rooms: list[tuple[object, ...]] = [
        (Failure.Room.BAKE, _publish_if_changed, stop, ear.wait),
        (Failure.Room.DELIVER, partial(path.deliver, seconds=MAIL_TURN), stop),
        *[(Failure.Room.NARRATE, _narrate_behind, stop)] * NARRATORS,
        (Failure.Room.DEVELOP, _develop_behind, stop),
    ]
    if follow.names():
        rooms.append((Failure.Room.FOLLOW, follow.follow_next, stop))
    threads = [threading.Thread(target=_keep_at, args=room, daemon=True) for room in rooms]
    with at_work():
        for thread in threads:
            thread.start()
        _watch(threads, stop)
        for thread in threads:
            thread.join()
    ear.close()


def _watch(threads: list[threading.Thread], stop: threading.Event) -> None:
    """Tidy up now and then. Raises RuntimeError when a thread has died: `up` then starts anew."""
    clean_at = time.monotonic() + CLEAN_UP
    while not stop.wait(A_GLANCE):
        if not all(thread.is_alive() for thread in threads):
            stop.set()
            raise RuntimeError("A thread of the worker has died; the log says why.")
        if time.monotonic() > clean_at:
            clean_at += CLEAN_UP
            _guarded(Failure.Room.NARRATE, produce.prune)


@contextmanager
def at_work() -> Iterator[None]:
    """Hold the sign that this process works. When no other does, what dead ones claimed is freed.

    Without it, everything that a killed worker had in hand would wait for its lease to end.
    """
    with in_company(Path(settings.COURANT_PUBLIC) / ".workers", _free_what_the_dead_hold):
        yield


def _free_what_the_dead_hold() -> None:
    Narration.objects.all().end_leases()
    mail.end_leases()
    if Lease.end_all():
        generations.tidy_trees()


def _behind() -> None:
    """Let this thread give way to others, on Linux."""
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), BEHIND)


def _develop_behind() -> bool:
    """Develop a photo that waits."""
    _behind()
    nothing_urgent.wait(STAND_BACK)
    return darkroom.develop_next()


def _narrate_behind() -> bool:
    """Speak a story that waits, and stand back at each sentence while pages are made."""
    _behind()
    return path.narrate_next(_stand_back)


def _stand_back() -> None:
    nothing_urgent.wait(STAND_BACK)


def _publish_if_changed() -> bool:
    publish_due()
    nothing_urgent.clear()
    try:
        if path.publish() is not None:
            return True
    finally:
        nothing_urgent.set()
    path.use_idle_time()
    return False


def _keep_at(
    room: str,
    act: Callable[[], object],
    stop: threading.Event,
    pause: Callable[[float], object] | None = None,
) -> None:
    trouble = 0
    pause = pause or stop.wait
    while not stop.is_set():
        outcome = _guarded(room, act)
        if outcome is None:
            close_old_connections()  # a broken connection is the likely cause
        trouble = trouble + 1 if outcome is None else 0
        if trouble:
            stop.wait(AFTER_TROUBLE)
        elif not outcome:
            pause(LOOK)
    connection.close()


def _guarded(room: str, act: Callable[[], object]) -> object:
    """Run one round; None when it failed, with the reason in a row that the desk shows."""
    try:
        outcome = act()
        _settle(room)
    except Exception as error:  # the loop's edge: recorded here, and the next round tries again
        log.exception("The round %s failed", room)
        _note(room, error)
        return None
    return outcome or False


def _note(room: str, error: Exception) -> None:
    try:
        Failure.note(room, SYSTEM, _sentence(error))
    except Exception:  # with the disk full even this row cannot be written; the log has it
        log.exception("The failure could not be recorded")


def _settle(room: str) -> None:
    found = Failure.objects.filter(room=room, subject=SYSTEM)
    if found.exists():  # asked four times a second: a look disturbs no writer
        found.delete()


def _sentence(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename or 'the data home'}. Mend it; it is tried again."
    return f"{UNFORESEEN} ({type(error).__name__}: {error})"
