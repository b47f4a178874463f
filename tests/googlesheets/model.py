"""A spreadsheet as Google keeps it: tabs of cells, and ranges (rules, protection, marks) that follow rows and columns.

Written from the documented protocol (https://developers.google.com/workspace/sheets/api/reference/rest), not from our
adapter. Indexes count from 0 and ranges are half open, as in a GridRange.
"""

import random
import re
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any


class ApiError(Exception):
    """An error answer."""

    def __init__(self, code: int, status: str, message: str) -> None:
        super().__init__(message)
        self.code, self.status, self.message = code, status, message


def invalid(message: str) -> ApiError:
    return ApiError(400, "INVALID_ARGUMENT", message)


class Formula(str):
    """A cell that holds a formula."""


@dataclass
class Area:
    """A range that follows its rows and columns; None: unbounded."""

    r0: int = 0
    r1: int | None = None
    c0: int = 0
    c1: int | None = None

    @classmethod
    def of(cls, grid: dict[str, Any]) -> "Area":
        return cls(
            grid.get("startRowIndex", 0),
            grid.get("endRowIndex"),
            grid.get("startColumnIndex", 0),
            grid.get("endColumnIndex"),
        )

    def grid(self, sheet: int) -> dict[str, int]:
        found = {"sheetId": sheet, "startRowIndex": self.r0, "startColumnIndex": self.c0}
        if self.r1 is not None:
            found["endRowIndex"] = self.r1
        return found if self.c1 is None else found | {"endColumnIndex": self.c1}

    def holds(self, row: int, column: int) -> bool:
        inside = self.r0 <= row and (self.r1 is None or row < self.r1)
        return inside and self.c0 <= column and (self.c1 is None or column < self.c1)

    def insert(self, rows: bool, at: int, count: int) -> None:
        start, end = ("r0", "r1") if rows else ("c0", "c1")
        if getattr(self, start) >= at:
            setattr(self, start, getattr(self, start) + count)
        if getattr(self, end) is not None and getattr(self, end) > at:
            setattr(self, end, getattr(self, end) + count)

    def delete(self, rows: bool, at: int, count: int) -> bool:
        """Return whether anything of the range is left."""
        start, end = ("r0", "r1") if rows else ("c0", "c1")
        first, last = getattr(self, start), getattr(self, end)
        setattr(self, start, first - min(max(first - at, 0), count))
        if last is not None:
            setattr(self, end, last - min(max(last - at, 0), count))
            return bool(getattr(self, end) > getattr(self, start))
        return True

    def move_column(self, origin: int, target: int) -> None:
        if self.c1 is not None and self.c1 - self.c0 == 1:
            self.c0 = moved_index(self.c0, origin, target)
            self.c1 = self.c0 + 1


def moved_index(index: int, origin: int, target: int) -> int:
    """Return where an index comes to stand when `origin` is moved to `target` (its final place)."""
    if index == origin:
        return target
    if origin < index <= target:
        return index - 1
    return index + 1 if target <= index < origin else index


@dataclass
class Layer:
    """Something put upon a range: a format, a validation rule, a note, protection, colours, a view, a mark."""

    kind: str
    area: Area
    what: dict[str, Any]


@dataclass
class Sheet:
    """One tab."""

    id: int
    title: str
    rows: int = 1000
    columns: int = 26
    hidden: bool = False
    properties: dict[str, Any] = field(default_factory=dict)  # gridProperties besides the size
    grid: list[list[Any]] = field(default_factory=list)
    layers: list[Layer] = field(default_factory=list)
    filtered: set[int] = field(default_factory=set)  # rows that the basic filter hides

    def get(self, row: int, column: int) -> Any:
        cells = self.grid[row] if row < len(self.grid) else []
        return cells[column] if column < len(cells) else None

    def set(self, row: int, column: int, value: Any) -> None:
        if not (0 <= row < self.rows and 0 <= column < self.columns):
            where = f"{letters(column)}{row + 1}"
            sizes = f"Max rows: {self.rows}, max columns: {self.columns}"
            raise invalid(f"Range ({self.title}!{where}) exceeds grid limits. {sizes}")
        if isinstance(value, str) and len(value) > 50_000:
            raise invalid("Your input contains more than the maximum of 50000 characters in a single cell.")
        while len(self.grid) <= row:
            self.grid.append([])
        cells = self.grid[row]
        if column >= len(cells):
            cells.extend([None] * (column + 1 - len(cells)))
        cells[column] = None if value == "" else value

    def resize(self, rows: int, columns: int) -> None:
        self.rows, self.columns = rows, columns
        self.grid = [cells[:columns] for cells in self.grid[:rows]]

    def last_row(self) -> int:
        """Return the number of rows up to the last one that holds anything."""
        while self.grid and all(cell is None for cell in self.grid[-1]):
            self.grid.pop()
        return len(self.grid)

    def insert(self, rows: bool, at: int, count: int) -> None:
        if rows:
            self.rows += count
            if at < len(self.grid):
                self.grid[at:at] = [[] for _ in range(count)]
        else:
            self.columns += count
            for cells in self.grid:
                if at < len(cells):
                    cells[at:at] = [None] * count
        for layer in self.layers:
            layer.area.insert(rows, at, count)

    def delete(self, rows: bool, at: int, count: int) -> None:
        if rows:
            self.rows -= count
            del self.grid[at : at + count]
        else:
            self.columns -= count
            for cells in self.grid:
                del cells[at : at + count]
        self.layers = [layer for layer in self.layers if layer.area.delete(rows, at, count)]

    def move_column(self, origin: int, target: int) -> None:
        for cells in self.grid:
            cells.extend([None] * (max(origin, target) + 1 - len(cells)))
            cells.insert(target, cells.pop(origin))
        for layer in self.layers:
            layer.area.move_column(origin, target)

    def top(self, kind: str, row: int, column: int) -> dict[str, Any]:
        """Return what was last put upon a cell, merged for formats."""
        found: dict[str, Any] = {}
        for layer in self.layers:
            if layer.kind == kind and layer.area.holds(row, column):
                found = found | layer.what if kind == "format" else layer.what
        return found

    def of(self, kind: str) -> list[Layer]:
        return [layer for layer in self.layers if layer.kind == kind]

    # What people do -------------------------------------------------------------------------------------------------

    def headers(self) -> list[str]:
        return [str(value or "") for value in self.grid[0]] if self.grid else []

    def column_of(self, header: str) -> int:
        return self.headers().index(header)

    def shuffle(self, random_: random.Random) -> None:
        """Sort the rows below the header by something."""
        body = self.grid[1:]
        random_.shuffle(body)
        self.grid[1:] = body


@dataclass
class Spreadsheet:
    """The file."""

    id: str
    title: str = "Mesa MIPG"
    locale: str = "en_US"
    time_zone: str = "Etc/GMT"
    sheets: list[Sheet] = field(default_factory=lambda: [Sheet(0, "Sheet1")])
    marks: list[dict[str, Any]] = field(default_factory=list)  # sheet-level metadata; column marks are layers
    next_id: int = 1000

    def new_id(self) -> int:
        self.next_id += 37
        return self.next_id

    def by_title(self, title: str) -> Sheet:
        for sheet in self.sheets:
            if sheet.title == title:
                return sheet
        raise KeyError(title)

    def by_id(self, number: int) -> Sheet:
        for sheet in self.sheets:
            if sheet.id == number:
                return sheet
        raise invalid(f"No grid with id: {number}")

    def formulas(self) -> list[str]:
        return [v for sheet in self.sheets for row in sheet.grid for v in row if isinstance(v, Formula)]

    def saved(self) -> "Spreadsheet":
        """Return a copy to go back to; cells are values and need no copying."""
        grids = [sheet.grid for sheet in self.sheets]
        for sheet in self.sheets:
            sheet.grid = []
        copy = deepcopy(self)
        for sheet, twin, grid in zip(self.sheets, copy.sheets, grids, strict=True):
            sheet.grid = grid
            twin.grid = [list(row) for row in grid]
        return copy


def letters(column: int) -> str:
    found = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


def number(text: str) -> int:
    found = 0
    for letter in text.upper():
        found = found * 26 + ord(letter) - 64
    return found - 1


_REFERENCE = re.compile(r"^\$?([A-Za-z]{0,3})\$?(\d*)(?::\$?([A-Za-z]{0,3})\$?(\d*))?$")


def parse_range(book: Spreadsheet, text: str) -> tuple[Sheet, Area]:
    """Return the tab and the range that A1 notation names; raises the service's own errors."""
    title, bang, reference = text.rpartition("!")
    if not bang:
        title, reference = text, ""
    quoted = len(title) > 1 and title[0] == title[-1] == "'"
    try:
        sheet = book.by_title(title[1:-1].replace("''", "'") if quoted else title)
    except KeyError:
        raise invalid(f"Unable to parse range: {text}") from None
    if not bang:
        return sheet, Area(0, sheet.rows, 0, sheet.columns)
    found = _REFERENCE.match(reference)
    if not found or not (found[1] or found[2]):
        raise invalid(f"Unable to parse range: {text}")
    first, top, last, bottom = found.groups()
    if last is None and bottom is None:
        last, bottom = first, top
    area = Area(
        int(top) - 1 if top else 0,
        int(bottom) if bottom else sheet.rows,
        number(first) if first else 0,
        number(last) + 1 if last else sheet.columns,
    )
    if area.r0 >= sheet.rows or area.c0 >= sheet.columns:
        sizes = f"Max rows: {sheet.rows}, max columns: {sheet.columns}"
        raise invalid(f"Range ({text}) exceeds grid limits. {sizes}")
    area.r1, area.c1 = min(area.r1 or 0, sheet.rows), min(area.c1 or 0, sheet.columns)
    return sheet, area


def range_name(sheet: Sheet, area: Area) -> str:
    plain = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", sheet.title)
    title = sheet.title if plain else "'" + sheet.title.replace("'", "''") + "'"
    first = f"{letters(area.c0)}{area.r0 + 1}"
    last = f"{letters((area.c1 or 1) - 1)}{area.r1}"
    return f"{title}!{first}" if first == last else f"{title}!{first}:{last}"
