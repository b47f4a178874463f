"""Columns are found by their header, whatever their place; blanks, case, accents and punctuation do not count."""

from collections.abc import Iterable
from functools import lru_cache

from tasks.domain.sheet.cells import fold
from tasks.domain.sheet.table import Tab, TabLayout


@lru_cache(4096)
def header_key(header: str) -> str:
    """Return what two spellings of the same header have in common."""
    return fold(header) or header.strip()


def actual_headers(tab: Tab, layout: TabLayout) -> dict[str, str]:
    """Return, for each header of the layout that the tab has, how the tab writes it (the first of two equal ones)."""
    present: dict[str, str] = {}
    for header in tab.headers:
        present.setdefault(header_key(header), header)
    found = ((column.header, present.get(header_key(column.header))) for column in layout.columns)
    return {header: actual for header, actual in found if actual is not None}


def extra_headers(tab: Tab, known: Iterable[str]) -> tuple[str, ...]:
    """Return the columns that staff added, in their order."""
    taken = set(known)
    return tuple(header for header in tab.headers if header and header not in taken)
