"""One sheet's XML with some cells changed and rows added; everything else in it stays byte for byte."""

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from html import unescape

from openpyxl.formula.translate import Translator
from openpyxl.utils import column_index_from_string, get_column_letter

from tasks.adapters.sheet.excel_parts import NotPatchable, attributes, escaped, with_attribute
from tasks.domain.sheet.cells import clean_text
from tasks.ports.sheet import Value

_DATA = re.compile(rb"<sheetData\b[^>]*?/>|<sheetData\b[^>]*>(.*)</sheetData>", re.DOTALL)
_ROW = re.compile(rb"<row\b[^>]*?/>|<row\b[^>]*?>.*?</row>", re.DOTALL)
_ROW_NUMBER = re.compile(rb"""<row\b[^>]*?\sr\s*=\s*["'](\d+)""")
_ROW_OPENING = re.compile(rb"<row\b[^>]*?/?>")
_CELL = re.compile(rb"<c\b[^>]*?/>|<c\b[^>]*?>.*?</c>", re.DOTALL)
_PLACE = re.compile(r"([A-Z]+)(\d+)")
_RANGE = re.compile(r"\$?([A-Z]+)\$?(\d+)(?::\$?([A-Z]+)\$?(\d+))?")
_FORMULA = re.compile(rb"<f\b([^>]*?)(?:/>|>(.*?)</f>)", re.DOTALL)
_SHARED = re.compile(rb"""<f\b[^>]*t\s*=\s*["']shared["'][^>]*""")
_SHOWN = re.compile(rb"<v>[^<]|<t\b[^>]*>[^<]")
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 cells have no zone
_SINCE_1904 = 1_462  # days between the two ways of counting
# What may stand behind <hyperlinks> in a worksheet, in the order of the standard (ECMA-376, 18.3.1.99).
_BEHIND_LINKS = re.compile(
    rb"<(?:printOptions|pageMargins|pageSetup|headerFooter|rowBreaks|colBreaks|customProperties|cellWatches|"
    rb"ignoredErrors|smartTags|drawing|legacyDrawing|legacyDrawingHF|picture|oleObjects|controls|webPublishItems|"
    rb"tableParts|extLst)\b|</worksheet>"
)
_LINKS = re.compile(rb"<hyperlinks\b[^>]*>.*?</hyperlinks>", re.DOTALL)
_LINK = re.compile(rb"<hyperlink\b[^>]*?/>|<hyperlink\b[^>]*?>.*?</hyperlink>", re.DOTALL)
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_NESTED = re.compile(rb"<(conditionalFormatting|dataValidations|customSheetViews)\b.*?</\1>", re.DOTALL)

Styler = Callable[[int], int]  # style the cell has (0: none) → style it gets


@dataclass(frozen=True, slots=True)
class NewCell:
    """What a cell is to hold, and how it is to look given how it looks."""

    value: Value
    style: Styler


class SheetXml:
    """The part of one tab."""

    def __init__(self, xml: bytes, *, from_1904: bool = False) -> None:
        data = _DATA.search(xml)
        if data is None or b"<!" in xml or not re.search(rb"<worksheet\b", xml):
            raise NotPatchable("pestaña en una forma desconocida")
        self._head, self._tail = xml[: data.start()], xml[data.end() :]
        self._rows = _ROW.findall(data[1] or b"")
        self._numbers = [self._number(row) for row in self._rows]
        if self._numbers != sorted(set(self._numbers)):
            raise NotPatchable("filas en desorden")
        self._from_1904 = from_1904
        self._merged: list[tuple[int, int, int, int]] | None = None
        self.has_formulas = b"<f" in (data[1] or b"")
        self.lost_formulas = False

    @staticmethod
    def _number(row: bytes) -> int:
        if found := _ROW_NUMBER.match(row):
            return int(found[1])
        raise NotPatchable("filas sin número")

    def is_swallowed(self, row: int, column: int) -> bool:
        """Whether staff merged the cell into another one: then it holds nothing."""
        if self._merged is None:
            tags = re.findall(rb"<mergeCell\b[^>]*>", self._tail)
            self._merged = [bounds(attributes(tag).get("ref", "")) for tag in tags]
        return bool(self._merged) and any(
            top <= row <= bottom and left <= column <= right and (row, column) != (top, left)
            for top, left, bottom, right in self._merged
        )

    def put(self, number: int, cells: Mapping[int, NewCell], height: float | None = None) -> None:
        """Put values into the cells of one row, by column; a row that is not there is made in its place."""
        place = bisect_left(self._numbers, number)
        if place == len(self._numbers) or self._numbers[place] != number:
            self._numbers.insert(place, number)
            self._rows.insert(place, b'<row r="%d"></row>' % number)
        for column, old in self._cells(place).items():
            if column in cells:
                self._free_formula(old)
        opening = _ROW_OPENING.match(self._rows[place])
        if opening is None:
            raise NotPatchable("fila en una forma desconocida")
        present = self._cells(place)
        for column, cell in cells.items():
            if not self.is_swallowed(number, column):
                present[column] = self._cell(number, column, cell, present.get(column, b""))
        tag = re.sub(rb"\sspans\s*=\s*(\"[^\"]*\"|'[^']*')", b"", opening[0])
        tag = (tag[:-2].rstrip() + b">") if tag.endswith(b"/>") else tag
        if height is not None:
            tag = with_attribute(with_attribute(tag, "ht", f"{height:g}"), "customHeight", "1")
        self._rows[place] = tag + b"".join(present[column] for column in sorted(present)) + b"</row>"

    def _cells(self, place: int) -> dict[int, bytes]:
        return {self._column(xml): xml for xml in _CELL.findall(self._rows[place])}

    def height(self, number: int) -> float | None:
        """Return the height that a row was given, None when it has its natural one."""
        place = bisect_left(self._numbers, number)
        if place == len(self._numbers) or self._numbers[place] != number:
            return None
        opening = _ROW_OPENING.match(self._rows[place])
        said = attributes(opening[0]) if opening else {}
        return float(said["ht"]) if "ht" in said and said.get("customHeight") in {"1", "true"} else None

    def is_empty(self, number: int) -> bool:
        """Whether no cell of the row shows anything."""
        place = bisect_left(self._numbers, number)
        there = place < len(self._numbers) and self._numbers[place] == number
        return not (there and _SHOWN.search(self._rows[place]))

    def unshare(self) -> None:
        """Give every formula that is shared with others a text of its own."""
        for cell in [cell for row in self._rows if _SHARED.search(row) for cell in _CELL.findall(row)]:
            self._share(cell)

    def style_of(self, number: int, column: int) -> int:
        """Return the style of a cell, 0 when there is none."""
        place = bisect_left(self._numbers, number)
        if place == len(self._numbers) or self._numbers[place] != number:
            return 0
        cell = self._cells(place).get(column, b"<c>")
        return int(attributes(cell[: cell.index(b">") + 1]).get("s", "0"))

    def stretch(self, end: int, last: int) -> tuple[str, str] | None:
        """Let the filter reach `last` if it reached row `end`; return its range before and after."""
        found = re.search(rb"<autoFilter\b[^>]*>", self._tail)
        if not found:
            return None
        before = attributes(found[0]).get("ref", "")
        after = stretched(before, end, last)
        self._tail = self._tail.replace(found[0], with_attribute(found[0], "ref", after), 1)
        return (before, after) if after != before else None

    def link(self, relations: Mapping[tuple[int, int], str | None]) -> None:
        """Let cells (row, column) lead to the addresses of their relations; None takes a link away."""
        section = _LINKS.search(self._tail)
        found = _LINK.findall(section[0]) if section else []
        links = {attributes(tag).get("ref", ""): tag for tag in found}
        for (row, column), relation in relations.items():
            ref = f"{get_column_letter(column)}{row}"
            links.pop(ref, None)
            if relation is not None:
                links[ref] = f'<hyperlink ref="{ref}" xmlns:r="{_RELATIONS}" r:id="{relation}"/>'.encode()
        if links == {attributes(tag).get("ref", ""): tag for tag in found}:
            return
        whole = b"<hyperlinks>" + b"".join(links.values()) + b"</hyperlinks>" if links else b""
        place = section.start() if section else self._place_of_links()
        self._tail = self._tail[:place] + whole + self._tail[section.end() if section else place :]

    def _place_of_links(self) -> int:
        masked = _NESTED.sub(lambda match: b" " * len(match[0]), self._tail)
        if place := _BEHIND_LINKS.search(masked):
            return place.start()
        raise NotPatchable("pestaña en una forma desconocida")

    def to_bytes(self) -> bytes:
        """Return the part."""
        self._set_dimension()
        return b"".join([self._head, b"<sheetData>", *self._rows, b"</sheetData>", self._tail])

    def _set_dimension(self) -> None:
        found = re.search(rb"<dimension\b[^>]*>", self._head)
        if not found or not self._rows:
            return
        _, left, _, right = bounds(attributes(found[0]).get("ref", "A1"))
        widest = max([right, *(self._column(cells[-1]) for r in self._rows[-1:] if (cells := _CELL.findall(r)))])
        area = f"{get_column_letter(left)}{self._numbers[0]}:{get_column_letter(widest)}{self._numbers[-1]}"
        self._head = self._head.replace(found[0], with_attribute(found[0], "ref", area), 1)

    @staticmethod
    def _column(cell: bytes) -> int:
        found = _PLACE.fullmatch(attributes(cell[: cell.index(b">") + 1]).get("r", ""))
        if found is None:
            raise NotPatchable("celdas sin lugar")
        return column_index_from_string(found[1])

    def _cell(self, number: int, column: int, cell: NewCell, old: bytes) -> bytes:
        said = attributes(old[: old.index(b">") + 1]) if old else {}
        style = cell.style(int(said.get("s", "0")))
        kind, content = self._content(cell.value)
        tag = f'<c r="{get_column_letter(column)}{number}"' + (f' s="{style}"' if style else "")
        if not content:
            return f"{tag}/>".encode() if style else b""
        return f"{tag}{kind}>{content}</c>".encode()

    def _content(self, value: Value) -> tuple[str, str]:
        """Return the cell's type attribute and what stands in it; a text is only ever a text."""
        if isinstance(value, str):
            text = clean_text(value)
            return ' t="inlineStr"', f'<is><t xml:space="preserve">{escaped(text)}</t></is>' if text else ""
        if isinstance(value, bool):
            return ' t="b"', f"<v>{int(value)}</v>"
        if isinstance(value, date):
            return "", f"<v>{self._serial(value):.15g}</v>"
        return "", "" if value is None else f"<v>{value!r}</v>"

    def _serial(self, day: date) -> float:
        moment = day.replace(tzinfo=None) if isinstance(day, datetime) else datetime(day.year, day.month, day.day)  # noqa: DTZ001
        return (moment - _EPOCH) / timedelta(days=1) - (_SINCE_1904 if self._from_1904 else 0)

    def _free_formula(self, cell: bytes) -> None:
        """Before a formula goes, give those that share it a formula of their own."""
        found = _FORMULA.search(cell)
        if found is None:
            return
        self.lost_formulas = True
        self._share(cell)

    def _share(self, cell: bytes) -> None:
        found = _FORMULA.search(cell)
        said = attributes(b"<f" + found[1] + b">") if found else {}
        if found and found[2] and said.get("t") == "shared":
            origin = attributes(cell[: cell.index(b">") + 1])["r"]
            self._share_out(said.get("si", ""), found[2].decode(), origin)

    def _share_out(self, shared: str, formula: str, origin: str) -> None:
        translator = Translator(f"={unescape(formula)}", origin=origin)

        def own(match: re.Match[bytes]) -> bytes:
            cell = match[0]
            found = _FORMULA.search(cell)
            said = attributes(b"<f" + found[1] + b">") if found else {}
            if found is None or said.get("t") != "shared" or said.get("si") != shared:
                return cell
            place = attributes(cell[: cell.index(b">") + 1])["r"]
            text = str(translator.translate_formula(place))[1:]
            return cell[: found.start()] + f"<f>{escaped(text)}</f>".encode() + cell[found.end() :]

        self._rows = [_CELL.sub(own, row) if _SHARED.search(row) else row for row in self._rows]


def bounds(reference: str) -> tuple[int, int, int, int]:
    """Return first row, first column, last row, last column of a range such as A1:C7 or B2."""
    found = _RANGE.fullmatch(reference)
    if found is None:
        return 0, 0, 0, 0
    top, left = int(found[2]), column_index_from_string(found[1])
    return (top, left, int(found[4]), column_index_from_string(found[3])) if found[3] else (top, left, top, left)


def stretched(reference: str, end: int, last: int) -> str:
    """Return the range down to `last` if it reached `end`; a range that stops earlier was meant to."""
    found = re.fullmatch(r"(\$?[A-Z]+\$?\d+:\$?[A-Z]+\$?)(\d+)", reference)
    return f"{found[1]}{last}" if found and int(found[2]) >= end else reference
