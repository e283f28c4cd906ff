"""Claim, check, act, record: how rows of outgoing messages are worked off, whatever they are.

    claim    one short transaction: results of the window before, the next rows `inflight`
    check    right before acting: may these still go out?
    act      the transport begins what it can within a second
    record   with the next claim

A worker that was killed leaves inflight rows. When their lease has run out, the journal on this
machine tells which of them went, which never began, and which nobody knows about; the last are sent
again under the same Message-ID, or kept as `uncertain`, as their newsletter wishes.

Read on in run.py; rows.py holds the tables' side, decide.py what follows from an outcome.
"""

from courant.newsletter.ledger.decide import BLOCKS_IN_A_ROW, GIVE_UP
from courant.newsletter.ledger.report import Report
from courant.newsletter.ledger.rows import (
    Clock,
    count_by_state,
    database_time,
    due,
    end_leases,
    next_time,
)
from courant.newsletter.ledger.run import LEASE, WINDOW, Job, Run, Skip, Stopped

__all__ = [
    "BLOCKS_IN_A_ROW",
    "GIVE_UP",
    "LEASE",
    "WINDOW",
    "Clock",
    "Job",
    "Report",
    "Run",
    "Skip",
    "Stopped",
    "count_by_state",
    "database_time",
    "due",
    "end_leases",
    "next_time",
]
