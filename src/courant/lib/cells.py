"""Cells of CSV files that a spreadsheet may open: none of them is a formula."""

from typing import Any

QUOTED = "=+-@\t\r'"  # what a cell must not begin with, and the apostrophe that is put before it


def safe(value: Any) -> str:
    """The cell as text. What a spreadsheet would take for a formula gets an apostrophe."""
    text = "" if value is None else value.isoformat() if hasattr(value, "isoformat") else str(value)
    return f"'{text}" if text[:1] and text[0] in QUOTED else text
