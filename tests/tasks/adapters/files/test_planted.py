"""Defects planted in a workbook as Función Pública publishes it: each is named with its place, or read right."""

import io
from collections.abc import Callable
from datetime import date, time
from typing import Any

import openpyxl
import pytest

from tasks.adapters.files.scores import FileScores
from tasks.ports.errors import BadWorkbook
from tests.tasks.domain.scores.world import catalog


@pytest.fixture(name="source")
def source_fixture() -> FileScores:
    return FileScores(catalog())


HEADING = (
    "Código Sigep", "Entidad", "Naturaleza Jurídica", "Departamento", "Municipio", "Grupo par",
    "POL02 Índice de Integridad", "POL07 Índice de Gobierno Digital", "POL08 Índice de Seguridad Digital",
)  # fmt: skip
FIRST, DIGITAL, SECURITY, TOWN_HALLS = 4, 8, 9, 40  # first row of an entity; columns of two policies


def territory(spoil: Callable[[Any], object]) -> bytes:
    """A workbook as published, for forty town halls, in which `spoil` damages something of the sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Territorio"
    for row in (["Resultados de la medición"], ["Vigencia 2025"], HEADING):
        sheet.append(row)
    for place, town in enumerate(catalog().municipalities[:TOWN_HALLS]):
        scores = [40.5 + place, 90.5 - place, 30.5 + (7 * place) % 50]
        sheet.append([7000 + place, f"ALCALDÍA DE {town.name}", "ALCALDÍA", "ANTIOQUIA", town.name, "GRUPO 4", *scores])
    spoil(sheet)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def put(column: int, value: Any, row: int = FIRST) -> Callable[[Any], object]:
    return lambda sheet: setattr(sheet.cell(row, column), "value", value)


def scaled(by: float) -> Callable[[Any], object]:
    def change(sheet: Any) -> None:
        for row in range(FIRST, FIRST + TOWN_HALLS):
            sheet.cell(row, DIGITAL).value *= by

    return change


def broken_reference(sheet: Any) -> None:
    sheet.cell(FIRST, DIGITAL).value = "#REF!"
    sheet.cell(FIRST, DIGITAL).data_type = "e"


def pasted_over(sheet: Any) -> None:
    for row in range(FIRST, FIRST + TOWN_HALLS):
        sheet.cell(row, SECURITY).value = sheet.cell(row, DIGITAL).value


def shifted(sheet: Any) -> None:
    values = [sheet.cell(FIRST, column).value for column in range(1, len(HEADING) + 1)]
    for column, value in enumerate([values[0], *values[2:], None], 1):
        sheet.cell(FIRST, column).value = value


def parted(before: Any, now: Any) -> Callable[[Any], object]:
    """Each policy's heading merged over two columns, whose own headings stand in a row below."""

    def change(sheet: Any) -> None:
        sheet.insert_rows(FIRST)
        for turn, policy in reversed(list(enumerate(HEADING[6:]))):
            for row in range(FIRST + 1, FIRST + 1 + TOWN_HALLS):
                score = sheet.cell(row, 7 + turn).value
                sheet.cell(row, 7 + 2 * turn).value, sheet.cell(row, 8 + 2 * turn).value = score - 1, score
            for column, heading, part in ((7, policy, before), (8, None, now)):
                sheet.cell(FIRST - 1, column + 2 * turn).value = heading
                sheet.cell(FIRST, column + 2 * turn).value = part
            sheet.merge_cells(
                start_row=FIRST - 1, end_row=FIRST - 1, start_column=7 + 2 * turn, end_column=8 + 2 * turn
            )

    return change


def without_scores(sheet: Any) -> None:
    for column in range(7, 10):
        sheet.cell(FIRST, column).value = None


@pytest.mark.parametrize(
    ("spoil", "code", "row", "column", "words"),
    [
        (put(DIGITAL, "=60+1.4"), "bad_score", 4, HEADING[7], "fórmula sin resultado"),
        (broken_reference, "bad_score", 4, HEADING[7], "#REF!"),
        (put(DIGITAL, "7O,5"), "bad_score", 4, HEADING[7], "7O,5"),
        (put(DIGITAL, "61,4 (1)"), "bad_score", 4, HEADING[7], "61,4 (1)"),
        (put(DIGITAL, "−61,4"), "bad_score", 4, HEADING[7], "−61,4"),
        (put(DIGITAL, time(14, 30)), "bad_score", 4, HEADING[7], "14:30:00"),
        (put(DIGITAL, True), "bad_score", 4, HEADING[7], "True"),
        (scaled(0.1), "suspicious_score", 3, HEADING[7], "escala de 0 a 10"),
        (put(DIGITAL, None, row=3), "unnamed_column", 3, "", HEADING[6]),
        (pasted_over, "repeated_figures", 3, HEADING[8], HEADING[7]),
        (shifted, "unknown_entity", 4, HEADING[2], "corrida"),
        (put(3, "MUNICIPIO"), "unknown_entity", 4, HEADING[2], "MUNICIPIO"),
        (put(6, None), "missing_group", 4, HEADING[5], "sin pares"),
        (without_scores, "empty_row", 4, "", "ningún puntaje"),
        (put(5, "MEDELLÍN (ANTIOQUIA)"), "unknown_municipality", 4, HEADING[4], "MEDELLÍN (ANTIOQUIA)"),
        (put(4, "ANTIQUIA"), "unknown_department", 4, HEADING[3], "ANTIQUIA"),
        (put(9, "POL20 Ambiental", row=3), "unknown_policy", 3, "POL20 Ambiental", "no es una política"),
    ],
)  # fmt: skip
def test_each_defect_of_a_published_workbook_is_named_with_its_place(
    source: FileScores, spoil: Callable[[Any], object], code: str, row: int, column: str, words: str
) -> None:
    found = [p for p in source.read(territory(spoil), "x.xlsx").problems if p.code == code]
    assert [(p.sheet, p.row, p.column) for p in found] == [("Territorio", row, column)]
    assert words in found[0].detail


@pytest.mark.parametrize(
    "spoil",
    [
        put(6, " grupo  4", row=20),
        put(DIGITAL, 90.50000000001),
        put(DIGITAL, "90,5 %"),
        put(DIGITAL, "POL08\nÍndice de Gobierno Digi-\ntal\u200b", row=3),
        lambda sheet: sheet.insert_cols(1, 2),
        lambda sheet: [sheet.cell(row, DIGITAL + 3).__setattr__("value", "=1+1") for row in range(FIRST, 20)],
    ],
)
def test_what_only_looks_odd_is_read_right(source: FileScores, spoil: Callable[[Any], object]) -> None:
    plain = source.read(territory(lambda sheet: None), "x.xlsx")
    read = source.read(territory(spoil), "x.xlsx")
    assert (read.rows, read.problems) == (plain.rows, plain.problems)


@pytest.mark.parametrize("years", [(2024, 2025), ("2024", "Vigencia 2025 (1)"), (date(2024, 12, 31), date(2025, 1, 1))])
def test_years_below_the_policies_are_read_each_for_itself(source: FileScores, years: tuple[Any, Any]) -> None:
    plain = {score.cell: score.score for score in source.read(territory(lambda sheet: None), "x.xlsx").rows}
    read = {score.cell: score.score for score in source.read(territory(parted(*years)), "x.xlsx").rows}
    assert {cell: score for cell, score in read.items() if cell[2] == 2025} == plain
    before = {(*cell[:2], 2025): score for cell, score in read.items() if cell[2] == 2024}
    assert before == {cell: score - 1 for cell, score in plain.items() if score is not None}


def test_policies_parted_by_words_are_refused_with_the_words(source: FileScores) -> None:
    with pytest.raises(BadWorkbook, match=r"fila 4: cada política está partida en «Anterior», «Actual»"):
        source.read(territory(parted("Anterior", "Actual")), "x.xlsx")


def test_a_year_that_only_the_file_s_name_says_and_that_is_running_is_doubted(source: FileScores) -> None:
    content = territory(put(1, "Resultados", row=2))
    doubted = source.read(content, "resultados_publicados_2026.xlsx", latest=2026).problems
    assert [problem.code for problem in doubted] == ["vigencia_guessed"]
    assert source.read(content, "resultados_2025.xlsx", latest=2026).problems == ()
    assert source.read(content, "resultados_vig2026.xlsx", latest=2026).problems == ()


def test_a_year_that_few_rows_of_a_table_say_is_doubted_at_the_first_of_them(source: FileScores) -> None:
    towns = [town.dane for town in catalog().municipalities[:60]]
    rows = [f"{dane};2025;Integridad;{40 + turn % 30}" for turn, dane in enumerate(towns)]
    rows[40:43] = [row.replace("2025", "2024") for row in rows[40:43]]
    content = "\n".join(["Código DANE;Vigencia;Política;Puntaje", *rows]).encode()
    (doubted,) = [problem for problem in source.read(content, "x.csv").problems if problem.code == "few_of_vigencia"]
    assert (doubted.row, doubted.column) == (42, "Vigencia")
    assert "solo 3 filas dicen vigencia 2024" in doubted.detail
