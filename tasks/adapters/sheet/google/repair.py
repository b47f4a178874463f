"""What was written into other rows or columns, because they moved in that moment, is put back at once.

The tab is read again and compared with what it said just before the write, row by row under their keys. A cell that
says something else now, and that something is what we wrote for another cell, gets back what it said. People may move
rows again meanwhile: it is looked at once more after each repair.
"""

from collections.abc import Sequence
from typing import Any

from tasks.adapters.sheet.google.api import SheetsApi, Unanswered
from tasks.adapters.sheet.google.cells import a1, quoted, raw_cell
from tasks.adapters.sheet.google.mending import Expectation
from tasks.adapters.sheet.google.page import Page
from tasks.adapters.sheet.google.plan import Target
from tasks.domain.sheet.headers import header_key
from tasks.ports.sheet import CellWrite

_ROUNDS = 4


def put_back(api: SheetsApi, expectations: Sequence[Expectation]) -> list[Target]:
    """Restore what was written over in each tab; return the targets that were elsewhere."""
    return [target for expectation in expectations for target in _mend(api, expectation)]


def _mend(api: SheetsApi, expectation: Expectation) -> list[Target]:
    repair = _Repair(expectation)
    now = _again(api, expectation.page)
    moved = expectation.strayed(now)
    # Nothing moved since: what strayed is where it was written, and a like value elsewhere is somebody's own.
    still = all(now.raw(one.row, one.column) == raw_cell(one.write.value) for one in moved)
    places = {(one.row, one.column) for one in moved} if still else None
    for _ in range(_ROUNDS):
        targets = [one for one in repair.targets(now) if places is None or (one.row, one.column) in places]
        places = None
        if not targets or _write(api, Expectation(now, targets)):
            break
        now = _again(api, expectation.page)
    return moved


def _again(api: SheetsApi, page: Page) -> Page:
    return Page(page.layout, page.title, api.values([quoted(page.title)])[0], page.identities)


def _write(api: SheetsApi, expected: Expectation) -> bool:
    """Write as they are what the targets are to say again; return whether rows and columns stood still."""
    data: list[dict[str, Any]] = []
    for one in expected.targets:
        where = a1(one.page.title, one.column, one.row, one.row)
        data.append({"range": where, "majorDimension": "ROWS", "values": [[one.write.value]]})
    try:
        return expected.is_met(api.write_values([*data, *expected.looks()])[len(data) :])
    except Unanswered:
        return False


class _Repair:
    """The comparison of a tab with what it said before a write."""

    def __init__(self, expectation: Expectation) -> None:
        self._before = expectation.page
        self._meant = {(t.row, t.column): raw_cell(t.write.value) for t in expectation.targets}
        self._written: set[Any] = set(self._meant.values())  # what may have strayed: our values, then what we put back

    def targets(self, now: Page) -> list[Target]:
        """Return the cells that hold something of ours by mistake, with what they are to say instead."""
        columns = [self._before.columns.get(header_key(header)) if header else None for header in now.headers]
        homes = self._homes(now)
        found = []
        for row in range(now.header + 1, now.last + 1):
            for column, place in enumerate(columns):
                present = now.raw(row, column)
                if present in self._written and place is not None:
                    home = homes.get(row)
                    meant = self._meant.get((home, place)) if home else None
                    said = self._before.raw(home, place) if home else ""
                    if present not in (said, meant) and (home or self._is_litter(now, row)):
                        write = CellWrite(now.layout.name, now.key(row), row, now.headers[column], said)
                        found.append(Target(now, row, column, write))
        self._written |= {target.write.value for target in found}
        return found

    def _homes(self, now: Page) -> dict[int, int]:
        """Return which row each one was before: by its key, else by most of what it says."""
        before = self._before
        single = {key: rows[0] for key, rows in before.by_key.items() if key and len(rows) == 1}
        homes = {rows[0]: single[key] for key, rows in now.by_key.items() if key in single and len(rows) == 1}
        left = set(range(before.header + 1, before.last + 1)) - set(homes.values())
        for row in sorted(row for rows in now.by_key.values() for row in rows if row not in homes):
            likeness = {other: self._likeness(now, row, other) for other in left}
            best = max(likeness, key=lambda other: likeness[other], default=None)
            if best is not None and likeness[best] > 0:
                homes[row] = best
                left.discard(best)
        return homes

    def _likeness(self, now: Page, row: int, other: int) -> int:
        """Return how many cells say the same."""
        places = ((c, self._before.columns.get(header_key(h))) for c, h in enumerate(now.headers) if h)
        pairs = ((now.raw(row, c), self._before.raw(other, place)) for c, place in places if place is not None)
        return sum(one == two != "" for one, two in pairs)

    def _is_litter(self, now: Page, row: int) -> bool:
        """Whether a row that was not there before holds nothing but what we wrote."""
        return all(cell in self._written for cell in now.cells[row - 1] if cell not in ("", None))
