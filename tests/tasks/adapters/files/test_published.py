"""The published workbook with everything that goes wrong in it: each defect is named by its place, or read right."""

import datetime as dt
import io
import zipfile
from typing import Any

import pytest
from openpyxl import load_workbook

import config
from tasks.adapters.files.catalogs import load_catalog
from tasks.adapters.files.scores import FileScores
from tasks.domain.scores.results import Problem, ScoreFile
from tasks.ports.errors import BadWorkbook
from tests.tasks.adapters.files.test_scores import workbook

CATALOG = load_catalog([config.CATALOGS])
SOURCE = FileScores(CATALOG)
POLICIES = sorted(CATALOG.policies, key=lambda policy: policy.mdi_code)
IDENTITY = ["Código Sigep", "Entidad", "Naturaleza Jurídica", "Clasificación orgánica", "Departamento", "Municipio",
            "Grupo par", "Tipo Formulario", "Índice de Desempeño Institucional", "D1 Talento Humano",
            "D2 Direcciona- miento\nEstratégico y Planeación"]  # fmt: skip
HEADER = [*IDENTITY, *(f"{p.mdi_code} Índice de {p.name.upper()}" for p in POLICIES), "i01 Calidad", "Unnamed: 40"]
FIRST = 4  # row of the first entity
NAMES = sorted(CATALOG.municipalities, key=lambda place: place.dane)


def row_of(index: int, nature: str = "ALCALDÍA", department: str = "ANTIOQUIA", name: str = "") -> list[Any]:
    place = name or NAMES[index].name.upper()
    scores = [round(40 + (index * 7 + policy * 3) % 50 + 0.5, 1) for policy in range(19)]
    return [1000 + index, f"{nature} DE {place}", nature, "x", department, place, "ALCALDÍA GRUPO 4", "MIPG",
            60.5, 1, 2, *scores, 9, ""]  # fmt: skip


def sheet(rows: list[list[Any]], header: list[str] | None = None, title: str = "Vigencia 2023") -> bytes:
    return workbook(("Territorio", [["RESULTADOS"], [title], header or HEADER, *rows]))


def all_rows() -> list[list[Any]]:
    return [row_of(index) for index in range(125)]


def column(number: int) -> int:
    """Index of POLnn in a row."""
    return len(IDENTITY) + number - 1


def read(content: bytes, name: str = "Resultados_vig2023_territorio.xlsx", latest: int | None = 2025) -> ScoreFile:
    return SOURCE.read(content, name, latest)


def of(found: ScoreFile, code: str) -> list[Problem]:
    return [problem for problem in found.problems if problem.code == code]


def score(found: ScoreFile, index: int, number: int) -> float | None:
    wanted = (NAMES[index].dane, POLICIES[number - 1].slug, 2023)
    return next(row.score for row in found.rows if row.cell == wanted)


def test_a_sound_workbook_is_read_whole_and_by_name() -> None:
    others = [row_of(0, "CONCEJO"), row_of(1, "ESE"), row_of(2, department="CALDAS"), row_of(3, "ALCALDÍA", "NARIÑO")]
    found = read(sheet([*all_rows(), *others]))
    assert not found.problems
    assert len(found.rows) == 125 * 19
    assert found.vigencias == (2023,)
    assert score(found, 0, 7) == 40 + 18 + 0.5
    assert found.headings[HEADER[column(15)]] == "transparencia"


@pytest.mark.parametrize(
    ("value", "expected"),
    [("61,4", 61.4), ("61,4 %", 61.4), ("61.4%", 61.4), ("'61,4", 61.4), (" 61,40 ", 61.4), (0, 0.0), (100, 100.0),
     ("", None), (None, None), ("N/A", None), ("#N/A", None), ("No aplica", None), ("-", None)],
)  # fmt: skip
def test_figures_in_every_dress_are_read_right_and_silently(value: Any, expected: float | None) -> None:
    rows = all_rows()
    rows[10][column(4)] = value
    found = read(sheet(rows))
    assert score(found, 10, 4) == expected
    assert not found.problems


@pytest.mark.parametrize(
    ("value", "code", "kept"),
    [(104.3, "bad_score", None), (-3, "bad_score", None), ("alto", "bad_score", None), ("6l,4", "bad_score", None),
     (dt.datetime(2023, 4, 6), "bad_score", None), ("#¡DIV/0!", "bad_score", None), (0.614, "suspicious_score", 0.614)],
)  # fmt: skip
def test_an_impossible_figure_is_named_by_sheet_row_and_column(value: Any, code: str, kept: float | None) -> None:
    rows = all_rows()
    rows[10][column(4)] = value
    found = read(sheet(rows))
    (problem,) = found.problems
    place = (problem.code, problem.sheet, problem.row, problem.column)
    assert place == (code, "Territorio", FIRST + 10, HEADER[column(4)])
    assert score(found, 10, 4) == kept


@pytest.mark.parametrize(
    ("at", "value", "code", "words"),
    [(5, "ABEJORAL", "unknown_municipality", "¿es Abejorral?"), (5, "", "unknown_municipality", "está vacía"),
     (5, "San Pedro", "unknown_municipality", "puede ser"), (4, "ANTIOQIA", "unknown_department", "ANTIOQIA"),
     (4, "", "unknown_department", "«ABEJORRAL»"), (2, "ALCADÍA", "unknown_entity", "se espera ALCALDÍA")],
)  # fmt: skip
def test_a_row_of_nobody_known_is_named_and_its_municipality_missed(at: int, value: str, code: str, words: str) -> None:
    rows = all_rows()
    rows[1][at] = value
    found = read(sheet(rows))
    assert [(p.code, p.row) for p in found.problems] == [(code, FIRST + 1), ("missing_municipalities", 0)]
    assert words in found.problems[0].detail
    assert "Abejorral" in found.problems[1].detail


def test_a_missing_municipality_is_named() -> None:
    rows = all_rows()
    del rows[7]
    (problem,) = read(sheet(rows)).problems
    assert problem.code == "missing_municipalities"
    assert problem.detail.endswith(NAMES[7].name)


def test_repeated_town_halls_are_named_with_the_row_they_repeat() -> None:
    again, other = row_of(5), row_of(6)
    other[column(3)] = 1.5
    found = read(sheet([*all_rows(), again, other]))
    assert [(p.code, p.row, p.column) for p in found.problems if p.code == "conflicting_duplicates"] == [
        ("conflicting_duplicates", FIRST + 126, HEADER[column(3)])
    ]
    assert {(p.row, p.code) for p in found.problems} >= {(FIRST + 125, "duplicate_rows")}
    assert f"la fila {FIRST + 5}" in of(found, "duplicate_rows")[0].detail
    assert score(found, 6, 3) is None
    assert score(found, 5, 3) is not None


@pytest.mark.parametrize(
    ("heading", "slug"),
    [("POL07 Gobierno Digital", "gobierno-digital"), ("POLÍTICA 6  GOBIERNO DIGITAL", "gobierno-digital"),
     ("Puntaje Gobierno digital", "gobierno-digital"), ("POL07_GOBIERNO_DIGITAL", "gobierno-digital"),
     ("Índice de la Política de Gobierno Digital", "gobierno-digital"),
     ("Gobierno Digital 2023", "gobierno-digital"), ("POL07\nGobierno Digi- tal", "gobierno-digital")],
)  # fmt: skip
def test_renamed_headings_are_matched_by_name(heading: str, slug: str) -> None:
    header = list(HEADER)
    header[column(7)] = heading
    found = read(sheet(all_rows(), header))
    assert not found.problems
    assert slug in found.headings.values()
    assert score(found, 3, 7) is not None


def test_a_heading_with_a_slip_is_named_with_what_it_may_mean() -> None:
    header = list(HEADER)
    header[column(7)] = "POL07 Gobierno Digtal"
    (problem,) = read(sheet(all_rows(), header)).problems
    assert (problem.code, problem.row, problem.column) == ("unknown_policy", 3, "POL07 Gobierno Digtal")
    assert "¿es «gobierno-digital»?" in problem.detail


def test_percent_cells_and_zeros_in_place_of_nothing_are_seen_in_the_column() -> None:
    rows = all_rows()
    for row in rows:
        row[column(4)], row[column(10)] = 0.614, 0
    found = read(sheet(rows))
    assert [(p.code, p.row, p.column) for p in found.problems] == [
        ("fractions", 3, HEADER[column(4)]),
        ("only_zeros", 3, HEADER[column(10)]),
    ]
    assert (score(found, 0, 4), score(found, 0, 10)) == (61.4, None)


def test_a_year_to_come_is_refused_and_two_years_are_told() -> None:
    from tasks.ports.errors import BadWorkbook

    with pytest.raises(BadWorkbook, match="vigencia 2032, que aún no existe"):
        read(sheet(all_rows(), title="Vigencia 2032"))
    (problem,) = read(sheet(all_rows()), "Resultados_vig2022_territorio.xlsx").problems
    assert (problem.code, problem.sheet) == ("vigencia_conflict", "Territorio")


def test_one_row_of_another_year_is_named() -> None:
    rows = [[*row, 2023] for row in all_rows()]
    rows[4][-1], rows[5][-1], rows[6][-1] = 2032, 2012, "dos mil"
    found = read(sheet(rows, [*HEADER, "Vigencia"]))
    named = [(p.code, p.row, p.column) for p in found.problems if p.row]
    assert sorted(named) == [("bad_vigencia", 8, "Vigencia"), ("bad_vigencia", 10, "Vigencia"),
                             ("odd_vigencia", 9, "Vigencia")]  # fmt: skip
    assert found.vigencias == (2023,)


def test_years_side_by_side_in_headings_or_in_a_row_above() -> None:
    names = [["Departamento", "Municipio", "Gobierno digital 2022", "Gobierno digital 2023"]]
    rows = [["Antioquia", "Abejorral", 50, "61,5"], ["Antioquia", "Amagá", "", 70]]
    one = read(workbook(("Hoja1", [*names, *rows])), "dos.xlsx")
    above = [
        [None, None, 2022, None, 2023, None],
        ["Departamento", "Municipio", *["Integridad", "Gobierno digital"] * 2],
    ]
    two = read(workbook(("Hoja1", [*above, ["Antioquia", "Abejorral", 1, 50, 2, "61,5"]])), "dos.xlsx")
    tidy = [
        ["Departamento", "Municipio", "Política", "2022", 2023],
        ["Antioquia", "Abejorral", "Gobierno digital", 50, 61.5],
    ]
    three = read(workbook(("Hoja1", tidy)), "dos.xlsx")
    for found in (one, two, three):
        values = {row.cell: row.score for row in found.rows}
        assert values["05002", "gobierno-digital", 2022] == 50
        assert values["05002", "gobierno-digital", 2023] == 61.5
        assert found.vigencias == (2022, 2023)
        assert not found.problems


def test_years_in_separate_sheets() -> None:
    rows = [["Departamento", "Municipio", "Integridad"], ["Antioquia", "Abejorral", 50]]
    found = read(workbook(("2022", rows), ("2023", rows), ("Notas", [["nada"]])), "r.xlsx")
    assert found.vigencias == (2022, 2023)
    assert not found.problems


def test_a_policy_merged_over_its_years_is_read_whichever_row_names_the_entity() -> None:
    upper = ["Código DANE", "Municipio", "POL07 Índice Gobierno Digital", None, "POL02 Índice Integridad", None]
    lower = [None, None, 2022, 2023, "Vigencia 2022", "Vigencia 2023"]
    swapped = [None, None, *upper[2:]], [*upper[:2], *lower[2:]]
    rows = [[place.dane, place.name, 40, 50.5, 60, 70.5] for place in NAMES]
    for heads in ((upper, lower), swapped):
        found = read(workbook(("Hoja1", [["Resultados"], *heads, *rows])), "resultados.xlsx")
        assert not found.problems
        assert {(s.policy, s.vigencia, s.score) for s in found.rows} == {
            ("gobierno-digital", 2022, 40), ("gobierno-digital", 2023, 50.5),
            ("integridad", 2022, 60), ("integridad", 2023, 70.5),
        }  # fmt: skip


def test_a_hidden_sheet_is_named_and_never_contradicts_the_visible_one() -> None:
    draft = [[*row[:11], *([1.0] * 19), 9, ""] for row in all_rows()]
    titles: list[list[Any]] = [["RESULTADOS"], ["Vigencia 2023"], [*HEADER]]
    content = workbook(("Territorio", [*titles, *all_rows()]), ("Borrador", [*titles, *draft]))
    book = load_workbook(io.BytesIO(content))
    book["Borrador"].sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    found = read(out.getvalue())
    assert [(problem.code, problem.sheet) for problem in found.problems] == [("hidden_sheet", "Borrador")]
    assert score(found, 0, 7) == 40 + 18 + 0.5


def test_sheets_that_contradict_each_other_in_everything_are_refused_with_the_reason() -> None:
    other = [[*row[:11], *([33.3] * 19), 9, ""] for row in all_rows()]
    titles: list[list[Any]] = [["RESULTADOS"], ["Vigencia 2023"], [*HEADER]]
    with pytest.raises(BadWorkbook, match=r"da otro valor que la fila 4 de la hoja «Territorio».*«Copia», fila 4"):
        read(workbook(("Territorio", [*titles, *all_rows()]), ("Copia", [*titles, *other])))


@pytest.mark.parametrize("part", ["xl/workbook.bin", "content.xml"])
def test_a_workbook_of_another_format_is_refused_with_what_to_do(part: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr(part, "x")
    with pytest.raises(BadWorkbook, match=r"Guárdelo como \.xlsx"):
        read(out.getvalue(), "resultados.xlsb")


@pytest.mark.parametrize("said", ["N/A", "n.a.", "Sin información", "s/d", "null", "—", "No reportó", "#N/A", "NaN"])
def test_words_for_no_figure_are_no_figure_and_no_defect(said: str) -> None:
    rows = all_rows()
    rows[0][column(1)] = said
    found = read(sheet(rows))
    assert score(found, 0, 1) is None
    assert not found.problems
