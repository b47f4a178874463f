"""An office's old spreadsheet becomes cases once, with their numbers and without losing a word."""

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from deployments.cli.main import app
from tasks.domain.cases.case import State
from tasks.domain.cases.opening import Asked
from tasks.opening import open_request
from tasks.operation.adopting import adopt, old_sheet
from tasks.ports.errors import BadWorkbook
from tasks.sheet import run_sheet
from tests.e2e.desk import Desk

HEADINGS = (
    "No. caso", "Fecha de solicitud", "Municipio", "Política MIPG", "Asunto", "Profesional asignado", "Estado",
    "Fecha asesoría", "Radicado", "Observaciones", "Prioridad interna",
)  # fmt: skip
ROWS = (
    ("2026-2", date(2026, 3, 4), "jardín", "Integridad", "Código", "Ana María Londoño Vera", "Finalizado",
     "3 de abril de 2026", 20260300, "todo bien", "alta"),
    ("2026-0007", "5/3/2026", "Alcaldía de Sonsón", "Gestión documental; Integridad", "TRD", "Pedro Nadie",
     "en trámite", None, None, None, None),
    ("15", "ayer", "Macondo", None, "=HYPERLINK(1)", None, None, None, None, None, "baja"),
    (None,) * 11,
)  # fmt: skip


@pytest.fixture
def old(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    book.create_sheet("Otra")["A1"] = "nada"
    page = book.create_sheet("Control 2026", 0)
    page.append(["SEGUIMIENTO A SOLICITUDES"])
    for row in (HEADINGS, *ROWS):
        page.append(row)
    page["E5"].data_type = "s"
    path = tmp_path / "viejo.xlsx"
    book.save(path)
    return path


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "home")


def test_a_dry_run_says_what_would_come_and_changes_nothing(desk: Desk, old: Path) -> None:
    tab, match = old_sheet(desk.office(), old)
    lines = adopt(desk.office(), old, tab, match, dry_run=True)
    assert lines[-1] == "4 casos nuevos de 3 filas"
    assert desk.cases() == []


def test_cases_keep_their_numbers_and_nothing_is_dropped(desk: Desk, old: Path) -> None:
    tab, match = old_sheet(desk.office(), old)
    lines = adopt(desk.office(), old, tab, match)
    cases = {case.number: case for case in desk.cases()}
    closed = cases["2026-0002"]
    assert (closed.state, closed.policy, closed.municipality) == (State.CLOSED, "integridad", "05364")
    assert (closed.officer, closed.assistance) == ("ana.londono@antioquia.gov.co", (date(2026, 4, 3),))
    assert (closed.received.date(), closed.incoming_ref) == (date(2026, 3, 4), "20260300")
    assert closed.notes == "todo bien\nPrioridad interna: alta"
    second = cases["2026-0007"]
    assert (second.state, second.policy) == (State.TO_ASSIGN, "gestion-documental")
    assert "Profesional asignado: Pedro Nadie" in second.notes
    assert sorted(case.policy or "" for case in cases.values() if case.request == second.request) == [
        "gestion-documental",
        "integridad",
    ]
    lost = next(case for case in cases.values() if case.subject == "=HYPERLINK(1)")
    assert lost.state is State.TO_CLASSIFY
    assert {"Municipio: Macondo", "Fecha de solicitud: ayer", "Número anterior: 15"} <= set(lost.notes.splitlines())
    assert any("Macondo" in line for line in lines)
    assert desk.audit() == []


def test_a_second_import_adds_nothing_and_new_numbers_go_round_the_old_ones(desk: Desk, old: Path) -> None:
    office = desk.office()
    tab, match = old_sheet(office, old)
    adopt(office, old, tab, match)
    before = desk.cases()
    assert adopt(office, old, tab, match)[-1] == "0 casos nuevos de 3 filas"
    assert desk.cases() == before
    with office.ledger.begin() as unit:
        for subject in "abcdef":
            open_request(unit, office, Asked(office.clock.now(), subject, "cli"), text=subject)
    numbers = [case.number for case in desk.cases()]
    assert len(numbers) == len(set(numbers)) == len(before) + 6
    assert desk.audit() == []


def test_imported_cases_stand_in_the_sheet_and_no_text_became_a_formula(desk: Desk, old: Path) -> None:
    office = desk.office()
    tab, match = old_sheet(office, old)
    adopt(office, old, tab, match)
    run_sheet(office)
    book = openpyxl.load_workbook(office.settings.sheet_path)
    assert book["Casos"].max_row == 5
    assert not [cell for page in book for row in page.iter_rows() for cell in row if cell.data_type == "f"]


def test_a_column_that_only_resembles_one_of_ours_is_asked_about(desk: Desk, old: Path) -> None:
    book = openpyxl.load_workbook(old)
    book["Control 2026"]["F2"] = "Responsable técnico"
    book.save(old)
    _, match = old_sheet(desk.office(), old)
    assert match.unsure == {"Responsable": "Responsable técnico"}
    assert "Responsable técnico" in match.confirmed([]).others
    assert match.confirmed(["Responsable"]).sure["Responsable"] == "Responsable técnico"


def test_a_workbook_without_cases_is_refused_with_what_it_has(desk: Desk, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_sheet().append(["Fruta", "Precio"])
    book.save(tmp_path / "frutas.xlsx")
    with pytest.raises(BadWorkbook, match="Fruta, Precio"):
        old_sheet(desk.office(), tmp_path / "frutas.xlsx")


def test_the_command_tells_each_row(desk: Desk, old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.office()
    result = CliRunner().invoke(app, ["import", str(old), "--dry-run", "--home", str(desk.home)])
    assert result.exit_code == 0, result.output
    assert "«Política MIPG» es Política" in result.output
    assert "4 casos nuevos de 3 filas" in result.output


def test_what_the_command_asks_is_answered_in_spanish_here_and_in_a_dry_run_too(
    desk: Desk, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = openpyxl.load_workbook(old)
    next(cell for cell in book["Control 2026"][2] if cell.value == "Estado").value = "Estado actual del trámite"
    book.save(old)
    desk.office()
    for answers, taken in ((["tal vez", "sí"], True), (["no"], False)):
        said = iter(answers)
        monkeypatch.setattr("typer.prompt", lambda *_, said=said, **__: next(said))
        monkeypatch.setattr("deployments.cli.keeping._is_asked", lambda: True)
        result = CliRunner().invoke(app, ["import", str(old), "--dry-run", "--home", str(desk.home)])
        assert ("2026-0002 · cerrada" in result.output) is taken, result.output
        assert ("escriba Sí o No" in result.output) is taken
