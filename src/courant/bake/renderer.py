"""What runs in a rendering process. Nothing of Django is loaded before `begin` has set it up."""

import ctypes
import os
import signal
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from courant.bake.make import Result, Wanted

PR_SET_PDEATHSIG = 1


def begin(parent: int, home: str) -> None:
    """In a new process: end with the baker, however that ends."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before that call
        os._exit(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the baker, who ends this
    os.environ["COURANT_HOME"] = home
    import django

    django.setup()


def work(frame: bytes, wanted: "Sequence[Wanted]") -> "list[Result]":
    """Make targets of one moment."""
    from django.db import connections

    from courant.bake.make import FRAME, make_all, press_for

    try:
        return make_all(press_for(FRAME.validate_json(frame)), wanted)
    finally:
        connections.close_all()  # a process that waits holds none
