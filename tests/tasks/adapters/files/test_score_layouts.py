"""Layouts that people make of the published workbook: merged cells, headings of two rows, other headings, marks."""

import io
import zipfile
from typing import Any

import openpyxl
import pytest

from tasks.adapters.files.scores import FileScores
from tasks.ports.errors import BadWorkbook
from tests.tasks.adapters.files.test_scores import cells, codes, workbook
from tests.tasks.domain.scores.world import PLACES, catalog

HEADER = ["Departamento", "Municipio", "Naturaleza Jurídica", "POL02 Integridad"]
READ = {(f"05{i + 1:03}", "integridad", 2024): 40.5 + i for i in range(len(PLACES))}


@pytest.fixture(name="source")
def source_fixture() -> FileScores:
    return FileScores(catalog())


def rows(department: str = "ANTIOQUIA") -> list[list[Any]]:
    return [[department, place, "ALCALDÍA", 40.5 + i] for i, place in enumerate(PLACES)]


def merged(content: bytes, *ranges: str) -> bytes:
    book, made = openpyxl.load_workbook(io.BytesIO(content)), io.BytesIO()
    for one in ranges:
        book.worksheets[0].merge_cells(one)
    book.save(made)
    return made.getvalue()


def test_department_merged_over_its_rows_is_of_all_of_them(source: FileScores) -> None:
    content = merged(workbook(("T", [HEADER, *rows()])), f"A2:A{len(PLACES) + 1}")
    read = source.read(content, "vig2024.xlsx")
    assert cells(read) == READ
    assert not codes(read)


@pytest.mark.parametrize("ranges", [(), ("A1:A2", "B1:B2", "C1:C2")])
def test_headings_of_two_rows_are_one_header(source: FileScores, ranges: tuple[str, ...]) -> None:
    double: list[list[Any]] = [[*HEADER[:3], "POLÍTICAS"], [None, None, None, HEADER[3]]]
    content = merged(workbook(("T", [*double, *rows()])), *ranges)
    assert cells(source.read(content, "vig2024.xlsx")) == READ


def test_short_headings_and_note_marks_are_understood(source: FileScores) -> None:
    header = ["Depto.", "Mpio.", "Naturaleza", "POL02 Integridad¹"]
    noted = [[department, f"{place} (1)", *rest] for department, place, *rest in rows()]
    assert cells(source.read(workbook(("T", [header, *noted])), "vig2024.xlsx")) == READ


def test_policies_of_nobody_are_told_with_their_row(source: FileScores) -> None:
    content = workbook(
        ("T", [["Resultados"], ["Alcaldía", "Integridad", "Defensa jurídica", "Gobierno digital"], ["Andes", 1, 2]])
    )
    with pytest.raises(BadWorkbook, match="hoja «T», fila 2, hay 3 políticas, pero falta la columna «Código DANE»"):
        source.read(content, "vig2024.xlsx")


def test_percent_cells_are_seen_though_other_entities_have_points(source: FileScores) -> None:
    fractions = [[*row[:3], row[3] / 100] for row in rows()]
    council = ["ANTIOQUIA", "Andes", "CONCEJO", 77.0]
    read = source.read(workbook(("T", [HEADER, *fractions, council])), "vig2024.xlsx")
    assert cells(read) == pytest.approx(READ)
    assert codes(read) == ["fractions"]


def test_workbook_with_a_password_says_so(source: FileScores) -> None:
    locked = b"\xd0\xcf\x11\xe0" + bytes(500) + "EncryptedPackage".encode("utf-16-le") + bytes(500)
    with pytest.raises(BadWorkbook, match="protegido con contraseña"):
        source.read(locked, "vig2024.xlsx")


def test_archive_with_one_enormous_table_is_refused(source: FileScores) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.csv", "w") as part:
        for _ in range(70):
            part.write(b"0" * 1_000_000)
    with pytest.raises(BadWorkbook, match="desmedido"):
        source.unpack(made.getvalue(), "resultados.zip")
