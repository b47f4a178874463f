"""The look of the workbook: tabs, headers, widths, drop-downs, colours. Makes what is missing, changes nothing else."""

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties

from tasks.adapters.sheet.excel_names import name_of
from tasks.adapters.sheet.excel_read import LISTS
from tasks.adapters.sheet.excel_write import NUMBER_FORMATS, Table, put
from tasks.domain.sheet.headers import header_key
from tasks.ports.sheet import ColumnLayout, TabLayout

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_REACH = 20_000  # rows that drop-downs and colours cover
_PAGE_WIDTH = 215  # characters that stay readable across a landscape legal page
_OWNER_FILLS = {"system": "D9D9D9", "shared": "BDD7EE", "staff": "C6E0B4", "order": "F8CBAD"}
_TAB_COLOURS = {"Casos": "1F4E79", "Revisión": "C55A11", "Ayuda": "7F7F7F"}
_OWNER_NOTES = {
    "system": "La llena el sistema.",
    "shared": "Compartida: vale lo último que decida una persona.",
    "staff": "Es suya: el sistema nunca la cambia.",
    "order": "Orden: se cumple una vez y la celda se vacía.",
}
_LINE = Side(style="thin", color="A6A6A6")


def prepare_book(book: "Workbook", layouts: Sequence[TabLayout]) -> list[str]:
    """Make what the layouts ask for and the workbook lacks; return one line per thing made."""
    made: list[str] = []
    lists = _Lists(book)
    for layout in layouts:
        if layout.name not in book.sheetnames:
            _make_tab(book, layout)
            made.append(f"pestaña {layout.name}")
        sheet = book[layout.name]
        if layout.text:
            made += _fill_page(sheet, layout)
            continue
        made += _add_columns(sheet, layout)
        table = Table(sheet, layout)
        for column in layout.columns:
            made += _dress_column(table, column, lists)
    made += lists.made
    return made


def _make_tab(book: "Workbook", layout: TabLayout) -> None:
    sheet = book.create_sheet(layout.name)
    if LISTS in book.sheetnames:  # the hidden tab stays last
        book.move_sheet(sheet, -1)
    sheet.sheet_properties.tabColor = _TAB_COLOURS.get(layout.name, "5B9BD5")
    sheet.sheet_view.showGridLines = not layout.text
    _set_page(sheet, layout)


def _set_page(sheet: "Worksheet", layout: TabLayout) -> None:
    """Legal paper, landscape, as few pages across as stay readable, header and key on each."""
    total = sum(column.width for column in layout.columns)
    sheet.page_setup.orientation = "portrait" if layout.text else "landscape"
    sheet.page_setup.paperSize = 5  # legal, the Colombian "oficio"
    sheet.page_setup.fitToWidth = max(1, -(-total // _PAGE_WIDTH))
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    for side in ("left", "right", "top", "bottom"):
        setattr(sheet.page_margins, side, 0.4)
    footer = sheet.oddFooter
    if footer and footer.left and footer.right:
        footer.left.text, footer.right.text = "&A", "Página &P de &N"
    if not layout.text:
        sheet.print_title_rows = "1:1"
        sheet.print_title_cols = "A:A"
        sheet.freeze_panes = f"{get_column_letter(layout.frozen_columns + 1)}2"


def _fill_page(sheet: "Worksheet", layout: TabLayout) -> list[str]:
    """Write a page of text into an empty tab; what people changed in it stays."""
    if sheet.max_row > 1 or sheet["A1"].value:
        return []
    title = sheet["A1"]
    put(title, f"{layout.key}: cómo se trabaja en esta hoja")
    title.font = Font(name="Calibri", size=16, bold=True, color="1F4E79")
    for number, line in enumerate(layout.text, start=2):
        cell = sheet.cell(number, 1)
        heading = line.startswith("# ")
        put(cell, line.removeprefix("# "))
        cell.font = (
            Font(name="Calibri", size=12, bold=True, color="1F4E79") if heading else Font(name="Calibri", size=11)
        )
        cell.alignment = Alignment(wrap_text=True, vertical="bottom" if heading else "top")
        width = layout.columns[0].width
        sheet.row_dimensions[number].height = 26 if heading else 15.5 * math.ceil(len(line) / (1.1 * width)) + 1
    sheet.row_dimensions[1].height = 30
    sheet.column_dimensions["A"].width = layout.columns[0].width
    return [f"texto de {layout.name}"]


def _add_columns(sheet: "Worksheet", layout: TabLayout) -> list[str]:
    """Write the missing headers at the right of the present ones, then the filter if the tab has none."""
    table = Table(sheet, layout)
    missing = [column for column in layout.columns if header_key(column.header) not in table.columns]
    place = max(table.columns.values(), default=0)
    for column in missing:
        place += 1
        cell = sheet.cell(table.header, place)
        put(cell, column.header)
        cell.number_format = "General"
        cell.font = Font(name="Calibri", size=11, bold=True, color="1F1F1F")
        cell.fill = PatternFill("solid", fgColor=_OWNER_FILLS[column.owner])
        cell.border = Border(bottom=_LINE, right=_LINE)
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
        note = f"{_OWNER_NOTES[column.owner]} {column.note}".strip()
        cell.comment = Comment(note, "Mesa MIPG", width=260, height=50 + 18 * (len(note) // 38))
        dimension = sheet.column_dimensions[get_column_letter(place)]
        dimension.width = column.width
        dimension.number_format = NUMBER_FORMATS[column.format]
    if missing:
        sheet.row_dimensions[table.header].height = sheet.row_dimensions[table.header].height or 34
        if not sheet.auto_filter.ref or sheet.auto_filter.ref.startswith(f"A{table.header}:"):
            last = max(table.last, table.header + 1)
            sheet.auto_filter.ref = f"A{table.header}:{get_column_letter(place)}{last}"
    return [f"columna {layout.name}/{column.header}" for column in missing]


def _dress_column(table: Table, column: ColumnLayout, lists: "_Lists") -> list[str]:
    """Give the column its drop-down and colours, wherever it stands now."""
    letter = get_column_letter(table.columns[header_key(column.header)])
    area = f"{letter}{table.header + 1}:{letter}{_REACH}"
    made = []
    if column.choices:
        name = lists.offer(table.layout.name, column)
        if not _covers(table.sheet.data_validations.dataValidation, f"{letter}{table.header + 1}"):
            table.sheet.add_data_validation(_validation(name, column, area))
            made.append(f"lista de {table.layout.name}/{column.header}")
    if column.colours and not _is_coloured(table.sheet, letter):
        for value, colour in column.colours:
            fill = PatternFill("solid", bgColor=colour)
            bold = Font(bold=True) if value == "rojo" else None
            rule = CellIsRule(operator="equal", formula=[f'"{value}"'], fill=fill, font=bold)  # type: ignore[no-untyped-call]
            table.sheet.conditional_formatting.add(area, rule)
        made.append(f"colores de {table.layout.name}/{column.header}")
    return made


def _covers(validations: Iterable[DataValidation], cell: str) -> bool:
    return any(cell in validation for validation in validations)


def _is_coloured(sheet: "Worksheet", letter: str) -> bool:
    """Whether the column has a rule of ours or of the staff's."""
    areas = (str(area.sqref) for area in sheet.conditional_formatting)
    return any(part.startswith(letter) and part[len(letter)].isdigit() for area in areas for part in area.split())


def _validation(name: str, column: ColumnLayout, area: str) -> DataValidation:
    """Return a drop-down that refers to a name: Excel keeps it as a plain validation, which openpyxl can keep too.

    A direct reference to another tab would come back from Excel as an x14 extension.
    """
    validation = DataValidation(type="list", formula1=f"={name}", allow_blank=True, sqref=area)
    validation.showErrorMessage = True
    validation.errorStyle = "stop" if column.strict else "warning"
    validation.errorTitle = column.header
    validation.error = (
        "Elija un valor de la lista."
        if column.strict
        else "Ese valor no está en la lista. ¿Desea dejarlo? Si no se entiende, se le avisará en «Alertas»."
    )
    return validation


class _Lists:
    """The hidden tab that holds the values of the drop-downs, one column and one name each."""

    def __init__(self, book: "Workbook") -> None:
        self.book = book
        self.made: list[str] = []

    def offer(self, tab: str, column: ColumnLayout) -> str:
        """Return the name of the list with the column's values, made or brought up to date."""
        name = name_of("Lista", tab, column)
        sheet = self._sheet()
        index = self._column(sheet, name)
        letter = get_column_letter(index)
        present = [sheet.cell(row, index).value for row in range(2, sheet.max_row + 1)]
        if [value for value in present if value is not None] != list(column.choices):
            for row in range(2, max(sheet.max_row, len(column.choices) + 1) + 1):
                put(sheet.cell(row, index), column.choices[row - 2] if row - 2 < len(column.choices) else None)
            reference = f"{LISTS}!${letter}$2:${letter}${len(column.choices) + 1}"
            self.book.defined_names[name] = DefinedName(name, attr_text=reference)
            self.made.append(f"valores de {tab}/{column.known_as}")
        return name

    def _sheet(self) -> "Worksheet":
        if LISTS not in self.book.sheetnames:
            self.book.create_sheet(LISTS).sheet_state = "hidden"
        return self.book[LISTS]

    @staticmethod
    def _column(sheet: "Worksheet", name: str) -> int:
        for index in range(1, sheet.max_column + 1):
            if sheet.cell(1, index).value in (None, name):
                break
        else:
            index = sheet.max_column + 1
        put(sheet.cell(1, index), name)
        return index
