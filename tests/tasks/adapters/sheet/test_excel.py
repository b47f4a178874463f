"""The workbook on disk: the contract, and what only a file can suffer."""

import errno
import io
import re
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from tasks.adapters.sheet import excel_file
from tasks.adapters.sheet.excel import ExcelSheet
from tasks.domain.sheet.cells import canonical, clean_text
from tasks.domain.sheet.columns import Choices, layouts
from tasks.ports.errors import SheetBusy, SheetUnavailable
from tasks.ports.sheet import CellWrite, ColumnLayout, RowAppend, Sheet, SheetChanges, TabLayout, Value
from tests.contracts.sheet import DANGEROUS, LAYOUT, LAYOUTS, SheetContract


def edited(path: Path):
    return openpyxl.load_workbook(path)


class TestExcelSheet(SheetContract):
    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path):
        self.path = tmp_path / "mesa.xlsx"

    def fresh(self) -> Sheet:
        return ExcelSheet(self.path)

    def type_into(self, sheet: Sheet, tab: str, cell: str, value: Value) -> None:
        book = edited(self.path)
        book[tab][cell] = value
        book.save(self.path)

    def reverse_rows(self, sheet: Sheet, tab: str) -> None:
        book = edited(self.path)
        page = book[tab]
        rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=2)]
        for row, values in enumerate(reversed(rows), start=2):
            for column, value in enumerate(values, start=1):
                page.cell(row, column).value = value
        book.save(self.path)

    def formulas(self, sheet: Sheet) -> list[str]:
        book = edited(self.path)
        return [str(c.value) for page in book for row in page.iter_rows() for c in row if c.data_type == "f"]


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "mesa.xlsx"


@pytest.fixture
def sheet(path) -> ExcelSheet:
    sheet = ExcelSheet(path, backups=3)
    sheet.prepare(LAYOUTS)
    sheet.write(LAYOUTS, SheetChanges(appends=[RowAppend("Casos", "2026-0001", {"Caso": "2026-0001"})]))
    sheet.read()
    return sheet


CHANGE = SheetChanges([CellWrite("Casos", "2026-0001", 2, "Asunto", "nuevo")])


def excel_lock(name: str) -> bytes:
    ansi, wide = name.encode("cp1252"), name.encode("utf-16-le")
    return bytes([len(ansi)]) + ansi.ljust(54) + len(name).to_bytes(2, "little") + wide.ljust(108, b" ")


@pytest.mark.parametrize(
    ("lock", "content"),
    [
        ("~$mesa.xlsx", excel_lock("Paula Gómez")),
        (".~lock.mesa.xlsx#", "Paula Gómez,paula,equipo-7,21.11.2026 08:00,file:///x;".encode()),
    ],
)
def test_an_open_workbook_is_left_alone_and_its_editor_named(sheet, path, lock, content):
    before = path.read_bytes()
    (path.parent / lock).write_bytes(content)
    with pytest.raises(SheetBusy, match="Paula Gómez desde hace un momento;") as busy:
        sheet.write(LAYOUTS, CHANGE)
    assert busy.value.owner == "Paula Gómez"
    assert busy.value.since is not None
    assert path.read_bytes() == before
    assert sheet.read().tabs["Casos"].rows
    (path.parent / lock).unlink()
    assert sheet.write(LAYOUTS, CHANGE).written == 1


@pytest.mark.parametrize("content", [b"", b"\xff", b"\x36" * 300, b",,,,;", b"\x00" * 200])
def test_a_damaged_lock_still_counts(sheet, path, content):
    (path.parent / "~$mesa.xlsx").write_bytes(content)
    with pytest.raises(SheetBusy):
        sheet.write(LAYOUTS, CHANGE)


def test_a_lock_forgotten_for_days_does_not_stop_the_work(sheet, path):
    import os

    lock = path.parent / "~$mesa.xlsx"
    lock.write_bytes(excel_lock("Nadie"))
    old = datetime.now(UTC).timestamp() - 8 * 86_400
    os.utime(lock, (old, old))
    assert sheet.write(LAYOUTS, CHANGE).written == 1
    assert lock.exists()


def test_a_file_that_changed_since_the_reading_is_not_overwritten(sheet, path):
    book = edited(path)
    book["Casos"]["H2"] = "escrito mientras tanto"
    book.save(path)
    with pytest.raises(SheetBusy, match="cambió"):
        sheet.write(LAYOUTS, CHANGE)
    assert sheet.read().tabs["Casos"].rows[0].values["Observaciones"] == "escrito mientras tanto"


def test_a_full_disk_leaves_the_workbook_whole(sheet, path, monkeypatch):
    before = path.read_bytes()

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(excel_file.os, "fsync", full)
    with pytest.raises(SheetUnavailable, match="No space"):
        sheet.write(LAYOUTS, CHANGE)
    assert path.read_bytes() == before
    assert list(path.parent.glob(".mipg-*")) == []


def test_the_last_versions_are_kept_beside_it(sheet, path):
    for number in range(5):
        sheet.write(LAYOUTS, SheetChanges([CellWrite("Casos", "2026-0001", 2, "Asunto", f"versión {number}")]))
    kept = sorted((path.parent / excel_file.BACKUPS).glob("mesa-*.xlsx"))
    assert len(kept) == 3
    assert edited(kept[-1])["Casos"]["C2"].value == "versión 3"


@pytest.mark.parametrize(
    ("part", "content", "word"),
    [
        ("xl/threadedComments/threadedComment1.xml", b"<x/>", "comentarios encadenados"),
        ("xl/pivotTables/pivotTable1.xml", b"<x/>", "tablas dinámicas"),
        ("xl/slicers/slicer1.xml", b"<x/>", "segmentaciones"),
        ("xl/worksheets/sheet9.xml", b"<w><x14:dataValidations count='1'/></w>", "listas desplegables"),
        ("xl/worksheets/sheet9.xml", b"<w><x14:sparklineGroups/></w>", "minigráficos"),
        ("xl/drawings/drawing9.xml", b"<w><xdr:sp macro=''/></w>", "formas"),
    ],
)
def test_what_no_library_can_save_again_is_kept_and_only_a_new_tab_is_refused(sheet, path, part, content, word):
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(part, content)
    fresh = ExcelSheet(path)
    assert fresh.write(LAYOUTS, CHANGE).written == 1
    with zipfile.ZipFile(path) as archive:
        assert archive.read(part) == content
    before = path.read_bytes()
    with pytest.raises(SheetUnavailable, match=word):
        fresh.prepare([*LAYOUTS, TabLayout("Oferta 2027", LAYOUT.columns, "Caso")])
    assert path.read_bytes() == before


@pytest.mark.parametrize("change", [CHANGE, SheetChanges(appends=[RowAppend("Casos", "2026-7", {"Caso": "2026-7"})])])
def test_every_part_but_the_tab_that_changed_stays_byte_for_byte(sheet, path, change):
    def parts() -> dict[str, bytes]:
        with zipfile.ZipFile(path) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    before = parts()
    sheet.write(LAYOUTS, change)
    changed = {name for name, part in parts().items() if before.get(name) != part}
    assert "xl/worksheets/sheet1.xml" in changed
    assert changed <= {"xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml"}


def test_the_teams_new_names_reach_the_drop_downs_of_a_workbook_that_cannot_be_saved_anew(sheet, path):
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/threadedComments/threadedComment1.xml", b"<x/>")
    columns = [replace(c, choices=(*c.choices, "Rosa & Eva")) if c.choices else c for c in LAYOUT.columns]
    more = [replace(LAYOUT, columns=(*columns, ColumnLayout("Detalle", "order"))), LAYOUTS[1]]
    assert sheet.prepare(more) == ["columna Casos/Detalle", "valores de Casos/Responsable"]
    assert sheet.prepare(more) == []
    book = edited(path)
    assert [cell.value for cell in book["Listas"]["A"]][1:] == ["Ana Restrepo", "Luis Gómez", "Rosa & Eva"]
    assert book.defined_names["Lista_casos_responsable"].attr_text == "Listas!$A$2:$A$4"
    assert "Detalle" in sheet.read().tabs["Casos"].headers


def test_the_look_that_staff_gave_survives(sheet, path):
    book = edited(path)
    page = book["Casos"]
    page["H2"] = "a mano"
    page["H2"].font, page["H2"].fill = Font(bold=True, color="FF0000"), PatternFill("solid", fgColor="FFFF00")
    page["H2"].comment = Comment("Revisar", "Paula")
    page["K1"], page["K2"] = "Días", "=1+2"
    page.column_dimensions["H"].width = 77
    page.column_dimensions["F"].hidden = True
    book.create_sheet("Mis notas")["B3"] = "mías"
    book.save(path)
    sheet.read()
    sheet.write(LAYOUTS, CHANGE)
    page = edited(path)["Casos"]
    assert (page["C2"].value, page["K2"].value, page["H2"].comment.text) == ("nuevo", "=1+2", "Revisar")
    assert (page["H2"].font.bold, page["H2"].fill.fgColor.rgb) == (True, "00FFFF00")
    assert (page.column_dimensions["H"].width, page.column_dimensions["F"].hidden) == (77, True)
    assert edited(path)["Mis notas"]["B3"].value == "mías"
    assert len(page.data_validations.dataValidation) == 1
    assert len(page.conditional_formatting) == 1


def computed(path: Path, page: str, results: dict[str, tuple[str, str]]) -> None:
    """Save the formulas' results into the file, as a spreadsheet program does."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    for cell, (attributes, value) in results.items():
        pattern = rf'<c r="{cell}"([^>]*)>(<f>[^<]*</f>)<v\s*/?>(</v>)?</c>'
        parts[page], count = re.subn(pattern, rf'<c r="{cell}"\1 {attributes}>\2<v>{value}</v></c>', parts[page])
        assert count == 1
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)


def test_results_of_formulas_are_still_there_after_our_writing(sheet, path):
    book = edited(path)
    page = book["Casos"]
    page["J1"], page["J2"], page["K1"], page["K2"] = "Días", "=1+2", "Quién", '=A2&" & yo"'
    page["G2"] = "=UPPER(A2)"
    book.save(path)
    computed(
        path,
        "xl/worksheets/sheet1.xml",
        {"J2": ("", "3"), "K2": ('t="str"', "2026-0001 &amp; yo"), "G2": ('t="str"', "ANA")},
    )
    before = sheet.read().tabs["Casos"].rows[0].values
    assert (before["Días"], before["Quién"], before["Responsable"]) == (3, "2026-0001 & yo", "ANA")
    sheet.write(LAYOUTS, CHANGE)
    after = sheet.read().tabs["Casos"].rows[0].values
    assert after == before | {"Asunto": "nuevo"}
    assert edited(path)["Casos"]["K2"].value == '=A2&" & yo"'
    assert edited(path).calculation.fullCalcOnLoad


def test_a_formula_that_others_share_leaves_them_their_own(sheet, path):
    rows = [RowAppend("Casos", f"2026-{n:04}", {"Caso": f"2026-{n:04}"}) for n in (2, 3)]
    sheet.write(LAYOUTS, SheetChanges(appends=rows))
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    page = parts["xl/worksheets/sheet1.xml"]
    page, first = re.subn(
        r'<c r="C2"[^>]*/>', '<c r="C2"><f t="shared" ref="C2:C4" si="0">LEN(A2)</f><v>9</v></c>', page
    )
    for cell in ("C3", "C4"):
        page, others = re.subn(rf'<c r="{cell}"[^>]*/>', f'<c r="{cell}"><f t="shared" si="0"/><v>9</v></c>', page)
        assert first == others == 1
    parts["xl/worksheets/sheet1.xml"] = page
    parts["xl/calcChain.xml"] = '<calcChain><c r="C2" i="1"/></calcChain>'
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    sheet.read()
    sheet.write(LAYOUTS, CHANGE)
    page = edited(path)["Casos"]
    assert [page[cell].value for cell in ("C2", "C3", "C4")] == ["nuevo", "=LEN(A3)", "=LEN(A4)"]
    assert "xl/calcChain.xml" not in zipfile.ZipFile(path).namelist()


def test_a_link_cell_opens_its_address_and_loses_it_with_its_text(path):
    tabs = layouts(Choices())
    sheet = ExcelSheet(path)
    sheet.prepare(tabs)
    row = {"Mensaje": "M-1", "Enlace": "https://x.gov.co/a?b=1&c=2", "Asunto": "=1+1"}
    sheet.write(tabs, SheetChanges(appends=[RowAppend("Revisión", "M-1", row), RowAppend("Revisión", "M-2", row)]))
    page = edited(path)["Revisión"]
    column = [cell.value for cell in page[1]].index("Enlace") + 1
    assert [page.cell(n, column).hyperlink.target for n in (2, 3)] == ["https://x.gov.co/a?b=1&c=2"] * 2
    sheet.read()
    sheet.write(tabs, SheetChanges([CellWrite("Revisión", "M-1", 2, "Enlace", None)]))
    page = edited(path)["Revisión"]
    assert (page.cell(2, column).hyperlink, page.cell(3, column).hyperlink.ref) == (
        None,
        page.cell(3, column).coordinate,
    )


def test_a_table_and_a_filter_of_the_staff_reach_the_new_rows(sheet, path):
    from openpyxl.worksheet.table import Table

    book = edited(path)
    book["Casos"].auto_filter.ref = None
    book["Casos"].add_table(Table(displayName="Mia", ref="A1:I2"))
    book.save(path)
    sheet.read()
    sheet.write(LAYOUTS, SheetChanges(appends=[RowAppend("Casos", "2026-0002", {"Caso": "2026-0002"})]))
    assert edited(path)["Casos"].tables["Mia"].ref == "A1:I3"


def test_rows_fit_their_texts_again_after_a_sort(sheet, path):
    rows = [RowAppend("Casos", f"2026-000{n}", {"Caso": f"2026-000{n}", "Asunto": "largo " * n * 9}) for n in (2, 9)]
    sheet.write(LAYOUTS, SheetChanges(appends=rows))
    book = edited(path)
    page = book["Casos"]
    page["C3"], page["C4"] = page["C4"].value, page["C3"].value
    page.row_dimensions[4].height = 100
    book.save(path)
    sheet.read()
    sheet.write(LAYOUTS, CHANGE)
    heights = edited(path)["Casos"].row_dimensions
    assert (heights[3].height, heights[4].height) == (121, 100)


def test_columns_that_staff_moved_are_found_by_header(sheet, path):
    book = edited(path)
    page = book["Casos"]
    page.insert_cols(1, 2)
    page["A1"] = "Prioridad mía"
    page["E1"] = "  ASUNTO "
    book.save(path)
    sheet.read()
    sheet.write(LAYOUTS, CHANGE)
    assert edited(path)["Casos"]["E2"].value == "nuevo"


def test_a_column_that_was_renamed_and_moved_is_known_by_its_name_in_the_workbook(sheet, path):
    book = edited(path)
    page = book["Casos"]
    page.move_range("H1:H9", cols=3)
    page["K1"] = "Lo que anotamos"  # Excel and LibreOffice take the name along with the column
    book.defined_names["Columna_casos_observaciones"].attr_text = "Casos!$K:$K"
    book.save(path)
    found = ExcelSheet(path).read(LAYOUTS).tabs["Casos"]
    assert found.identities == {"Lo que anotamos": "Observaciones"}
    assert found.rows[0].values["Caso"] == "2026-0001"


def test_columns_get_their_names_back_where_they_are_now(sheet, path):
    book = edited(path)
    book["Casos"].insert_cols(3)  # openpyxl moves no reference
    del book.defined_names["Columna_casos_vence"]
    book.save(path)
    sheet.read(LAYOUTS)
    sheet.write(LAYOUTS, CHANGE)
    names = edited(path).defined_names
    assert names["Columna_casos_vence"].attr_text == "'Casos'!$E:$E"
    assert names["Columna_casos_asunto"].attr_text == "'Casos'!$D:$D"


def test_names_that_some_program_left_behind_are_not_believed(sheet, path):
    book = edited(path)
    page = book["Casos"]
    page["H1"] = "Lo que anotamos"
    page.insert_cols(8)
    page["H1"] = "Otra cosa"
    book.save(path)
    assert sheet.read(LAYOUTS).tabs["Casos"].identities == {}


def test_a_workbook_of_before_gets_its_names_once(sheet, path):
    book = edited(path)
    book.defined_names.clear()
    book.save(path)
    assert sheet.prepare(LAYOUTS)
    assert edited(path).defined_names["Columna_casos_caso"].attr_text == "'Casos'!$A:$A"
    assert sheet.prepare(LAYOUTS) == []


def test_a_deleted_column_is_made_again_without_touching_the_rest(sheet, path):
    book = edited(path)
    book["Casos"].delete_cols(7)
    book["Casos"]["G2"] = "se queda"
    book.save(path)
    assert "columna Casos/Responsable" in sheet.prepare(LAYOUTS)
    snapshot = sheet.read().tabs["Casos"]
    assert snapshot.headers[-1] == "Responsable"
    assert snapshot.rows[0].values["Observaciones"] == "se queda"


def test_new_rows_go_below_the_last_one_that_holds_anything(sheet, path):
    book = edited(path)
    book["Casos"]["J9"] = "una nota suelta"
    book["Casos"]["A500"].font = Font(bold=True)
    book.save(path)
    sheet.read()
    sheet.write(LAYOUTS, SheetChanges(appends=[RowAppend("Casos", "2026-0002", {"Caso": "2026-0002"})]))
    assert edited(path)["Casos"]["A10"].value == "2026-0002"


@pytest.mark.parametrize("content", [b"", b"hola", b"PK\x03\x04roto", b"\xd0\xcf\x11\xe0" + b"\0" * 600])
def test_what_is_no_workbook_is_said_plainly(path, content):
    path.write_bytes(content)
    with pytest.raises(SheetUnavailable, match=r"mesa\.xlsx"):
        ExcelSheet(path).read()


def test_a_missing_workbook_says_how_it_is_made(path):
    with pytest.raises(SheetUnavailable, match="mipg init"):
        ExcelSheet(path).read()


def test_a_cell_written_far_away_does_not_fill_the_memory(sheet, path):
    book = edited(path)
    book["Casos"]["XFD1048576"] = "x"
    book.save(path)
    with pytest.raises(SheetUnavailable, match="XFD1048576"):
        sheet.read()


def test_all_tabs_are_made_with_dates_in_the_local_form(path):
    sheet = ExcelSheet(path)
    tabs = layouts(Choices())
    sheet.prepare(tabs)
    row = {"Caso": "2026-0001", "Vence": date(2026, 12, 3), "Puntaje antes": 61.25}
    sheet.write(tabs, SheetChanges(appends=[RowAppend("Casos", "2026-0001", row)]))
    book = openpyxl.load_workbook(io.BytesIO(sheet.export()))
    assert [page.title for page in book if page.sheet_state == "visible"] == [layout.name for layout in tabs]
    formats = {cell.value: cell.number_format for cell in book["Casos"][2]}
    assert formats[datetime(2026, 12, 3)] == "dd/mm/yyyy"
    assert formats[61.25] == "0.0#"
    assert book["Casos"].freeze_panes == "D2"
    assert sheet.prepare(tabs) == []


@pytest.mark.parametrize(
    "name",
    [
        "mesa (conflicted copy 2026-11-21).xlsx", "mesa (Ana's conflicted copy 2026-11-21).xlsx",
        "mesa (copia en conflicto de PC-ANA 2026-11-21).xlsx", "mesa-DESKTOP-4F2K.xlsx", "mesa-PORTATIL7.xlsx",
        "mesa (1).xlsx", "mesa.sync-conflict-20261121-101010-ABCDEFG.xlsx",
    ],
)  # fmt: skip
def test_a_copy_in_conflict_is_told_and_never_read(sheet, path, name):
    (path.parent / name).write_bytes(path.read_bytes())
    snapshot = sheet.read()
    assert name in snapshot.notes[0]
    assert name in sheet.ping()


@pytest.mark.parametrize("name", ["mesa-2025.xlsx", "mesa copia.xlsx", "mesa-vieja.xlsx", "otra (1).xlsx", "mesa.xls"])
def test_other_files_beside_it_are_nobodys_conflict(sheet, path, name):
    (path.parent / name).write_bytes(b"x")
    assert sheet.read().notes == ()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cells=st.dictionaries(
        st.tuples(st.sampled_from(["2026-0001", "2026-0002"]), st.sampled_from(["Asunto", "Observaciones", "Alertas"])),
        st.text(max_size=40) | st.sampled_from(DANGEROUS),
        min_size=1,
    )
)
def test_any_text_comes_back_as_it_was_cleaned_and_is_never_a_formula(cells, path):
    sheet = ExcelSheet(path, backups=0)
    sheet.prepare(LAYOUTS)
    rows = [RowAppend("Casos", key, {"Caso": key}) for key in ("2026-0001", "2026-0002")]
    sheet.write(LAYOUTS, SheetChanges(appends=rows))
    writes = [CellWrite("Casos", key, 2, header, text) for (key, header), text in cells.items()]
    sheet.write(LAYOUTS, SheetChanges(writes))
    said = {row.values["Caso"]: row.values for row in sheet.read().tabs["Casos"].rows}
    for (key, header), text in cells.items():
        assert canonical(said[key].get(header)) == clean_text(text)
    assert not [c for row in edited(path)["Casos"].iter_rows() for c in row if c.data_type == "f"]


def test_a_workbook_whose_parts_are_half_there_is_unavailable(sheet, path):
    content = path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        entry = package.getinfo("xl/worksheets/sheet1.xml")
    start = entry.header_offset + 30 + len(entry.filename)
    path.write_bytes(content[:start] + b"\xff" * entry.compress_size + content[start + entry.compress_size :])
    with pytest.raises(SheetUnavailable, match="dañado"):
        sheet.read(LAYOUTS)
    with pytest.raises(SheetUnavailable, match="dañado"):
        sheet.prepare(LAYOUTS)
