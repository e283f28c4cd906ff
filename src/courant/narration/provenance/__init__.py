"""Where a sound comes from, said inside its file: Content Credentials (C2PA 2.2)."""

from courant.narration.provenance.sign import mark

__all__ = ["mark"]
