"""How the threads of one process share it."""

import sys

HANDOVER = 0.0005  # seconds; Python's own are 0.005


def hand_over_soon() -> None:
    """Let a thread that computes make way for one that waits, ten times sooner than by itself.

    With Python's own interval the slowest readers waited three times as long while the forms were
    flooded, and pages as long while stories were spoken.
    """
    sys.setswitchinterval(HANDOVER)
