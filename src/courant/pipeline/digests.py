"""Digests are made by the worker, of what readers can see."""

import time
from contextlib import suppress

from courant.newsletter import digest, restored
from courant.pipeline.editions import PhotoAddress
from courant.stories.paper.tables import Changing, public_paper

LOOK = 10.0  # seconds between two looks at the clock
_next_look = 0.0


def make_due() -> None:
    """Make the digests that are due; looks now and then, since the worker asks all the time."""
    global _next_look
    if time.monotonic() < _next_look or restored.reason():
        return
    _next_look = time.monotonic() + LOOK
    paper = public_paper()
    with suppress(Changing):  # a story is just being made again: at the next look
        digest.make_due(paper, PhotoAddress(paper))
