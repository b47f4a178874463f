"""Messy files as offices send them: encodings, separators, titles, other entities, bombs."""

import io
import zipfile
from contextlib import suppress
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.adapters.files import scores as adapter
from tasks.adapters.files.scores import FileScores
from tasks.domain.scores.results import ScoreFile
from tasks.ports.errors import BadWorkbook
from tests.contracts.scores import TIDY, ScoreSourceContract
from tests.tasks.domain.scores.world import catalog


@pytest.fixture(name="source")
def source_fixture() -> FileScores:
    return FileScores(catalog())


class TestFileScores(ScoreSourceContract):
    """The contract over files."""


def workbook(*sheets: tuple[str, list[list[Any]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def cells(read: ScoreFile) -> dict[tuple[str, str, int], float | None]:
    return {row.cell: row.score for row in read.rows}


def codes(read: ScoreFile) -> list[str]:
    return [problem.code for problem in read.problems]


MESSY = (
    "Código DANE;Año;Política;Puntaje consolidado;Grupo par\n"
    "5001;2021;POL07 GOBIERNO  DIGITAL;61,4 %;ALCALDÍA GRUPO 1\n"
    "5002;2021;Política 3: Índice de Gobierno Digital;N/A;ALCALDÍA GRUPO 1\n"
    "5003;2021;Gobierno Digital;101;\n5004;2021;D3 Gestión para Resultados;70;\nabc;2021;Integridad;70;\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
def test_messy_csv_reads_alike_in_every_encoding(source: FileScores, encoding: str) -> None:
    read = source.read(MESSY.encode(encoding), "resultados.csv")
    assert cells(read) == {
        ("05001", "gobierno-digital", 2021): 61.4,
        ("05002", "gobierno-digital", 2021): None,
        ("05003", "gobierno-digital", 2021): None,
    }
    assert [(p.code, p.row) for p in read.problems] == [("bad_score", 4), ("bad_dane", 6)]
    assert read.rows[0].group == "ALCALDÍA GRUPO 1"
    assert read.headings["POL07 GOBIERNO DIGITAL"] == "gobierno-digital"


def test_comma_file_with_quoted_decimal_commas(source: FileScores) -> None:
    content = 'divipola,vigencia,Política,Puntaje\n05001,2021,"Transparencia","61,4"\n'
    assert list(cells(source.read(content.encode(), "x.csv")).values()) == [61.4]


def published(rows: list[list[Any]], header: list[str] | None = None) -> bytes:
    return workbook(
        ("Portada", [["Medición del desempeño"]]),
        (
            "Territorio",
            [
                ["MEDICIÓN DEL DESEMPEÑO INSTITUCIONAL"],
                ["Resultados vigencia 2023"],
                header
                or [
                    "Código Sigep",
                    "Entidad",
                    "Naturaleza Jurídica",
                    "Departamento",
                    "Municipio",
                    "Grupo par",
                    "Índice de Desempeño Institucional",
                    "D2 Direcciona- miento Estratégico",
                    "POL02 Integridad",
                    "POL07 Índice de Gobierno Digital",
                    "I11 Gobierno digital",
                    "POL20 Gestión ambiental",
                ],
                *rows,
            ],
        ),
    )


PUBLISHED = published([[1, "ALCALDÍA DE ABRIAQUÍ", "ALCALDÍA", "Antioquia", "ABRIAQUI", "G1", 50, 50, 61.5, 70, 1, 2]])


def test_published_workbook_without_dane_keeps_only_town_halls_of_the_department(source: FileScores) -> None:
    read = source.read(
        published(
            [
                [1, "ALCALDÍA DE ABRIAQUÍ", "ALCALDÍA", "Antioquia", "ABRIAQUI", "G1", 50, 50, 61.5, 70, 1, 2],
                [2, "CONCEJO DE ABRIAQUÍ", "CONCEJO", "Antioquia", "ABRIAQUI", "G1", 50, 50, 99, 99, 1, 2],
                [3, "ALCALDÍA DE ANDES", "ALCALDÍA", "Nariño", "Andes", "G1", 50, 50, 11, 11, 1, 2],
                [4, "ALCALDÍA DE X", "ALCALDÍA", "ANTIOQUIA", "Macondo", "G1", 50, 50, 12, 12, 1, 2],
            ]
        ),
        "Resultados_territorio.xlsx",
    )
    assert cells(read) == {("05003", "integridad", 2023): 61.5, ("05003", "gobierno-digital", 2023): 70.0}
    assert sorted(codes(read)) == ["unknown_municipality", "unknown_policy"]
    unknown = next(p for p in read.problems if p.code == "unknown_policy")
    assert (unknown.sheet, unknown.row, unknown.column) == ("Territorio", 3, "POL20 Gestión ambiental")


def test_vigencia_comes_from_the_file_name_when_nothing_else_tells(source: FileScores) -> None:
    content = workbook(("Hoja1", [["DIVIPOLA", "Integridad"], [5001, 60.5], [5002.0, "61,5"]]))
    read = source.read(content, "Resultados_vig2020_territorio.xlsx")
    assert cells(read) == {("05001", "integridad", 2020): 60.5, ("05002", "integridad", 2020): 61.5}
    with pytest.raises(BadWorkbook, match="no se sabe de qué vigencia"):
        source.read(content, "resultados.xlsx")


def test_of_two_columns_with_one_name_the_coded_one_is_the_policy(source: FileScores) -> None:
    content = workbook(("H", [["DANE", "Control Interno", "POLÍTICA 18 Control Interno"], [5001, 10, 70]]))
    read = source.read(content, "vig2020.xlsx")
    assert list(cells(read).values()) == [70.0]
    assert [(p.code, p.column) for p in read.problems] == [("repeated_policy_column", "Control Interno")]


def test_workbook_without_town_halls_is_refused(source: FileScores) -> None:
    with pytest.raises(BadWorkbook, match="ninguna fila"):
        source.read(published([[2, "CONCEJO", "CONCEJO", "Antioquia", "Andes", "G", 1, 1, 9, 9, 1, 2]]), "r.xlsx")


def test_workbook_of_something_else_names_its_sheets(source: FileScores) -> None:
    with pytest.raises(BadWorkbook, match="«Gastos»"):
        source.read(workbook(("Gastos", [["Mes", "Valor"], ["enero", 3]])), "gastos.xlsx")


def test_repeated_rows_count_once_and_conflicting_ones_not_at_all(source: FileScores) -> None:
    extra = "05001,2021,gobierno-digital,61.4\n05003,2021,integridad,1\n05003,2021,integridad,2\n"
    read = source.read((TIDY + extra).encode(), "x.csv")
    assert cells(read)["05003", "integridad", 2021] is None
    assert codes(read) == ["conflicting_duplicates", "duplicate_rows"]


def test_later_publication_date_wins_over_order(source: FileScores) -> None:
    text = (
        "dane_code,vigencia,policy_slug,score,publicacion\n"
        "05001,2021,integridad,70,2022-09-01\n05001,2021,integridad,60,2022-07-01\n"
    )
    read = source.read(text.encode(), "x.csv")
    assert list(cells(read).values()) == [70.0]
    assert codes(read) == ["corrected_values"]


def test_formulas_and_odd_cells_are_only_text(source: FileScores) -> None:
    content = workbook(
        (
            "H",
            [
                ["DANE", "vigencia", "Política", "Puntaje"],
                [5001, 2021, "Integridad", '=HYPERLINK("x")'],
                ["05002", 2021, "Integridad", 5],
            ],
        )
    )
    read = source.read(content, "x.xlsx")
    assert cells(read)["05002", "integridad", 2021] == 5.0


def _with_sheet(xml: str) -> bytes:
    original, made = zipfile.ZipFile(io.BytesIO(workbook(("H", [["DANE"]])))), io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
        for entry in original.infolist():
            content = original.read(entry)
            out.writestr(entry.filename, xml.encode() if entry.filename.endswith("sheet1.xml") else content)
    return made.getvalue()


_SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)


@pytest.mark.parametrize(
    "cell",
    [
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        "<row r='9'><c s='1' r='XFD9'><v>1</v></c></row>",
        "<row><c><v>1</v></c></row>",
        '<row r="300000"><c r="AAA300000"><v>1</v></c></row>',
    ],
)
def test_far_cell_is_refused_before_the_sheet_is_laid_out(source: FileScores, cell: str) -> None:
    with pytest.raises(BadWorkbook, match="hasta la fila"):
        source.read(_with_sheet(_SHEET.format(cell)), "bomba.xlsx")


def test_styled_empty_cells_far_away_do_no_harm(source: FileScores) -> None:
    cell = '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="1"/></row>'
    with pytest.raises(BadWorkbook, match="no se reconocen"):
        source.read(_with_sheet(_SHEET.format(cell)), "vacio.xlsx")


def test_archive_that_unpacks_beyond_measure_is_refused(source: FileScores, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "MAX_UNPACKED", 100_000)
    with pytest.raises(BadWorkbook, match="desmedido"):
        source.read(_with_sheet(" " * 1_000_000), "bomba.xlsx")


@settings(max_examples=60)
@given(st.data())
def test_damaged_workbooks_are_refused_in_words_or_read(data: st.DataObject) -> None:
    content = bytearray(PUBLISHED)
    for _ in range(data.draw(st.integers(1, 12))):
        content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
    content = content[: data.draw(st.integers(4, len(content)))]
    with suppress(BadWorkbook):
        FileScores(catalog()).read(bytes(content), "dañado.xlsx")


def test_heavy_file_is_refused_unread(source: FileScores, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "MAX_BYTES", 10)
    with pytest.raises(BadWorkbook, match="pesa más"):
        source.read(TIDY.encode(), "x.csv")
