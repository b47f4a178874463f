"""The table of assistance days that `mipg export assistance` writes and `mipg compare` takes."""

import csv
import io
from collections.abc import Iterable, Sequence

from tasks.domain.catalog import Catalog
from tasks.domain.scores.impact.exposure import Windows
from tasks.domain.scores.results import Assistance, AssistanceFile, Problem, Table, UnusableTable, Value
from tasks.domain.scores.tables import headings
from tasks.domain.scores.tables.cells import fold, parse_dane, parse_day, parse_modality, parse_vigencia, text_of
from tasks.domain.scores.tables.headings import PolicyNames, find_column

_HEADER_ROWS = 30
_COLUMNS = ("dane_code", "policy_slug", "fecha", "modalidad", "caso", "tipo_entidad")


def as_csv(days: Iterable[Assistance]) -> str:
    """Return the table as CSV with a heading, in a fixed order; `read_assistance` reads it back as it was."""
    rows = sorted((d.dane_code, d.policy, d.day.isoformat(), d.modality, d.case, d.entity_type) for d in days)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([_COLUMNS, *rows])
    return out.getvalue()


def read_assistance(tables: Sequence[Table], name: str, catalog: Catalog) -> AssistanceFile:
    """Read assistance days: code, policy, date and, where given, modality, case and kind of entity.

    A row whose municipality, policy or date cannot be told is left out with `assistance_unmatched`. Raises
    `UnusableTable` when no table has the columns.
    """
    names = PolicyNames.of(catalog.policies)
    for table in tables:
        for index, row in enumerate(table.rows[:_HEADER_ROWS]):
            header = tuple(fold(cell) for cell in row)
            if find_column(header, headings.DANE) is not None:
                return _read_rows(table, index, header, names)
    raise UnusableTable(
        f"{name}: no se encontró la fila de encabezado. Se espera «Código DANE», «Política», «fecha» y, "
        "si se conocen, «modalidad» y «caso»."
    )


def read_windows(tables: Sequence[Table], name: str) -> Windows:
    """Read the closing days of the yearly form (`vigencia,cierre`). Raises `UnusableTable` naming the wrong row."""
    closings = {}
    for table in tables:
        header = tuple(fold(cell) for cell in table.rows[0]) if table.rows else ()
        year, day = find_column(header, headings.VIGENCIA), find_column(header, headings.CLOSING)
        if year is None or day is None:
            raise UnusableTable(f"{name}: se esperan las columnas «vigencia» y «cierre» (fecha AAAA-MM-DD).")
        for number, row in enumerate(table.rows[1:], start=2):
            vigencia, closing = parse_vigencia(_cell(row, year)), parse_day(_cell(row, day))
            if vigencia is None or closing is None:
                raise UnusableTable(f"{name}, fila {number}: se espera una vigencia 20xx y una fecha AAAA-MM-DD.")
            closings[vigencia] = closing
    return Windows(closings)


def _read_rows(table: Table, index: int, header: tuple[str, ...], names: PolicyNames) -> AssistanceFile:
    required = {
        "Código DANE": find_column(header, headings.DANE),
        "Política": find_column(header, headings.POLICY),
        "fecha": find_column(header, headings.DAY),
    }
    if missing := [label for label, column in required.items() if column is None]:
        raise UnusableTable(f"Hoja «{table.sheet}», fila {index + 1}: falta la columna «{'», «'.join(missing)}».")
    optional = [find_column(header, names) for names in (headings.MODALITY, headings.CASE, headings.ENTITY_TYPE)]
    rows, problems = [], []
    for number, row in enumerate(table.rows[index + 1 :], start=index + 2):
        if not any(cell not in (None, "") for cell in row):
            continue
        cells = [_cell(row, column) for column in (*required.values(), *optional)]
        day, problem = _assistance(cells, names)
        if problem:
            code, detail = problem
            problems.append(Problem(code, detail, table.sheet, number))
        if day:
            rows.append(day)
    return AssistanceFile(tuple(rows), tuple(problems))


def _assistance(cells: list[Value], names: PolicyNames) -> tuple[Assistance | None, tuple[str, str] | None]:
    """The day and, besides or instead, a problem with it."""
    dane, policy, when, modality, case, entity_type = cells
    code, slug, day = parse_dane(dane), names.slug(policy), parse_day(when)
    if code is None or slug is None or day is None:
        wrong = {"código DANE": code, "política": slug, "fecha": day}
        what = ", ".join(label for label, value in wrong.items() if value is None)
        shown = " · ".join(text_of(value)[:60] for value in (dane, policy, when))
        return None, ("assistance_unmatched", f"asistencia sin {what} reconocible: {shown}")
    origin = parse_modality(modality)
    row = Assistance(code, slug, day, origin or "", text_of(case), text_of(entity_type))
    if origin is None:
        detail = f"modalidad «{text_of(modality)[:40]}» desconocida; se espera oferta o demanda"
        return row, ("unknown_modality", detail)
    return row, None


def _cell(row: Sequence[Value], column: int | None) -> Value:
    return row[column] if column is not None and column < len(row) else None
