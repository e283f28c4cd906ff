"""Rendering in several processes, for the many targets of a whole tree."""

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from django.conf import settings

from courant.bake import renderer
from courant.bake.make import FRAME, Result, Wanted
from courant.front.sheet import Frame
from courant.lib.batches import batched

A_TASK = 30  # targets handed to a process at once


class Pool:
    """Processes that render and compress; the one who has the lease puts their results in place."""

    def __init__(self, processes: int) -> None:
        self.processes = processes
        self._executor: ProcessPoolExecutor | None = None

    def make(self, frame: Frame, wanted: Sequence[Wanted]) -> Iterator[Result]:
        """Make targets, in order; a process that dies is replaced once. Raises OSError."""
        done = 0
        try:
            for result in self._make(frame, wanted):
                done += 1
                yield result
        except BrokenProcessPool:
            self.close()
            yield from self._make(frame, wanted[done:])

    def close(self) -> None:
        if self._executor:
            self._executor.shutdown(cancel_futures=True)
            self._executor = None

    def _make(self, frame: Frame, wanted: Sequence[Wanted]) -> Iterator[Result]:
        if self._executor is None:
            # Not forked: this process has threads, and its database connections are its own.
            context = multiprocessing.get_context("spawn")
            self._executor = ProcessPoolExecutor(
                self.processes,
                context,
                renderer.begin,
                (os.getpid(), os.environ.get("COURANT_HOME", "")),
            )
        text = FRAME.dump_json(frame)
        tasks: list[Future[list[Result]]] = [
            self._executor.submit(renderer.work, text, some) for some in batched(wanted, A_TASK)
        ]
        for task in tasks:
            yield from task.result()


def pool() -> Pool | None:
    """By the setting bake_processes; None where one is enough."""
    number = settings.COURANT_BAKE_PROCESSES or os.cpu_count() or 1
    return Pool(number) if number > 1 else None
