"""The requests of spreadsheets.batchUpdate that offices need, with the service's own refusals."""

from collections.abc import Callable
from typing import Any

from tests.googlesheets.model import Area, Formula, Layer, Sheet, Spreadsheet, invalid

Handler = Callable[[Spreadsheet, dict[str, Any]], dict[str, Any]]
_GRID_PROPERTIES = {"rowCount", "columnCount", "frozenRowCount", "frozenColumnCount", "hideGridlines"}


def apply_requests(book: Spreadsheet, requests: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Apply them in order and return a reply each; the caller undoes all of them if one is refused."""
    if not requests:
        raise invalid("Must specify at least one request.")
    replies = []
    for index, request in enumerate(requests):
        if len(request) != 1 or next(iter(request)) not in HANDLERS:
            raise invalid(f"Invalid JSON payload received. Unknown name at 'requests[{index}]': Cannot find field.")
        ((kind, body),) = request.items()
        try:
            replies.append(HANDLERS[kind](book, body))
        except KeyError as missing:
            raise invalid(f"Invalid requests[{index}].{kind}: missing {missing}") from missing
        except Exception as error:
            if getattr(error, "code", 0) == 400:
                raise invalid(f"Invalid requests[{index}].{kind}: {error}") from error
            raise
    return replies


def _fields(body: dict[str, Any]) -> str:
    if not body.get("fields"):
        raise invalid("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)")
    return str(body["fields"])


def _spreadsheet_properties(book: Spreadsheet, body: dict[str, Any]) -> dict[str, Any]:
    for name in _fields(body).split(","):
        setattr(book, {"locale": "locale", "timeZone": "time_zone", "title": "title"}[name], body["properties"][name])
    return {}


def _add_sheet(book: Spreadsheet, body: dict[str, Any]) -> dict[str, Any]:
    properties = body.get("properties", {})
    title = properties.get("title") or f"Sheet{len(book.sheets) + 1}"
    if any(sheet.title.casefold() == title.casefold() for sheet in book.sheets):
        raise invalid(f'A sheet with the name "{title}" already exists. Please enter another name.')
    grid = properties.get("gridProperties", {})
    if grid.get("frozenColumnCount", 0) >= grid.get("columnCount", 26):
        raise invalid("You can't freeze all visible columns on the sheet.")
    number = properties.get("sheetId", book.new_id())
    sheet = Sheet(number, title, grid.get("rowCount", 1000), grid.get("columnCount", 26))
    sheet.properties = {k: v for k, v in grid.items() if k in _GRID_PROPERTIES - {"rowCount", "columnCount"}}
    sheet.hidden = properties.get("hidden", False)
    book.sheets.insert(properties.get("index", len(book.sheets)), sheet)
    return {"addSheet": {"properties": sheet_properties(book, sheet)}}


def _delete_sheet(book: Spreadsheet, body: dict[str, Any]) -> dict[str, Any]:
    sheet = book.by_id(body["sheetId"])
    if len(book.sheets) == 1:
        raise invalid("You can't remove all the sheets in a document.")
    book.sheets.remove(sheet)
    book.marks = [mark for mark in book.marks if mark["location"].get("sheetId") != sheet.id]
    return {}


def _update_sheet(book: Spreadsheet, body: dict[str, Any]) -> dict[str, Any]:
    properties, sheet = body["properties"], book.by_id(body["properties"]["sheetId"])
    for name in _fields(body).replace("gridProperties(rowCount,columnCount)", "size").split(","):
        if name == "title":
            sheet.title = properties["title"]
        elif name == "hidden":
            sheet.hidden = properties["hidden"]
        elif name == "size":
            sheet.resize(properties["gridProperties"]["rowCount"], properties["gridProperties"]["columnCount"])
        elif name.startswith("gridProperties."):
            sheet.properties[name.removeprefix("gridProperties.")] = properties["gridProperties"][name.split(".")[1]]
        else:
            raise invalid(f"Invalid field: {name}")
    return {}


def _is_rows(where: dict[str, Any]) -> bool:
    if where.get("dimension") not in {"ROWS", "COLUMNS"}:
        raise invalid("No dimension specified.")
    return bool(where["dimension"] == "ROWS")


def _append(book: Spreadsheet, body: dict[str, Any]) -> dict[str, Any]:
    sheet = book.by_id(body["sheetId"])
    if body.get("length", 0) < 1:
        raise invalid("length must be greater than 0")
    if _is_rows(body):
        sheet.rows += body["length"]
    else:
        sheet.columns += body["length"]
    return {}


def _insert(book: Spreadsheet, body: dict[str, Any]) -> dict[str, Any]:
    where = body["range"]
    sheet, rows = book.by_id(where["sheetId"]), _is_rows(where)
    size = sheet.rows if rows else sheet.columns
    start, end = where.get("startIndex", 0), where["endIndex"]
    if end <= start:
        raise invalid("range.endIndex must be greater than range.startIndex")
    if body.get("inheritFromBefore", False):
        if start == 0:
            raise invalid("range.startIndex must be greater than zero if inheritFromBefore is true.")
        if start > size:
            raise invalid(f"range.startIndex is too large: {start} of {size}")
    elif start >= size:
        raise invalid(f"range.startIndex must be less than the grid size ({size}) if inheritFromBefore is false.")
    sheet.insert(rows, start, end - start)
    return {}


def _delete(book: Spreadsheet, body: dict[str, Any]) -> dict[str, Any]:
    where = body["range"]
    sheet = book.by_id(where["sheetId"])
    sheet.delete(_is_rows(where), where.get("startIndex", 0), where["endIndex"] - where.get("startIndex", 0))
    return {}


def _dimension_properties(book: Spreadsheet, body: dict[str, Any]) -> dict[str, Any]:
    where = body["range"]
    _fields(body)
    sheet = book.by_id(where["sheetId"])
    if not _is_rows(where):
        area = Area(c0=where["startIndex"], c1=where["endIndex"])
        sheet.layers.append(Layer("width", area, body["properties"]))
    return {}


def _entered(value: dict[str, Any] | None) -> Any:
    if not value:
        return None
    ((kind, content),) = value.items()
    if kind == "formulaValue":
        return Formula(content)
    expected = {"stringValue": str, "numberValue": (int, float), "boolValue": bool}[kind]
    if not isinstance(content, expected):
        raise invalid(f"Invalid value at {kind}: {content!r}")
    return content


def _update_cells(book: Spreadsheet, body: dict[str, Any]) -> dict[str, Any]:
    fields = _fields(body).split(",")
    if "range" in body:
        if fields != ["userEnteredValue"] or body.get("rows") or body["range"].keys() != {"sheetId"}:
            raise invalid("only the values of a whole tab are cleared so")
        book.by_id(body["range"]["sheetId"]).grid.clear()
        return {}
    start = body["start"]
    sheet = book.by_id(start["sheetId"])
    for row, cells in enumerate(body["rows"], start=start.get("rowIndex", 0)):
        for column, cell in enumerate(cells.get("values", ()), start=start.get("columnIndex", 0)):
            area = Area(row, row + 1, column, column + 1)
            for name in fields:
                if name == "userEnteredValue":
                    sheet.set(row, column, _entered(cell.get(name)))
                elif name in {"note", "userEnteredFormat"}:
                    kind = "note" if name == "note" else "format"
                    what = {"note": cell.get(name, "")} if name == "note" else cell.get(name, {})
                    sheet.layers.append(Layer(kind, area, what))
                else:
                    raise invalid(f"Invalid field: {name}")
    return {}


def _repeat_cell(book: Spreadsheet, body: dict[str, Any]) -> dict[str, Any]:
    if not _fields(body).startswith("userEnteredFormat"):
        raise invalid(f"Invalid field: {body['fields']}")
    sheet = book.by_id(body["range"]["sheetId"])
    sheet.layers.append(Layer("format", Area.of(body["range"]), body["cell"]["userEnteredFormat"]))
    return {}


def _copy(book: Spreadsheet, body: dict[str, Any]) -> dict[str, Any]:
    if body.get("pasteType") != "PASTE_VALUES":
        raise invalid("only values are pasted")
    areas = [(book.by_id(grid["sheetId"]), Area.of(grid)) for grid in (body["source"], body["destination"])]
    (source, one), (target, other) = areas
    shown = [row for row in range(one.r0, one.r1 or 0) if row not in source.filtered]  # as in the browser
    cells = {
        (place, column - one.c0): source.get(row, column)
        for place, row in enumerate(shown)
        for column in range(one.c0, one.c1 or 0)
    }
    for (row, column), value in cells.items():
        target.set(other.r0 + row, other.c0 + column, str(value) if isinstance(value, Formula) else value)
    return {}


def _replace(book: Spreadsheet, body: dict[str, Any]) -> dict[str, Any]:
    if sum(scope in body for scope in ("range", "sheetId", "allSheets")) != 1:
        raise invalid("A scope must be specified.")
    if not body.get("matchEntireCell") or not body.get("matchCase") or "sheetId" not in body:
        raise invalid("only whole cells of a tab are replaced so")
    sheet, count = book.by_id(body["sheetId"]), 0
    for row, cells in enumerate(sheet.grid):
        for column, value in enumerate(cells):
            if value == body["find"] and not isinstance(value, Formula):
                sheet.set(row, column, body["replacement"])
                count += 1
    return {"findReplace": {"occurrencesChanged": count, "valuesChanged": count} if count else {}}


def _validation(book: Spreadsheet, body: dict[str, Any]) -> dict[str, Any]:
    sheet, rule = book.by_id(body["range"]["sheetId"]), body.get("rule", {})
    condition = rule.get("condition", {})
    if rule and (condition.get("type") != "ONE_OF_LIST" or not 0 < len(condition.get("values", ())) <= 500):
        raise invalid("Invalid data validation condition")
    sheet.layers.append(Layer("rule", Area.of(body["range"]), rule))
    return {}


def _conditional(book: Spreadsheet, body: dict[str, Any]) -> dict[str, Any]:
    for grid in body["rule"]["ranges"]:
        book.by_id(grid["sheetId"]).layers.append(
            Layer("conditional", Area.of(grid), {"booleanRule": body["rule"]["booleanRule"]})
        )
    return {}


def _protect(book: Spreadsheet, body: dict[str, Any]) -> dict[str, Any]:
    wanted = body["protectedRange"]
    if wanted.get("warningOnly") and wanted.get("editors"):
        raise invalid("Editors are not supported with warningOnly protection.")
    what = {k: v for k, v in wanted.items() if k != "range"} | {"protectedRangeId": book.new_id()}
    book.by_id(wanted["range"]["sheetId"]).layers.append(Layer("protected", Area.of(wanted["range"]), what))
    return {"addProtectedRange": {"protectedRange": what | {"range": wanted["range"]}}}


def _unprotect(book: Spreadsheet, body: dict[str, Any]) -> dict[str, Any]:
    for sheet in book.sheets:
        sheet.layers = [one for one in sheet.layers if one.what.get("protectedRangeId") != body["protectedRangeId"]]
    return {}


def _filter_view(book: Spreadsheet, body: dict[str, Any]) -> dict[str, Any]:
    view = body["filter"]
    sheet = book.by_id(view["range"]["sheetId"])
    what = {k: v for k, v in view.items() if k != "range"} | {"filterViewId": book.new_id()}
    sheet.layers.append(Layer("view", Area.of(view["range"]), what))
    return {"addFilterView": {"filter": what | {"range": view["range"]}}}


def _mark(book: Spreadsheet, body: dict[str, Any]) -> dict[str, Any]:
    wanted = body["developerMetadata"]
    if wanted.get("visibility") not in {"DOCUMENT", "PROJECT"}:
        raise invalid("visibility must be specified")
    location = wanted["location"]
    what = {k: v for k, v in wanted.items() if k != "location"} | {"metadataId": book.new_id()}
    if "dimensionRange" in location:
        where = location["dimensionRange"]
        if where["endIndex"] - where["startIndex"] != 1:
            raise invalid("metadata may be set on a single row or column only")
        area = Area(c0=where["startIndex"], c1=where["endIndex"])
        book.by_id(where["sheetId"]).layers.append(Layer("mark", area, what))
    else:
        book.by_id(location["sheetId"])
        book.marks.append(what | {"location": dict(location)})
    return {"createDeveloperMetadata": {"developerMetadata": what | {"location": location}}}


def sheet_properties(book: Spreadsheet, sheet: Sheet) -> dict[str, Any]:
    """Return a tab's SheetProperties."""
    grid = {"rowCount": sheet.rows, "columnCount": sheet.columns, **sheet.properties}
    index = book.sheets.index(sheet)
    kind = {"sheetType": "GRID", "hidden": True} if sheet.hidden else {"sheetType": "GRID"}
    return {"sheetId": sheet.id, "title": sheet.title, "index": index, "gridProperties": grid, **kind}


HANDLERS: dict[str, Handler] = {
    "updateSpreadsheetProperties": _spreadsheet_properties,
    "addSheet": _add_sheet,
    "deleteSheet": _delete_sheet,
    "updateSheetProperties": _update_sheet,
    "appendDimension": _append,
    "insertDimension": _insert,
    "deleteDimension": _delete,
    "updateDimensionProperties": _dimension_properties,
    "updateCells": _update_cells,
    "repeatCell": _repeat_cell,
    "copyPaste": _copy,
    "findReplace": _replace,
    "setDataValidation": _validation,
    "addConditionalFormatRule": _conditional,
    "addProtectedRange": _protect,
    "deleteProtectedRange": _unprotect,
    "addFilterView": _filter_view,
    "createDeveloperMetadata": _mark,
}
