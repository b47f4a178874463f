"""Figures as an .xlsx workbook: numbers as numbers, text as text (never a formula), headings that stay in sight."""

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from tasks.domain.scores.report.workbook import Cell, FigureSheet

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
        longest = max([len(heading), *(_length(row[column - 1]) for row in sheet.rows[:200])])
        tab.column_dimensions[get_column_letter(column)].width = min(_WIDEST, max(10, longest + 2))
    tab.freeze_panes = "A2"
    _set_page(tab)
    if sheet.rows:
        tab.auto_filter.ref = tab.dimensions


def _set_page(tab: Worksheet) -> None:
    """Print as wide as the paper lies, the headings on each page."""
    tab.page_setup.orientation, tab.page_setup.paperSize = Worksheet.ORIENTATION_LANDSCAPE, Worksheet.PAPERSIZE_LETTER
    tab.page_setup.fitToWidth, tab.page_setup.fitToHeight = 1, 0
    tab.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    tab.print_title_rows = "1:1"


def _length(value: Cell) -> int:
    """Characters that the cell shows."""
    return len(f"{value:.3f}") if isinstance(value, float) else len(str(value or ""))


def _write(tab: Worksheet, place: tuple[int, int], value: str | float) -> None:
    cell = tab.cell(*place)
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.data_type = "s"  # what begins with = stays text
        if len(value) > _WIDEST:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    else:
        cell.value = value
        cell.number_format = "0" if isinstance(value, int) else "0.000"
    if place[0] == 1:
        cell.font, cell.fill = Font(name="Calibri", size=11, bold=True), PatternFill("solid", fgColor="E7E6E6")
        cell.alignment = Alignment(wrap_text=True, vertical="top")
