"""The shared sheet as an .xlsx file on a disk, a network share or a synced folder: for one person, or a trial.

Reads go through calamine, writes edit the XML of the tabs they touch; openpyxl only builds what is missing. The file is
replaced whole, never while somebody has it open and never after it changed since it was read.
"""

import io
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tasks.adapters.sheet import excel_file
from tasks.adapters.sheet.excel_formulas import keep_results
from tasks.adapters.sheet.excel_parts import NotPatchable, Package
from tasks.adapters.sheet.excel_read import LISTS, Placed, read_tabs
from tasks.domain.sheet.cells import canonical
from tasks.domain.sheet.renaming import is_short
from tasks.ports.errors import SheetBusy
from tasks.ports.sheet import SheetChanges, Snapshot, Tab, TabLayout, WriteReport

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
        self._last: tuple[str, dict[str, Placed]] | None = None  # fingerprint and what it said
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
        shown = [placed.tab for name, placed in tabs.items() if name != LISTS]
        rows = sum(len(tab.rows) for tab in shown)
        return "; ".join([f"{self.path.name}: {len(shown)} pestañas, {rows} filas{opened}", *self._notes()])

    def prepare(self, layouts: Sequence[TabLayout]) -> list[str]:
        """Create the workbook or what it lacks; returns one line per thing made, and writes only if there is any."""
        content = excel_file.read_bytes(self.path) if self.path.exists() else None
        if content is None:
            return self._created(layouts)
        from tasks.adapters.sheet.excel_repair import lacks_more_than_values

        with excel_file.readable(self.path):
            tabs = read_tabs(content, self.path)
            repaired = content
            lossy = excel_file.parts_we_cannot_make(content, self.path)
            if lacks_more_than_values(content, tabs, layouts) and not lossy:
                repaired, made = self._rebuilt(content, layouts)
            elif lossy and (gone := [layout.name for layout in layouts if layout.name not in tabs]):
                excel_file.refuse(self.path, gone, lossy)
            else:
                repaired, made = self._repaired(content, tabs, layouts)
            named = self._named(repaired, layouts)
        if named is not content:
            self._replace(named, content)
        return made if made or named is content else ["nombres de las columnas"]

    def glance(self) -> tuple[str, tuple[str, ...]] | None:
        """Return fingerprint and notes of the file as it is, None if there is none."""
        if not self.path.exists():
            return None
        return excel_file.fingerprint(excel_file.read_bytes(self.path)), self._notes()

    def read(self, layouts: Sequence[TabLayout] = ()) -> Snapshot:
        """Return all tabs; an unchanged file costs only its reading from disk."""
        content = excel_file.read_bytes(self.path)
        self._seen = excel_file.fingerprint(content)
        tabs = {n: placed.tab for n, placed in self._placed(content, self._seen).items() if n != LISTS}
        lacking = [one for one in layouts if one.name in tabs and is_short(one, tabs[one.name])]
        return Snapshot(tabs | self._identified(content, tabs, lacking), self._seen, self._notes())

    def write(self, layouts: Sequence[TabLayout], changes: SheetChanges) -> WriteReport:
        """Write the changes, or raise: `SheetBusy` if it is open or changed since it was read (next cycle then)."""
        if not changes:
            return WriteReport(0)
        from tasks.adapters.sheet.excel_patch import patch_book  # brings openpyxl, a third of a second

        self._wait_until_closed()
        content = excel_file.read_bytes(self.path)
        mark = excel_file.fingerprint(content)
        if self._seen not in {None, mark}:
            raise SheetBusy(f"{self.path.name} cambió desde que se leyó; se escribirá en el próximo ciclo")
        with excel_file.readable(self.path):
            try:
                patched, report = patch_book(content, self._placed(content, mark), layouts, changes)
            except NotPatchable:
                usual = self._saved(self._open(content), content)
                patched, report = patch_book(usual, read_tabs(usual, self.path), layouts, changes)
        if report.written:
            self._replace(patched, content)
        return report

    def link(self, tab: str, key: str) -> str:
        """Return a link to the file, with the row where the last reading saw the key."""
        if not self._last or tab not in self._last[1]:
            return self.path.as_uri()
        rows = self._last[1][tab].tab.rows
        number = next((row.number for row in rows if key in map(canonical, row.values.values())), 1)
        return f"{self.path.as_uri()}#{tab}!A{number}"

    def export(self, layouts: Sequence[TabLayout] = ()) -> bytes:
        """Return the workbook's bytes."""
        return excel_file.read_bytes(self.path)

    def _notes(self) -> tuple[str, ...]:
        copies = excel_file.conflict_copies(self.path)
        if not copies:
            return ()
        names = ", ".join(f"«{copy.name}»" for copy in copies)
        return (
            f"Junto a «{self.path.name}» hay copias en conflicto: {names}. Lo que se escriba en ellas no se lee: pase "
            "a la hoja lo que falte y bórrelas.",
        )

    @staticmethod
    def _identified(content: bytes, tabs: Mapping[str, Tab], lacking: Sequence[TabLayout]) -> dict[str, Tab]:
        """Return the tabs that lack a header, with the columns that are known by their names in the workbook."""
        if not lacking:
            return {}
        from tasks.adapters.sheet.excel_names import named_columns  # brings openpyxl

        package = Package(content)
        return {
            one.name: replace(tabs[one.name], identities=named_columns(package, tabs[one.name].headers, one))
            for one in lacking
        }

    def _named(self, content: bytes, layouts: Sequence[TabLayout]) -> bytes:
        from tasks.adapters.sheet.excel_names import with_names

        return with_names(content, self._placed(content, excel_file.fingerprint(content)), layouts)

    def _placed(self, content: bytes, mark: str) -> dict[str, Placed]:
        if self._last is None or self._last[0] != mark:
            self._last = mark, read_tabs(content, self.path)
        return self._last[1]

    def _wait_until_closed(self) -> None:
        deadline = time.monotonic() + self._lock_wait
        while excel_file.find_lock(self.path) and time.monotonic() < deadline:
            time.sleep(_POLL)
        excel_file.refuse_if_open(self.path)

    def _created(self, layouts: Sequence[TabLayout]) -> list[str]:
        from tasks.adapters.sheet.excel_layout import prepare_book

        book = _new_book()
        made = [f"libro {self.path.name}", *prepare_book(book, layouts)]
        buffer = io.BytesIO()
        book.save(buffer)
        self._replace(self._named(buffer.getvalue(), layouts), None)
        return made

    def _repaired(
        self, content: bytes, tabs: dict[str, Placed], layouts: Sequence[TabLayout]
    ) -> tuple[bytes, list[str]]:
        from tasks.adapters.sheet.excel_repair import repair

        try:
            return repair(content, tabs, layouts)
        except NotPatchable:
            return self._rebuilt(content, layouts)

    def _rebuilt(self, content: bytes, layouts: Sequence[TabLayout]) -> tuple[bytes, list[str]]:
        """Return the workbook with its missing tabs, columns, drop-downs and colours, saved anew by openpyxl."""
        from tasks.adapters.sheet.excel_layout import prepare_book

        book = self._open(content)
        made = prepare_book(book, layouts)
        return (self._saved(book, content), made) if made else (content, [])

    def _open(self, content: bytes) -> "Workbook":
        """Return the workbook to save anew. Raises `SheetUnavailable` when that would lose something."""
        from openpyxl import load_workbook

        if lossy := excel_file.parts_we_cannot_make(content, self.path):
            excel_file.refuse(self.path, [], lossy)
        return load_workbook(io.BytesIO(content), rich_text=True)

    @staticmethod
    def _saved(book: "Workbook", before: bytes) -> bytes:
        buffer = io.BytesIO()
        book.save(buffer)
        return keep_results(before, buffer.getvalue())

    def _replace(self, content: bytes, before: bytes | None) -> None:
        self._wait_until_closed()
        expected = excel_file.fingerprint(before) if before is not None else None
        excel_file.replace_file(self.path, content, expected, self._backups)
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
