"""The writes of one cycle: cells at their places in one call, new rows in a second one that overwrites nothing.

What cannot be ruled out before a write is looked at in its answer: it tells the header and the keys as they are then.
If rows or columns moved within that moment, what landed in somebody else's cell is put back at once.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tasks.adapters.sheet.google.api import Refused, SheetsApi
from tasks.adapters.sheet.google.cells import a1, column_letters, extended_value, quoted, raw_cell
from tasks.adapters.sheet.google.dress import row_dress
from tasks.adapters.sheet.google.page import Page
from tasks.adapters.sheet.google.plan import Target, runs
from tasks.adapters.sheet.header import unique_headers
from tasks.domain.sheet.cells import canonical
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
        pages = list({id(target.page): target.page for target in call.targets}.values())
        looks = [look for page in pages for look in _looks(page)]
        try:
            answers = api.write_values([*call.data, *looks])
        except Refused:  # were it for the looks, the writes would still count; else this says so again
            answers = api.write_values(call.data)
        if len(answers) == len(call.data) + len(looks):
            after = _Looks(pages, answers[len(call.data) :])
            strayed = [target for target in call.targets if after.is_elsewhere(target)]
            if strayed:
                _put_back(api, strayed)
            moved += strayed
    return moved


def _put_back(api: SheetsApi, strayed: Sequence[Target]) -> None:
    """Restore the cells that were written over, to what they said just before under their own row and column."""
    before = {target.page.title: target.page for target in strayed}
    found = zip(before.values(), api.values([quoted(title) for title in before]), strict=True)
    now = {page.title: Page(page.layout, page.title, values, page.identities) for page, values in found}
    data = []
    for target in strayed:
        raw = _said_before(target, now[target.page.title])
        where = a1(target.page.title, target.column, target.row, target.row)
        data.append({"range": where, "majorDimension": "ROWS", "values": [[raw]]})
    api.write_values(data)


def _said_before(target: Target, now: Page) -> Any:
    """Return what the row and column that stand now where the target was written said before the write."""
    before, key = target.page, now.key(target.row)
    header = now.headers[target.column] if target.column < len(now.headers) else ""
    column = before.columns.get(header_key(header)) if header else None
    rows = before.by_key.get(key, []) if key else []
    # A key that was itself written over: its row stands where it stood if nobody else bears that key now.
    in_place = not rows and before.key(target.row) not in {"", *now.by_key}
    row = rows[0] if len(rows) == 1 else (target.row if in_place else None)
    return "" if row is None or column is None else before.raw(row, column)


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


def _looks(page: Page) -> list[dict[str, Any]]:
    """Return two ranges into which nothing is written: the answer tells what the header and the keys are then."""
    last = column_letters(len(page.headers) - 1)
    header = f"{quoted(page.title)}!A{page.header}:{last}{page.header}"
    keys = a1(page.title, page.key_column or 0, 1, page.last)
    return [{"range": where, "majorDimension": "ROWS", "values": [[]]} for where in (header, keys)]


class _Looks:
    """Where keys and headers stood when the cells were written. An answer that tells nothing raises no suspicion."""

    def __init__(self, pages: Sequence[Page], answers: Sequence[Mapping[str, Any]]) -> None:
        self._headers: dict[str, tuple[str, ...]] = {}
        self._keys: dict[str, list[str]] = {}
        for page, header, keys in zip(pages, answers[::2], answers[1::2], strict=True):
            if header and keys:
                self._headers[page.title] = unique_headers((header.get("values") or [[]])[0])
                self._keys[page.title] = [canonical(row[0]) if row else "" for row in keys.get("values", ())]

    def is_elsewhere(self, target: Target) -> bool:
        """Whether the written cell is another row's or column's by now."""
        page = target.page
        if page.title not in self._keys:
            return False
        expected = {page.key(target.row)}
        if target.column == page.key_column:
            expected.add(canonical(target.write.value))
        return (
            self._key(target) not in expected
            or _at(self._headers[page.title], target.column) != page.headers[target.column]
        )

    def _key(self, target: Target) -> str:
        return _at(self._keys[target.page.title], target.row - 1)


def _at(texts: Sequence[str], index: int) -> str:
    return texts[index] if index < len(texts) else ""


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
