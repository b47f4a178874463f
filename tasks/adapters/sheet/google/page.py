"""One tab as the server has it: where its header, columns and rows are, and what its cells say."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from tasks.adapters.sheet.google.cells import typed_cell
from tasks.adapters.sheet.google.claims import claimed
from tasks.adapters.sheet.header import header_row, unique_headers
from tasks.domain.sheet.cells import canonical
from tasks.domain.sheet.headers import header_key
from tasks.ports.sheet import ColumnLayout, Row, Tab, TabLayout, Value

_GRID = re.compile(r"![A-Z]+\d+:[A-Z]+(\d+)$")


class Page:
    """A tab under its layout. Row numbers count from 1, columns from 0.

    `identities`: present header → our own name, for columns whose header staff changed.
    """

    def __init__(self, layout: TabLayout, title: str, found: Mapping[str, Any], identities: Mapping[str, str]) -> None:
        self.layout = layout
        self.title = title
        self.cells: list[list[Any]] = found.get("values") or []
        self.header = header_row(self.cells) + 1
        self.headers = unique_headers(self.cells[self.header - 1]) if self.cells else ()
        self.identities = {header: own for header, own in identities.items() if header in self.headers}
        self.range = str(found.get("range", ""))
        size = _GRID.search(self.range)
        self.row_count = int(size[1]) if size else 0  # 0: the server did not say

    @cached_property
    def columns(self) -> dict[str, int]:
        """Where each column is, by the folded form of its header and of our own name for it."""
        found: dict[str, int] = {}
        for index, name in enumerate(self.headers):
            if name:
                found.setdefault(header_key(name), index)
        for name, own in self.identities.items():
            found.setdefault(header_key(own), self.headers.index(name))
        return found

    def column(self, column: ColumnLayout) -> int | None:
        """Return where a column of the layout is."""
        return self.columns.get(header_key(column.header), self.columns.get(header_key(column.known_as)))

    @cached_property
    def formats(self) -> dict[int, str]:
        """The format of each column that the layout knows, by its place."""
        places = ((self.column(column), column.format) for column in self.layout.columns)
        return {index: kind for index, kind in places if index is not None}

    @cached_property
    def key_column(self) -> int | None:
        """Where the column is that identifies rows."""
        key = next((c for c in self.layout.columns if self.layout.key in (c.header, c.known_as)), None)
        return self.column(key) if key else self.columns.get(header_key(self.layout.key))

    @property
    def last(self) -> int:
        """The last row that holds anything: the server leaves out what is empty behind it."""
        return len(self.cells)

    @cached_property
    def tab(self) -> Tab:
        """The tab as the port tells it, under our own name for it."""
        rows = (Row(number, self.row(number)) for number in range(self.header + 1, self.last + 1))
        return Tab(self.layout.name, self.headers, tuple(row for row in rows if row.values), self.identities)

    def row(self, number: int) -> dict[str, Value]:
        """Return what a row says, by header; empty cells are left out."""
        cells = self.cells[number - 1]
        values = {h: v for h, v in zip(self.headers, cells, strict=False) if h and v is not None and v != ""}
        for header, kind in self._dated:
            if header in values:
                values[header] = typed_cell(values[header], kind)
        if self.key_column is not None and claimed(self.raw(number, self.key_column)):
            del values[self.headers[self.key_column]]
        return values

    @cached_property
    def _dated(self) -> tuple[tuple[str, str], ...]:
        return tuple((self.headers[i], kind) for i, kind in self.formats.items() if kind in {"date", "datetime"})

    def raw(self, number: int, column: int) -> Any:
        """Return a cell as the server tells it, "" when it is empty."""
        cells: Sequence[Any] = self.cells[number - 1] if 0 < number <= self.last else ()
        return said(cells, column)

    def value(self, number: int, column: int) -> Value:
        """Return what a cell says."""
        return typed_cell(self.raw(number, column), self.formats.get(column, "text"))

    def key(self, number: int) -> str:
        """Return the key in a row, "" without one."""
        return "" if self.key_column is None else canonical(typed_cell(self.raw(number, self.key_column), "text"))

    @cached_property
    def by_key(self) -> dict[str, list[int]]:
        """The rows of each key, in their order; under "" those that hold something and have none."""
        found: dict[str, list[int]] = {}
        for number in range(self.header + 1, self.last + 1):
            key = self.key(number)
            if key or any(cell not in ("", None) for cell in self.cells[number - 1]):
                found.setdefault(key, []).append(number)
        return found

    def distinction(self, number: int) -> tuple[Any, ...]:
        """Return all that a row says when it has no key, or one that others bear too; nothing when the key tells it."""
        key = self.key(number)
        return () if key and len(self.by_key[key]) == 1 else tuple(self.cells[number - 1])

    @cached_property
    def frequency(self) -> Counter[Any]:
        """In how many rows each value stands."""
        return Counter(cell for cells in self.cells for cell in {cell for cell in cells if cell not in ("", None)})


def said(cells: Sequence[Any], column: int) -> Any:
    """Return a cell of a row as the server tells it, "" when it is empty or left out at the row's end."""
    found = cells[column] if column < len(cells) else None
    return "" if found is None else found
