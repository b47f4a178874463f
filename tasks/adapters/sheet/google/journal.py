"""A hidden tab that keeps what a write overwrites, filled by the very call that overwrites it.

No call of the API writes under a condition. Metadata do not help: they mark rows for 30,000 characters a tab at most,
and stay where they are when people sort. But one spreadsheets.batchUpdate is carried out as a whole, in its order. So
each one first copies the rows it touches, and their header, to the same places of this tab: whatever people moved or
typed in the last moment, it is known whose cells were written over and what they said.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tasks.adapters.sheet.google.cells import column_letters, grid_range, quoted
from tasks.adapters.sheet.google.page import Page

TITLE = "mipg (uso del sistema)"
_NOTICE = "El sistema anota aquí lo que había en las celdas que acaba de escribir. No borre ni cambie esta pestaña."
_GAP = 5  # untouched rows that may as well be copied along, to have fewer ranges
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

    @property
    def areas(self) -> tuple[tuple[int, int], ...]:
        """The stretches of rows to copy, the header's first."""
        return ((self.header, self.header), *self.stretches)

    def plain(self) -> dict[str, Any]:
        """Return it for a file."""
        return asdict(self)

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> "Slot":
        """Return it from a file. Raises KeyError, TypeError or ValueError."""
        stretches = tuple((int(first), int(last)) for first, last in found["stretches"])
        key = None if found["key"] is None else int(found["key"])
        return cls(
            str(found["tab"]), int(found["offset"]), int(found["header"]), tuple(found["headers"]), key, stretches
        )


def slots(pages: Iterable[tuple[Page, Iterable[int]]]) -> list[Slot]:
    """Return where the touched rows of each page go."""
    found, offset = [], 1  # the first column tells which write it was
    for page, rows in pages:
        found.append(Slot(page.layout.name, offset, page.header, page.headers, page.key_column, _stretches(rows)))
        offset += len(page.headers)
    return found


def _stretches(rows: Iterable[int]) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    for row in sorted(set(rows)):
        if found and row - found[-1][1] <= _GAP:
            found[-1] = (found[-1][0], row)
        else:
            found.append((row, row))
    return tuple(found)


def keeping(parts: Sequence[tuple[Slot, int]], journal: int, name: str, *, new: bool) -> Iterator[dict[str, Any]]:
    """Yield the requests that copy the slots (each with its tab's number) and note the write's name."""
    rows = max(max(last for _, last in slot.areas) for slot, _ in parts)
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
        width = len(slot.headers)
        for first, last in slot.areas:
            source = grid_range(sheet, rows=(first - 1, last), columns=(0, width))
            target = grid_range(journal, rows=(first - 1, last), columns=(slot.offset, slot.offset + width))
            yield {"copyPaste": {"source": source, "destination": target, "pasteType": "PASTE_VALUES"}}


def ranges(parts: Sequence[Slot]) -> list[str]:
    """Return where the write's name and the slots are kept, in A1 notation."""
    found = [f"{quoted(TITLE)}!A1"]
    for slot in parts:
        left, right = column_letters(slot.offset), column_letters(slot.offset + len(slot.headers) - 1)
        found += [f"{quoted(TITLE)}!{left}{first}:{right}{last}" for first, last in slot.areas]
    return found


class Journal:
    """What the journal says, by row and column of the journal."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], Any] = {}

    @classmethod
    def answered(cls, resource: Mapping[str, Any], journal: int) -> "Journal":
        """Read it from the spreadsheet resource in an answer."""
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
        return str(self._cells.get((1, 0), ""))

    def keeps(self, slot: Slot) -> bool:
        """Whether the tab was copied: not every server does what it was asked for."""
        return not any(slot.headers) or any(cell != "" for cell in self.row(slot, slot.header))

    def row(self, slot: Slot, number: int) -> list[Any]:
        """Return a row of a tab as it was kept."""
        return [self._cells.get((number, slot.offset + column), "") for column in range(len(slot.headers))]

    def _take(self, row: int, column: int, rows: Iterable[Sequence[Any]]) -> None:
        for down, cells in enumerate(rows):
            for right, cell in enumerate(cells):
                if cell not in ("", None):
                    self._cells[row + down, column + right] = cell


def _raw(cell: Mapping[str, Any]) -> Any:
    value = cell.get("userEnteredValue", {})
    return next((value[kind] for kind in _KINDS if kind in value), "")


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
