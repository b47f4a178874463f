"""Reads results and assistance files: CSV in the encodings offices use, and .xlsx, both with bounded size."""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from typing import IO

from python_calamine import CalamineError, CalamineWorkbook, SheetMetadata, SheetTypeEnum, SheetVisibleEnum

from tasks.adapters.files.silent_cells import Place, column_number, silent_cells
from tasks.domain.catalog import Catalog
from tasks.domain.scores.impact.exposure import Windows
from tasks.domain.scores.results import AssistanceFile, ScoreFile, Table, UnusableTable, Value
from tasks.domain.scores.tables.assistance import read_assistance, read_windows
from tasks.domain.scores.tables.layout import read_scores
from tasks.ports.errors import BadWorkbook

MAX_BYTES = 60_000_000  # a national workbook is some 5 MB
MAX_UNPACKED = 600_000_000
MAX_ENTRIES = 2_000
MAX_PARTS = 20  # results files inside one .zip
MAX_ROWS = 400_000
MAX_COLUMNS = 2_000
MAX_CELLS = 10_000_000
_CHUNK = 1 << 20
_LONGEST_TAG = 256
# A cell with its place, and whether it is empty (styled only); a cell without place could stand anywhere.
_CELL = re.compile(rb"""<(?:\w+:)?c\s(?:[^>]*?\s)?r=["']([A-Z]{1,3})(\d{1,7})["'][^>]*?(/?)>""")
_UNPLACED_CELL = re.compile(rb"""<(?:\w+:)?c(?:\s(?![^>]*\br=["'][A-Z]{1,3}\d{1,7}["'])[^>]*)?>""")
_XLSX_BOOK = "xl/workbook.xml"  # a binary workbook or one of OpenDocument is a .zip too, without the bounds below
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # the stream that holds a workbook with a password, MS-OFFCRYPTO
_DELIMITERS = ";,\t"


class FileScores:
    """`ScoreSource` over the catalogue's policies and municipalities."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def read(self, content: bytes, name: str, latest: int | None = None) -> ScoreFile:
        """Return the scores of the file. Raises `BadWorkbook`."""
        try:
            return read_scores(_tables(content, name), name, self._catalog, latest=latest)
        except UnusableTable as error:
            raise BadWorkbook(str(error)) from error

    def unpack(self, content: bytes, name: str) -> list[tuple[str, bytes]]:
        """Return the results files inside a .zip, or the file itself. Raises `BadWorkbook`."""
        return _unzipped(content, name) if name.lower().endswith(".zip") else [(name, content)]

    def read_assistance(self, content: bytes, name: str) -> AssistanceFile:
        """Return the assistance days of the file. Raises `BadWorkbook`."""
        try:
            return read_assistance(_tables(content, name), name, self._catalog)
        except UnusableTable as error:
            raise BadWorkbook(str(error)) from error

    def read_windows(self, content: bytes, name: str) -> Windows:
        """Return the closing days of the file. Raises `BadWorkbook`."""
        try:
            return read_windows(_tables(content, name), name)
        except UnusableTable as error:
            raise BadWorkbook(str(error)) from error


def _tables(content: bytes, name: str) -> list[Table]:
    if not content.strip():
        raise BadWorkbook(f"{name}: el archivo está vacío.")
    if len(content) > MAX_BYTES:
        raise BadWorkbook(f"{name}: el archivo pesa más de {MAX_BYTES // 1_000_000} MB; no se abrió.")
    if content.startswith(_OLE) and _ENCRYPTED in content:
        raise BadWorkbook(f"{name}: el libro está protegido con contraseña. Guárdelo sin contraseña como .xlsx o .csv.")
    if content.startswith(_OLE):
        raise BadWorkbook(
            f"{name}: es un libro .xls antiguo, aunque se llame de otro modo. Ábralo y guárdelo como .xlsx o .csv."
        )
    return _workbook_tables(content, name) if content.startswith(_ZIP) else [_csv_table(content, name)]


# --- .zip ------------------------------------------------------------------------------------------------------------


def _unzipped(content: bytes, name: str) -> list[tuple[str, bytes]]:
    """Return the workbooks of an archive by their own names, without folders; nothing is ever written from it."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if _is_results(entry)]
            sizes = [entry.file_size for entry in entries]
            if len(sizes) > MAX_PARTS or sum(sizes) > MAX_UNPACKED or max(sizes, default=0) > MAX_BYTES:
                raise BadWorkbook(f"{name}: el archivo se expande a un tamaño desmedido; no se abrió.")
            parts = [(entry.filename.replace("\\", "/").rpartition("/")[2], archive.read(entry)) for entry in entries]
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError, OSError) as error:
        raise BadWorkbook(f"{name}: el archivo .zip está dañado o cifrado; no se pudo abrir.") from error
    if not parts:
        raise BadWorkbook(f"{name}: el archivo .zip no trae ningún libro .xlsx ni .csv.")
    return parts


def _is_results(entry: zipfile.ZipInfo) -> bool:
    base = entry.filename.replace("\\", "/").rpartition("/")[2]
    hidden = base.startswith((".", "~")) or entry.filename.startswith("__MACOSX/")
    return base.lower().endswith((".xlsx", ".csv")) and not hidden


# --- .xlsx -----------------------------------------------------------------------------------------------------------


def _workbook_tables(content: bytes, name: str) -> list[Table]:
    silent = _checked(content, name)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            sheets = [meta for meta in workbook.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet]
            return [_sheet_table(workbook, sheet, silent.get(sheet.name, {}), name) for sheet in sheets]
    except (CalamineError, OSError, ValueError) as error:
        raise BadWorkbook(f"{name}: el libro está dañado o no es un .xlsx; no se pudo abrir.") from error


def _sheet_table(workbook: CalamineWorkbook, sheet: SheetMetadata, silent: dict[Place, str], name: str) -> Table:
    if sheet.visible != SheetVisibleEnum.Visible:
        return Table(sheet.name, (), is_hidden=True)
    found = workbook.get_sheet_by_name(sheet.name)
    if found.total_height * found.total_width > MAX_CELLS:
        limit = f"{MAX_CELLS:,}".replace(",", ".")
        raise BadWorkbook(f"{name}, hoja «{sheet.name}»: tiene más de {limit} celdas; no se leyó.")
    rows: list[list[Value]] = [[*row] for row in found.to_python(skip_empty_area=False)]
    merged = found.merged_cell_ranges or []
    if sum(bottom - top for (top, _), (bottom, _) in merged) > MAX_CELLS:
        raise BadWorkbook(f"{name}, hoja «{sheet.name}»: tiene demasiadas celdas combinadas; no se leyó.")
    _fill_down(rows, merged)
    for (row, column), said in silent.items():
        if row < len(rows) and column < len(rows[row]) and rows[row][column] == "":
            rows[row][column] = said
    return Table(sheet.name, rows)


def _fill_down(rows: list[list[Value]], merged: Sequence[tuple[Place, Place]]) -> None:
    """Repeat what a merged cell says in every row it spans; across columns its one text stays where it stands."""
    for (top, column), (bottom, _) in merged:
        if top < len(rows) and column < len(rows[top]):
            for row in rows[top + 1 : bottom + 1]:
                row[column] = rows[top][column]


def _checked(content: bytes, name: str) -> dict[str, dict[Place, str]]:
    """Refuse archives that would unpack to far more than they weigh, before anything is unpacked into memory.

    Returns the cells of each sheet that would be read as empty and are not.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if not any(entry.filename.lower() == _XLSX_BOOK for entry in entries):
                raise BadWorkbook(f"{name}: no es un libro .xlsx (¿.xlsb u .ods?). Guárdelo como .xlsx o .csv.")
            if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
                raise BadWorkbook(f"{name}: el libro se expande a un tamaño desmedido; no se abrió.")
            for entry in entries:
                if entry.filename.lower().startswith("xl/worksheets/") and entry.filename.lower().endswith(".xml"):
                    with archive.open(entry) as sheet:
                        _refuse_far_cells(sheet, name)
            return silent_cells(archive)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError, OSError) as error:
        raise BadWorkbook(f"{name}: el libro está dañado o cifrado; no se pudo abrir.") from error


def _refuse_far_cells(sheet: IO[bytes], name: str) -> None:
    """Refuse a lone far cell: the reader lays sheets out densely, and A1 with XFD1048576 are 17 billion cells."""
    columns = rows = 0
    rest = b""
    while piece := sheet.read(_CHUNK):
        text = rest + piece
        for letters, row, empty in _CELL.findall(text):
            if not empty:
                columns, rows = max(columns, column_number(letters)), max(rows, int(row))
        if rows > MAX_ROWS or columns > MAX_COLUMNS or rows * columns > MAX_CELLS or _UNPLACED_CELL.search(text):
            raise BadWorkbook(
                f"{name}: una hoja llega hasta la fila {rows}, columna {columns}; se aceptan {MAX_ROWS} filas y "
                f"{MAX_COLUMNS} columnas. Borre las celdas sobrantes y guárdelo de nuevo con Excel o LibreOffice."
            )
        rest = text[-_LONGEST_TAG:]


# --- CSV -------------------------------------------------------------------------------------------------------------


def _csv_table(content: bytes, name: str) -> Table:
    text = _decode(content)
    if "\x00" in text:
        raise BadWorkbook(f"{name}: no es un CSV ni un libro .xlsx.")
    delimiter = _delimiter(text)
    rows: list[list[Value]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if len(rows) >= MAX_ROWS or len(row) > MAX_COLUMNS:
                raise BadWorkbook(f"{name}: se aceptan {MAX_ROWS} filas y {MAX_COLUMNS} columnas.")
            rows.append([*row])
    except csv.Error as error:
        raise BadWorkbook(f"{name}, fila {len(rows) + 1}: no se puede leer como CSV ({error}).") from error
    return Table(name, rows)


def _decode(content: bytes) -> str:
    """UTF-8 with or without BOM, UTF-16 with BOM (Excel's "Texto Unicode"), else the alphabet of old Windows."""
    encodings = ("utf-16",) if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def _delimiter(text: str) -> str:
    """The separator that the first lines use most; decimal commas inside a `;` file do not mislead it."""
    head = [line for line in text[:20_000].splitlines() if line.strip()][:5]
    return max(_DELIMITERS, key=lambda mark: sorted(line.count(mark) for line in head)[len(head) // 2])
