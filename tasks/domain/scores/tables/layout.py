"""Reads tables of scores: one row per score (tidy), or one row per entity as Función Pública publishes them (wide)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from tasks.domain.catalog import Catalog
from tasks.domain.scores.results import Problem, Score, ScoreFile, Table, UnusableTable, Value, one_per_cell
from tasks.domain.scores.tables import headings
from tasks.domain.scores.tables.cells import (
    fold,
    is_not_given,
    parse_dane,
    parse_day,
    parse_score,
    parse_vigencia,
    text_of,
)
from tasks.domain.scores.tables.headings import PolicyNames, find_column

_HEADER_ROWS = 30  # titles stand above the header; deeper than this it is no header
_TITLE_YEAR = re.compile(r"vig(?:encia)?[^0-9]{0,12}(20\d\d)(?!\d)", re.IGNORECASE)
_EXPECTED = (
    "Se espera una fila de encabezado (entre las primeras 30) con «Código DANE», «Vigencia», «Política» y «Puntaje», "
    "o el libro publicado por Función Pública: una fila por entidad y una columna por política"
)


@dataclass
class Reading:
    """What has been read so far of one file."""

    names: PolicyNames
    places: Mapping[tuple[str, str], str]  # folded department and municipality → DANE
    codes: frozenset[str]
    prefixes: frozenset[str]  # the departments those codes belong to
    department: str  # folded name of the department of those places
    unknown: set[str] = field(default_factory=set)  # municipalities already reported
    scores: list[Score] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    headings: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Header:
    """The header row of a table: 0-based index, headings as written and folded."""

    index: int
    written: tuple[str, ...]
    folded: tuple[str, ...]

    def column(self, names: Sequence[str]) -> int | None:
        return find_column(self.folded, names)


def read_scores(tables: Sequence[Table], name: str, catalog: Catalog, department: str = "antioquia") -> ScoreFile:
    """Read all tables of one file.

    `name` is the file's name (it may carry the vigencia); `department` is the one whose municipalities the catalogue
    holds, for workbooks without DANE codes. Raises `UnusableTable` when no score can be read.
    """
    reading = _reading(catalog, fold(department))
    used = [_read_table(table, name, reading) for table in tables]
    if not any(used):
        sheets = ", ".join(f"«{table.sheet}»" for table in tables[:10]) or "ninguna"
        raise UnusableTable(f"{name}: no se reconocen puntajes (hojas leídas: {sheets}). {_EXPECTED}.")
    scores, repeated = one_per_cell(reading.scores)
    if not any(score.score is not None for score in scores):
        why = f" Primer motivo: {reading.problems[0]}." if reading.problems else ""
        raise UnusableTable(f"{name}: el encabezado se reconoce, pero ninguna fila trae un puntaje utilizable.{why}")
    vigencias = tuple(sorted({score.vigencia for score in scores}))
    return ScoreFile(tuple(scores), (*reading.problems, *repeated), vigencias, reading.headings)


def _reading(catalog: Catalog, department: str) -> Reading:
    places = {
        (department, fold(alias)): place.dane
        for place in catalog.municipalities
        for alias in (place.name, *place.aliases)
    }
    codes = frozenset(place.dane for place in catalog.municipalities)
    return Reading(PolicyNames.of(catalog.policies), places, codes, frozenset(code[:2] for code in codes), department)


def _read_table(table: Table, name: str, reading: Reading) -> bool:
    for index, row in enumerate(table.rows[:_HEADER_ROWS]):
        written = tuple(text_of(cell) for cell in row)
        header = Header(index, written, tuple(fold(cell) for cell in row))
        if _is_tidy(header):
            _read_tidy(table, header, reading)
            return True
        if _is_wide(header, reading.names):
            _read_wide(table, header, _vigencia_outside(table, index, name), reading)
            return True
    return False


def _is_tidy(header: Header) -> bool:
    return header.column(headings.DANE) is not None and (
        header.column(headings.POLICY) is not None or header.column(headings.SCORE) is not None
    )


def _is_wide(header: Header, names: PolicyNames) -> bool:
    by_name = all(header.column(c) is not None for c in (headings.SIGEP, headings.DEPARTMENT, headings.MUNICIPALITY))
    return (by_name or header.column(headings.DANE) is not None) and any(map(names.slug, header.written))


# --- one row per score -----------------------------------------------------------------------------------------------


def _read_tidy(table: Table, header: Header, reading: Reading) -> None:
    columns = {
        "Código DANE": header.column(headings.DANE),
        "Vigencia": header.column(headings.VIGENCIA),
        "Política": header.column(headings.POLICY),
        "Puntaje": headings.find_score_column(header.folded),
    }
    if missing := [label for label, index in columns.items() if index is None]:
        raise UnusableTable(
            f"Hoja «{table.sheet}», fila {header.index + 1}: falta la columna {_listed(missing)}. {_EXPECTED}."
        )
    dane, vigencia, policy, score = (index for index in columns.values() if index is not None)
    group, published = header.column(headings.GROUP), header.column(headings.PUBLISHED)
    nature = header.column(headings.NATURE)
    for number, row in _body(table, header):
        if nature is not None and "alcaldia" not in fold(_cell(row, nature)).split():
            continue
        place = _Place(table.sheet, number, header)
        code, slug = _dane(row, dane, place, reading), _slug(row, policy, place, reading)
        year = parse_vigencia(_cell(row, vigencia))
        if year is None:
            reading.problems.append(place.problem("bad_vigencia", "vigencia ilegible; se espera un año 20xx", vigencia))
        if code and slug and year:
            value = _score(row, score, place, reading)
            day = _published(row, published)
            reading.scores.append(Score(code, slug, year, value, _text(row, group), day))


# --- one row per entity ----------------------------------------------------------------------------------------------


def _read_wide(table: Table, header: Header, outside: int | None, reading: Reading) -> None:
    policies = _policy_columns(table, header, reading)
    vigencia, group = header.column(headings.VIGENCIA), header.column(headings.GROUP)
    published = header.column(headings.PUBLISHED)
    if vigencia is None and outside is None:
        raise UnusableTable(
            f"Hoja «{table.sheet}»: no se sabe de qué vigencia es. Se espera una columna «Vigencia», la frase "
            "«vigencia 20xx» en las filas de título, o el año en el nombre del archivo."
        )
    for number, row in _body(table, header):
        place = _Place(table.sheet, number, header)
        code = _town_hall(row, place, reading)
        if code is None:
            continue
        year = outside if vigencia is None else parse_vigencia(_cell(row, vigencia))
        if year is None:
            reading.problems.append(place.problem("bad_vigencia", "vigencia ilegible; se espera un año 20xx", vigencia))
            continue
        day = _published(row, published)
        for column, slug in policies.items():
            value = _score(row, column, place, reading)
            reading.scores.append(Score(code, slug, year, value, _text(row, group), day))


def _policy_columns(table: Table, header: Header, reading: Reading) -> dict[int, str]:
    """Column → slug. Of two columns that name one policy (a dimension may share its name) the coded one holds."""
    columns: dict[str, int] = {}
    # Coded headings first; sorting keeps the order of the table otherwise.
    order = sorted(range(len(header.written)), key=lambda i: not headings.has_policy_code(header.written[i]))
    for index in order:
        written, folded = header.written[index], header.folded[index]
        slug = reading.names.slug(written)
        if slug is not None and slug not in columns:
            columns[slug] = index
            reading.headings[written] = slug
        elif slug is not None:
            reading.problems.append(_unused(table, header, written, _REPEATED))
        elif folded not in _IDENTIFYING and not headings.is_other_figure(folded):
            reading.problems.append(_unused(table, header, written, _UNKNOWN))
    return {index: slug for slug, index in columns.items()}


_REPEATED = ("repeated_policy_column", "repite una política que ya tiene columna")
_UNKNOWN = ("unknown_policy", "no es una política conocida")


def _unused(table: Table, header: Header, written: str, reason: tuple[str, str]) -> Problem:
    code, why = reason
    return Problem(code, f"la columna «{written[:80]}» {why}; no se usó", table.sheet, header.index + 1, written)


def _town_hall(row: Sequence[Value], place: "_Place", reading: Reading) -> str | None:
    """The DANE code of an alcaldía's row; None for every other entity (they share the code of their municipality)."""
    header = place.header
    nature, entity = header.column(headings.NATURE), header.column(headings.ENTITY)
    kind = nature if nature is not None else entity
    if kind is not None and "alcaldia" not in fold(_cell(row, kind)).split():
        return None
    dane = header.column(headings.DANE)
    if dane is not None:
        return _dane(row, dane, place, reading)
    return _dane_by_name(row, place, reading)


def _dane_by_name(row: Sequence[Value], place: "_Place", reading: Reading) -> str | None:
    department, municipality = place.header.column(headings.DEPARTMENT), place.header.column(headings.MUNICIPALITY)
    key = (fold(_cell(row, department)), fold(_cell(row, municipality)))
    code = reading.places.get(key)
    if code is None and key[0] == reading.department:
        detail = f"el municipio «{_text(row, municipality)}» no está en el catálogo; su fila no se usó"
        reading.problems.append(place.problem("unknown_municipality", detail, municipality))
    return code


def _vigencia_outside(table: Table, header_index: int, name: str) -> int | None:
    """The vigencia that title rows, the sheet's name or the file's name tell, in that order."""
    titles = " ".join(text_of(cell) for row in table.rows[:header_index] for cell in row if cell is not None)
    for text in (titles, table.sheet, name):
        years = set(_TITLE_YEAR.findall(text))
        if len(years) == 1:
            return int(years.pop())
    return parse_vigencia(table.sheet) or parse_vigencia(re.sub(r"[_.-]", " ", name))


# --- cells with their place ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Place:
    sheet: str
    row: int
    header: Header

    def problem(self, code: str, detail: str, column: int | None) -> Problem:
        heading = "" if column is None else self.header.written[column]
        return Problem(code, detail, self.sheet, self.row, heading)


def _body(table: Table, header: Header) -> Iterator[tuple[int, Sequence[Value]]]:
    for index in range(header.index + 1, len(table.rows)):
        row = table.rows[index]
        if any(cell not in (None, "") for cell in row):
            yield index + 1, row


def _cell(row: Sequence[Value], column: int | None) -> Value:
    return row[column] if column is not None and column < len(row) else None


def _text(row: Sequence[Value], column: int | None) -> str:
    return text_of(_cell(row, column))


def _published(row: Sequence[Value], column: int | None) -> date | None:
    return parse_day(_cell(row, column))


def _dane(row: Sequence[Value], column: int, place: _Place, reading: Reading) -> str | None:
    value = _cell(row, column)
    code = parse_dane(value)
    if code is None:
        detail = f"código DANE ilegible: «{text_of(value)[:40]}»; se esperan cinco dígitos, como 05001"
        reading.problems.append(place.problem("bad_dane", detail, column))
    elif code not in reading.codes and code not in reading.unknown and code[:2] in reading.prefixes:
        # Kept all the same: the code identifies, and the catalogue may be older than the file.
        reading.unknown.add(code)
        detail = f"el código {code} no está en el catálogo de municipios; se usó tal cual"
        reading.problems.append(place.problem("unknown_municipality", detail, column))
    return code


def _slug(row: Sequence[Value], column: int, place: _Place, reading: Reading) -> str | None:
    written = _text(row, column)
    slug = reading.headings.get(written) or reading.names.slug(written)
    if slug is not None:
        reading.headings[written] = slug
    elif not headings.is_other_figure(fold(written)):
        detail = f"«{written[:80]}» no es una política conocida; la fila no se usó"
        reading.problems.append(place.problem("unknown_policy", detail, column))
    return slug


def _score(row: Sequence[Value], column: int, place: _Place, reading: Reading) -> float | None:
    value = _cell(row, column)
    score = parse_score(value)
    if score is None and not is_not_given(value):
        detail = f"puntaje ilegible: «{text_of(value)[:40]}»; se espera un número de 0 a 100 y se dejó sin dato"
        reading.problems.append(place.problem("bad_score", detail, column))
    return score


def _listed(labels: Sequence[str]) -> str:
    return " y ".join(f"«{label}»" for label in labels)


_IDENTIFYING = frozenset(
    name
    for names in (
        headings.DANE,
        headings.VIGENCIA,
        headings.GROUP,
        headings.PUBLISHED,
        headings.SIGEP,
        headings.DEPARTMENT,
        headings.MUNICIPALITY,
        headings.NATURE,
        headings.ENTITY,
    )
    for name in names
)
