"""Numbers that are added up in memory and written down every few seconds.

A flood costs memory that is bounded, and the database no more than a quiet day does.
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection

log = logging.getLogger(__name__)

EVERY = 10.0  # seconds: what a process that is killed has not written yet
A_MINUTE = 12_000  # reports that one process takes in a minute
MOST = 50_000  # numbers at once

Key = tuple[Any, ...]


class Abacus:
    """Adds up reports, each a few keys to be counted once.

    `write(counts, dropped)` puts down what came since the last time, and how many reports were
    turned away; when it raises, all of it is kept and tried again.
    """

    def __init__(
        self,
        name: str,
        write: Callable[[Counter[Key], int], None],
        *,
        a_minute: int = A_MINUTE,
        most: int = MOST,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name, self._write, self._clock = name, write, clock
        self.a_minute, self.most = a_minute, most
        self._counts: Counter[Key] = Counter()
        self._dropped, self._taken, self._minute = 0, 0, -1
        self._lock, self._writing = threading.Lock(), threading.Lock()
        self._thread: threading.Thread | None = None

    def add(self, keys: Iterable[Key]) -> bool:
        """Count one report. False when there are too many: it is dropped, and that is counted."""
        found = list(keys)
        with self._lock:
            taken = self._has_room(found)
            if taken:
                self._counts.update(found)
            else:
                self._dropped += 1
        self.begin()
        return taken

    def put_down(self) -> None:
        """Write what was added up. What cannot be written is kept; raises what `write` raises."""
        with self._writing:
            with self._lock:
                counts, dropped = self._counts, self._dropped
                self._counts, self._dropped = Counter(), 0
            if not counts and not dropped:
                return
            try:
                self._write(counts, dropped)
            except BaseException:
                self._take_back(counts, dropped)
                raise

    def begin(self) -> None:
        """See that somebody writes: a thread of this very process, since a fork has none."""
        if self._thread is None or not self._thread.is_alive():
            with self._lock:
                if self._thread is None or not self._thread.is_alive():
                    self._thread = threading.Thread(target=self._keep_on, daemon=True)
                    self._thread.start()

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._counts, self._dropped, self._taken = Counter(), 0, 0

    def _has_room(self, keys: list[Key]) -> bool:
        minute = int(self._clock() // 60)
        if minute != self._minute:
            self._minute, self._taken = minute, 0
        if self._taken >= self.a_minute:
            return False
        new = sum(key not in self._counts for key in keys)
        if len(self._counts) + new > self.most:
            return False
        self._taken += 1
        return True

    def _take_back(self, counts: Counter[Key], dropped: int) -> None:
        """What came meanwhile is put on top of what could not be written, as far as it fits."""
        with self._lock:
            for key, number in self._counts.items():
                if key in counts or len(counts) < self.most:
                    counts[key] += number
            self._counts = counts
            self._dropped += dropped

    def _keep_on(self) -> None:
        while True:
            time.sleep(EVERY)
            try:
                self.put_down()
            except Exception:  # the loop's edge: the numbers are kept, the next round tries again
                log.exception("%s could not be written down; they are kept", self.name)
            finally:
                connection.close()
