"""Tables with one row per entity and one column per policy, as Función Pública publishes them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tasks.domain.scores.results import Score, Table, UnusableTable
from tasks.domain.scores.tables import headings
from tasks.domain.scores.tables.cells import is_not_given, parse_score, parse_vigencia
from tasks.domain.scores.tables.headings import PolicyNames
from tasks.domain.scores.tables.reading import Header, Line, Reading, body, scale_of

_ROWS_TO_JUDGE = 10  # rows from which the year nearly all of them name is the table's
_NEARLY_ALL = 0.9


@dataclass(frozen=True)
class _Column:
    """A policy's column; `year` when its heading, or the row above, names one."""

    index: int
    slug: str
    year: int | None
    scale: float


def is_wide(header: Header, names: PolicyNames) -> bool:
    """Whether the row is the header of such a table."""
    return (header.has_code or header.has_names) and any(names.slug_and_year(name)[0] for name in header.written)


def read_wide(table: Table, header: Header, outside: int | None, reading: Reading) -> None:
    """Read the table; `outside` is the vigencia that titles or names tell.

    Raises `UnusableTable` when nothing tells the vigencia.
    """
    lines = [(line, code) for line in body(table, header, reading) if (code := line.town_hall())]
    columns = _policy_columns(table, header, [line for line, _ in lines], reading)
    vigencia = header.column(headings.VIGENCIA)
    if vigencia is None and outside is None and any(column.year is None for column in columns):
        raise UnusableTable(
            f"Hoja «{table.sheet}»: no se sabe de qué vigencia es. Se espera una columna «Vigencia», la frase "
            "«vigencia 20xx» en las filas de título, o el año en el nombre del archivo."
        )
    usual = _usual_year([line for line, _ in lines], vigencia)
    grouped = any(line.group() for line, _ in lines)
    for line, code in lines:
        own = outside if vigencia is None else _own_year(line, vigencia, usual)
        group, cells = line.group(), []
        for column in columns:
            year = column.year or own
            if year is not None:
                score = line.score(column.index, column.scale)
                cells.append(line.value(column.index))
                line.keep(Score(code, column.slug, year, score, group, line.published), column.index)
        if grouped and not group:
            what = "la celda del grupo par está vacía; el municipio queda sin pares"
            line.report("missing_group", what, header.column(headings.GROUP))
        if cells and all(is_not_given(cell) for cell in cells):
            line.report("empty_row", "la fila no trae ningún puntaje; sus políticas quedan como no medidas", None)
    _tell_repeated([line for line, _ in lines], columns)


def _tell_repeated(lines: Sequence[Line], columns: Sequence[_Column]) -> None:
    """Name two policies that have the same figures in every row: one was pasted over the other."""
    seen: dict[tuple[object, ...], int] = {}
    for column in columns:
        figures = tuple(parse_score(line.value(column.index)) for line in lines)
        known = {figure for figure in figures if figure is not None}
        first = seen.setdefault(figures, column.index)
        if first != column.index and len(known) >= _ROWS_TO_JUDGE:
            sheet, header, reading = lines[0].sheet, lines[0].header, lines[0].reading
            what = f"todos los puntajes son iguales a los de la columna «{header.written[first][:80]}»; verifique"
            reading.report_column(sheet, header, column.index, "repeated_figures", what)


def _usual_year(lines: Sequence[Line], column: int | None) -> int | None:
    """The year that nearly all rows name, when one does."""
    years = Counter(parse_vigencia(line.value(column)) for line in lines) if column is not None else Counter()
    year, count = years.most_common(1)[0] if years else (None, 0)
    return year if len(lines) >= _ROWS_TO_JUDGE and count >= _NEARLY_ALL * len(lines) else None


def _own_year(line: Line, column: int, usual: int | None) -> int | None:
    year = line.vigencia(column, parse_vigencia(line.value(column)))
    if year is not None and usual is not None and year != usual:
        detail = f"la fila dice vigencia {year} y las demás {usual}; la fila no se usó"
        line.report("odd_vigencia", detail, column)
        return None
    return year


def _policy_columns(table: Table, header: Header, lines: Sequence[Line], reading: Reading) -> list[_Column]:
    """Of two columns that name one policy and year (a dimension may share its name) the coded one holds."""
    above = _years_above(table, header)
    taken: dict[tuple[str, int | None], _Column] = {}
    # Coded headings first; sorting keeps the order of the table otherwise.
    for index in sorted(range(len(header.written)), key=lambda i: not headings.has_policy_code(header.written[i])):
        written = header.written[index]
        slug, year = reading.names.slug_and_year(written)
        key = (slug or "", year or above.get(index))
        if slug is not None and key not in taken:
            taken[key] = _Column(index, slug, key[1], scale_of(lines, index))
            reading.headings[written] = slug
        elif slug is not None:
            what = f"la columna «{written[:80]}» repite una política que ya tiene columna; no se usó"
            reading.report_column(table.sheet, header, index, "repeated_policy_column", what)
        elif not written:
            _tell_unnamed(table, header, index, lines)
        elif not headings.is_identifying(header.folded[index]) and not headings.is_other_figure(header.folded[index]):
            what = f"{reading.names.unknown(written)}; la columna no se usó"
            reading.report_column(table.sheet, header, index, "unknown_policy", what)
    return sorted(taken.values(), key=lambda column: column.index)


def _tell_unnamed(table: Table, header: Header, index: int, lines: Sequence[Line]) -> None:
    """Name a column of figures without a heading: a policy whose name was deleted would be missing in silence."""
    figures = sum(parse_score(line.value(index)) is not None for line in lines)
    if figures >= _ROWS_TO_JUDGE:
        after = next((name for name in reversed(header.written[:index]) if name), "")
        what = f"a la derecha de «{after[:80]}» hay una columna con {figures} cifras y sin encabezado; no se usó"
        lines[0].reading.report_column(table.sheet, header, index, "unnamed_column", what)


def _years_above(table: Table, header: Header) -> dict[int, int]:
    """Years that stand side by side in the row above the header; a merged cell says its year once, for all it spans."""
    if not header.index:
        return {}
    years: dict[int, int] = {}
    current: int | None = None
    for index, cell in enumerate(table.rows[header.index - 1]):
        current = headings.year_alone(cell) or (current if cell in (None, "") else None)
        if current:
            years[index] = current
    return years if len(set(years.values())) > 1 else {}
