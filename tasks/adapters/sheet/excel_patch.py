"""Cells and rows put into a workbook by editing only the XML of the tabs they are in; rows located by key."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from tasks.adapters.sheet.excel_cells import NewCell, SheetXml, Styler, bounds, stretched
from tasks.adapters.sheet.excel_names import name_columns
from tasks.adapters.sheet.excel_parts import NotPatchable, Package, attributes, escaped, with_attribute
from tasks.adapters.sheet.excel_read import Placed
from tasks.adapters.sheet.excel_rows import without_rows
from tasks.adapters.sheet.excel_styles import Styles
from tasks.domain.sheet.cells import canonical, looks_like_formula
from tasks.domain.sheet.headers import header_key
from tasks.ports.sheet import CellWrite, ColumnLayout, SheetChanges, TabLayout, Value, WriteReport

_STYLES, _BOOK = "xl/styles.xml", "xl/workbook.xml"
_CENTRED = frozenset({"date", "datetime", "number", "score"})
_ROUNDING = 0.5
_LINE_HEIGHT, _MAX_LINES = 15.0, 8  # points; a saved height is never grown by Excel
_ADDRESS = re.compile(r"^(https?|file)://[^\s\"<>]{1,2000}$")

Cells = dict[int, dict[int, NewCell]]  # row → column → what it is to hold


def patch_book(
    content: bytes, tabs: Mapping[str, Placed], layouts: Sequence[TabLayout], changes: SheetChanges
) -> tuple[bytes, WriteReport]:
    """Return the workbook with the changes; writes whose row or column is gone are returned as skipped.

    `tabs` is what the same content says. Raises `NotPatchable` for a workbook in an unusual form.
    """
    package = Package(content)
    styles = Styles(package.read(_STYLES))
    parts = package.sheets()
    patches = {
        layout.name: TabPatch(layout, tabs[layout.name], styles)
        for layout in layouts
        if layout.name in parts and layout.name in tabs
    }
    skipped = [write for write in changes.cells if write.tab not in patches or not patches[write.tab].set(write)]
    written = len(changes.cells) - len(skipped)
    for row in changes.appends:
        if row.tab in patches:
            written += patches[row.tab].append(row.key, row.values)
    for name, patch in patches.items():
        package = _closed_up(package, name, patch.apply(package, parts[name]))
    if (grown := styles.to_bytes()) is not None:
        package.put(_STYLES, grown)
    name_columns(package, tabs, layouts)
    return package.to_bytes(), WriteReport(written, tuple(skipped))


def _closed_up(package: Package, tab: str, rows: Collection[int]) -> Package:
    """Return the workbook without the rows that the writing emptied; where that cannot be done they stay, empty."""
    try:
        return without_rows(package, tab, rows) if rows else package
    except NotPatchable:
        return package


@dataclass(frozen=True, slots=True)
class _Column:
    index: int
    layout: ColumnLayout | None  # None: a column of the staff's own

    @property
    def kind(self) -> str:
        return self.layout.format if self.layout else "text"


class TabPatch:
    """What is to change in one tab."""

    def __init__(self, layout: TabLayout, placed: Placed, styles: Styles) -> None:
        self._placed, self._styles = placed, styles
        ours = {header_key(column.header): column for column in layout.columns}
        self._columns: dict[str, _Column] = {}
        for index, header in enumerate(placed.tab.headers, start=1):
            if header:
                key = header_key(header)
                self._columns.setdefault(key, _Column(index, ours.get(key)))
        key_column = self._columns.get(header_key(layout.key))
        self._wrapped = [column for column in self._columns.values() if column.layout and column.layout.wrap]
        self._key_place = key_column.index if key_column else 0
        self._key = placed.tab.headers[key_column.index - 1] if key_column else None
        self._keys = {row.number: canonical(row.values.get(self._key or "")) for row in placed.tab.rows}
        self._rows: dict[str, int] = {}
        for number, key in self._keys.items():
            if key:
                self._rows.setdefault(key, number)
        self._last = self._bottom = placed.last
        self._cells: Cells = {}
        self._new_styles: dict[tuple[int, bool, bool], Styler] = {}  # by column, and how the value is to be treated
        self._said = {row.number: row.values for row in placed.tab.rows}

    def set(self, write: CellWrite) -> bool:
        """Plan one cell: in the hinted row if it still has the key, else wherever the key is; False if it is gone."""
        column = self._columns.get(header_key(write.header))
        if column is None or self._key is None:
            return False
        hinted = self._keys.get(write.hint) == write.key
        row = write.hint if hinted else (self._rows.get(write.key) if write.key else None)
        if row is None:
            return False
        formula = isinstance(write.value, str) and looks_like_formula(write.value)
        number = write.value is not None and not isinstance(write.value, str)
        style = partial(self._styles.fitting, kind=column.kind, is_number=number, looks_like_formula=formula)
        self._plan(row, column.index, NewCell(write.value, style))
        return True

    def append(self, key: str, values: Mapping[str, Value]) -> int:
        """Plan a row below the last one that holds anything, unless its key is there already."""
        if key in self._rows or self._key is None:
            return 0
        self._last += 1
        self._rows[key] = self._last
        by_column = {header_key(header): value for header, value in values.items()}
        for name, column in self._columns.items():
            value = by_column.get(name)
            if column.layout is not None or value is not None:
                self._plan(self._last, column.index, NewCell(value, self._new_style(column, value)))
        return 1

    def apply(self, package: Package, part: str) -> list[int]:
        """Put everything that was planned into the tab's parts; returns the rows that it emptied."""
        if not self._cells:
            return []
        sheet = SheetXml(package.read(part), from_1904=package.counts_from_1904())
        for number in sorted(self._cells):
            sheet.put(number, self._cells[number], self._height(sheet, number))
        self._refit(sheet)
        sheet.link(self._links(package, part))
        if self._last > self._bottom:
            self._stretch(package, part, sheet)
        if sheet.has_formulas:
            package.compute_when_opened()
        if sheet.lost_formulas:
            package.forget_calculation_order()
        package.put(part, sheet.to_bytes())
        return self._emptied(sheet)

    def _emptied(self, sheet: SheetXml) -> list[int]:
        """Return the rows whose key was taken away and that hold nothing any more."""
        gone = (
            number
            for number, cells in self._cells.items()
            if self._keys.get(number) and self._key_place in cells and cells[self._key_place].value is None
        )
        return [number for number in gone if sheet.is_empty(number)]

    def _plan(self, row: int, column: int, cell: NewCell) -> None:
        self._cells.setdefault(row, {})[column] = cell

    def _new_style(self, column: _Column, value: Value) -> Styler:
        text = value if isinstance(value, str) else ""
        link = column.kind == "link" and bool(_ADDRESS.match(text))
        wish = column.index, looks_like_formula(text), link
        if wish not in self._new_styles:
            self._new_styles[wish] = self._make_style(column, *wish[1:])
        return self._new_styles[wish]

    def _make_style(self, column: _Column, looks_like_formula: bool, link: bool) -> Styler:
        layout = column.layout
        style = self._styles.of_new_cell(
            column.kind,
            centred=layout is not None and (column.kind in _CENTRED or bool(layout.colours)),
            wraps=layout is None or layout.wrap,
            looks_like_formula=looks_like_formula,
            link=link,
        )
        return lambda _base: style

    def _height(self, sheet: SheetXml, number: int) -> float | None:
        """Return how high the row must be for its longest wrapped text; a height that staff chose is only grown."""
        if not any(column.index in self._cells[number] for column in self._wrapped):
            return None
        wanted, chosen = self._fitting(number), sheet.height(number)
        return wanted if chosen is None or _is_ours(chosen) else max(wanted, chosen)

    def _refit(self, sheet: SheetXml) -> None:
        """Give the other rows heights that fit again: who sorts moves the texts and leaves the heights."""
        for number in self._said.keys() - self._cells.keys() if self._wrapped else ():
            chosen = sheet.height(number)
            if chosen is not None and _is_ours(chosen) and abs(chosen - (wanted := self._fitting(number))) >= 1:
                sheet.put(number, {}, wanted)

    def _fitting(self, number: int) -> float:
        lines = max(
            _lines(self._text(number, column.index), column.layout) for column in self._wrapped if column.layout
        )
        return _LINE_HEIGHT * min(lines, _MAX_LINES) + 1

    def _text(self, number: int, column: int) -> str:
        if column in (planned := self._cells.get(number, {})):
            return canonical(planned[column].value)
        return canonical(self._said.get(number, {}).get(self._placed.tab.headers[column - 1]))

    def _links(self, package: Package, part: str) -> dict[tuple[int, int], str | None]:
        """Return the relation of each planned cell of a link column; others that were linked lose their link."""
        links = {c.index for c in self._columns.values() if c.kind == "link"}
        planned = {
            (row, column): str(cell.value) if _ADDRESS.match(str(cell.value)) else None
            for row, cells in self._cells.items()
            for column, cell in cells.items()
            if column in links
        }
        names = package.relate(part, [target for target in planned.values() if target])
        return {place: names[target] if target else None for place, target in planned.items()}

    def _stretch(self, package: Package, part: str, sheet: SheetXml) -> None:
        """Let the filter and a table of the staff's reach the rows added below them."""
        if found := sheet.stretch(self._bottom, self._last):
            self._stretch_hidden_name(package, *found)
        for table in (attached for kind, attached in package.related(part) if kind == "table"):
            package.put(table, self._stretched_table(package.read(table)))

    def _stretched_table(self, table: bytes) -> bytes:
        opening = re.search(rb"<table\b[^>]*>", table)
        if opening is None or attributes(opening[0]).get("totalsRowCount", "0") != "0":
            return table
        reference = attributes(opening[0]).get("ref", "")
        after = stretched(reference, self._bottom, self._last)
        if bounds(reference)[0] > self._placed.header:
            return table
        for tag in re.findall(rb"<(?:table|autoFilter)\b[^>]*>", table):
            if attributes(tag).get("ref") == reference:
                table = table.replace(tag, with_attribute(tag, "ref", after), 1)
        return table

    def _stretch_hidden_name(self, package: Package, before: str, after: str) -> None:
        """A filter's range also stands in a hidden name of the workbook."""
        name = escaped(self._placed.tab.name).replace("'", "''")
        book = package.read(_BOOK).decode()
        old, new = _absolute(before), _absolute(after)
        for sheet in (name, f"'{name}'"):
            book = book.replace(f">{sheet}!{old}<", f">{sheet}!{new}<")
        package.put(_BOOK, book.encode())


def _is_ours(height: float) -> bool:
    """Whether a row's height is one that we give; other programs round it a little."""
    return abs(height - 1 - _LINE_HEIGHT * round((height - 1) / _LINE_HEIGHT)) < _ROUNDING


def _absolute(reference: str) -> str:
    return re.sub(r"\$?([A-Z]+)\$?(\d+)", r"$\1$\2", reference)


def _lines(text: str, layout: ColumnLayout) -> int:
    return sum(-(-len(line) // max(8, layout.width - 3)) or 1 for line in text.split("\n"))
