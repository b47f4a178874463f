"""The writes of one cycle: cells at their places in one call, new rows in a second one that overwrites nothing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tasks.adapters.sheet.google.api import Refused, SheetsApi, Unanswered
from tasks.adapters.sheet.google.cells import a1, extended_value, raw_cell
from tasks.adapters.sheet.google.dress import row_dress
from tasks.adapters.sheet.google.mending import Expectation
from tasks.adapters.sheet.google.page import Page
from tasks.adapters.sheet.google.plan import Target, runs
from tasks.adapters.sheet.google.repair import put_back
from tasks.domain.sheet.headers import header_key
from tasks.ports.sheet import RowAppend, Value

_CALL_SIZE = 4_000_000  # characters of one call, roughly: the server takes ten million bytes


@dataclass(slots=True)
class _Call:
    """Ranges of one values.batchUpdate."""

    data: list[dict[str, Any]] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)


def write_cells(api: SheetsApi, targets: list[Target]) -> list[Target]:
    """Set the cells; return those that had moved away meanwhile (what was written over is put back)."""
    moved: list[Target] = []
    for call in _calls(targets):
        pages = {target.page.title: target.page for target in call.targets}
        expected = [Expectation(page, [t for t in call.targets if t.page is page]) for page in pages.values()]
        try:
            met = _write(api, call, expected)
        except Unanswered:
            put_back(api, expected)
            raise
        if not met:
            moved += put_back(api, expected)
    return moved


def _write(api: SheetsApi, call: "_Call", expected: Sequence[Expectation]) -> bool:
    """Write and return whether every tab is then as it was expected to be."""
    looks = [expectation.looks() for expectation in expected]
    try:
        answers = api.write_values([*call.data, *(look for some in looks for look in some)])
    except Refused:  # were it for the looks, the writes would still count; else this says so again
        answers = api.write_values(call.data)
    told = iter(answers[len(call.data) :])
    found = [[next(told, {}) for _ in some] for some in looks]
    return all(one.is_met(answer) for one, answer in zip(expected, found, strict=True))


def _calls(targets: list[Target]) -> Iterator[_Call]:
    call, size = _Call(), 0
    for run in runs(targets):
        cells = [raw_cell(target.write.value) for target in run]
        cost = sum(_cost(cell) for cell in cells)
        if call.data and size + cost > _CALL_SIZE:
            yield call
            call, size = _Call(), 0
        first = run[0]
        where = a1(first.page.title, first.column, first.row, run[-1].row)
        call.data.append({"range": where, "majorDimension": "ROWS", "values": [[cell] for cell in cells]})
        call.targets += run
        size += cost
    if call.data:
        yield call


def _cost(cell: Any) -> int:
    return 12 + (len(cell) if isinstance(cell, str) else 8)


def add_rows(api: SheetsApi, batches: Iterable[tuple[Page, int, Sequence[RowAppend]]]) -> None:
    """Add rows below everything: (tab, the server's number for it, rows) each.

    They are inserted, filled and formatted in one step, so that a row which somebody types there meanwhile moves down
    instead of being overwritten, and the grid grows by itself.
    """
    requests: list[dict[str, Any]] = []
    size = 0
    for page, sheet, rows in batches:
        start = page.last
        for part in _parts(rows):
            if requests and size + part.cost > _CALL_SIZE:
                api.change(requests)
                requests, size = [], 0
            requests += _insertion(page, sheet, start, part.rows)
            size += part.cost
            start += len(part.rows)
    if requests:
        api.change(requests)


@dataclass(slots=True)
class _Part:
    rows: list[RowAppend] = field(default_factory=list)
    cost: int = 0


def _parts(rows: Sequence[RowAppend]) -> Iterator[_Part]:
    part = _Part()
    for row in rows:
        cost = sum(60 + len(str(value)) for value in row.values.values())
        if part.rows and part.cost + cost > _CALL_SIZE:
            yield part
            part = _Part()
        part.rows.append(row)
        part.cost += cost
    yield part


def _insertion(page: Page, sheet: int, start: int, rows: Sequence[RowAppend]) -> list[dict[str, Any]]:
    end = start + len(rows)
    # Rows look like the blank ones below; where there may be none only the ones above can be asked for their looks.
    above = start >= page.row_count
    place = {"sheetId": sheet, "dimension": "ROWS", "startIndex": start, "endIndex": end}
    cells = [{"values": _row_cells(page, row.values)} for row in rows]
    return [
        {"insertDimension": {"range": place, "inheritFromBefore": above}},
        *row_dress(page, sheet, (start, end)),
        {
            "updateCells": {
                "start": {"sheetId": sheet, "rowIndex": start, "columnIndex": 0},
                "rows": cells,
                "fields": "userEnteredValue",
            }
        },
    ]


def _row_cells(page: Page, values: Mapping[str, Value]) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = [{} for _ in page.headers]
    for header, value in values.items():
        column = page.columns.get(header_key(header))
        if column is not None and value is not None:
            cells[column] = {"userEnteredValue": extended_value(value)}
    return cells
