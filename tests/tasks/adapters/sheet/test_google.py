"""The Google spreadsheet behind real gspread and HTTP: the contract, and what only a shared service can do to us."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from datetime import date

import openpyxl
import pytest

from tasks.adapters.sheet.google import journal
from tasks.adapters.sheet.google.claims import claim
from tasks.adapters.sheet.google.journal import TITLE
from tasks.adapters.sheet.google.prepare import Style
from tasks.adapters.sheet.google.sheet import GoogleSheet
from tasks.domain.sheet.columns import Choices, layouts
from tasks.ports.errors import SheetUnavailable
from tasks.ports.sheet import CellWrite, RowAppend, Sheet, SheetChanges, Value
from tests.contracts.sheet import LAYOUTS, SheetContract
from tests.googlesheets import requests, server
from tests.googlesheets.model import Sheet as Page
from tests.googlesheets.model import invalid, parse_range
from tests.googlesheets.server import ACCOUNT, BOOK, FakeClock, GoogleServer, key_pair


@pytest.fixture
def google() -> Iterator[GoogleServer]:
    with GoogleServer() as server:
        yield server


class TestGoogleSheet(SheetContract):
    @pytest.fixture(autouse=True)
    def _service(self, google, tmp_path):
        self.google, self.folder = google, tmp_path

    def fresh(self) -> Sheet:
        key = self.google.credentials(self.folder)
        return GoogleSheet(BOOK, key, self.google.url, memory=self.folder / "memory.json", sleep=FakeClock().sleep)

    def type_into(self, sheet: Sheet, tab: str, cell: str, value: Value) -> None:
        page = self.google.tab(tab)
        page.columns = max(page.columns, 26)
        page, area = parse_range(self.google.book, f"{tab}!{cell}")
        page.set(area.r0, area.c0, value)

    def reverse_rows(self, sheet: Sheet, tab: str) -> None:
        page = self.google.tab(tab)
        page.grid[1:] = reversed(page.grid[1:])

    def formulas(self, sheet: Sheet) -> list[str]:
        return self.google.book.formulas()


Maker = Callable[..., GoogleSheet]


@pytest.fixture
def make(google, tmp_path) -> Maker:
    """Return how a new process sees the sheet."""

    def make(**options) -> GoogleSheet:
        options = {"memory": tmp_path / "memory.json", "sleep": FakeClock().sleep} | options
        return GoogleSheet(BOOK, google.credentials(tmp_path), google.url, **options)

    return make


@pytest.fixture
def sheet(google, make) -> GoogleSheet:
    sheet = make()
    sheet.prepare(LAYOUTS)
    add(sheet, 1, 2, 3)
    sheet.read()
    google.calls.clear()
    return sheet


def key(number: int) -> str:
    return f"2026-{number:04}"


def add(sheet: GoogleSheet, *numbers: int, **values: Value) -> None:
    rows = [RowAppend("Casos", key(number), {"Caso": key(number), **values}) for number in numbers]
    sheet.write(LAYOUTS, SheetChanges(appends=rows))


def cell(number: int, header: str, value: Value) -> CellWrite:
    return CellWrite("Casos", key(number), number + 1, header, value)


def rows(sheet: GoogleSheet) -> dict[Value, dict[str, Value]]:
    return {row.values["Caso"]: row.values for row in sheet.read(LAYOUTS).tabs["Casos"].rows if "Caso" in row.values}


def casos(google: GoogleServer) -> Page:
    return google.tab("Casos")


# Calls --------------------------------------------------------------------------------------------------------------


def test_an_idle_cycle_is_one_call_and_a_full_one_two_and_two(sheet, google, make):
    process = make()
    process.read(LAYOUTS)
    assert (google.count("read"), google.count("write")) == (1, 0)
    changes = SheetChanges([cell(1, "Asunto", "uno")], [RowAppend("Casos", key(4), {"Caso": key(4)})])
    assert process.write(LAYOUTS, changes).written == 2
    assert (google.count("read"), google.count("write")) == (2, 1)


def test_a_process_without_memory_finds_its_way(sheet, google, make):
    process = make(memory=None)
    process.read(LAYOUTS)
    add(process, 4)
    assert key(4) in rows(process)


def test_what_the_sheet_says_already_is_not_written(sheet, google):
    sheet.write(LAYOUTS, SheetChanges([cell(1, "Asunto", "uno")]))
    google.calls.clear()
    assert sheet.write(LAYOUTS, SheetChanges([cell(1, "Asunto", "uno")])).written == 1
    assert google.count("write") == 0


def test_the_grid_grows_with_its_rows(sheet, google):
    casos(google).rows = casos(google).last_row()
    sheet.read()
    add(sheet, *range(4, 60), Vence=date(2026, 12, 3))
    assert len(rows(sheet)) == 59
    assert casos(google).top("format", 58, 3)["numberFormat"]["pattern"] == "dd/mm/yyyy"
    assert casos(google).top("rule", 58, 6)["condition"]["type"] == "ONE_OF_LIST"


def test_a_text_longer_than_a_cell_is_clipped(sheet):
    sheet.write(LAYOUTS, SheetChanges([cell(1, "Asunto", "á" * 60_000)]))
    assert str(rows(sheet)[key(1)]["Asunto"]).endswith("á…")


# People meanwhile ---------------------------------------------------------------------------------------------------


def test_what_somebody_typed_since_the_reading_is_left_alone(sheet, google):
    casos(google).set(1, 6, "Ana Restrepo")
    write = cell(1, "Responsable", "Luis Gómez")
    report = sheet.write(LAYOUTS, SheetChanges([write, cell(2, "Responsable", "Luis Gómez")]))
    assert (report.written, report.skipped) == (1, (write,))
    assert rows(sheet)[key(1)]["Responsable"] == "Ana Restrepo"


def test_renamed_moved_and_hidden_columns_are_found_and_told(sheet, google, make):
    casos(google).set(0, 6, "Encargado")
    casos(google).move_column(6, 1)
    process = make()
    tab = process.read(LAYOUTS).tabs["Casos"]
    assert tab.identities == {"Encargado": "Responsable"}
    process.write(LAYOUTS, SheetChanges([cell(2, "Responsable", "Luis Gómez")]))
    assert rows(process)[key(2)]["Encargado"] == "Luis Gómez"
    google.calls.clear()
    make().read(LAYOUTS)
    assert google.count("read") == 1
    assert make().prepare(LAYOUTS) == []
    assert casos(google).headers().count("Responsable") == 0


def test_a_column_that_lost_its_header_gets_it_back(sheet, google):
    casos(google).set(1, 6, "Ana Restrepo")
    casos(google).set(0, 6, "")
    assert sheet.prepare(LAYOUTS) == ["encabezado de Casos/Responsable"]
    assert casos(google).headers() == [column.header for column in LAYOUTS[0].columns]
    assert rows(sheet)[key(1)]["Responsable"] == "Ana Restrepo"


def test_a_deleted_column_is_made_again_and_moves_nothing_of_the_staffs(sheet, google):
    casos(google).delete(False, 6, 1)
    casos(google).columns = 9
    casos(google).set(1, 8, "sin encabezado")
    assert "columnas de Casos: Responsable" in sheet.prepare(LAYOUTS)
    assert casos(google).headers()[8] == "Responsable"
    assert casos(google).get(1, 9) == "sin encabezado"


def test_a_renamed_tab_is_still_ours(sheet, google, make):
    casos(google).title = "Casos de María's"
    process = make()
    assert len(rows(process)) == 3
    add(process, 4)
    assert key(4) in rows(make(memory=None))
    google.calls.clear()
    rows(make())
    assert google.count("read") == 1
    assert process.prepare(LAYOUTS) == []


def test_a_tab_that_was_removed_is_left_out_and_built_again(sheet, google, make):
    google.book.sheets.remove(casos(google))
    process = make()
    assert process.read(LAYOUTS).tabs.keys() == {"Ayuda"}
    assert "pestaña Casos" in process.prepare(LAYOUTS)
    add(process, 7)
    assert rows(process).keys() == {key(7)}


def test_a_row_typed_by_hand_is_followed_by_what_it_says(sheet, google):
    casos(google).set(4, 2, "por teléfono")
    sheet.read()
    casos(google).insert(True, 1, 1)
    sheet.write(LAYOUTS, SheetChanges([CellWrite("Casos", "", 5, "Caso", key(9))]))
    assert rows(sheet)[key(9)]["Asunto"] == "por teléfono"


MOMENTS = {
    "sorted": lambda page: page.grid.__setitem__(slice(1, None), page.grid[:0:-1]),
    "a row inserted": lambda page: page.insert(True, 1, 1),
    "a row deleted": lambda page: page.delete(True, 1, 1),
    "a column moved": lambda page: page.move_column(2, 7),
    "a column inserted": lambda page: page.insert(False, 0, 1),
}


@pytest.mark.parametrize("many", [500, 0])  # rows of which all is kept
@pytest.mark.parametrize("unknown", [set(), {"copyPaste"}])
@pytest.mark.parametrize("moment", MOMENTS)
def test_rows_and_columns_that_move_in_the_very_moment_of_writing_lose_nothing(
    sheet, google, make, moment, unknown, many, monkeypatch
):
    monkeypatch.setattr(journal, "_MANY", many)
    google.unknown = unknown
    sheet = make(memory=None)
    sheet.read(LAYOUTS)
    for number in (1, 2, 3):
        sheet.write(LAYOUTS, SheetChanges([cell(number, "Asunto", f"antes {number}")]))
        casos(google).set(number, 7, f"nota {number}")
    sheet.read()

    def meanwhile(kind: str) -> None:
        if kind == "read":
            return
        google.meanwhile = None
        MOMENTS[moment](casos(google))

    google.meanwhile = meanwhile
    lights = [cell(number, "Semáforo", "verde") for number in (1, 2, 3)]
    changes = SheetChanges([cell(1, "Asunto", "después 1"), cell(3, "Asunto", "después 3"), *lights])
    report = sheet.write(LAYOUTS, changes)
    found = rows(sheet)
    assert found.keys() >= {key(2), key(3)}
    assert all(values.get("Observaciones") == f"nota {int(str(k)[-1])}" for k, values in found.items())
    for number in (1, 2, 3):
        if key(number) in found:
            assert found[key(number)]["Asunto"] in {f"antes {number}", f"después {number}"}
    assert report.skipped
    sheet.write(LAYOUTS, SheetChanges([w for w in changes.cells if w.key in found]))
    assert rows(sheet)[key(3)]["Asunto"] == "después 3"


def in_the_next_write(google: GoogleServer, action: Callable[[], None]) -> None:
    """Have people do something after our last look, before our next write is carried out."""

    def meanwhile(kind: str) -> None:
        if kind == "write":
            google.meanwhile = None
            action()

    google.meanwhile = meanwhile


def test_what_is_typed_into_the_very_cell_in_the_very_moment_of_writing_stays(sheet, google):
    in_the_next_write(google, lambda: casos(google).set(1, 6, "Ana Restrepo"))
    write = cell(1, "Responsable", "Luis Gómez")
    report = sheet.write(LAYOUTS, SheetChanges([write, cell(2, "Responsable", "Luis Gómez")]))
    assert (report.written, report.skipped) == (1, (write,))
    assert rows(sheet)[key(1)]["Responsable"] == "Ana Restrepo"
    assert rows(sheet)[key(2)]["Responsable"] == "Luis Gómez"


def test_typing_and_sorting_in_the_moment_of_a_write_whose_answer_is_lost_is_put_back_later(sheet, google, make):
    def people() -> None:
        casos(google).set(3, 6, "Ana Restrepo")
        MOMENTS["sorted"](casos(google))

    in_the_next_write(google, people)
    google.faults.extend(["", "lost", *["drop"] * 40])  # the guard's reading; then the service is away for long
    with pytest.raises(SheetUnavailable):
        sheet.write(LAYOUTS, SheetChanges([cell(1, "Responsable", "Luis Gómez")]))
    google.faults.clear()
    assert [casos(google).get(row, 6) for row in (1, 2, 3)] == ["Luis Gómez", None, None]
    found = rows(make())  # another process
    assert [found[key(number)].get("Responsable") for number in (1, 2, 3)] == [None, None, "Ana Restrepo"]


def test_people_who_go_on_sorting_while_we_put_back_lose_nothing(sheet, google):
    for number in (1, 2, 3):
        casos(google).set(number, 6, f"persona {number}")
    sheet.read()
    google.meanwhile = lambda kind: MOMENTS["sorted"](casos(google))
    sheet.write(LAYOUTS, SheetChanges([cell(1, "Responsable", "Luis Gómez")]))
    google.meanwhile = None
    found = rows(sheet)
    assert found[key(1)]["Responsable"] in {"persona 1", "Luis Gómez"}
    assert [found[key(number)]["Responsable"] for number in (2, 3)] == ["persona 2", "persona 3"]


def numbers_seen(google: GoogleServer) -> list[tuple[Value, Value]]:
    """Return whom each row with a number is about."""
    page = casos(google)
    return [(page.get(row, 0), page.get(row, 2)) for row in range(1, page.last_row()) if page.get(row, 0)]


@pytest.mark.parametrize("moment", ["sorted", "a row inserted", "a row deleted"])
def test_the_number_of_a_row_typed_by_hand_never_shows_in_another_one(sheet, google, make, moment):
    page = casos(google)
    page.set(4, 2, "por teléfono")
    sheet.read()
    seen = []

    def people(kind: str) -> None:
        seen.extend(numbers_seen(google))
        MOMENTS[moment](page)

    google.meanwhile = people
    sheet.write(LAYOUTS, SheetChanges([CellWrite("Casos", "", 5, "Caso", key(9))]))
    google.meanwhile = lambda kind: seen.extend(numbers_seen(google))
    for _ in range(2):
        process = make()
        process.read(LAYOUTS)
        row = next((row.number for row in process.read(LAYOUTS).tabs["Casos"].rows if "Caso" not in row.values), None)
        if row:
            process.write(LAYOUTS, SheetChanges([CellWrite("Casos", "", row, "Caso", key(9))]))
    assert numbers_seen(google).count((key(9), "por teléfono")) == 1
    assert not [about for about in seen if about[0] == key(9) and about[1] != "por teléfono"]


@pytest.mark.parametrize("fault", ["lost", "cut", "503"])
def test_a_number_whose_writing_was_broken_off_reaches_its_row(sheet, google, make, fault):
    casos(google).set(4, 2, "por teléfono")
    sheet.read()
    google.faults.extend(["", "", fault, *["drop"] * 40])  # the guard's reading, the claim; then the service is away
    with pytest.raises(SheetUnavailable):
        sheet.write(LAYOUTS, SheetChanges([CellWrite("Casos", "", 5, "Caso", key(9))]))
    google.faults.clear()
    assert rows(make())[key(9)]["Asunto"] == "por teléfono"


def test_a_server_that_replaces_nothing_gets_the_number_at_its_place(sheet, google):
    google.unknown = {"findReplace"}
    casos(google).set(4, 2, "por teléfono")
    sheet.read()
    sheet.write(LAYOUTS, SheetChanges([CellWrite("Casos", "", 5, "Caso", key(9))]))
    assert rows(sheet)[key(9)]["Asunto"] == "por teléfono"


def test_a_claim_that_nobody_knows_of_any_more_says_nothing(sheet, google, make):
    page = casos(google)
    page.set(4, 2, "por teléfono")
    page.set(4, 0, claim(key(9)))
    process = make(memory=None)
    assert process.read(LAYOUTS).tabs["Casos"].rows[-1].values == {"Asunto": "por teléfono"}
    process.write(LAYOUTS, SheetChanges([CellWrite("Casos", "", 5, "Caso", key(9))]))
    assert rows(process)[key(9)]["Asunto"] == "por teléfono"


@pytest.mark.parametrize("hidden", [{2}, {1, 2}, {1, 2, 3}, {3}])
def test_rows_that_a_filter_hides_are_written_like_the_others(sheet, google, hidden):
    casos(google).filtered = hidden
    in_the_next_write(google, lambda: casos(google).set(1, 7, "nota"))
    changes = SheetChanges([cell(number, "Asunto", f"asunto {number}") for number in (1, 2, 3)])
    assert sheet.write(LAYOUTS, changes).skipped == ()
    found = rows(sheet)
    assert [found[key(number)]["Asunto"] for number in (1, 2, 3)] == ["asunto 1", "asunto 2", "asunto 3"]
    assert found[key(1)]["Observaciones"] == "nota"
    in_the_next_write(google, lambda: MOMENTS["sorted"](casos(google)))
    sheet.write(LAYOUTS, SheetChanges([cell(1, "Semáforo", "rojo")]))
    assert [rows(sheet)[key(number)].get("Semáforo") for number in (2, 3)] == [None, None]


def test_the_journal_is_hidden_and_made_anew_if_somebody_removes_it(sheet, google):
    sheet.write(LAYOUTS, SheetChanges([cell(1, "Asunto", "uno")]))
    assert google.tab(TITLE).hidden
    google.book.sheets.remove(google.tab(TITLE))
    sheet.read()
    sheet.write(LAYOUTS, SheetChanges([cell(1, "Asunto", "dos")]))
    assert rows(sheet)[key(1)]["Asunto"] == "dos"
    assert google.tab(TITLE).hidden


@pytest.mark.parametrize("moment", ["a column moved", "a column inserted"])
def test_a_column_that_moves_while_rows_are_added_leaves_no_broken_row(sheet, google, moment):
    in_the_next_write(google, lambda: MOMENTS[moment](casos(google)))
    add(sheet, 4, 5, Asunto="nuevo", Semáforo="verde")
    found = rows(sheet)
    assert found.keys() == {key(number) for number in range(1, 6)}
    assert found[key(5)] == {"Caso": key(5), "Asunto": "nuevo", "Semáforo": "verde"}


def test_a_server_that_cannot_copy_costs_no_call_more_once_that_is_known(sheet, google, make):
    google.unknown = {"copyPaste"}
    make(memory=None)
    for words in ("uno", "dos"):
        process = make()
        process.read(LAYOUTS)
        google.book.sheets[:] = [one for one in google.book.sheets if one.title != TITLE]
        google.calls.clear()
        changes = SheetChanges([cell(1, "Asunto", words)], [RowAppend("Casos", words, {"Caso": words})])
        assert process.write(LAYOUTS, changes).written == 2
    assert (google.count("read"), google.count("write")) == (1, 2)


def test_a_row_typed_where_ours_go_moves_down(sheet, google):
    def meanwhile(kind: str) -> None:
        if kind == "read":
            return
        google.meanwhile = None
        casos(google).set(4, 2, "por teléfono")

    google.meanwhile = meanwhile
    add(sheet, 4, Asunto="nuestro")
    assert [casos(google).get(row, 2) for row in (4, 5)] == ["nuestro", "por teléfono"]


# Trouble ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["429", "500", "503", "limit", "drop", "lost", "cut"])
def test_a_passing_trouble_anywhere_is_waited_out_and_doubles_nothing(sheet, google, fault):
    for position in range(3):
        google.faults.extend([""] * position + [fault])
        sheet.read()
        changes = SheetChanges(
            [cell(1, "Asunto", f"{fault} {position}")], [RowAppend("Casos", key(9), {"Caso": key(9)})]
        )
        sheet.write(LAYOUTS, changes)
        assert rows(sheet)[key(1)]["Asunto"] == f"{fault} {position}"
    assert [row[0] for row in casos(google).grid if row] == ["Caso", *map(key, (1, 2, 3, 9))]


@pytest.mark.parametrize("fault", ["429", "503", "lost", "cut"])
@pytest.mark.parametrize("position", range(6))
def test_a_sheet_whose_building_was_disturbed_is_whole(google, make, fault, position):
    google.faults.extend([""] * position + [fault])
    sheet = make()
    sheet.prepare(LAYOUTS)
    assert sheet.prepare(LAYOUTS) == []
    assert casos(google).headers() == [column.header for column in LAYOUTS[0].columns]
    assert len(casos(google).of("mark")) == len(LAYOUTS[0].columns)


def test_cells_that_somebody_protected_are_told_at_once_and_written_when_it_is_allowed(sheet, google):
    def refuse(kind: str) -> None:
        if kind == "write":
            raise invalid("You are trying to edit a protected cell or object. Please contact the spreadsheet owner")

    google.meanwhile = refuse
    changes = SheetChanges([cell(1, "Asunto", "uno")])
    with pytest.raises(SheetUnavailable, match=f"protected cells.* give {ACCOUNT} leave"):
        sheet.write(LAYOUTS, changes)
    assert google.count("read") == 1
    google.meanwhile = None
    assert sheet.write(LAYOUTS, changes).written == 1


def test_the_quota_of_a_minute_is_respected_by_waiting(google, make):
    clock = FakeClock()
    sheet = make(sleep=clock.sleep)
    sheet.prepare(LAYOUTS)
    google.quota = clock
    for _ in range(130):
        sheet.read()
    assert google.count("read") >= 130


@pytest.mark.parametrize("body", [{"error": "mal"}, {"error": {}}, {}, [], "mal", None])
def test_an_error_in_no_form_that_google_knows_is_waited_out(sheet, google, monkeypatch, body):
    monkeypatch.setattr(server, "_error", lambda *_: body)
    google.faults.extend(["502", "429"])
    assert sheet.read().tabs["Casos"].rows


def test_a_service_that_stays_away_is_told_and_the_wait_ends(sheet, google):
    google.faults.extend(["503"] * 50)
    with pytest.raises(SheetUnavailable, match="does not answer"):
        sheet.read()


def test_what_the_operator_must_do_is_said(sheet, google, make, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    google.shared.clear()
    with pytest.raises(SheetUnavailable, match=f"share it with that address.*|{ACCOUNT}"):
        sheet.read()
    google.books.clear()
    with pytest.raises(SheetUnavailable, match="spreadsheet_id"):
        sheet.read()
    google.key_is_known = False
    with pytest.raises(SheetUnavailable, match="credentials_file"):
        make().ping()
    absent = GoogleSheet(BOOK, tmp_path / "none.json", google.url)
    with pytest.raises(SheetUnavailable, match=r"none\.json cannot be read"):
        absent.read(LAYOUTS)
    secret = key_pair()[0].splitlines()[1]
    assert secret not in caplog.text


@pytest.mark.parametrize("content", ["", "{", "[]", '{"type": "service_account"}', '{"private_key": "x"}', "\x00"])
def test_a_key_file_that_is_none_is_said_without_its_content(tmp_path, content):
    path = tmp_path / "key.json"
    path.write_text(content)
    with pytest.raises(SheetUnavailable, match="no key of a service account") as told:
        GoogleSheet(BOOK, path).read(LAYOUTS)
    assert told.value.__cause__ is None


def test_a_damaged_memory_costs_calls_only(sheet, make, tmp_path):
    for content in (
        "",
        "[]",
        '{"Casos": 1}',
        '{"places": {"Casos": {"sheet": 5, "title": "Casos", "headers": [], "identities": {}}}}',
        '{"places": {}, "pending": {"name": "x"}}',
        '{"places": {}, "pending": {"name": "x", "slots": [], "cells": [], "added": {}}, "owed": []}',
        '{"places": {}, "owed": [["Casos", "2026-0001", "Asunto", "uno", "dos", []]]}',
        '{"places": {}, "owed": [["Casos", "2026-0001", "Asunto", "uno", "dos", [], 0]]}',
    ):
        (tmp_path / "memory.json").write_text(content)
        process = make()
        process.read(LAYOUTS)
        add(process, 5)
    assert key(5) in rows(make())


def test_memory_holds_no_secret(sheet, tmp_path):
    assert "PRIVATE" not in (tmp_path / "memory.json").read_text()
    kept = json.loads((tmp_path / "memory.json").read_text())
    assert kept.keys() == {"plain", "places"}
    assert kept["places"].keys() == {"Casos", "Ayuda", TITLE}


# Building -----------------------------------------------------------------------------------------------------------


def test_all_tabs_get_their_looks_and_a_second_run_repairs_only(google, make):
    sheet, tabs = make(), layouts(Choices())
    sheet.prepare(tabs)
    page = casos(google)
    assert [s.title for s in google.book.sheets] == [*(tab.name for tab in tabs), "Sheet1"]
    assert (google.book.locale, google.book.time_zone) == ("es_CO", "America/Bogota")
    assert (page.properties["frozenRowCount"], page.properties["frozenColumnCount"]) == (1, 3)
    system = [column.header for column in tabs[0].columns if column.owner == "system"]
    protected = page.of("protected")
    assert len(protected) == len(system)
    assert all(one.what["editors"] == {"users": [ACCOUNT]} and one.area.r0 == 1 for one in protected)
    assert {one.what["title"] for one in page.of("view")} == {view.title for view in tabs[0].views}
    assert sheet.prepare(tabs) == []
    page.layers = [one for one in page.layers if one.kind not in {"protected", "conditional", "rule", "view"}]
    page.properties["frozenRowCount"] = 0
    again = sheet.prepare(tabs)
    assert {"protección de Casos/Caso", "colores de Casos/Semáforo", "lista de Casos/Acción"} <= set(again)
    assert {"vista Abiertos", "encabezado fijo de Casos"} <= set(again)
    assert sheet.prepare(tabs) == []


def test_an_office_may_prefer_warnings_to_locks(google, make):
    make().prepare(LAYOUTS)
    make(style=Style(warn=True)).prepare(LAYOUTS)
    assert all(one.what["warningOnly"] and "editors" not in one.what for one in casos(google).of("protected"))
    assert make(style=Style(warn=True)).prepare(LAYOUTS) == []


def test_a_look_that_is_refused_stops_no_work(google, make, monkeypatch):
    def refuse(*_):
        raise invalid("You can't protect this range")

    monkeypatch.setitem(requests.HANDLERS, "addProtectedRange", refuse)
    lines = make().prepare(LAYOUTS)
    assert [line for line in lines if line.startswith("no se pudo: protección de Casos/Caso")]
    assert casos(google).of("conditional")
    assert google.count("write") <= 5
    assert make().read(LAYOUTS).tabs["Casos"].headers


def test_without_marks_names_have_to_do(google, make, monkeypatch):
    monkeypatch.delitem(server._METHODS, "POST developerMetadata:search")
    monkeypatch.delitem(requests.HANDLERS, "createDeveloperMetadata")
    sheet = make()
    sheet.prepare(LAYOUTS)
    add(sheet, 1)
    assert rows(make()).keys() == {key(1)}
    assert [line for line in sheet.prepare(LAYOUTS) if not line.startswith("no se pudo")] == []


def test_the_copy_for_the_digest_holds_what_the_sheet_says(sheet, google):
    add(sheet, 4, Asunto="=1+1", Vence=date(2026, 12, 3))
    casos(google).columns = 26
    casos(google).set(0, 9, "Mi columna")
    casos(google).set(1, 9, "mía")
    casos(google).set(0, 6, "Encargado")
    page = openpyxl.load_workbook(io.BytesIO(sheet.export(LAYOUTS)))["Casos"]
    found = [[c.value for c in row] for row in page.iter_rows()]
    assert found[0] == [*(column.header for column in LAYOUTS[0].columns), "Mi columna"]
    assert [found[1][0], found[1][-1]] == [key(1), "mía"]
    assert page["C5"].data_type == "s"
    assert page["D5"].value.date() == date(2026, 12, 3)
    assert page["D5"].number_format == "dd/mm/yyyy"


def test_a_link_leads_to_the_row(sheet, google):
    assert sheet.link("Casos", key(2)).endswith(f"#gid={casos(google).id}&range=A3")
    assert sheet.link("Casos", "").endswith(f"#gid={casos(google).id}")


def test_a_protection_that_came_to_stand_on_a_column_of_the_staffs_is_taken_away(google, make):
    sheet = make()
    sheet.prepare(LAYOUTS)
    page = casos(google)
    one = page.of("protected")[0]
    notes = page.column_of("Observaciones")
    one.area.c0, one.area.c1 = notes, notes + 1
    assert sheet.prepare(LAYOUTS) == ["protección de Casos/Caso"]
    assert not page.top("protected", 1, notes)
    assert page.top("protected", 1, 0)
    assert sheet.prepare(LAYOUTS) == []
