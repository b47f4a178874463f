"""Tables with one row per score, or one row per municipality and policy with the years side by side."""

from collections.abc import Sequence

from tasks.domain.scores.results import Score, Table, UnusableTable
from tasks.domain.scores.tables import headings
from tasks.domain.scores.tables.cells import fold, parse_vigencia
from tasks.domain.scores.tables.reading import Header, Line, Reading, body, scale_of
from tasks.domain.spanish import counted

_ROWS_TO_JUDGE = 30  # rows of a year beside which those of another can be called few
_FEW = 0.1


def is_tidy(header: Header) -> bool:
    """Whether the row is the header of such a table."""
    policy = header.column(headings.POLICY) is not None
    if header.has_code:
        return policy or header.column(headings.SCORE) is not None
    return header.has_names and policy


def read_tidy(table: Table, header: Header, reading: Reading, expected: str) -> None:
    """Read the table. Raises `UnusableTable`, which names the missing columns, when it has no scores."""
    policy = header.column(headings.POLICY)
    figures = _figures(header)
    missing = [] if policy is not None else ["Política"]
    missing += figures if isinstance(figures, list) else []
    if missing or policy is None or isinstance(figures, list):
        labels = " y ".join(f"«{label}»" for label in missing)
        where = f"Hoja «{table.sheet}», fila {header.index + 1}"
        raise UnusableTable(f"{where}: falta la columna {labels}. {expected}.")
    lines = [(line, code) for line in body(table, header, reading) if (code := line.town_hall())]
    scales = {column: scale_of([line for line, _ in lines], column) for column in figures}
    _tell_odd_years([line for line, _ in lines])
    for line, code in lines:
        if slug := _slug(line, policy):
            _keep_scores(line, (code, slug), figures, scales)


def _tell_odd_years(lines: Sequence[Line]) -> None:
    """Name the first row of each year that few rows say: one mistyped would pass for a vigencia of its own."""
    column = lines[0].header.column(headings.VIGENCIA) if lines else None
    rows: dict[int, list[Line]] = {}
    for line in lines if column is not None else ():
        if year := parse_vigencia(line.value(column)):
            rows.setdefault(year, []).append(line)
    most = max(map(len, rows.values()), default=0)
    for year, said in rows.items():
        if most >= _ROWS_TO_JUDGE and len(said) <= _FEW * most:
            many = counted(len(said), "fila dice", "filas dicen")
            detail = f"solo {many} vigencia {year}, desde esta; verifique que no sea un año mal escrito; se usó así"
            said[0].report("few_of_vigencia", detail, column)


def _figures(header: Header) -> dict[int, int | None] | list[str]:
    """Score columns with their year (None: the row's own), or the labels of the columns that are missing."""
    vigencia, score = header.column(headings.VIGENCIA), headings.find_score_column(header.folded)
    if vigencia is not None and score is not None:
        return {score: None}
    side_by_side = {i: year for i, name in enumerate(header.written) if (year := headings.year_alone(name))}
    if side_by_side:
        return {**side_by_side}
    return [label for label, column in (("Vigencia", vigencia), ("Puntaje", score)) if column is None]


def _keep_scores(line: Line, unit: tuple[str, str], figures: dict[int, int | None], scales: dict[int, float]) -> None:
    vigencia = line.header.column(headings.VIGENCIA)
    group = line.group()
    for column, year in figures.items():
        own = year if year is not None else parse_vigencia(line.value(vigencia))
        found = line.vigencia(vigencia if year is None else column, own)
        if found is not None:
            value = line.score(column, scales[column])
            line.keep(Score(*unit, found, value, group, line.published), column)


def _slug(line: Line, column: int) -> str | None:
    reading, written = line.reading, line.text(column)
    slug = reading.headings.get(written) or reading.names.slug(written)
    if slug is not None:
        reading.headings[written] = slug
    elif not headings.is_other_figure(fold(written)):
        line.report("unknown_policy", f"{reading.names.unknown(written)}; la fila no se usó", column)
    return slug
