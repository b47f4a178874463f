"""How columns look and what they offer: requests for number formats, drop-downs, colours, protection and views."""

from collections.abc import Iterator, Mapping
from typing import Any

from tasks.adapters.sheet.google.cells import grid_range
from tasks.adapters.sheet.google.page import Page
from tasks.ports.sheet import ColumnLayout, TabView

OWN = "Mesa MIPG: "  # how the descriptions of our protected ranges start
_PIXELS = 7.2  # of one character
_NUMBER_FORMATS = {
    "text": {"type": "TEXT", "pattern": "@"},
    "date": {"type": "DATE", "pattern": "dd/mm/yyyy"},
    "datetime": {"type": "DATE_TIME", "pattern": "dd/mm/yyyy hh:mm"},
    "number": {"type": "NUMBER", "pattern": "0"},
    "score": {"type": "NUMBER", "pattern": "0.0#"},
    "percent": {"type": "PERCENT", "pattern": "0%"},
}
_OWNER_FILLS = {"system": "D9D9D9", "shared": "BDD7EE", "staff": "C6E0B4", "order": "F8CBAD"}
_OWNER_NOTES = {
    "system": "La llena el sistema.",
    "shared": "Compartida: vale lo último que decida una persona.",
    "staff": "Es suya: el sistema nunca la cambia.",
    "order": "Orden: se cumple una vez y la celda se vacía.",
}
_ADVICE = "Elija un valor de la lista."


def colour(rgb: str) -> dict[str, Any]:
    """Return RRGGBB as the API's colour."""
    parts = (int(rgb[i : i + 2], 16) / 255 for i in (0, 2, 4))
    return {"rgbColor": dict(zip(("red", "green", "blue"), parts, strict=True))}


def header_cell(column: ColumnLayout) -> dict[str, Any]:
    """Return the header's cell: name, note, and the fill that says whose the column is."""
    return {
        "userEnteredValue": {"stringValue": column.header},
        "note": f"{_OWNER_NOTES[column.owner]} {column.note}".strip(),
        "userEnteredFormat": {
            "backgroundColorStyle": colour(_OWNER_FILLS[column.owner]),
            "textFormat": {"bold": True},
            "horizontalAlignment": "CENTER",
            "verticalAlignment": "MIDDLE",
            "wrapStrategy": "WRAP",
        },
    }


def column_width(column: ColumnLayout, sheet: int, place: int) -> dict[str, Any]:
    """Return the request for the column's width."""
    return {
        "updateDimensionProperties": {
            "range": {"sheetId": sheet, "dimension": "COLUMNS", "startIndex": place, "endIndex": place + 1},
            "properties": {"pixelSize": round(column.width * _PIXELS) + 10},
            "fields": "pixelSize",
        }
    }


def column_format(column: ColumnLayout, area: Mapping[str, int]) -> dict[str, Any]:
    """Return the request for the look of the column's cells."""
    centred = column.format in {"date", "datetime", "number", "score"} or bool(column.colours)
    cell: dict[str, Any] = {
        "verticalAlignment": "TOP",
        "horizontalAlignment": "CENTER" if centred else "LEFT",
        "wrapStrategy": "WRAP" if column.wrap else "CLIP",
    }
    fields = "wrapStrategy,verticalAlignment,horizontalAlignment"
    if column.format in _NUMBER_FORMATS:
        cell["numberFormat"] = _NUMBER_FORMATS[column.format]
        fields += ",numberFormat"
    return {
        "repeatCell": {"range": area, "cell": {"userEnteredFormat": cell}, "fields": f"userEnteredFormat({fields})"}
    }


def drop_down(column: ColumnLayout, area: Mapping[str, int]) -> dict[str, Any]:
    """Return the request for the column's drop-down; a column without choices gets none."""
    request: dict[str, Any] = {"range": area}
    if column.choices:
        request["rule"] = {
            "condition": {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": one} for one in column.choices]},
            "inputMessage": _ADVICE,
            "strict": column.strict,
            "showCustomUi": True,
        }
    return {"setDataValidation": request}


def offers(rule: Mapping[str, Any], column: ColumnLayout) -> bool:
    """Whether a cell's validation rule is the column's drop-down as it is to be."""
    condition = rule.get("condition", {})
    values = tuple(str(value.get("userEnteredValue", "")) for value in condition.get("values", ()))
    return values == column.choices and bool(rule.get("strict", False)) == column.strict


def row_dress(page: Page, sheet: int, rows: tuple[int, int]) -> Iterator[dict[str, Any]]:
    """Yield the requests that give new rows the looks and drop-downs of their columns."""
    for column in page.layout.columns:
        place = page.column(column)
        if place is not None:
            area = grid_range(sheet, rows=rows, columns=(place, place + 1))
            yield column_format(column, area)
            if column.choices:
                yield drop_down(column, area)


def colours(column: ColumnLayout, area: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    """Yield the conditional formats that fill a cell by its value."""
    for value, rgb in column.colours:
        condition = {"type": "TEXT_EQ", "values": [{"userEnteredValue": value}]}
        look = {"backgroundColorStyle": colour(rgb), "textFormat": {"bold": value == "rojo"}}
        rule = {"ranges": [area], "booleanRule": {"condition": condition, "format": look}}
        yield {"addConditionalFormatRule": {"rule": rule, "index": 0}}


def protected(column: ColumnLayout) -> str:
    """Return how our protection of a column describes itself."""
    return f"{OWN}la columna «{column.known_as}» la llena el sistema"


def protection(column: ColumnLayout, area: Mapping[str, int], editor: str, *, warn: bool) -> dict[str, Any]:
    """Return the request that keeps everybody but the service out of a column, or (`warn`) only asks them twice."""
    found: dict[str, Any] = {
        "range": area,
        "description": protected(column),
        "warningOnly": warn,
    }
    if not warn:
        found["editors"] = {"users": [editor]}
    return {"addProtectedRange": {"protectedRange": found}}


def filter_view(
    view: TabView, column: ColumnLayout, places: Mapping[str, int], area: Mapping[str, int]
) -> dict[str, Any]:
    """Return the request for a view that everybody may look through without changing what the others see.

    `column` is the one that the view selects by, `places` tells where each column is.
    """
    hidden = ["", *(value for value, _ in column.colours if value not in view.shown)]
    found = {
        "title": view.title,
        "range": area,
        "sortSpecs": [{"dimensionIndex": places[view.order], "sortOrder": "ASCENDING"}],
        "filterSpecs": [{"columnIndex": places[view.header], "filterCriteria": {"hiddenValues": hidden}}],
    }
    return {"addFilterView": {"filter": found}}
