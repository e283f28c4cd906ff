"""Letters of welcome series are lined up and sent by the worker, in the paper's name."""

import time

from courant.newsletter import welcomes
from courant.newsletter.ledger import Report
from courant.stories.paper.tables import public_paper

LOOK = 10.0  # seconds between two looks at who is due
_next_look = 0.0


def welcome_readers(seconds: float) -> Report:
    """Look who is due, now and then, and send what may go."""
    global _next_look
    if time.monotonic() >= _next_look:
        _next_look = time.monotonic() + LOOK
        welcomes.line_up()
    return welcomes.process_welcomes(public_paper, seconds=seconds)
