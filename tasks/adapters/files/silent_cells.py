"""Cells of an .xlsx that the reader shows as empty though they hold something: broken formulas and error values.

An empty cell says "not measured"; a formula that nobody computed (a workbook written by a program) or `#REF!` says
nothing of the sort and must be named. Only the parts' text is looked at; nothing is evaluated.
"""

import re
import zipfile
from html import unescape
from typing import IO

UNCOMPUTED = "fórmula sin resultado"

_MOST = 50_000  # of one sheet; beyond that nothing of it is usable and the first ones say why
_CHUNK = 1 << 20
_LONGEST = 1 << 16  # bytes of one cell that are looked at
_ATTRIBUTE = re.compile(r"""([\w:]+)\s*=\s*["']([^"']*)["']""")
_SHEET = re.compile(r"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\s[^>]*>")
_CELL = re.compile(
    rb"""<(?:\w+:)?c\s(?P<attributes>[^>]*)(?<!/)>(?P<inside>(?:(?!</?(?:\w+:)?c[\s>]).){0,4000})</(?:\w+:)?c>""",
    re.DOTALL,
)
_PLACE = re.compile(rb"""\br=["']([A-Z]{1,3})(\d{1,7})["']""")
_IS_ERROR = re.compile(rb"""\bt=["']e["']""")
_ERROR = re.compile(rb"<(?:\w+:)?v>(#[A-Z0-9/!?]{2,8})<")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_VALUE = re.compile(rb"<(?:\w+:)?(?:v|t)(?:\s[^>]*)?>[^<]")

Place = tuple[int, int]  # 0-based row and column


def silent_cells(archive: zipfile.ZipFile) -> dict[str, dict[Place, str]]:
    """Return, by sheet name, what stands in the cells that would be read as empty."""
    found = {}
    for name, part in _parts_of_sheets(archive).items():
        with archive.open(part) as sheet:
            found[name] = _of_sheet(sheet)
    return found


def _parts_of_sheets(archive: zipfile.ZipFile) -> dict[str, str]:
    """The archive's entry of each sheet, by the sheet's name."""
    entries = {entry.filename.lower(): entry.filename for entry in archive.infolist()}
    targets = {
        told.get("Id", ""): told.get("Target", "")
        for told in _attributes(_RELATION, _text(archive, entries, "xl/_rels/workbook.xml.rels"))
    }
    parts = {}
    for told in _attributes(_SHEET, _text(archive, entries, "xl/workbook.xml")):
        relation = next((value for key, value in told.items() if key.endswith(":id")), "")
        target = targets.get(relation, "").removeprefix("/").removeprefix("xl/")
        if part := entries.get(f"xl/{target}".lower()):
            parts[unescape(told.get("name", ""))] = part
    return parts


def _text(archive: zipfile.ZipFile, entries: dict[str, str], part: str) -> str:
    if part not in entries:
        return ""
    with archive.open(entries[part]) as opened:
        return opened.read(_CHUNK).decode("utf-8", "replace")


def _attributes(tag: re.Pattern[str], text: str) -> list[dict[str, str]]:
    return [dict(_ATTRIBUTE.findall(found)) for found in tag.findall(text)]


def _of_sheet(sheet: IO[bytes]) -> dict[Place, str]:
    found: dict[Place, str] = {}
    rest = b""
    while (piece := sheet.read(_CHUNK)) and len(found) < _MOST:
        text = rest + piece
        end = text.rfind(b"</row>") + 1 or max(len(text) - _LONGEST, 0)
        _look(text[:end], found)
        rest = text[end:]
    _look(rest, found)
    return found


def _look(text: bytes, found: dict[Place, str]) -> None:
    for cell in _CELL.finditer(text):
        said = _said(cell["attributes"], cell["inside"])
        place = _PLACE.search(cell["attributes"])
        if said and place:
            found[int(place[2]) - 1, column_number(place[1]) - 1] = said


def _said(attributes: bytes, inside: bytes) -> str:
    if _IS_ERROR.search(attributes):
        error = _ERROR.search(inside)
        return error[1].decode() if error else ""
    return UNCOMPUTED if _FORMULA.search(inside) and not _VALUE.search(inside) else ""


def column_number(letters: bytes) -> int:
    """Return the number of a column: A is 1, XFD is 16,384."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
