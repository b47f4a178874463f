"""Values put into the cells of a workbook that openpyxl holds, and where the columns of its tabs are."""

import re
from datetime import datetime
from typing import TYPE_CHECKING

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Font

from tasks.adapters.sheet.header import HEADER_SEARCH, header_row, unique_headers
from tasks.domain.sheet.cells import clean_text, looks_like_formula
from tasks.domain.sheet.headers import header_key
from tasks.ports.sheet import ColumnLayout, TabLayout, Value

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

NUMBER_FORMATS = {
    "text": "@",
    "link": "General",
    "date": "dd/mm/yyyy",
    "datetime": "dd/mm/yyyy hh:mm",
    "number": "0",
    "score": "0.0#",
    "percent": "0%",
}
_LINK = re.compile(r"^(https?|file)://[^\s\"<>]{1,2000}$")


class Table:
    """Where the header of one tab stands, its columns, and the last row that holds anything."""

    def __init__(self, sheet: "Worksheet", layout: TabLayout) -> None:
        self.sheet = sheet
        self.layout = layout
        top = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=1, max_row=HEADER_SEARCH)]
        self.header = header_row(top) + 1
        self.columns: dict[str, int] = {}
        for index, name in enumerate(unique_headers(top[self.header - 1]) if top else (), start=1):
            if name:
                self.columns.setdefault(header_key(name), index)
        self.last = self._last_row()

    def _last_row(self) -> int:
        """Return the last row that holds anything; `max_row` counts rows that were only formatted, up to a million."""
        cells = self.sheet._cells.items()
        return max((row for (row, _), cell in cells if cell.value not in (None, "")), default=self.header)


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
