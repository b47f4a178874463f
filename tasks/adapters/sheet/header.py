"""Where a tab's header stands and what its columns are called, whatever keeps the sheet."""

from collections.abc import Sequence
from typing import Any

HEADER_SEARCH = 6  # rows in which a header may stand below a title that staff put above it


def header_row(rows: Sequence[Sequence[Any]]) -> int:
    """Return the index of the header: the first row, unless a title of one cell stands above it."""
    for index, row in enumerate(rows[:HEADER_SEARCH]):
        if sum(1 for value in row if value not in (None, "")) > 1:
            return index
    return 0


def unique_headers(cells: Sequence[Any]) -> tuple[str, ...]:
    """Return the headers as text; the second of two equal ones is called "… (2)", a column without one ""."""
    seen: dict[str, int] = {}
    headers = []
    for cell in cells:
        name = str(cell).strip() if cell is not None else ""
        count = seen[name] = seen.get(name, 0) + 1
        headers.append(f"{name} ({count})" if name and count > 1 else name)
    return tuple(headers)
