"""Cells and rows put into a workbook that openpyxl holds, rows located by key, everything else left as it is."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, Side

from tasks.adapters.sheet.header import HEADER_SEARCH, header_row, unique_headers
from tasks.domain.sheet.cells import canonical, clean_text, looks_like_formula
from tasks.domain.sheet.headers import header_key
from tasks.ports.sheet import CellWrite, ColumnLayout, RowAppend, SheetChanges, TabLayout, Value, WriteReport

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

NUMBER_FORMATS = {
    "text": "@",
    "link": "General",
    "date": "dd/mm/yyyy",
    "datetime": "dd/mm/yyyy hh:mm",
    "number": "#,##0",
    "score": "0.0#",
    "percent": "0%",
}
_LINE_HEIGHT, _MAX_LINES = 15.0, 5
_ROW_BORDER = Border(bottom=Side(style="hair", color="A6A6A6"))
_LINK = re.compile(r"^(https?|file)://[^\s\"<>]{1,2000}$")


def apply_changes(book: "Workbook", layouts: Sequence[TabLayout], changes: SheetChanges) -> WriteReport:
    """Make the changes in the open workbook; writes whose row or column is gone are returned as skipped."""
    tables = {layout.name: Table(book[layout.name], layout) for layout in layouts if layout.name in book.sheetnames}
    found = [(write, tables[write.tab].locate(write) if write.tab in tables else None) for write in changes.cells]
    skipped = []
    written = 0
    for write, cell in found:
        if cell is None:
            skipped.append(write)
        else:
            tables[write.tab].set(cell, write.header, write.value)
            written += 1
    for append in changes.appends:
        if append.tab in tables:
            written += tables[append.tab].append(append)
    for table in tables.values():
        table.stretch()
    return WriteReport(written, tuple(skipped))


class Table:
    """One tab under its header, with an index of its rows by key."""

    def __init__(self, sheet: "Worksheet", layout: TabLayout) -> None:
        self.sheet = sheet
        self.layout = layout
        top = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=1, max_row=HEADER_SEARCH)]
        self.header = header_row(top) + 1
        headers = unique_headers(top[self.header - 1]) if top else ()
        self.columns: dict[str, int] = {}
        for index, name in enumerate(headers, start=1):
            if name:
                self.columns.setdefault(header_key(name), index)
        self.formats = {header_key(c.header): c for c in layout.columns}
        self.key_column = self.columns.get(header_key(layout.key))
        self.last = self._last_row()
        self.first_append = 0
        self.rows = self._index()

    def _last_row(self) -> int:
        """Return the last row that holds anything; `max_row` counts rows that were only formatted, up to a million."""
        cells = self.sheet._cells.items()
        return max((row for (row, _), cell in cells if cell.value not in (None, "")), default=self.header)

    def _index(self) -> dict[str, int]:
        rows: dict[str, int] = {}
        if self.key_column:
            for number in range(self.header + 1, self.last + 1):
                if key := self.key_at(number):
                    rows.setdefault(key, number)
        return rows

    def key_at(self, number: int) -> str:
        """Return the key in a row."""
        return canonical(_plain(self.sheet.cell(number, self.key_column).value)) if self.key_column else ""

    def locate(self, write: CellWrite) -> Cell | None:
        """Return the cell: in the hinted row if it still has the key, else wherever the key is now."""
        column = self.columns.get(header_key(write.header))
        if column is None or self.key_column is None:
            return None
        hinted = self.header < write.hint <= self.last and self.key_at(write.hint) == write.key
        row = write.hint if hinted else (self.rows.get(write.key) if write.key else None)
        cell = self.sheet.cell(row, column) if row else None
        return cell if isinstance(cell, Cell) else None

    def set(self, cell: Cell | MergedCell, header: str, value: Value) -> None:
        """Put a value, with the number format of its column; text never becomes a formula."""
        column = self.formats.get(header_key(header))
        put(cell, value, column.format if column else "text")
        if column and column.wrap and cell.row and cell.row < (self.first_append or cell.row + 1):
            self._fit(cell.row)

    def append(self, row: RowAppend) -> int:
        """Add the row below the last one that holds anything, unless its key is there already."""
        if row.key in self.rows or self.key_column is None:
            return 0
        self.last += 1
        self.first_append = self.first_append or self.last
        for header, value in row.values.items():
            if index := self.columns.get(header_key(header)):
                self.set(self.sheet.cell(self.last, index), header, value)
        self._style_row(self.last)
        self._fit(self.last)
        self.rows[row.key] = self.last
        return 1

    def _style_row(self, number: int) -> None:
        for name, index in self.columns.items():
            column = self.formats.get(name)
            cell = self.sheet.cell(number, index)
            if isinstance(cell, Cell):
                cell.alignment, cell.border = body_alignment(column), _ROW_BORDER
                if column and cell.value is None:
                    cell.number_format = NUMBER_FORMATS[column.format]

    def _fit(self, number: int) -> None:
        """Make the row as high as its longest wrapped text, within bounds: a saved height is never grown by Excel."""
        lines = 1
        for name, index in self.columns.items():
            if (column := self.formats.get(name)) and column.wrap:
                text = str(self.sheet.cell(number, index).value or "")
                lines = max(lines, sum(-(-len(line) // max(8, column.width - 3)) or 1 for line in text.split("\n")))
        self.sheet.row_dimensions[number].height = _LINE_HEIGHT * min(lines, _MAX_LINES) + 1

    def stretch(self) -> None:
        """Let the filter and a table of the staff's reach the rows added below them."""
        if not self.first_append:
            return
        if reference := self.sheet.auto_filter.ref:
            self.sheet.auto_filter.ref = _stretched(reference, self.first_append - 1, self.last)
        for table in self.sheet.tables.values():
            table.ref = _stretched(table.ref, self.first_append - 1, self.last)
            if table.autoFilter:
                table.autoFilter.ref = table.ref


def _stretched(reference: str, end: int, last: int) -> str:
    """Return the range down to `last` if it reached `end`; a range that stops earlier was meant to."""
    found = re.fullmatch(r"(\$?[A-Z]+\$?\d+:\$?[A-Z]+\$?)(\d+)", reference)
    return f"{found[1]}{last}" if found and int(found[2]) >= end else reference


def _plain(value: Any) -> Value:
    return value if isinstance(value, str | int | float | date | datetime) else (None if value is None else str(value))


def put(cell: Cell | MergedCell, value: Value, kind: str = "text") -> None:
    """Write one value: a text as text whatever it looks like, dates and numbers as themselves.

    A cell that staff merged into another one holds nothing and is left alone.
    """
    if isinstance(cell, MergedCell):
        return
    cell.hyperlink = None
    if isinstance(value, str):
        text = clean_text(value)
        cell.value = None
        # Setting the type by hand is what keeps "=…" from being a formula; the prefix keeps it so when it is edited.
        cell._value, cell.data_type = text or None, "s" if text else "n"  # type: ignore[attr-defined]
        cell.quotePrefix = looks_like_formula(text)
        cell.number_format = NUMBER_FORMATS["text" if kind != "link" else kind]
        if kind == "link" and _LINK.match(text):
            cell.hyperlink = text
            cell.font = Font(name="Calibri", size=11, color="0563C1", underline="single")
        return
    cell.value = value.replace(tzinfo=None) if isinstance(value, datetime) else value
    cell.number_format = NUMBER_FORMATS[kind]


def body_alignment(column: ColumnLayout | None) -> Alignment:
    """Return how the cells of a column stand."""
    centred = column is not None and (column.format in {"date", "datetime", "number", "score"} or bool(column.colours))
    horizontal = "center" if centred else None
    return Alignment(horizontal=horizontal, vertical="top", wrap_text=column is None or column.wrap)
