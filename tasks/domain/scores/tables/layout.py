"""Finds the tables of scores in a results file and reads them, whole or not at all."""

import re
from collections.abc import Sequence
from itertools import zip_longest

from tasks.domain.catalog import Catalog
from tasks.domain.scores.results import Problem, ScoreFile, Table, UnusableTable, Value, one_per_cell
from tasks.domain.scores.tables.cells import is_not_given, parse_score, parse_vigencia, text_of
from tasks.domain.scores.tables.headings import year_alone
from tasks.domain.scores.tables.reading import Header, Reading
from tasks.domain.scores.tables.tidy import is_tidy, read_tidy
from tasks.domain.scores.tables.wide import is_wide, read_wide

_HEADER_ROWS = 30  # titles stand above the header; deeper than this it is no header
_HARMLESS = frozenset({"duplicate_rows", "fractions", "hidden_sheet"})  # what costs no score
_FEWEST_POLICIES = 3  # headings of policies that make a row look like a header
_MOST_NAMED = 30  # missing municipalities that are listed
_TITLE_YEAR = re.compile(r"vig(?:encia)?[^0-9]{0,12}(20\d\d)(?!\d)", re.IGNORECASE)
_NO_POLICY = "Ninguna es de una política de una alcaldía; el índice general y las dimensiones no se usan"
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
    used = [_read_table(table, name, reading) for table in tables if not _is_left_out(table, reading)]
    if not any(used):
        sheets = ", ".join(f"«{table.sheet}»" for table in tables[:10]) or "ninguna"
        near = next((hint for table in tables if (hint := _nearly(table, reading))), "")
        raise UnusableTable(f"{name}: no se reconocen puntajes (hojas leídas: {sheets}). {near}{_EXPECTED}.")
    scores, repeated = one_per_cell(reading.scores, reading.spots)
    if not any(score.score is not None for score in scores):
        costly = [problem for problem in (*repeated, *reading.problems) if problem.code not in _HARMLESS]
        why = f"Primer motivo: {costly[0]}" if costly else _NO_POLICY
        raise UnusableTable(f"{name}: el encabezado se reconoce, pero ninguna fila trae un puntaje utilizable. {why}.")
    vigencias = tuple(sorted({score.vigencia for score in scores}))
    absent = [problem for vigencia in vigencias for problem in _absent(vigencia, reading)]
    at = {table.sheet: index for index, table in enumerate(tables)}
    named = sorted(reading.problems, key=lambda problem: (at.get(problem.sheet, 0), problem.row))
    return ScoreFile(tuple(scores), (*named, *repeated, *absent), vigencias, reading.headings)


def _is_left_out(table: Table, reading: Reading) -> bool:
    """A hidden sheet is not what was published: its figures could contradict the ones that people see."""
    if table.is_hidden:
        reading.problems.append(Problem("hidden_sheet", "la hoja está oculta y no se leyó", table.sheet))
    return table.is_hidden


def _read_table(table: Table, name: str, reading: Reading) -> bool:
    rows = range(min(len(table.rows), _HEADER_ROWS))
    single = (_header_at(table, index, reading) for index in rows)
    # A heading of two rows, entities named in the upper and policies in the lower one, only where none stands alone.
    double = (Header.of(index + 1, _overlaid(table, index)) for index in rows if index + 1 < len(table.rows))
    for header in (*single, *double):
        if is_tidy(header):
            read_tidy(table, header, reading, _EXPECTED)
            return True
        if is_wide(header, reading.names):
            read_wide(table, header, _vigencia_outside(table, header.index, name, reading), reading)
            return True
    return False


def _overlaid(table: Table, index: int) -> list[Value]:
    """A row of headings, where the one below it is empty."""
    pairs = zip_longest(table.rows[index], table.rows[index + 1])
    return [above if under in (None, "") else under for above, under in pairs]


def _nearly(table: Table, reading: Reading) -> str:
    """What a row that names several policies lacks to be a header (Spanish), or empty."""
    for index, row in enumerate(table.rows[:_HEADER_ROWS]):
        policies = sum(bool(reading.names.slug_and_year(cell)[0]) for cell in row)
        if policies >= _FEWEST_POLICIES and not table.is_hidden:
            return (
                f"En la hoja «{table.sheet}», fila {index + 1}, hay {policies} políticas, pero falta la columna "
                "«Código DANE», o «Departamento» y «Municipio», que dicen de quién es cada fila. "
            )
    return ""


def _header_at(table: Table, index: int, reading: Reading) -> Header:
    """The header row, joined with the one below when that holds the years of the policies above it.

    A policy's cell, merged over its years, holds its name once; the rest of the span is empty.
    """
    row = table.rows[index]
    below = table.rows[index + 1] if index + 1 < len(table.rows) else ()
    years = {column: year for column, cell in enumerate(below) if (year := year_alone(cell))}
    policies = [column for column, cell in enumerate(row) if reading.names.slug_and_year(cell)[0]]
    if not policies or not set(policies) <= set(years):
        _refuse_parts(table, index, policies)
        return Header.of(index, row)
    joined: list[Value] = []
    for column in range(max(len(row), len(below))):
        above, under = (text_of(cells[column]) if column < len(cells) else "" for cells in (row, below))
        policy = next((text_of(row[p]) for p in reversed(policies) if p <= column), "")
        has_year = column in years and above in {"", policy}
        joined.append(f"{policy} {years[column]}" if policy and has_year else above or under)
    return Header.of(index + 1, joined)


def _refuse_parts(table: Table, index: int, policies: Sequence[int]) -> None:
    """Refuse a row of policies each parted by words that are no years (`Anterior`, `Actual`): which is the score?

    Raises `UnusableTable`, which names the words.
    """
    row, below = table.rows[index], table.rows[index + 1] if index + 1 < len(table.rows) else ()
    parts = [
        text_of(below[column])
        for policy in policies
        for column in (policy, policy + 1)
        if column < min(len(row), len(below)) and (column == policy or row[column] in (None, ""))
    ]
    words = [part for part in parts if part and parse_score(part) is None and not is_not_given(part)]
    entities = Header.of(index, _overlaid(table, index)) if below else Header.of(index, row)
    whose = entities.has_code or entities.has_names
    if whose and len(policies) >= _FEWEST_POLICIES and len(words) == len(parts) == 2 * len(policies):
        named = ", ".join(f"«{word[:30]}»" for word in dict.fromkeys(words[:4]))
        raise UnusableTable(
            f"Hoja «{table.sheet}», fila {index + 2}: cada política está partida en {named} y no se sabe cuál es su "
            "puntaje. Se espera un año (2025) debajo de cada política, o una sola columna por política."
        )


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
    if told and told[0] == reading.latest and told[0] not in set(map(_only_year, (titles, table.sheet, name))):
        detail = f"la vigencia {told[0]} se tomó de un nombre que solo dice el año; ¿es el de la publicación?"
        reading.problems.append(Problem("vigencia_guessed", detail, table.sheet))
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
