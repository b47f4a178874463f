"""The spreadsheet's tabs as an .xlsx file, dressed like the Excel sheet: a copy to read, for the weekly digest."""

import io
from collections.abc import Sequence

from openpyxl import Workbook

from tasks.adapters.sheet.excel_layout import prepare_book
from tasks.adapters.sheet.excel_read import LISTS
from tasks.adapters.sheet.excel_write import body_alignment, put
from tasks.ports.sheet import Snapshot, TabLayout


def workbook(layouts: Sequence[TabLayout], snapshot: Snapshot) -> bytes:
    """Return the file's bytes; columns that staff added stand at the right of ours."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.create_sheet(LISTS).sheet_state = "hidden"
    prepare_book(book, layouts)
    for layout in layouts:
        if layout.name in snapshot.tabs and not layout.text:
            _fill(book, layout, snapshot)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _fill(book: Workbook, layout: TabLayout, snapshot: Snapshot) -> None:
    page, tab = book[layout.name], snapshot.tabs[layout.name]
    own = {column.known_as: column for column in layout.columns}
    names = [*own, *(h for h in tab.headers if h and tab.identities.get(h, h) not in own)]
    places = {name: number for number, name in enumerate(names, start=1)}
    for name in names[len(own) :]:
        put(page.cell(1, places[name]), name)
    for number, row in enumerate(tab.rows, start=2):
        for header, value in row.values.items():
            name = tab.identities.get(header, header)
            column = own.get(name)
            cell = page.cell(number, places[name])
            put(cell, value, column.format if column else "text")
            cell.alignment = body_alignment(column)
