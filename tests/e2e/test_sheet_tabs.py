"""The tabs of the sheet through whole cycles: what people choose there takes effect, with a word beside it."""

import os
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import openpyxl
import pytest
from openpyxl.comments import Comment

from tasks.domain.cases.case import EventKind, State
from tasks.domain.cases.decision import Actor
from tasks.domain.mail.commands import Order, Verb
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.operation.setup import initialise
from tasks.orders import give
from tasks.ports.errors import SheetBusy, SheetUnavailable
from tasks.ports.records import Fate
from tasks.sheet import run_sheet
from tests.e2e.desk import ANA, DIRECTOR, Desk
from tests.e2e.story import type_in_sheet

PETITION = "Como ciudadano y en ejercicio del derecho de petición solicito copia de los contratos del hospital."


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    run_sheet(desk.office())
    return desk


def rows(desk: Desk, tab: str) -> list[dict[str, Any]]:
    return [row.values for row in desk.office().sheet.read().tabs[tab].rows]


def put(desk: Desk, tab: str, row: int, **values: Any) -> None:
    """Type values into a row by header ("Es_solicitud" stands for the header with question marks)."""
    path = desk.office().settings.sheet_path
    book = openpyxl.load_workbook(path)
    page = book[tab]
    columns = {str(cell.value): place for place, cell in enumerate(page[1], 1)}
    for header, value in values.items():
        page.cell(row, columns[header.replace("Es_solicitud", "¿Es solicitud?").replace("_", " ")], value)
    book.save(path)


def reconcile(desk: Desk, times: int = 1) -> None:
    for _ in range(times):
        run_sheet(desk.office())


def in_review(desk: Desk) -> dict[str, Any]:
    desk.mail("quien@gmail.com", "Derecho de petición", PETITION)
    desk.cycle()
    return rows(desk, "Revisión")[0]


def test_a_mail_in_review_is_decided_by_drop_downs_with_its_reason_and_a_link(desk: Desk) -> None:
    shown = in_review(desk)
    assert shown["Motivo"]
    page = openpyxl.load_workbook(desk.office().settings.sheet_path)["Revisión"]
    columns = {str(cell.value): place for place, cell in enumerate(page[1], 1)}
    link = page.cell(2, columns["Enlace"]).hyperlink
    assert link
    assert str(link.target).startswith("file://")
    put(desk, "Revisión", 2, Es_solicitud="Sí", Política="Integridad", Municipio="Jardín")
    reconcile(desk)
    (case,) = desk.cases()
    assert (case.policy, case.municipality, case.state) == ("integridad", "05364", State.TO_ASSIGN)
    assert desk.messages()[-1].outcome is Fate.CASE_OPENED
    assert case.number in rows(desk, "Revisión")[0]["Alertas"]
    reconcile(desk)
    assert len(desk.cases()) == 1


def test_no_and_ignore_the_sender_are_decisions_too(desk: Desk) -> None:
    in_review(desk)
    put(desk, "Revisión", 2, Acción="Ignorar remitente")
    reconcile(desk)
    assert desk.messages()[-1].outcome is Fate.IGNORED
    assert "quien@gmail.com" in rows(desk, "Revisión")[0]["Alertas"]
    assert "Acción" not in rows(desk, "Revisión")[0]
    desk.mail("quien@gmail.com", "Otra petición", PETITION)
    desk.cycle()
    assert desk.cases() == []


def test_ignoring_a_sender_is_taken_back_and_what_was_passed_over_waits_for_a_person_again(desk: Desk) -> None:
    in_review(desk)
    put(desk, "Revisión", 2, Acción="Ignorar remitente")
    reconcile(desk)
    desk.mail("quien@gmail.com", "Otra petición", PETITION.replace("hospital", "colegio"))
    desk.cycle()
    assert desk.fates() == [Fate.IGNORED, Fate.IGNORED]
    put(desk, "Revisión", 2, Acción="Volver a revisar remitente")
    reconcile(desk)
    assert desk.fates() == [Fate.REVIEW, Fate.REVIEW]
    desk.mail("quien@gmail.com", "Y otra", PETITION.replace("hospital", "acueducto"))
    desk.cycle()
    assert [row["Asunto"] for row in rows(desk, "Revisión")] == ["Derecho de petición", "Otra petición", "Y otra"]
    put(desk, "Revisión", 2, Es_solicitud="Sí", Política="Integridad", Municipio="Jardín")
    reconcile(desk)
    put(desk, "Revisión", 2, Acción="Ignorar remitente")
    reconcile(desk)
    assert desk.fates()[0] is Fate.CASE_OPENED


def test_what_is_not_understood_in_review_is_told_and_opens_nothing(desk: Desk) -> None:
    in_review(desk)
    put(desk, "Revisión", 2, Es_solicitud="Sí", Política="Integridá", Municipio="Jardn")
    reconcile(desk)
    note = rows(desk, "Revisión")[0]["Alertas"]
    assert "¿Quiso decir «Jardín»?" in note or "Municipio" in note


def test_a_row_typed_by_hand_opens_a_case_for_each_policy_and_municipality(desk: Desk) -> None:
    put(desk, "Casos", 2, Municipio="Jardín; Andes", Política="Integridad; Gobierno digital", Asunto="Llamaron")
    put(desk, "Casos", 2, Correo="alcaldia@jardin.gov.co", Observaciones="muy urgente")
    reconcile(desk, 4)
    cases = desk.cases()
    assert sorted((c.policy, c.municipality) for c in cases) == sorted(
        (p, m) for p in ("integridad", "gobierno-digital") for m in ("05364", "05034")
    )
    assert {case.email for case in cases} == {"alcaldia@jardin.gov.co"}
    shown = {row["Caso"]: row for row in rows(desk, "Casos")}
    assert len(shown) == len(rows(desk, "Casos")) == 4
    first = shown[cases[0].number]
    assert (first["Política"], first["Municipio"], first["Observaciones"]) == ("Integridad", "Jardín", "muy urgente")
    assert desk.case(cases[0].number).notes == "muy urgente"


def test_people_changed_in_the_tabs_serve_at_the_next_cycle_and_bad_rows_keep_the_last_good_value(desk: Desk) -> None:
    team = rows(desk, "Equipo")
    number = next(n for n, row in enumerate(team, 2) if row["Rol"] == "responsable")
    put(desk, "Equipo", number, Correo="sin arroba")
    put(desk, "Equipo", len(team) + 2, Nombre="Rosa Nueva", Correo="rosa@x.gov.co", Rol="responsable")
    reconcile(desk)
    with desk.office().ledger.reading() as unit:
        people = {person.name: person.email for person in unit.books.directory().people}
    assert people["Rosa Nueva"] == "rosa@x.gov.co"
    assert people[team[number - 2]["Nombre"]] == team[number - 2]["Correo"]
    assert "no es un correo" in rows(desk, "Equipo")[number - 2]["Alertas"]


def test_an_officer_keeps_the_cases_through_a_new_address_and_the_name_in_them_after_leaving(desk: Desk) -> None:
    case = desk.assigned().cases[0]
    name = next(row["Responsable"] for row in rows(desk, "Casos") if row["Caso"] == case)
    number = next(n for n, row in enumerate(rows(desk, "Equipo"), 2) if row["Nombre"] == name)
    put(desk, "Equipo", number, Correo="otro.correo@antioquia.gov.co")
    reconcile(desk, 2)
    assert desk.case(case).officer == "otro.correo@antioquia.gov.co"
    put(desk, "Equipo", number, Hasta=desk.now.date() - timedelta(days=1))
    reconcile(desk, 2)
    assert rows(desk, "Casos")[0]["Responsable"] == name


def test_municipios_is_seeded_from_requests_and_then_belongs_to_the_team(desk: Desk) -> None:
    desk.assigned()
    (row,) = rows(desk, "Municipios")
    assert (row["DANE"], row["Municipio"], row["Correo"]) == ("05756", "Sonsón", "archivo@sonson-antioquia.gov.co")
    put(desk, "Municipios", 2, Correo="nuevo@sonson-antioquia.gov.co", Teléfono=6041234567)
    put(desk, "Municipios", 3, DANE=5034, Municipio="Jardín", Correo="x@andes.gov.co")
    reconcile(desk)
    with desk.office().ledger.reading() as unit:
        liaisons = unit.books.directory().liaisons
    assert [(one.dane, one.email, one.phone) for one in liaisons] == [
        ("05756", "nuevo@sonson-antioquia.gov.co", "6041234567")
    ]
    assert "no es el de Jardín" in rows(desk, "Municipios")[1]["Alertas"]


def test_a_sheet_made_anew_shows_closed_cases_too(desk: Desk) -> None:
    desk.assigned()
    (case,) = desk.cases()
    type_in_sheet(desk.office(), {(case.number, "Acción"): "Cerrar", (case.number, "Detalle"): "ya no lo necesitan"})
    reconcile(desk, 2)
    assert desk.case(case.number).state is State.CLOSED
    desk.office().settings.sheet_path.unlink()
    initialise(desk.office())
    assert [row["Caso"] for row in rows(desk, "Casos")] == [case.number]


def test_an_order_misused_in_the_sheet_changes_nothing_and_says_what_is_possible(desk: Desk) -> None:
    desk.assigned()
    (case,) = desk.cases()
    type_in_sheet(desk.office(), {(case.number, "Acción"): "Reabrir", (case.number, "Detalle"): "porque sí"})
    reconcile(desk, 2)
    row = rows(desk, "Casos")[0]
    assert "no admite «Reabrir»" in row["Alertas"]
    assert "En Acción puede elegir: «Enviar oficio»" in row["Alertas"]
    type_in_sheet(desk.office(), {(case.number, "Acción"): "Suspender"})
    reconcile(desk, 2)
    assert "Falta el motivo: escríbalo en Detalle" in rows(desk, "Casos")[0]["Alertas"]
    assert "Acción" not in row
    assert [event.kind for event in desk.history(case.number)].count(EventKind.REOPENED) == 0


def test_a_cycle_in_which_nothing_moved_reads_and_does_nothing_more(desk: Desk) -> None:
    desk.assigned()
    reconcile(desk, 3)
    before = desk.office().settings.sheet_path.stat().st_mtime_ns
    office = desk.office()
    office.sheet.read = Mock(side_effect=AssertionError("an unchanged workbook is not even read"))  # type: ignore[method-assign]
    assert run_sheet(office) == {"written": 0}
    assert desk.office().settings.sheet_path.stat().st_mtime_ns == before
    put(desk, "Casos", 2, Observaciones="alguien llamó")
    assert run_sheet(desk.office())["edits"] == 1


def test_closed_cases_beyond_a_number_move_to_the_tab_of_their_year(tmp_path: Path) -> None:
    desk = Desk(tmp_path, {"MIPG_SHEET__CLOSED_ROWS": "1"})
    for number, sender in enumerate(["a@sonson-antioquia.gov.co", "b@jardin-antioquia.gov.co"]):
        desk.mail(sender, f"Asesoría {number}", f"Solicitamos asesoría en Gestión Documental: tablas {number}")
        desk.cycle()
    first, second = (case.number for case in desk.cases())
    put(desk, "Casos", 2, Observaciones="lo de siempre")
    page = openpyxl.load_workbook(desk.office().settings.sheet_path)
    page["Casos"].cell(1, 60, "Mi control")
    page["Casos"].cell(2, 60, "rojo")
    page["Casos"]["A2"].comment = Comment("hablé con ellos", "Ana")
    page.save(desk.office().settings.sheet_path)
    reconcile(desk)
    for case in (first, second):
        type_in_sheet(desk.office(), {(case, "Acción"): "Cerrar", (case, "Detalle"): "listo"})
        desk.now += timedelta(minutes=5)
        reconcile(desk)
    reconcile(desk, 4)
    assert [row["Caso"] for row in rows(desk, "Casos")] == [second]
    (moved,) = rows(desk, "Archivo 2026")
    kept = ["lo de siempre", "Mi control: rojo", "Comentario en «Caso» (Ana): hablé con ellos"]
    assert (moved["Caso"], moved["Observaciones"].split("\n")) == (first, kept)
    assert openpyxl.load_workbook(desk.office().settings.sheet_path)["Casos"]["A2"].value == second
    assert [event.reason for event in desk.history(first)].count(kept[-1]) == 1
    assert run_sheet(desk.office()) == {"written": 0}
    office = desk.office()
    with office.ledger.begin() as unit:
        give(unit, office, Order(Verb.REOPEN, "faltaba algo"), first, Actor(DIRECTOR, "cli"))
    reconcile(desk, 3)
    assert sorted(row["Caso"] for row in rows(desk, "Casos")) == [first, second]
    assert next(row for row in rows(desk, "Casos") if row["Caso"] == first)["Mi control"] == "rojo"
    assert rows(desk, "Archivo 2026") == []


def test_who_keeps_the_workbook_open_for_half_an_hour_is_asked_to_close_it_once(desk: Desk) -> None:
    desk.assigned()
    path = desk.office().settings.sheet_path
    lock = path.parent / f".~lock.{path.name}#"
    lock.write_text("Ana María Londoño Vera,ana,equipo,30.11.2026 08:00,file:///x;")
    opened = (desk.now - timedelta(minutes=40)).timestamp()
    os.utime(lock, (opened, opened))
    desk.mail("alcaldia@jardin-antioquia.gov.co", "Otra asesoría", "Solicitamos asesoría en Integridad: el código.")
    for _ in range(2):
        with pytest.raises(SheetBusy):
            desk.cycle()
    (asked,) = [row.mail for row in desk.outbox(Purpose.ALERT) if "abierta" in row.mail.text]
    assert asked.to == (ANA,)
    assert len(desk.cases()) == 2
    lock.unlink()
    reconcile(desk)
    assert len(rows(desk, "Casos")) == 2


def test_a_column_in_doubt_is_told_to_the_operator(desk: Desk) -> None:
    desk.assigned()
    book = openpyxl.load_workbook(desk.office().settings.sheet_path)
    cell = next(cell for cell in book["Casos"][1] if cell.value == "Radicado oficial")
    cell.value = "Pendientes míos"
    del book.defined_names["Columna_casos_radicado_oficial"]  # as a program does that keeps no names
    book.save(desk.office().settings.sheet_path)
    assert run_sheet(desk.office())["notes"] == 1
    (alert,) = [row.mail for row in desk.outbox(Purpose.ALERT) if "Pendientes míos" in row.mail.text]
    assert "«Radicado oficial»" in alert.text


def test_a_renamed_tab_is_named_and_never_made_a_second_time(desk: Desk) -> None:
    desk.assigned()
    path = desk.office().settings.sheet_path
    book = openpyxl.load_workbook(path)
    book["Casos"].title = "Casos 2026"
    book.save(path)
    with pytest.raises(SheetUnavailable, match="parece llamarse ahora «Casos 2026»"):
        run_sheet(desk.office())
    book["Casos 2026"].title = "Casos"
    book.save(path)
    reconcile(desk)
    assert len(rows(desk, "Casos")) == 1


def test_a_workbook_with_a_pivot_table_goes_on_without_the_archive_it_cannot_get(tmp_path: Path) -> None:
    desk = Desk(tmp_path, {"MIPG_SHEET__CLOSED_ROWS": "0"})
    desk.assigned()
    (case,) = desk.cases()
    path = desk.office().settings.sheet_path
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/pivotTables/pivotTable1.xml", "<x/>")
    office = desk.office()
    with office.ledger.begin() as unit:
        give(unit, office, Order(Verb.CLOSE, "listo"), case.number, Actor(DIRECTOR, "cli"))
    reconcile(desk, 2)
    assert run_sheet(desk.office())["notes"] == 1
    assert rows(desk, "Casos")[0]["Estado"] == "cerrada"
    with zipfile.ZipFile(path) as archive:
        assert archive.read("xl/pivotTables/pivotTable1.xml") == b"<x/>"


def test_a_tab_that_somebody_removed_is_made_anew_and_the_operator_is_told_once(desk: Desk) -> None:
    desk.mail("archivo@sonson-antioquia.gov.co", "Asesoría", "Solicitamos asesoría en Gestión Documental.")
    desk.cycle()
    before = rows(desk, "Casos")
    path = desk.office().settings.sheet_path
    book = openpyxl.load_workbook(path)
    del book["Casos"]
    book.save(path)
    reconcile(desk, 2)
    assert [row["Caso"] for row in rows(desk, "Casos")] == [row["Caso"] for row in before]
    told = [row.mail.text for row in desk.outbox(Purpose.ALERT)]
    assert sum("Alguien quitó de la hoja la pestaña «Casos»" in text for text in told) == 1
