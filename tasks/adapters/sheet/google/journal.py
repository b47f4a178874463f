"""A hidden tab that keeps what a write overwrites, filled by the very call that overwrites it.

No call of the API writes under a condition. Metadata do not help: they mark rows for 30,000 characters a tab at most,
and stay where they are when people sort. But one spreadsheets.batchUpdate is carried out as a whole, in its order. So
each one first copies the rows it touches, and their header, to the same places of this tab: whatever people moved or
typed in the last moment, it is known whose cells were written over and what they said.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tasks.adapters.sheet.google.cells import a1, column_letters, grid_range, quoted
from tasks.adapters.sheet.google.page import Page, said

TITLE = "mipg (uso del sistema)"
_NOTICE = "El sistema anota aquí lo que había en las celdas que acaba de escribir. No borre ni cambie esta pestaña."
_GAP = 5  # untouched rows that may as well be copied along, to have fewer ranges
_MANY = 500  # rows; of more than these only the cells that are written over and the keys are kept, not all they say
_START = re.compile(r"!([A-Z]+)(\d+)(?::|$)")
_KINDS = ("stringValue", "numberValue", "boolValue")


@dataclass(frozen=True, slots=True)
class Slot:
    """The part of the journal for one tab. Rows count from 1, columns from 0."""

    tab: str
    offset: int  # columns of the journal before those of this tab
    header: int
    headers: tuple[str, ...]  # as they were read just before
    key: int | None  # the column that identifies rows
    stretches: tuple[tuple[int, int], ...]  # of rows, both ends included
    kept: tuple[tuple[int, int], ...]  # stretches of columns, both ends included

    @property
    def areas(self) -> tuple[tuple[int, int, int, int], ...]:
        """What to copy, the header first: first and last row, first and last column."""
        header = (self.header, self.header, 0, len(self.headers) - 1)
        return (header, *((*rows, *columns) for rows in self.stretches for columns in self.kept))

    @property
    def is_whole(self) -> bool:
        """Whether all that the rows say is kept."""
        return self.kept == ((0, len(self.headers) - 1),)

    def plain(self) -> dict[str, Any]:
        """Return it for a file."""
        return asdict(self)

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> "Slot":
        """Return it from a file. Raises KeyError, TypeError or ValueError."""
        stretches = tuple((int(first), int(last)) for first, last in found["stretches"])
        kept = tuple((int(first), int(last)) for first, last in found["kept"])
        key = None if found["key"] is None else int(found["key"])
        tab, offset, header = str(found["tab"]), int(found["offset"]), int(found["header"])
        return cls(tab, offset, header, tuple(found["headers"]), key, stretches, kept)


def slots(pages: Iterable[tuple[Page, Sequence[tuple[int, int]]]]) -> list[Slot]:
    """Return where what is touched of each page goes: its cells by row and column."""
    found, offset = [], 1  # the first column tells which write it was
    for page, cells in pages:
        rows = {row for row, _ in cells}
        kept: tuple[tuple[int, int], ...] = ((0, len(page.headers) - 1),)
        if len(rows) > _MANY and page.key_column is not None:
            kept = _stretches({page.key_column, *(column for _, column in cells)}, gap=1)
        key, stretches = page.key_column, _stretches(rows, _GAP)
        found.append(Slot(page.layout.name, offset, page.header, page.headers, key, stretches, kept))
        offset += len(page.headers)
    return found


def _stretches(numbers: Iterable[int], gap: int) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if found and number - found[-1][1] <= gap:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return tuple(found)


def keeping(parts: Sequence[tuple[Slot, int]], journal: int, name: str, *, new: bool) -> Iterator[dict[str, Any]]:
    """Yield the requests that copy the slots (each with its tab's number) and note the write's name."""
    rows = max(area[1] for slot, _ in parts for area in slot.areas)
    columns = max(slot.offset + len(slot.headers) for slot, _ in parts)
    grid = {"rowCount": max(rows, 2), "columnCount": columns}
    properties = {"sheetId": journal, "hidden": True, "gridProperties": grid}
    if new:
        yield {"addSheet": {"properties": properties | {"title": TITLE}}}
    else:
        fields = "hidden,gridProperties(rowCount,columnCount)"
        yield {"updateSheetProperties": {"properties": properties, "fields": fields}}
        yield {"updateCells": {"range": {"sheetId": journal}, "fields": "userEnteredValue"}}
    said = [{"values": [{"userEnteredValue": {"stringValue": text}}]} for text in (name, _NOTICE)]
    start = {"sheetId": journal, "rowIndex": 0, "columnIndex": 0}
    yield {"updateCells": {"start": start, "rows": said, "fields": "userEnteredValue"}}
    for slot, sheet in parts:
        for first, last, left, right in slot.areas:
            source = grid_range(sheet, rows=(first - 1, last), columns=(left, right + 1))
            place = (slot.offset + left, slot.offset + right + 1)
            target = grid_range(journal, rows=(first - 1, last), columns=place)
            yield {"copyPaste": {"source": source, "destination": target, "pasteType": "PASTE_VALUES"}}


def ranges(parts: Sequence[Slot], titles: Mapping[str, str]) -> list[str]:
    """Return where the write's name, the slots and the keys of the rows in their tabs are, in A1 notation."""
    found = [f"{quoted(TITLE)}!A1"]
    for slot in parts:
        for first, last, left, right in slot.areas:
            start, end = column_letters(slot.offset + left), column_letters(slot.offset + right)
            found.append(f"{quoted(TITLE)}!{start}{first}:{end}{last}")
        if slot.key is not None and slot.stretches:
            found.append(a1(titles[slot.tab], slot.key, slot.stretches[0][0], slot.stretches[-1][1]))
    return found


class Journal:
    """What the journal says, by row and column of the journal."""

    def __init__(self) -> None:
        self._rows: dict[int, list[Any]] = {}

    @classmethod
    def answered(cls, resource: Mapping[str, Any], journal: int) -> "Journal":
        """Read it (or any other tab) from the spreadsheet resource in an answer."""
        found = cls()
        for sheet in resource.get("sheets", ()):
            if int(sheet.get("properties", {}).get("sheetId", 0)) == journal:
                for part in sheet.get("data", ()):
                    rows = [[_raw(cell) for cell in row.get("values", ())] for row in part.get("rowData", ())]
                    found._take(int(part.get("startRow", 0)) + 1, int(part.get("startColumn", 0)), rows)
        return found

    @classmethod
    def read(cls, parts: Iterable[Mapping[str, Any]]) -> "Journal":
        """Read it from value ranges."""
        found = cls()
        for part in parts:
            if start := _START.search(str(part.get("range", ""))):
                found._take(int(start[2]), _column(start[1]), part.get("values", ()))
        return found

    @property
    def name(self) -> str:
        """Which write it is of; "" when nothing is told."""
        return str(self.cell(1, 0))

    def keeps(self, slot: Slot) -> bool:
        """Whether the tab was copied: not every server does what it was asked for."""
        return not any(slot.headers) or any(cell != "" for cell in self.row(slot, slot.header))

    def is_faithful(self, slot: Slot, tab: "Journal", written: Collection[int]) -> bool:
        """Whether the rows were copied to their places, by the keys that the tab itself says in the same answer.

        Where a filter hides rows it is documented nowhere whether they are copied: without them the others move up.
        """
        if slot.key is None or not tab._rows:
            return True
        rows = {row for first, last in slot.stretches for row in range(first, last + 1)} - set(written)
        keys = ((self.cell(row, slot.offset + slot.key), tab.cell(row, slot.key)) for row in rows)
        return all(kept == there for kept, there in keys)

    def cell(self, row: int, column: int) -> Any:
        """Return one cell, "" when it is empty."""
        return said(self._rows.get(row, ()), column)

    def row(self, slot: Slot, number: int) -> list[Any]:
        """Return a row of a tab as it was kept."""
        found = self._rows.get(number, [])[slot.offset : slot.offset + len(slot.headers)]
        return ["" if cell is None else cell for cell in found] + [""] * (len(slot.headers) - len(found))

    def _take(self, row: int, column: int, rows: Iterable[Sequence[Any]]) -> None:
        for number, cells in enumerate(rows, start=row):
            found = self._rows.setdefault(number, [])
            found.extend([""] * (column + len(cells) - len(found)))
            found[column : column + len(cells)] = cells


def _raw(cell: Mapping[str, Any]) -> Any:
    value = cell.get("userEnteredValue")
    return next((content for kind, content in value.items() if kind in _KINDS), "") if value else ""


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
