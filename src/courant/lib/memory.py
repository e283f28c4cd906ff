"""Keeps memory that was needed for a moment from staying with the process."""

import ctypes

M_MMAP_THRESHOLD, M_ARENA_MAX = -3, -8  # of mallopt(3), in glibc's malloc.h
LARGE, ARENAS = 1 << 19, 2  # bytes from which an array is a mapping of its own; heaps of threads


def give_back_memory() -> None:
    """Let large arrays go back to the system when they are freed. Does nothing without glibc.

    By itself glibc soon takes them from heaps, of which each thread gets one, and keeps them: a
    worker that speaks, bakes and publishes stood at 740 MB where it needs 490 for a moment.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt:
        mallopt(M_MMAP_THRESHOLD, LARGE)
        mallopt(M_ARENA_MAX, ARENAS)
