"""What a workbook lacks of its layouts, and the part of it that can be made without saving the whole anew.

The values of the drop-downs change whenever the team does, and a header can be written like any cell: both are patched
in. A new tab, a drop-down or colours need openpyxl, which cannot keep everything that Excel can put into a file.
"""

import re
from collections.abc import Mapping, Sequence

from openpyxl.utils import get_column_letter

from tasks.adapters.sheet.excel_cells import NewCell, SheetXml, bounds
from tasks.adapters.sheet.excel_names import name_of
from tasks.adapters.sheet.excel_parts import Package, attributes
from tasks.adapters.sheet.excel_read import LISTS, Placed
from tasks.domain.sheet.cells import canonical
from tasks.domain.sheet.headers import header_key
from tasks.ports.sheet import ColumnLayout, TabLayout

_BOOK = "xl/workbook.xml"
_RULED = re.compile(rb"<(?:x14:)?(?:dataValidation|conditionalFormatting)\b[^>]*>")
_X14_RANGE = re.compile(rb"<xm:sqref>([^<]*)</xm:sqref>")


def missing_columns(placed: Placed, layout: TabLayout) -> list[ColumnLayout]:
    """Return the layout's columns that the tab does not have."""
    present = {header_key(header) for header in placed.tab.headers if header}
    return [column for column in layout.columns if header_key(column.header) not in present]


def lacks_more_than_values(content: bytes, tabs: Mapping[str, Placed], layouts: Sequence[TabLayout]) -> bool:
    """Whether a tab, a column, a drop-down or colours are missing."""
    package = Package(content)
    parts = package.sheets()
    return any(
        layout.name not in tabs or (not layout.text and _is_bare(package.read(parts[layout.name]), tabs, layout))
        for layout in layouts
    )


def _is_bare(sheet: bytes, tabs: Mapping[str, Placed], layout: TabLayout) -> bool:
    placed = tabs[layout.name]
    if missing_columns(placed, layout):
        return True
    tail = sheet[sheet.rfind(b"</sheetData>") :]
    areas = [attributes(tag).get("sqref", "") for tag in _RULED.findall(tail)]
    areas += [area.decode() for area in _X14_RANGE.findall(tail)]
    ruled = {
        column for area in " ".join(areas).split() for _, left, _, right in [bounds(area)] for column in (left, right)
    }
    places = {header_key(header): index for index, header in enumerate(placed.tab.headers, start=1)}
    return any(places[header_key(c.header)] not in ruled for c in layout.columns if c.choices or c.colours)


def repair(content: bytes, tabs: Mapping[str, Placed], layouts: Sequence[TabLayout]) -> tuple[bytes, list[str]]:
    """Return the workbook with missing headers and up-to-date drop-down values, and a line per thing made."""
    package = Package(content)
    made: list[str] = []
    for layout in layouts:
        if layout.name in tabs and not layout.text:
            made += _add_headers(package, tabs[layout.name], layout)
    made += _offer(package, tabs, layouts)
    return (package.to_bytes(), made) if made else (content, [])


def _add_headers(package: Package, placed: Placed, layout: TabLayout) -> list[str]:
    missing = missing_columns(placed, layout)
    if not missing:
        return []
    part = package.sheets()[layout.name]
    sheet = SheetXml(package.read(part))
    last = max((n for n, header in enumerate(placed.tab.headers, start=1) if header), default=0)
    look = sheet.style_of(placed.header, last)
    cells = {n: NewCell(column.header, lambda _: look) for n, column in enumerate(missing, start=last + 1)}
    sheet.put(placed.header, cells)
    package.put(part, sheet.to_bytes())
    return [f"columna {layout.name}/{column.header}" for column in missing]


def _offer(package: Package, tabs: Mapping[str, Placed], layouts: Sequence[TabLayout]) -> list[str]:
    """Bring the values of the lists that exist up to date, and the ranges of their names with them."""
    if LISTS not in tabs or LISTS not in package.sheets():
        return []
    part = package.sheets()[LISTS]
    lists, sheet = tabs[LISTS], SheetXml(package.read(part))
    made = []
    for layout in layouts:
        for column in layout.columns:
            name = name_of("Lista", layout.name, column)
            if column.choices and name in lists.tab.headers and _update(package, sheet, lists, name, column):
                made.append(f"valores de {layout.name}/{column.known_as}")
    if made:
        package.put(part, sheet.to_bytes())
    return made


def _update(package: Package, sheet: SheetXml, lists: Placed, name: str, column: ColumnLayout) -> bool:
    said = [canonical(row.values[name]) for row in lists.tab.rows if row.values.get(name) is not None]
    if said == [canonical(choice) for choice in column.choices]:
        return False
    place = lists.tab.headers.index(name) + 1
    last = max([len(column.choices), *(row.number - lists.header for row in lists.tab.rows if name in row.values)])
    for offset in range(last):
        value = column.choices[offset] if offset < len(column.choices) else None
        sheet.put(lists.header + 1 + offset, {place: NewCell(value, lambda base: base)})
    letter, first = get_column_letter(place), lists.header + 1
    area = f"{LISTS}!${letter}${first}:${letter}${first + len(column.choices) - 1}"
    pattern = rb'(<definedName\b[^>]*\bname="%b"[^>]*>)[^<]*' % name.encode()
    package.put(_BOOK, re.sub(pattern, lambda m: m[1] + area.encode(), package.read(_BOOK)))
    return True
