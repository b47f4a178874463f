"""Figures as an .xlsx workbook: numbers as numbers, text as text (never a formula), headings that stay in sight."""

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from tasks.domain.scores.report.workbook import FigureSheet

_WIDEST = 60


def as_workbook(sheets: Sequence[FigureSheet]) -> bytes:
    """Return the workbook of the sheets."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        _fill(book.create_sheet(sheet.name[:31]), sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(tab: Worksheet, sheet: FigureSheet) -> None:
    for number, row in enumerate((sheet.header, *sheet.rows), start=1):
        for column, value in enumerate(row, start=1):
            if value is not None:
                _write(tab, (number, column), value)
    for column, heading in enumerate(sheet.header, start=1):
        longest = max([len(heading), *(len(str(row[column - 1] or "")) for row in sheet.rows[:200])])
        tab.column_dimensions[get_column_letter(column)].width = min(_WIDEST, max(10, longest + 2))
    tab.freeze_panes = "A2"
    if sheet.rows:
        tab.auto_filter.ref = tab.dimensions


def _write(tab: Worksheet, place: tuple[int, int], value: str | float) -> None:
    cell = tab.cell(*place)
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.data_type = "s"  # what begins with = stays text
    else:
        cell.value = value
        cell.number_format = "0" if isinstance(value, int) else "0.00##"
    if place[0] == 1:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E7E6E6")
        cell.alignment = Alignment(wrap_text=True, vertical="top")
