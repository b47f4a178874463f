"""What a write owes people: cells that it met elsewhere than meant, or in which somebody had typed in the last moment.

A write is meant for a cell known by its row's key, its header and what it said. What it found instead is put back into
the row and column that it then belonged to, wherever they are by now. All functions are pure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from typing import Any

from tasks.adapters.sheet.google.cells import typed_cell
from tasks.adapters.sheet.google.journal import Journal, Slot
from tasks.adapters.sheet.google.page import Page, said
from tasks.adapters.sheet.header import unique_headers
from tasks.domain.sheet.cells import canonical

Raw = Any  # a cell as the server tells it: text, number, boolean, "" when empty


@dataclass(frozen=True, slots=True)
class Owed:
    """A cell that says `ours` by mistake: it said `before`. `row`: the rest of what its row said."""

    tab: str
    key: str
    header: str
    ours: Raw
    before: Raw
    row: tuple[Raw, ...]

    def plain(self) -> list[Any]:
        """Return it for a file."""
        return list(astuple(self))

    @classmethod
    def of(cls, found: Sequence[Any]) -> "Owed":
        """Return it from a file. Raises TypeError or ValueError."""
        tab, key, header, ours, before, row = found
        return cls(str(tab), str(key), str(header), ours, before, tuple(row))


@dataclass(frozen=True, slots=True)
class Overwrite:
    """One cell that a write sets: where, whose it was and what it said just before, what it says then."""

    tab: str
    row: int
    column: int
    key: str
    header: str
    before: Raw
    ours: Raw
    cells: tuple[Raw, ...] = ()  # the whole row, where the key alone does not tell it
    debt: bool = False  # it puts back what an earlier one took

    def plain(self) -> list[Any]:
        """Return it for a file."""
        return list(astuple(self))

    @classmethod
    def of(cls, found: Sequence[Any]) -> "Overwrite":
        """Return it from a file. Raises TypeError or ValueError."""
        tab, row, column, key, header, before, ours, cells, debt = found
        return cls(str(tab), int(row), int(column), str(key), str(header), before, ours, tuple(cells), bool(debt))


class Then:
    """A tab in the moment of a write: its header, and the rows that were touched."""

    def __init__(self, slot: Slot, header: Sequence[Raw], rows: Mapping[int, Sequence[Raw]]) -> None:
        found = unique_headers(header)
        same = sum(name in found for name in slot.headers if name)
        # A row that came to stand above the header moved it out of what was kept: the columns stood still.
        self.headers = found if same * 2 >= len([name for name in slot.headers if name]) else slot.headers
        self._rows = rows
        name = None if slot.key is None else slot.headers[slot.key]
        self._key = self.headers.index(name) if name in self.headers else None

    @classmethod
    def kept(cls, slot: Slot, journal: Journal) -> "Then":
        """Return the tab as the journal kept it."""
        numbers = (number for first, last in slot.stretches for number in range(first, last + 1))
        return cls(slot, journal.row(slot, slot.header), {number: journal.row(slot, number) for number in numbers})

    @classmethod
    def remade(cls, slot: Slot, before: Page, now: Page, overwrites: Sequence[Overwrite]) -> "Then":
        """Return the tab as it must have been, without a journal: as it is now, our own cells as they had been."""
        rows = {number: list(now.cells[number - 1]) for number in range(1, now.last + 1)}
        then = cls(slot, now.cells[slot.header - 1] if slot.header <= now.last else (), rows)
        own = {
            one.row: {other.column: other.ours for other in overwrites if other.row == one.row} for one in overwrites
        }
        homes = {row: _home(before, now, then.key(row), rows[row]) for row in own if row in rows}
        for row, home in homes.items():
            for column, ours in own[row].items():
                header = said(then.headers, column)
                if said(rows[row], column) == ours:
                    known = home is not None and header in before.headers
                    rows[row][column : column + 1] = [
                        before.raw(home or 0, before.headers.index(header)) if known else ""
                    ]
        return then

    def row(self, number: int) -> tuple[Raw, ...]:
        """Return what a row said, "" for all that it did not."""
        cells = self._rows.get(number, ())
        return tuple(said(cells, column) for column in range(max(len(self.headers), len(cells))))

    def key(self, number: int) -> str:
        """Return the key in a row, "" without one."""
        return "" if self._key is None else canonical(typed_cell(said(self.row(number), self._key), "text"))


def _home(before: Page, now: Page, key: str, cells: Sequence[Raw]) -> int | None:
    """Return which row it was before: by its key, or, where that was written over, by most of what it says."""
    rows = before.by_key.get(key, []) if key else []
    if len(rows) == 1:
        return rows[0]
    gone = [row for key, same in before.by_key.items() if key not in now.by_key for row in same]
    return max(rows or gone, key=lambda row: _likeness(before.cells[row - 1], cells), default=None)


def owed_after(overwrites: Iterable[Overwrite], moment: Mapping[str, Then]) -> tuple[list[Overwrite], list[Owed]]:
    """Return the overwrites that did not meet what they were meant for, and what is owed for them."""
    strays: list[Overwrite] = []
    owed: list[tuple[str, Owed]] = []
    for one in overwrites:
        then = moment[one.tab]
        row, key = then.row(one.row), then.key(one.row)
        header, found = said(then.headers, one.column), said(row, one.column)
        at_home = _is_home(one, key, header, row)
        if at_home and found == one.before:
            continue
        strays.append(one)
        if found != one.ours:
            debt = Owed(one.tab, key, header, one.ours, found, row if any(row) else one.cells)
            owed.append((key or f"#{one.row}", debt))
        if one.debt and not at_home:
            debt = Owed(one.tab, one.key, one.header, one.before, one.ours, one.cells)
            owed.append((one.key or f"#{one.row}", debt))
    return strays, _joined(owed)


def _joined(owed: Iterable[tuple[str, Owed]]) -> list[Owed]:
    """Return one debt for each cell that was met twice: what it says last, what it said first."""
    found: list[tuple[str, Owed]] = []
    for row, one in owed:
        last = one
        for other in [other for same, other in found if same == row and _column(other) == _column(last)]:
            if other.before == last.ours:
                last = replace(other, before=last.before, row=last.row)
                found.remove((row, other))
            elif last.before == other.ours:
                last = replace(last, before=other.before, row=other.row)
                found.remove((row, other))
        if last.ours != last.before:
            found.append((row, last))
    return [one for _, one in found]


def _column(one: Owed) -> tuple[str, str]:
    return one.tab, one.header


def _is_home(one: Overwrite, key: str, header: str, row: Sequence[Raw]) -> bool:
    if one.debt:  # of a row without a key nothing tells it but the cell itself
        alike = bool(key) or said(row, one.column) == one.before
    else:
        alike = all(said(row, column) == cell for column, cell in enumerate(one.cells))
    return key == one.key and header == one.header and alike


def payments(owed: Sequence[Owed], pages: Mapping[str, Page]) -> tuple[list[Overwrite], list[Owed]]:
    """Return where the owed cells are now, and those that are nowhere: what they say by now is somebody's own, or it
    is a debt itself that is to be paid first."""
    ours = {canonical(one.ours) for one in owed} | {""}
    found: dict[tuple[str, int, int], Overwrite] = {}
    waiting = []
    for one in owed:
        page = pages.get(one.tab)
        # Two rows without a key may have got the same: each is owed its own cell.
        free = [(r, c) for r, c in _places(one, page, ours) if (one.tab, r, c) not in found] if page else []
        if page and free:
            row, column = max(free, key=lambda place: _likeness(one.row, page.cells[place[0] - 1]))
            key, header = page.key(row), page.headers[column]
            put = Overwrite(one.tab, row, column, key, header, one.ours, one.before, one.row, debt=True)
            found[one.tab, row, column] = put
        else:
            waiting.append(one)
    return list(found.values()), waiting


def _places(one: Owed, page: Page, ours: set[str]) -> list[tuple[int, int]]:
    """Return the rows and columns where an owed cell may be: by key, or by rows whose key was written over."""
    columns = [index for index, header in enumerate(page.headers) if header == one.header] or range(len(page.headers))
    nameless = [row for key, same in page.by_key.items() if key in ours for row in same]
    for rows in (page.by_key.get(one.key, []) if one.key else [], nameless):
        found = [(row, column) for row in rows for column in columns if page.raw(row, column) == one.ours]
        if found:
            return found
    return []


def _likeness(row: Sequence[Raw], other: Sequence[Raw]) -> int:
    """Return how many values both rows have, wherever, less those that only the other one has."""
    mine, theirs = ({cell for cell in cells if cell != ""} for cells in (row, other))
    return len(mine & theirs) - len(theirs - mine)
