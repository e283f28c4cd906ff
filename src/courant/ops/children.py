"""Child processes that end with their parent, however it ends."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress

LIFELINE = "COURANT_LIFELINE"  # number of a pipe's end that closes when the parent is gone
PATIENCE = 15.0  # seconds to end by oneself
GRACE = 5.0  # seconds in which a forked process answers what it has begun to answer
QUIET = 60.0  # a child that ran longer than this failed anew, not again
LONGEST_PAUSE = 30.0


class Child:
    """One `courant` command in a process of its own, started again when it fails."""

    def __init__(self, *arguments: str) -> None:
        self.arguments = arguments
        self.process: subprocess.Popen[bytes] | None = None
        self.failures = 0
        self.started = self.not_before = 0.0

    def keep_running(self) -> None:
        """Start it when it is not running, later and later the more often it fails."""
        if self.process and self.process.poll() is None:
            return
        now = time.monotonic()
        if self.process is not None:
            lasted = now - self.started
            self.failures = 1 if lasted > QUIET else self.failures + 1
            self.not_before = now + min(2.0 ** (self.failures - 1), LONGEST_PAUSE)
            print(
                f"courant {self.arguments[0]} ended with {self.process.returncode}; "
                f"it is started again in {self.not_before - now:.0f} s.",
                file=sys.stderr,
            )
            self.end()  # what it had started would keep the port
        if now >= self.not_before:
            self._start(now)

    def _start(self, now: float) -> None:
        reading, writing = os.pipe()  # the parent keeps `writing` open for as long as it lives
        command = [sys.executable, "-m", "courant", *self.arguments]
        self.process = subprocess.Popen(
            command,
            pass_fds=[reading],
            env=os.environ | {LIFELINE: str(reading)},
            start_new_session=True,  # Ctrl-C reaches the parent alone, which ends them in order
        )
        os.close(reading)
        self.lifeline = writing
        self.started = now

    def end(self) -> None:
        """End it and all that it started, whether or not it still lives itself."""
        if self.process is None:
            return
        self._signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(PATIENCE)
        self._signal(signal.SIGKILL)
        self.process.wait()
        os.close(self.lifeline)
        self.process = None

    def _signal(self, number: int) -> None:
        # It leads a session of its own, so its group is exactly its family.
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)  # type: ignore[union-attr]


def end_with_parent() -> None:
    """In a child, before anything else: end when the parent dies without a word, and all with it.

    Processes that are forked from here on watch for themselves: this one may be killed as well.
    """
    if (number := os.environ.pop(LIFELINE, "")) == "":
        return
    lifeline = int(number)
    os.set_inheritable(lifeline, False)  # noqa: FBT003
    _when_it_breaks(lifeline, _end_family)
    os.register_at_fork(after_in_child=lambda: _begin_forked(lifeline))


def _begin_forked(lifeline: int) -> None:
    # The parent's handlers would take a signal and do nothing here: one that comes before the
    # process has its own would be lost, and the parent would wait for its end for ever.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    _when_it_breaks(lifeline, _end_late)


def _when_it_breaks(lifeline: int, act: Callable[[], None]) -> None:
    """Run `act` in a thread when the other end of the pipe closes, or has been closed already."""

    def watch() -> None:
        with suppress(OSError):
            os.read(lifeline, 1)
        act()

    threading.Thread(target=watch, daemon=True).start()


def _end_family() -> None:
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(PATIENCE)
    os.killpg(os.getpgrp(), signal.SIGKILL)  # it leads a session of its own: see `Child`


def _end_late() -> None:
    """Leave the end to the parent, which does it in order; and do it when that is dead too."""
    time.sleep(GRACE)
    os.kill(os.getpid(), signal.SIGKILL)


def on_stop(act: Callable[[], None]) -> None:
    """Run `act` at Ctrl-C or SIGTERM."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: act())
