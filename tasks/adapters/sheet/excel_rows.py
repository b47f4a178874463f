"""Rows taken out of a tab as a spreadsheet program would: what stands below moves up, whatever refers to it follows.

Only used for rows that our own writing emptied. A workbook with parts that might refer to rows in ways unknown here is
refused as `NotPatchable`; its emptied rows stay, empty.
"""

import re
from collections.abc import Callable, Collection, Iterator
from functools import partial

from tasks.adapters.sheet.excel_cells import SheetXml, bounds
from tasks.adapters.sheet.excel_parts import NotPatchable, Package, attributes, escaped, with_attribute
from tasks.adapters.sheet.excel_shift import Shift

Rewrite = Callable[[bytes], bytes]

_BOOK = "xl/workbook.xml"
_UNKNOWN = re.compile(r"xl/(?:ctrlProps|activeX|revisions|queryTables|chartsheets|macrosheets)/")
_REFERRING = re.compile(r"xl/(?:charts/|drawings/|chartEx|pivotCache/pivotCacheDefinition)")
_DATA = re.compile(rb"(<sheetData\b[^>]*>)(.*)(</sheetData>)", re.DOTALL)
_ROW = re.compile(rb"<row\b[^>]*?/>|<row\b[^>]*?>.*?</row>", re.DOTALL)
_ROW_NUMBER = re.compile(rb"""(<row\b[^<>]*?\sr\s*=\s*["'])(\d+)""")
_CELL_PLACE = re.compile(rb"""(<c\b[^<>]*?\sr\s*=\s*["'][A-Z]{1,3})\d+""")
_FORMULA = re.compile(
    rb"(<(?:\w+:)?(?:f|formula[12]?|definedName|calculatedColumnFormula|totalsRowFormula)\b[^>]*>)([^<]+)(?=</)"
)
_FORMULA_TAG = re.compile(rb"<f\b[^>]*>")
_RULE = re.compile(
    rb"<dataValidation\b[^>]*/>|<((?:x14:)?(?:conditionalFormatting|dataValidation))\b[^>]*>.*?</\1>", re.DOTALL
)
_MARKED = re.compile(
    rb"<(mergeCell|hyperlink|ignoredError|protectedRange|sortCondition|selection)\b(?:[^>]*/>|[^>]*>.*?</\1>)",
    re.DOTALL,
)
_AREA = re.compile(rb"""(?<=\s)(ref|sqref)="([^"]+)\"""")
_VIEW = re.compile(rb"""(?<=\s)(topLeftCell|activeCell)="([A-Z]+)(\d+)\"""")
_XM_AREA = re.compile(rb"(<xm:sqref>)([^<]+)")
_LOCATION = re.compile(rb"""(?<=\slocation=")[^"]+""")
_BREAKS = re.compile(rb"<rowBreaks\b.*?</rowBreaks>", re.DOTALL)
_BREAK = re.compile(rb"""(<brk\b[^>]*?\sid=")(\d+)""")
_COUNT = re.compile(rb"""(<(?:x14:)?(?:mergeCells|dataValidations)\b[^>]*?)\scount="\d+\"""")
_EMPTY = re.compile(rb"<((?:x14:)?\w+s)\b[^>]*>\s*</\1>")
_REMARK = re.compile(rb"<((?:\w+:)?(?:threadedC|c)omment)\b[^>]*>.*?</\1>", re.DOTALL)
_REMARK_PLACE = re.compile(rb"""(?<=\sref=")([A-Z]+)(\d+)""")
_SHAPE = re.compile(rb"<v:shape\b[^>]*>.*?</v:shape>", re.DOTALL)
_SHAPE_ROW = re.compile(rb"(<x:Row>)(\d+)")
_SHAPE_PLACE = re.compile(rb"(<x:Anchor>)([^<]*)")
_DRAWN_ROW = re.compile(rb"(<(?:\w+:)?row>)(\d+)(?=</)")
_SOURCE = re.compile(rb"<worksheetSource\b[^>]*>")


def without_rows(package: Package, tab: str, rows: Collection[int]) -> Package:
    """Return the workbook without those rows of the tab. Raises `NotPatchable` for one with parts unknown here."""
    if unknown := next(filter(_UNKNOWN.match, package.names()), None):
        raise NotPatchable(f"filas que no se pueden quitar por {unknown}")
    shift, after = Shift(tab, rows), package.copy()
    for name, part in package.sheets().items():
        if name == tab:
            after.put(part, _own_sheet(package.read(part), shift))
            _move_attached(after, part, shift)
        else:
            _rewrite(after, part, partial(_other_sheet, name=name, shift=shift))
    for part in filter(_REFERRING.match, package.names()):
        _rewrite(after, part, lambda xml: _SOURCE.sub(lambda m: _source(m[0], shift), _formulas(xml, shift, "")))
    _rewrite(after, _BOOK, lambda xml: _formulas(xml, shift, ""))
    after.forget_calculation_order()
    return after


def _other_sheet(xml: bytes, name: str, shift: Shift) -> bytes:
    return _located(_formulas(xml, shift, name), shift)


def _rewrite(package: Package, part: str, change: Rewrite) -> None:
    before = package.read(part)
    if (after := change(before)) != before:
        package.put(part, after)


def _own_sheet(xml: bytes, shift: Shift) -> bytes:
    if b't="dataTable"' in xml:
        raise NotPatchable("pestaña con tablas de datos")
    sheet = SheetXml(xml)
    sheet.unshare()
    whole = sheet.to_bytes()
    data = _DATA.search(whole)
    if data is None:
        raise NotPatchable("pestaña en una forma desconocida")
    rows = b"".join(_rows(data[2], shift))
    return b"".join([_around(whole[: data.start(2)], shift), rows, _around(whole[data.end(2) :], shift)])


def _rows(data: bytes, shift: Shift) -> Iterator[bytes]:
    for row in _ROW.findall(data):
        found = _ROW_NUMBER.match(row)
        number = int(found[2]) if found else 0
        place = shift.row(number)
        if place is None:
            continue
        moved = row
        if place != number:
            moved = _CELL_PLACE.sub(rb"\g<1>%d" % place, _ROW_NUMBER.sub(rb"\g<1>%d" % place, row, count=1))
        if b"<f" in row:
            moved = _FORMULA_TAG.sub(lambda m: _areas(m[0], shift), _formulas(moved, shift, shift.tab))
        yield moved


def _around(xml: bytes, shift: Shift) -> bytes:
    """Return what stands before or behind the rows of their tab."""
    pieces, end = [], 0
    for rule in _RULE.finditer(xml):
        pieces += [_plain(xml[end : rule.start()], shift), _rule(rule[0], shift)]
        end = rule.end()
    pieces.append(_plain(xml[end:], shift))
    return _EMPTY.sub(b"", _COUNT.sub(rb"\1", b"".join(pieces)))


def _rule(xml: bytes, shift: Shift) -> bytes:
    """Return a drop-down or coloured range, b"" when nothing of it is left."""
    found = _AREA.search(xml) or _XM_AREA.search(xml)
    if found is None:
        return xml
    if not shift.areas(found[2].decode()):
        return b""
    base = bounds(found[2].split()[0].decode())[0]
    moved = _FORMULA.sub(lambda m: m[1] + shift.escaped_formula(m[2], shift.tab, base), xml)
    return _areas(moved, shift)


def _plain(xml: bytes, shift: Shift) -> bytes:
    xml = _MARKED.sub(lambda m: _marked(m[0], shift), xml)
    xml = _VIEW.sub(lambda m: b'%b="%b%d"' % (m[1], m[2], int(m[3]) - shift.above(int(m[3]))), xml)
    xml = _BREAKS.sub(lambda m: _BREAK.sub(lambda b: b"%b%d" % (b[1], _up(b[2], shift)), m[0]), xml)
    return _located(_formulas(_areas(xml, shift), shift, shift.tab), shift)


def _marked(xml: bytes, shift: Shift) -> bytes:
    """Return an element that is about one range, b"" when nothing of the range is left."""
    found = _AREA.search(xml)
    left = shift.areas(found[2].decode()) if found else ""
    if found and (not left or (xml.startswith(b"<mergeCell") and ":" not in _shrunk(left))):
        return b""
    return xml


def _shrunk(area: str) -> str:
    first, _, last = area.partition(":")
    return first if first == last else area


def _areas(xml: bytes, shift: Shift) -> bytes:
    xml = _AREA.sub(lambda m: b'%b="%b"' % (m[1], shift.areas(m[2].decode()).encode() or m[2]), xml)
    return _XM_AREA.sub(lambda m: m[1] + (shift.areas(m[2].decode()).encode() or m[2]), xml)


def _formulas(xml: bytes, shift: Shift, on: str) -> bytes:
    if on != shift.tab and escaped(shift.tab).replace("'", "''").encode() not in xml:
        return xml
    return _FORMULA.sub(lambda m: m[1] + shift.escaped_formula(m[2], on), xml)


def _located(xml: bytes, shift: Shift) -> bytes:
    """Let links inside the workbook follow."""
    return _LOCATION.sub(lambda m: shift.escaped_formula(m[0], "") if b"!" in m[0] else m[0], xml)


def _up(row: bytes, shift: Shift) -> int:
    return int(row) - shift.above(int(row) + 1)


def _move_attached(package: Package, part: str, shift: Shift) -> None:
    """Let comments, pictures, charts and tables of the tab follow their cells; comments go with a row that goes."""
    for kind, attached in package.related(part):
        match kind:
            case "comments" | "threadedComment":
                _rewrite(package, attached, lambda xml: _REMARK.sub(lambda m: _remark(m[0], shift), xml))
            case "vmlDrawing":
                _rewrite(package, attached, lambda xml: _SHAPE.sub(lambda m: _shape(m[0], shift), xml))
            case "drawing":
                _rewrite(package, attached, lambda xml: _DRAWN_ROW.sub(lambda m: m[1] + _drawn(m[2], shift), xml))
            case "table":
                _rewrite(package, attached, lambda xml: _formulas(_areas(xml, shift), shift, shift.tab))


def _remark(xml: bytes, shift: Shift) -> bytes:
    found = _REMARK_PLACE.search(xml)
    row = shift.row(int(found[2])) if found else 0
    return b"" if row is None else _REMARK_PLACE.sub(rb"\g<1>%d" % row, xml, count=1) if row else xml


def _shape(xml: bytes, shift: Shift) -> bytes:
    """Return the box of a comment: Row and the third and seventh number of Anchor count rows from zero."""
    found = _SHAPE_ROW.search(xml)
    if found is None:
        return xml
    row = shift.row(int(found[2]) + 1)
    if row is None:
        return b""
    up = int(found[2]) + 1 - row

    def anchored(match: re.Match[bytes]) -> bytes:
        places = [int(place) for place in match[2].split(b",")]
        for index in (2, 6):
            places[index] = max(0, places[index] - up)
        return match[1] + ", ".join(map(str, places)).encode()

    return _SHAPE_PLACE.sub(anchored, _SHAPE_ROW.sub(rb"\g<1>%d" % (row - 1), xml))


def _drawn(row: bytes, shift: Shift) -> bytes:
    return b"%d" % (int(row) - shift.above(int(row) + 1))


def _source(tag: bytes, shift: Shift) -> bytes:
    """Return where a pivot table takes its data from."""
    said = attributes(tag)
    left = shift.area(said.get("ref", "")) if said.get("sheet") == escaped(shift.tab) else None
    return with_attribute(tag, "ref", left) if left else tag
