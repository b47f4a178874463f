"""What a write owes people: cells that it met elsewhere than meant, or in which somebody had typed in the last moment.

A write is meant for a cell known by its row's key, its header and what it said. What it found instead is put back into
the row and column that it then belonged to, wherever they are by now. All functions are pure.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from typing import Any

from tasks.adapters.sheet.google.cells import typed_cell
from tasks.adapters.sheet.google.claims import claim, claimed
from tasks.adapters.sheet.google.journal import Journal, Slot
from tasks.adapters.sheet.google.page import Page, said
from tasks.adapters.sheet.header import unique_headers
from tasks.domain.sheet.cells import canonical

Raw = Any  # a cell as the server tells it: text, number, boolean, "" when empty
_Cell = tuple[str, str, str]  # tab, key or place of the row, header


@dataclass(frozen=True, slots=True)
class Owed:
    """A cell that says `ours` by mistake and is to say `before`, as it did. `row`: the rest of what its row said.

    Where `ours` is a claim (claims.py) it met its row, or not; `before` is then the number, or what it took.
    """

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
    debt: Owed | None = None  # which it pays: it puts back what an earlier one took

    def plain(self) -> list[Any]:
        """Return it for a file."""
        return list(astuple(self))

    @classmethod
    def of(cls, found: Sequence[Any]) -> "Overwrite":
        """Return it from a file. Raises TypeError or ValueError."""
        tab, row, column, key, header, before, ours, cells, debt = found
        owed = Owed.of(debt) if debt else None
        return cls(str(tab), int(row), int(column), str(key), str(header), before, ours, tuple(cells), owed)


class Then:
    """A tab in the moment of a write: its header, and the rows that were touched."""

    def __init__(self, slot: Slot, header: Sequence[Raw], rows: Mapping[int, Sequence[Raw]]) -> None:
        found = unique_headers(header)
        same = sum(name in found for name in slot.headers if name)
        # A row that came to stand above the header moved it out of what was kept: the columns stood still.
        self.headers = found if same * 2 >= len([name for name in slot.headers if name]) else slot.headers
        self._rows = rows
        self._read = {column: slot.headers[column] for left, right in slot.kept for column in range(left, right + 1)}
        self._whole: dict[int, tuple[Raw, ...]] = {}
        self._keys: dict[int, str] = {}
        name = None if slot.key is None else slot.headers[slot.key]
        self._key = self.headers.index(name) if name in self.headers else None

    @classmethod
    def kept(cls, slot: Slot, journal: Journal) -> "Then":
        """Return the tab as the journal kept it; of what it did not keep nothing is said."""
        numbers = (number for first, last in slot.stretches for number in range(first, last + 1))
        return cls(slot, journal.row(slot, slot.header), {number: journal.row(slot, number) for number in numbers})

    @classmethod
    def remade(cls, slot: Slot, before: Page, now: Page, overwrites: Sequence[Overwrite]) -> "Then":
        """Return the tab as it must have been, without a journal: as it is now, our own cells as they had been."""
        rows = {number: list(now.cells[number - 1]) for number in range(1, now.last + 1)}
        header = now.cells[slot.header - 1] if slot.header <= now.last else ()
        then = cls(slot, header, rows)
        own: dict[int, dict[int, Raw]] = {}
        for one in overwrites:
            own.setdefault(one.row, {})[one.column] = one.ours
        homes = {row: _home(before, now, then.key(row), rows[row]) for row in own if row in rows}
        for row, home in homes.items():
            for column, ours in own[row].items():
                name = said(then.headers, column)
                if said(rows[row], column) == ours:
                    known = home is not None and name in before.headers
                    rows[row][column : column + 1] = [
                        before.raw(home or 0, before.headers.index(name)) if known else ""
                    ]
        return cls(slot, header, rows)  # what was asked for before is remembered

    def row(self, number: int) -> tuple[Raw, ...]:
        """Return what a row said, "" for all that it did not."""
        found = self._whole.get(number)
        if found is None:
            cells = ["" if cell is None else cell for cell in self._rows.get(number, ())]
            found = self._whole[number] = (*cells, *[""] * (len(self.headers) - len(cells)))
        return found

    def key(self, number: int) -> str:
        """Return the key in a row, "" without one."""
        found = self._keys.get(number)
        if found is None:
            raw = None if self._key is None else said(self.row(number), self._key)
            found = self._keys[number] = canonical(typed_cell(raw, "text"))
        return found

    def says(self, number: int, cells: Sequence[Raw]) -> bool:
        """Whether a row said the same as it was read just before (nothing: any), wherever its columns were by then."""
        if not cells:
            return True
        row = dict(zip(self.headers, self.row(number), strict=False))
        return all(row.get(header, "") == said(cells, column) for column, header in self._read.items() if header)


def _home(before: Page, now: Page, key: str, cells: Sequence[Raw]) -> int | None:
    """Return which row it was before: by its key, or, where that was written over, by most of what it says."""
    rows = before.by_key.get(key, []) if key else []
    if len(rows) == 1:
        return rows[0]
    gone = [row for key, same in before.by_key.items() if key not in now.by_key for row in same]
    return max(rows or gone, key=lambda row: _likeness(before.cells[row - 1], cells, now.frequency), default=None)


def owed_after(overwrites: Iterable[Overwrite], moment: Mapping[str, Then]) -> tuple[list[Overwrite], list[Owed]]:
    """Return the overwrites that did not meet what they were meant for, and what is owed for them."""
    strays: list[Overwrite] = []
    taken: list[tuple[_Cell, Owed]] = []
    again: list[Overwrite] = []
    for one in overwrites:
        then = moment[one.tab]
        row, key = then.row(one.row), then.key(one.row)
        header, found = said(then.headers, one.column), said(row, one.column)
        place = (one.tab, key or f"#{one.row}", header)
        at_home = key == one.key and header == one.header and then.says(one.row, one.cells)
        if at_home and found == one.before:
            if number := claimed(one.ours):
                known = one.debt or Owed(one.tab, key, header, one.ours, number, row)
                taken.append((place, replace(known, ours=one.ours, before=number)))
            continue
        strays.append(one)
        if found != one.ours:
            taken.append((place, Owed(one.tab, key, header, one.ours, found, row)))
        if one.debt and not at_home:
            again.append(one)
    return strays, _joined(taken, again)


def _joined(taken: Iterable[tuple[_Cell, Owed]], again: list[Overwrite]) -> list[Owed]:
    """Return one debt for each cell; an old one that another write of this call met goes on in that one's.

    Was it something else that this write met there, somebody had written into the cell: the old debt is void.
    """
    found = []
    for place, one in taken:
        old = next((old for old in again if _is_of(old, place, one.row)), None)
        if old:
            again.remove(old)
        debt = replace(old.debt, ours=one.ours) if old and old.debt and old.before == one.before else one
        found += [debt] if debt.ours != debt.before else []
    return [*found, *(old.debt for old in again if old.debt)]


def _is_of(old: Overwrite, place: _Cell, row: Sequence[Raw]) -> bool:
    """Whether a payment was meant for a cell; rows that show the same key are told by all that they say."""
    if (old.tab, old.key or f"#{old.row}", old.header) != place:
        return False
    return not old.cells or Counter(cell for cell in old.cells if cell != "") == Counter(c for c in row if c != "")


def misplaced(slot: Slot, rows: Iterable[Sequence[Raw]], then: Then) -> Iterator[Owed]:
    """Yield the cells of new rows that came to stand under another header, as columns moved in the very moment.

    They are set right where they are: whoever sees such a row may already be typing in it.
    """
    if then.headers[: len(slot.headers)] == slot.headers:
        return
    for cells in rows:
        meant = dict(zip(slot.headers, cells, strict=False))
        key = canonical(meant.get(slot.headers[slot.key], "")) if slot.key is not None else ""
        for column, header in enumerate(then.headers):
            ours, wanted = said(cells, column), meant.get(header, "")
            if header and ours != wanted:
                yield Owed(slot.tab, key, header, ours, wanted, tuple(cells))


def payments(owed: Sequence[Owed], pages: Mapping[str, Page]) -> tuple[list[Overwrite], list[Owed]]:
    """Return where the owed cells are now, and those to look for again: what they say is a debt to be paid first."""
    shown = {(one.tab, one.key, one.row): canonical(one.ours) for one in owed if _is_key(one, pages)}
    ours = {canonical(one.ours) for one in owed} | {""}
    found: dict[tuple[str, int, int], Overwrite] = {}
    waiting = []
    for one in owed:
        page = pages.get(one.tab)
        if page is None:
            continue
        rows = page.by_key.get(shown.get((one.tab, one.key, one.row), one.key) or "#", [])
        nameless = (row for key, same in page.by_key.items() if key in ours for row in same)
        # Two rows without a key may have got the same: each is owed its own cell.
        places = (place for place in _places(one, page, rows or nameless) if (one.tab, *place) not in found)
        put = _payment(one, page, list(places))
        if put is not None:
            found[put.tab, put.row, put.column] = put
        elif not _is_settled(one, page, rows, owed):
            waiting.append(one)
    return list(found.values()), waiting


def _is_key(one: Owed, pages: Mapping[str, Page]) -> bool:
    """Whether it is its row's key that is owed: until that is paid the row goes by what was written over the key."""
    page = pages.get(one.tab)
    return page is not None and page.key_column is not None and page.headers[page.key_column] == one.header


def _is_settled(one: Owed, page: Page, rows: Sequence[int], owed: Sequence[Owed]) -> bool:
    """Whether somebody wrote into the very cell meanwhile: from then on it is theirs, also if they say what we said."""
    if len(rows) != 1 or one.header not in page.headers:
        return False
    now = page.raw(rows[0], page.headers.index(one.header))
    return not any(other.ours == now for other in owed if other.header == one.header and other.key in {one.key, ""})


def _payment(one: Owed, page: Page, places: Sequence[tuple[int, int]]) -> Overwrite | None:
    if not places:
        return None
    row, column = _likest(one, page, places)
    value = one.before
    # A number goes by a claim too, except where a claim stands that no request replaces: there it is simply written.
    if column == page.key_column and isinstance(value, str) and not claimed(one.ours):
        value = claim(value)
    key, header, said_now = page.key(row), page.headers[column], page.raw(row, column)
    return Overwrite(one.tab, row, column, key, header, said_now, value, page.distinction(row), debt=one)


def _likest(one: Owed, page: Page, places: Sequence[tuple[int, int]]) -> tuple[int, int]:
    if len(places) == 1:
        return places[0]
    return max(places, key=lambda place: _likeness(one.row, page.cells[place[0] - 1], page.frequency))


def _places(one: Owed, page: Page, rows: Iterable[int]) -> list[tuple[int, int]]:
    """Return the rows and columns where an owed cell may be."""
    columns = [index for index, header in enumerate(page.headers) if header == one.header] or range(len(page.headers))
    return [(row, column) for row in rows for column in columns if page.raw(row, column) == one.ours]


def _likeness(row: Sequence[Raw], other: Sequence[Raw], frequency: Mapping[Raw, int]) -> float:
    """Return how many values both rows have, wherever, less those that only the other one has.

    What many rows of the tab say ("por asignar", a date) tells them less apart than what one alone says.
    """
    mine, theirs = ({cell for cell in cells if cell != ""} for cells in (row, other))
    weight = {cell: 1 / max(frequency.get(cell, 1), 1) for cell in mine | theirs}
    return sum(weight[cell] for cell in mine & theirs) - sum(weight[cell] for cell in theirs - mine)
