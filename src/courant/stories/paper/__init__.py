"""Everything that is public, asked for piece by piece."""

from courant.stories.paper.base import FIXED, Listing, Paper, Row
from courant.stories.paper.memory import MemoryPaper

__all__ = ["FIXED", "Listing", "MemoryPaper", "Paper", "Row"]
