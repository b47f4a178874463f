"""The shared sheet as an .xlsx file on a disk, a network share or a synced folder: for one person, or a trial.

Reads go through calamine; openpyxl is opened only when there is something to write. The file is replaced whole, never
while somebody has it open and never after it changed since it was read.
"""

import io
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tasks.adapters.sheet import excel_file
from tasks.adapters.sheet.excel_formulas import keep_results
from tasks.adapters.sheet.excel_read import LISTS, read_tabs
from tasks.domain.sheet.cells import canonical
from tasks.ports.errors import SheetBusy, SheetUnavailable
from tasks.ports.sheet import SheetChanges, Snapshot, TabLayout, WriteReport

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

_POLL = 0.2  # seconds between looks at a lock


class ExcelSheet:
    """The Sheet port on one workbook.

    `backups`: how many earlier versions stay in `.respaldo` beside it; `lock_wait`: seconds to wait for somebody to
    close it before `SheetBusy`.
    """

    def __init__(self, path: Path, backups: int = 20, lock_wait: float = 0.0) -> None:
        self.path = path.resolve()
        self._backups = backups
        self._lock_wait = lock_wait
        self._last: Snapshot | None = None
        self._seen: str | None = None  # fingerprint of what we last read or wrote

    @property
    def name(self) -> str:
        """A stable key of this sheet, the same after its folder moved to another place or machine."""
        return f"excel:{self.path.name}"

    def ping(self) -> str:
        """Read the workbook and say what it is; raises `SheetUnavailable`."""
        tabs = read_tabs(excel_file.read_bytes(self.path), self.path)
        lock = excel_file.find_lock(self.path)
        opened = f", abierto por {lock.owner or 'alguien'}" if lock else ""
        return f"{self.path.name}: {len(tabs)} pestañas, {sum(len(tab.rows) for tab in tabs.values())} filas{opened}"

    def prepare(self, layouts: Sequence[TabLayout]) -> list[str]:
        """Create the workbook or what it lacks; returns one line per thing made, and writes only if there is any."""
        from tasks.adapters.sheet.excel_layout import prepare_book

        content = excel_file.read_bytes(self.path) if self.path.exists() else None
        book = self._open(content) if content is not None else _new_book()
        made = prepare_book(book, layouts)
        if made:
            self._wait_until_closed()
            if content is None:
                made.insert(0, f"libro {self.path.name}")
            self._save(book, content)
        return made

    def read(self, layouts: Sequence[TabLayout] = ()) -> Snapshot:
        """Return all tabs; an unchanged file costs only its reading from disk."""
        content = excel_file.read_bytes(self.path)
        mark = excel_file.fingerprint(content)
        if self._last is None or self._last.fingerprint != mark:
            self._last = Snapshot(read_tabs(content, self.path), mark)
        self._seen = mark
        return self._last

    def write(self, layouts: Sequence[TabLayout], changes: SheetChanges) -> WriteReport:
        """Write the changes, or raise: `SheetBusy` if it is open or changed since it was read (next cycle then)."""
        if not changes:
            return WriteReport(0)
        from tasks.adapters.sheet.excel_write import apply_changes

        self._wait_until_closed()
        content = excel_file.read_bytes(self.path)
        if self._seen not in {None, excel_file.fingerprint(content)}:
            raise SheetBusy(f"{self.path.name} cambió desde que se leyó; se escribirá en el próximo ciclo")
        book = self._open(content)
        report = apply_changes(book, layouts, changes)
        if report.written:
            self._save(book, content)
        return report

    def link(self, tab: str, key: str) -> str:
        """Return a link to the file, with the row where the last reading saw the key."""
        if not self._last or tab not in self._last.tabs:
            return self.path.as_uri()
        rows = self._last.tabs[tab].rows
        number = next((row.number for row in rows if key in map(canonical, row.values.values())), 1)
        return f"{self.path.as_uri()}#{tab}!A{number}"

    def export(self, layouts: Sequence[TabLayout] = ()) -> bytes:
        """Return the workbook's bytes."""
        return excel_file.read_bytes(self.path)

    def _wait_until_closed(self) -> None:
        deadline = time.monotonic() + self._lock_wait
        while excel_file.find_lock(self.path) and time.monotonic() < deadline:
            time.sleep(_POLL)
        excel_file.refuse_if_open(self.path)

    def _open(self, content: bytes) -> "Workbook":
        """Return the workbook to change. Raises `SheetUnavailable` when saving it would lose something."""
        from openpyxl import load_workbook

        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                excel_file.check_bounds(archive, self.path)
                excel_file.refuse_if_lossy(archive, self.path)
            return load_workbook(io.BytesIO(content), rich_text=True)
        except (zipfile.BadZipFile, KeyError, ValueError, TypeError) as error:
            raise SheetUnavailable(f"no se pudo abrir {self.path.name}: el libro está dañado ({error})") from error

    def _save(self, book: "Workbook", before: bytes | None) -> None:
        buffer = io.BytesIO()
        book.save(buffer)
        content = buffer.getvalue() if before is None else keep_results(before, buffer.getvalue())
        excel_file.replace_file(
            self.path, content, excel_file.fingerprint(before) if before is not None else None, self._backups
        )
        self._seen = excel_file.fingerprint(content)


def _new_book() -> "Workbook":
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    book.create_sheet(LISTS).sheet_state = "hidden"
    properties = book.properties
    properties.title = "Mesa MIPG: casos de asesoría"
    properties.creator = properties.lastModifiedBy = "Mesa MIPG"
    properties.subject = "Asesoría a los municipios en el Modelo Integrado de Planeación y Gestión"
    properties.language = "es-CO"
    return book
