"""Everything that is public, asked for piece by piece."""

from courant.stories.paper.base import Listing, Paper, Row
from courant.stories.paper.memory import MemoryPaper

__all__ = ["Listing", "MemoryPaper", "Paper", "Row"]
