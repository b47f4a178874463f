"""Values as the Sheets API has them: RAW cells, serial dates, A1 and grid ranges."""

import math
from datetime import date, datetime, time, timedelta
from typing import Any

from tasks.adapters.sheet.google.claims import claimed
from tasks.domain.sheet.cells import clean_text
from tasks.ports.sheet import Value

_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - day 0 of spreadsheets, which know no time zones
_LAST_SERIAL = 2_958_466  # the year 10000
_DAY = 86_400  # seconds


def raw_cell(value: Value) -> str | int | float | bool:
    """Return the value as RAW input takes it: a text stays a text whatever it looks like, "" empties the cell."""
    if value is None:
        return ""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, bool | int):
        return value
    if isinstance(value, date):
        return _serial(value)
    return value if math.isfinite(value) else ""


def verbatim(raw: str | int | float | bool) -> dict[str, Any]:
    """Return the cell that says exactly this, "" for an empty one: never a formulaValue."""
    if isinstance(raw, str):
        return {"userEnteredValue": {"stringValue": raw}} if raw else {}
    return {"userEnteredValue": {"boolValue": raw} if isinstance(raw, bool) else {"numberValue": raw}}


def typed_cell(raw: Any, kind: str) -> Value:
    """Return an unformatted cell as a value; `kind` is the column's format, by which numbers are dates.

    A claim (claims.py) is ours and says nothing to anybody.
    """
    if isinstance(raw, str | bool) or raw is None:
        return (raw if raw and not claimed(raw) else None) if isinstance(raw, str) else raw
    if not isinstance(raw, int | float):
        return None
    if kind not in {"date", "datetime"} or not 0 < raw < _LAST_SERIAL:
        return raw
    moment = _EPOCH + timedelta(seconds=round(raw * _DAY))
    return moment.date() if kind == "date" and moment.time() == time() else moment


def _serial(value: date) -> int | float:
    if not isinstance(value, datetime):
        return (value - _EPOCH.date()).days
    since = value.replace(tzinfo=None) - _EPOCH
    return since.days + since.seconds / _DAY


def quoted(title: str) -> str:
    """Return a tab's title as A1 notation has it; alone it means every cell of the tab."""
    return "'" + title.replace("'", "''") + "'"


def a1(title: str, column: int, first: int, last: int) -> str:
    """Return a stretch of one column in A1 notation: column from 0, rows from 1, both ends included."""
    letter = column_letters(column)
    return f"{quoted(title)}!{letter}{first}:{letter}{last}"


def column_letters(column: int) -> str:
    """Return A for 0, Z for 25, AA for 26."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def grid_range(sheet: int, *, rows: tuple[int, int | None], columns: tuple[int, int]) -> dict[str, int]:
    """Return a GridRange: from 0, half open; rows without an end reach to the last one there will ever be."""
    start, end = rows
    found = {"sheetId": sheet, "startRowIndex": start, "startColumnIndex": columns[0], "endColumnIndex": columns[1]}
    return found if end is None else found | {"endRowIndex": end}
