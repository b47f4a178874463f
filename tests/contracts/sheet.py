"""What every shared sheet does, whatever keeps it: one suite per port, subclassed per adapter."""

from abc import ABC, abstractmethod
from datetime import date, datetime

import pytest

from tasks.ports.sheet import (
    CellWrite,
    ColumnLayout,
    RowAppend,
    Sheet,
    SheetChanges,
    TabLayout,
    Value,
)

LAYOUT = TabLayout(
    "Casos",
    (
        ColumnLayout("Caso", "system", 12),
        ColumnLayout("Semáforo", "system", 12, colours=(("rojo", "F1948A"), ("verde", "C6E7C8"))),
        ColumnLayout("Asunto", "system", 40, wrap=True),
        ColumnLayout("Vence", "system", 12, "date"),
        ColumnLayout("Recibido", "system", 18, "datetime"),
        ColumnLayout("Puntaje antes", "system", 12, "score"),
        ColumnLayout("Responsable", "shared", 24, choices=("Ana Restrepo", "Luis Gómez")),
        ColumnLayout("Observaciones", "staff", 30),
        ColumnLayout("Alertas", "system", 40, wrap=True),
    ),
    "Caso",
)
PAGE = TabLayout("Ayuda", (ColumnLayout("Ayuda", "system", 100),), "Ayuda", 0, ("Primera línea.", "# Título", "Otra."))
LAYOUTS = (LAYOUT, PAGE)

DANGEROUS = (
    "=1+1",
    '=HYPERLINK("http://x.example","clic")',
    "+573001112233",
    "-2+3",
    "@SUM(A1)",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    "=cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    '=DDE("a","b","c")',
    "#N/A",
    "_x003D_1+1",
)


class SheetContract(ABC):
    """Subclasses say how a fresh sheet is made and how a person changes it behind our back."""

    @abstractmethod
    def fresh(self) -> Sheet:
        """Return a sheet that is not prepared yet."""

    @abstractmethod
    def type_into(self, sheet: Sheet, tab: str, cell: str, value: Value) -> None:
        """Put a value into a cell such as "B7", as a person would."""

    @abstractmethod
    def reverse_rows(self, sheet: Sheet, tab: str) -> None:
        """Turn the order of the rows around, as a sort would."""

    @abstractmethod
    def formulas(self, sheet: Sheet) -> list[str]:
        """Return every formula of the sheet."""

    @pytest.fixture
    def sheet(self) -> Sheet:
        sheet = self.fresh()
        sheet.prepare(LAYOUTS)
        return sheet

    def add(self, sheet: Sheet, *keys: str, **values: Value) -> None:
        sheet.read()
        rows = [RowAppend("Casos", key, {"Caso": key, **values}) for key in keys]
        sheet.write(LAYOUTS, SheetChanges(appends=rows))

    def by_key(self, sheet: Sheet) -> dict[Value, dict[str, Value]]:
        return {row.values["Caso"]: row.values for row in sheet.read().tabs["Casos"].rows if "Caso" in row.values}

    def test_preparing_makes_tabs_and_headers_and_says_so(self):
        sheet = self.fresh()
        assert sheet.prepare(LAYOUTS)
        snapshot = sheet.read()
        assert snapshot.tabs["Casos"].headers[: len(LAYOUT.columns)] == tuple(c.header for c in LAYOUT.columns)
        assert snapshot.tabs["Casos"].rows == ()

    def test_preparing_twice_changes_nothing(self, sheet):
        before = sheet.read().fingerprint
        assert sheet.prepare(LAYOUTS) == []
        assert sheet.read().fingerprint == before

    def test_values_come_back_with_their_types(self, sheet):
        values = {
            "Asunto": "Año nuevo: ñ, “comillas” y\notra línea",
            "Vence": date(2026, 12, 3),
            "Recibido": datetime(2026, 11, 21, 14, 5),
            "Puntaje antes": 61.25,
        }
        self.add(sheet, "2026-0001", **values)
        assert self.by_key(sheet)["2026-0001"] == {"Caso": "2026-0001", **values}

    @pytest.mark.parametrize("text", DANGEROUS)
    def test_text_never_becomes_a_formula(self, sheet, text):
        self.add(sheet, "2026-0001", Asunto=text)
        row = sheet.read().tabs["Casos"].rows[0]
        sheet.write(LAYOUTS, SheetChanges([CellWrite("Casos", "2026-0001", row.number, "Alertas", text)]))
        assert self.formulas(sheet) == []
        shown = self.by_key(sheet)["2026-0001"]
        assert shown["Asunto"] == shown["Alertas"]
        assert isinstance(shown["Asunto"], str)

    def test_a_cell_is_found_by_its_key_when_the_hint_is_wrong(self, sheet):
        self.add(sheet, "2026-0001", "2026-0002", "2026-0003")
        sheet.read()
        report = sheet.write(LAYOUTS, SheetChanges([CellWrite("Casos", "2026-0003", 2, "Asunto", "el tercero")]))
        assert report.written == 1
        rows = self.by_key(sheet)
        assert rows["2026-0003"]["Asunto"] == "el tercero"
        assert "Asunto" not in rows["2026-0001"]

    def test_a_row_that_is_gone_is_skipped_and_named(self, sheet):
        self.add(sheet, "2026-0001")
        sheet.read()
        write = CellWrite("Casos", "2026-9999", 2, "Asunto", "nadie")
        report = sheet.write(LAYOUTS, SheetChanges([write]))
        assert (report.written, report.skipped) == (0, (write,))

    def test_an_empty_value_empties_the_cell(self, sheet):
        self.add(sheet, "2026-0001", Asunto="algo")
        sheet.read()
        sheet.write(LAYOUTS, SheetChanges([CellWrite("Casos", "2026-0001", 2, "Asunto", None)]))
        assert "Asunto" not in self.by_key(sheet)["2026-0001"]

    def test_writing_twice_doubles_nothing(self, sheet):
        self.add(sheet, "2026-0001", "2026-0002")
        self.add(sheet, "2026-0001", "2026-0002", "2026-0003")
        numbers = [row.values["Caso"] for row in sheet.read().tabs["Casos"].rows]
        assert numbers == ["2026-0001", "2026-0002", "2026-0003"]

    def test_writing_nothing_leaves_the_sheet_alone(self, sheet):
        before = sheet.read().fingerprint
        assert sheet.write(LAYOUTS, SheetChanges()).written == 0
        assert sheet.read().fingerprint == before

    def test_a_change_shows_in_the_fingerprint(self, sheet):
        before = sheet.read().fingerprint
        self.type_into(sheet, "Casos", "C2", "por teléfono")
        assert sheet.read().fingerprint != before

    def test_a_row_typed_by_hand_gets_its_number_in_its_own_place(self, sheet):
        self.add(sheet, "2026-0001")
        self.type_into(sheet, "Casos", "C3", "por teléfono")
        sheet.read()
        sheet.write(LAYOUTS, SheetChanges([CellWrite("Casos", "", 3, "Caso", "2026-0002")]))
        assert self.by_key(sheet)["2026-0002"]["Asunto"] == "por teléfono"

    def test_rows_that_moved_after_the_reading_are_never_written_to_wrongly(self, sheet):
        from tasks.ports.errors import SheetBusy

        self.add(sheet, "2026-0001", "2026-0002", "2026-0003")
        sheet.read()
        self.reverse_rows(sheet, "Casos")
        changes = SheetChanges([CellWrite("Casos", "2026-0001", 2, "Asunto", "el primero")])
        try:
            sheet.write(LAYOUTS, changes)
        except SheetBusy:
            sheet.read()
            sheet.write(LAYOUTS, changes)
        rows = self.by_key(sheet)
        assert rows["2026-0001"]["Asunto"] == "el primero"
        assert all("Asunto" not in rows[key] for key in ("2026-0002", "2026-0003"))

    def test_what_staff_add_survives_our_writing(self, sheet):
        self.add(sheet, "2026-0001")
        self.type_into(sheet, "Casos", "J1", "Mi columna")
        self.type_into(sheet, "Casos", "J2", "mía")
        self.type_into(sheet, "Casos", "H2", "Llamé el martes")
        self.add(sheet, "2026-0002", Asunto="otro")
        row = self.by_key(sheet)["2026-0001"]
        assert (row["Mi columna"], row["Observaciones"]) == ("mía", "Llamé el martes")

    def test_ping_link_and_export_reach_the_sheet(self, sheet):
        self.add(sheet, "2026-0001")
        sheet.read()
        assert sheet.ping()
        assert "://" in sheet.link("Casos", "2026-0001")
        assert sheet.export().startswith(b"PK")
        assert sheet.name
