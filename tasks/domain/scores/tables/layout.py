"""Finds the tables of scores in a results file and reads them, whole or not at all."""

import re
from collections.abc import Sequence

from tasks.domain.catalog import Catalog
from tasks.domain.scores.results import Problem, ScoreFile, Table, UnusableTable, one_per_cell
from tasks.domain.scores.tables.cells import parse_vigencia, text_of
from tasks.domain.scores.tables.reading import Header, Reading
from tasks.domain.scores.tables.tidy import is_tidy, read_tidy
from tasks.domain.scores.tables.wide import is_wide, read_wide

_HEADER_ROWS = 30  # titles stand above the header; deeper than this it is no header
_MOST_NAMED = 30  # missing municipalities that are listed
_TITLE_YEAR = re.compile(r"vig(?:encia)?[^0-9]{0,12}(20\d\d)(?!\d)", re.IGNORECASE)
_EXPECTED = (
    "Se espera una fila de encabezado (entre las primeras 30) con «Código DANE», «Vigencia», «Política» y «Puntaje», "
    "o el libro publicado por Función Pública: una fila por entidad y una columna por política"
)


def read_scores(
    tables: Sequence[Table], name: str, catalog: Catalog, department: str = "antioquia", latest: int | None = None
) -> ScoreFile:
    """Read all tables of one file.

    `name` is the file's name (it may carry the vigencia); `department` is the one whose municipalities the catalogue
    holds, for workbooks without DANE codes; no vigencia after `latest` is believed. Raises `UnusableTable` when no
    score can be read.
    """
    reading = Reading.of(catalog, department, latest)
    used = [_read_table(table, name, reading) for table in tables]
    if not any(used):
        sheets = ", ".join(f"«{table.sheet}»" for table in tables[:10]) or "ninguna"
        raise UnusableTable(f"{name}: no se reconocen puntajes (hojas leídas: {sheets}). {_EXPECTED}.")
    scores, repeated = one_per_cell(reading.scores, reading.spots)
    if not any(score.score is not None for score in scores):
        why = f" Primer motivo: {reading.problems[0]}." if reading.problems else ""
        raise UnusableTable(f"{name}: el encabezado se reconoce, pero ninguna fila trae un puntaje utilizable.{why}")
    vigencias = tuple(sorted({score.vigencia for score in scores}))
    absent = [problem for vigencia in vigencias for problem in _absent(vigencia, reading)]
    return ScoreFile(tuple(scores), (*reading.problems, *repeated, *absent), vigencias, reading.headings)


def _read_table(table: Table, name: str, reading: Reading) -> bool:
    for index, row in enumerate(table.rows[:_HEADER_ROWS]):
        header = Header.of(index, row)
        if is_tidy(header):
            read_tidy(table, header, reading, _EXPECTED)
            return True
        if is_wide(header, reading.names):
            read_wide(table, header, _vigencia_outside(table, index, name, reading), reading)
            return True
    return False


def _vigencia_outside(table: Table, header_index: int, name: str, reading: Reading) -> int | None:
    """The vigencia that title rows, the sheet's name or the file's name tell, in that order.

    Raises `UnusableTable` for one that cannot exist yet; names it when two of them disagree.
    """
    titles = " ".join(text_of(cell) for row in table.rows[:header_index] for cell in row if cell is not None)
    told = [year for text in (titles, table.sheet, name) if (year := _only_year(text))]
    told += [y for y in (parse_vigencia(table.sheet), parse_vigencia(re.sub(r"[_.-]", " ", name))) if y and not told]
    if told and reading.latest is not None and told[0] > reading.latest:
        raise UnusableTable(
            f"{name}, hoja «{table.sheet}»: dice ser de la vigencia {told[0]}, que aún no existe; la última posible es "
            f"{reading.latest}."
        )
    if len(set(told)) > 1:
        detail = f"se nombran varias vigencias ({', '.join(map(str, told))}); se usó {told[0]}"
        reading.problems.append(Problem("vigencia_conflict", detail, table.sheet))
    return told[0] if told else None


def _only_year(text: str) -> int | None:
    years = set(_TITLE_YEAR.findall(text))
    return int(years.pop()) if len(years) == 1 else None


def _absent(vigencia: int, reading: Reading) -> list[Problem]:
    """Municipalities of the catalogue without a row, when the file is about most of them."""
    present = {score.dane_code for score in reading.scores if score.vigencia == vigencia}
    missing = sorted(name for code, name in reading.codes.items() if code not in present)
    if not missing or 2 * len(missing) > len(reading.codes):
        return []
    more = f" y {len(missing) - _MOST_NAMED} más" if len(missing) > _MOST_NAMED else ""
    detail = f"municipios sin fila en la vigencia {vigencia}: {', '.join(missing[:_MOST_NAMED])}{more}"
    return [Problem("missing_municipalities", detail)]
