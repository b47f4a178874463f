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
_LOOKS = 8  # for a row to come: it has its key within two cycles, each looks twice
NO_ROW = "\0"  # in place of a key: of a row that the very write adds


@dataclass(frozen=True, slots=True)
class Owed:
    """A cell that says `ours` by mistake: it said `before`. `row`: the rest of what its row said.

    `ours` None: it was typed into an empty row that bore the key by mistake, and belongs to the row that is the key's,
    for which it waits during some more looks.
    """

    tab: str
    key: str
    header: str
    ours: Raw
    before: Raw
    row: tuple[Raw, ...]
    looks: int = 0

    def plain(self) -> list[Any]:
        """Return it for a file."""
        return list(astuple(self))

    @classmethod
    def of(cls, found: Sequence[Any]) -> "Owed":
        """Return it from a file. Raises TypeError or ValueError."""
        tab, key, header, ours, before, row, looks = found
        return cls(str(tab), str(key), str(header), ours, before, tuple(row), int(looks))


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

    def is_key(self, column: int) -> bool:
        """Whether it is the column that identifies rows."""
        return column == self._key


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
    adrift: list[Owed] = []
    overwrites = list(overwrites)
    for one in overwrites:
        then = moment[one.tab]
        row, key = then.row(one.row), then.key(one.row)
        header, found = said(then.headers, one.column), said(row, one.column)
        at_home = _is_home(one, key, header, row)
        if at_home and found == one.before:
            adrift += _adrift(one, then, overwrites)
            continue
        strays.append(one)
        if found != one.ours:
            debt = Owed(one.tab, key, header, one.ours, found, one.cells if one.key == NO_ROW else row)
            owed.append((key or f"#{one.row}", debt))
        if one.debt and not at_home:
            debt = Owed(one.tab, one.key, one.header, one.before, one.ours, one.cells)
            owed.append((one.key or f"#{one.row}", debt))
    return strays, [*_joined(owed), *adrift]


def _adrift(one: Overwrite, then: Then, overwrites: Sequence[Overwrite]) -> list[Owed]:
    """Return what people typed into an empty row while it bore a key by mistake, when that key is taken back."""
    if not (one.debt and then.is_key(one.column) and one.ours == "" and not any(one.cells)):
        return []
    row = then.row(one.row)
    ours = {other.column for other in overwrites if (other.tab, other.row) == (one.tab, one.row)}
    typed = [
        (header, cell)
        for column, (header, cell) in enumerate(zip(then.headers, row, strict=False))
        if column not in ours
    ]
    return [Owed(one.tab, one.key, header, None, cell, row, _LOOKS) for header, cell in typed if header and cell != ""]


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
        taken = {(row, column) for tab, row, column in found if tab == one.tab}
        puts = _payment(one, page, ours, taken) if page else []
        found |= {(put.tab, put.row, put.column): put for put in puts}
        waiting += [] if puts else [one]
    return list(found.values()), waiting


def still_waiting(owed: Iterable[Owed]) -> list[Owed]:
    """Return what is to be tried again by later cycles, once less."""
    return [replace(one, looks=one.looks - 1) for one in owed if one.looks > 0]


def _payment(one: Owed, page: Page, ours: set[str], taken: set[tuple[int, int]]) -> list[Overwrite]:
    if one.ours is None:
        return _moved(one, page, taken)
    free = [place for place in _places(one, page, ours) if place not in taken]
    return [_put(page, _likest(one, page, free), one.before, one.row)] if free else []


def _moved(one: Owed, page: Page, taken: set[tuple[int, int]]) -> list[Overwrite]:
    """Return the writes that take a cell from a row without a key to the only row that has it."""
    homes = page.by_key.get(one.key, [])
    column = page.headers.index(one.header) if one.header in page.headers else -1
    astray = [(row, column) for row in page.by_key.get("", []) if page.raw(row, column) == one.before]
    free = [place for place in astray if place not in taken]
    if column < 0 or len(homes) != 1 or (homes[0], column) in taken or not free:
        return []
    home = _put(page, (homes[0], column), one.before, page.cells[homes[0] - 1])
    return [home, _put(page, _likest(one, page, free), "", one.row)]


def _put(page: Page, place: tuple[int, int], value: Raw, cells: Sequence[Raw]) -> Overwrite:
    row, column = place
    before, header = page.raw(row, column), page.headers[column]
    return Overwrite(page.layout.name, row, column, page.key(row), header, before, value, tuple(cells), debt=True)


def _likest(one: Owed, page: Page, places: Sequence[tuple[int, int]]) -> tuple[int, int]:
    return max(places, key=lambda place: _likeness(one.row, page.cells[place[0] - 1]))


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
