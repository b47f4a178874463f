"""The last results of people's formulas, which openpyxl drops when it saves.

Without them our next reading would find the cells empty, as if somebody had emptied them, until a spreadsheet program
opens the file and computes them anew. Our writes never move a row, so every formula stays in the cell where it was.
"""

import io
import re
import zipfile
from collections.abc import Mapping

_SHEET = re.compile(rb"<sheet\b[^>]*>")
_ATTRIBUTE = re.compile(rb'([\w:]+)="([^"]*)"')
_RELATION = re.compile(rb"<Relationship\b[^>]*>")
_FORMULA = re.compile(rb"<c\b([^>]*)>(<f\b[^>]*/>|<f\b[^>]*>[^<]*</f>)(?:<v\s*/>|<v>([^<]*)</v>)?</c>")
_TYPE = re.compile(rb'\s+t="[^"]*"')

Results = dict[bytes, tuple[bytes, bytes]]  # coordinate → cell type, value as written


def keep_results(before: bytes, after: bytes) -> bytes:
    """Return the saved workbook with the results that its formulas had before."""
    old, new = _sheet_parts(before), _sheet_parts(after)
    with zipfile.ZipFile(io.BytesIO(before)) as archive:
        results = {new[name]: _results(archive.read(part)) for name, part in old.items() if name in new}
    results = {part: found for part, found in results.items() if found}
    return _rewritten(after, results) if results else after


def _rewritten(content: bytes, results: Mapping[str, Results]) -> bytes:
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for info in source.infolist():
            part = source.read(info)
            target.writestr(info, _filled(part, results[info.filename]) if info.filename in results else part)
    return buffer.getvalue()


def _results(sheet: bytes) -> Results:
    found: Results = {}
    if b"<f" in sheet:
        for attributes, _, value in _FORMULA.findall(sheet):
            said = dict(_ATTRIBUTE.findall(attributes))
            if value and b"r" in said:
                found[said[b"r"]] = (said.get(b"t", b"n"), value)
    return found


def _filled(sheet: bytes, results: Results) -> bytes:
    def fill(match: re.Match[bytes]) -> bytes:
        known = results.get(dict(_ATTRIBUTE.findall(match[1])).get(b"r", b""))
        if known is None or match[3]:
            return match[0]
        return b'<c%s t="%s">%s<v>%s</v></c>' % (_TYPE.sub(b"", match[1]), known[0], match[2], known[1])

    return _FORMULA.sub(fill, sheet)


def _sheet_parts(content: bytes) -> dict[bytes, str]:
    """Return the part of each tab, by the tab's name as it stands in the XML."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        book = archive.read("xl/workbook.xml")
        relations = archive.read("xl/_rels/workbook.xml.rels")
        names = set(archive.namelist())
    targets = {}
    for relation in _RELATION.findall(relations):
        said = dict(_ATTRIBUTE.findall(relation))
        target = said.get(b"Target", b"").decode().lstrip("/")
        targets[said.get(b"Id")] = target if target.startswith("xl/") else f"xl/{target}"
    parts = {}
    for sheet in _SHEET.findall(book):
        said = dict(_ATTRIBUTE.findall(sheet))
        part = targets.get(said.get(b"r:id"), "")
        if part in names:
            parts[said.get(b"name", b"")] = part
    return parts
