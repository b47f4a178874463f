"""`mipg init` on a Google spreadsheet: makes tabs, columns, drop-downs, protection, colours and views that are missing.

It compares with what is there and sends only the difference, so it repairs when run again and never destroys: columns
are recognised by their mark wherever staff moved them and whatever they call them, cells of rows are never written.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tasks.adapters.sheet.google import dress
from tasks.adapters.sheet.google.api import Refused, SheetsApi
from tasks.adapters.sheet.google.cells import grid_range, quoted
from tasks.adapters.sheet.google.memory import Memory, Place, marked_columns, placed
from tasks.adapters.sheet.google.page import Page
from tasks.adapters.sheet.header import HEADER_SEARCH
from tasks.ports.sheet import ColumnLayout, TabLayout

_STATE = (
    "properties(title,locale,timeZone),"
    "sheets(properties(sheetId,title,index,gridProperties),conditionalFormats,protectedRanges,filterViews(title))"
)
_RULES = "sheets(properties(sheetId),data(startColumn,rowData(values(dataValidation))))"
_LOCALE = "es_CO"
_NEW_ROWS = 1_000
_TAB_COLOURS = {"Casos": "1F4E79", "Revisión": "C55A11", "Ayuda": "7F7F7F"}
_TAB_COLOUR = "5B9BD5"

Requests = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Style:
    """What the office chooses: the spreadsheet's time zone, and whether protected columns only warn."""

    time_zone: str = "America/Bogota"
    warn: bool = False


@dataclass(slots=True)
class _Step:
    """Something to make: what it is called ("" goes without saying), its requests, and whether the work needs it."""

    line: str
    requests: Requests
    needed: bool = False


@dataclass(slots=True)
class _Found:
    """What the spreadsheet is made of now."""

    state: dict[str, Any]
    marks: list[dict[str, Any]]
    places: dict[str, Place] = field(default_factory=dict)

    def sheet(self, place: Place) -> dict[str, Any]:
        """Return the resource of one tab."""
        sheets = self.state.get("sheets", ())
        return next((s for s in sheets if int(s.get("properties", {}).get("sheetId", 0)) == place.sheet), {})


class Preparation:
    """One run of it; a line per thing made is added to `lines`."""

    def __init__(
        self, api: SheetsApi, layouts: Sequence[TabLayout], memory: Memory, style: Style, lines: list[str]
    ) -> None:
        self._api, self._layouts, self._memory, self._style = api, layouts, memory, style
        self._lines = lines

    def run(self) -> None:
        """Make what is missing; raises `SheetUnavailable`. May be broken off anywhere and run again."""
        found = self._look()
        first = [*self._regional(found), *self._missing_tabs(found)]
        if first:
            self._apply(first)
            found = self._look()
        pages = self._pages(found)
        rules = self._rules(pages, found)
        steps: list[_Step] = []
        for layout in self._layouts:
            page, place = pages[layout.name], found.places[layout.name]
            marked = any(m.get("metadataValue") == layout.name for m in found.marks if m["metadataKey"] == "mipg.tab")
            if not marked:
                steps.append(_Step("", [_mark("mipg.tab", layout.name, {"sheetId": place.sheet})]))
            if layout.text:
                steps += _text_page(page, place)
            else:
                tab = _TabSteps(page, place, found, rules.get(place.sheet, []), self._style, self._api.account)
                steps += tab.steps()
        if steps:
            self._apply(steps)
        self._memory.places = found.places
        self._memory.save()

    def _look(self) -> _Found:
        found = _Found(self._api.structure(_STATE), self._api.marks())
        names = [layout.name for layout in self._layouts]
        found.places = placed(names, found.state, found.marks, self._memory.places)
        return found

    def _regional(self, found: _Found) -> Iterator[_Step]:
        wanted = {"locale": _LOCALE, "timeZone": self._style.time_zone}
        present = found.state.get("properties", {})
        if any(present.get(name) != value for name, value in wanted.items()):
            request = {"updateSpreadsheetProperties": {"properties": wanted, "fields": "locale,timeZone"}}
            yield _Step("configuración regional", [request])

    def _missing_tabs(self, found: _Found) -> Iterator[_Step]:
        for index, layout in enumerate(self._layouts):
            if layout.name not in found.places:
                yield _Step(f"pestaña {layout.name}", [_new_tab(layout, index)], needed=True)

    def _pages(self, found: _Found) -> dict[str, Page]:
        """Return the top of each tab, its renamed columns recognised by their marks."""
        ranges = [f"{quoted(found.places[layout.name].title)}!1:{HEADER_SEARCH}" for layout in self._layouts]
        pages = {}
        for layout, tops in zip(self._layouts, self._api.values(ranges), strict=True):
            place = found.places[layout.name]
            plain = Page(layout, place.title, tops, {})
            place.headers, place.identities = plain.headers, renamed(plain, marked_columns(found.marks, place.sheet))
            pages[layout.name] = Page(layout, place.title, tops, place.identities)
        return pages

    def _rules(self, pages: Mapping[str, Page], found: _Found) -> dict[int, list[dict[str, Any]]]:
        """Return the validation rules of each tab's first row below the header, by tab and column."""
        ranges = [
            f"{quoted(page.title)}!{page.header + 1}:{page.header + 1}"
            for page in pages.values()
            if page.headers and not page.layout.text
        ]
        if not ranges:
            return {}
        rules: dict[int, list[dict[str, Any]]] = {}
        for sheet in self._api.structure(_RULES, ranges).get("sheets", ()):
            for part in sheet.get("data", ()):
                rows = part.get("rowData") or [{}]
                cells = [{}] * int(part.get("startColumn", 0)) + rows[0].get("values", [])
                rules[int(sheet["properties"].get("sheetId", 0))] = [cell.get("dataValidation", {}) for cell in cells]
        return rules

    def _apply(self, steps: Sequence[_Step]) -> None:
        """Send all in one call; if one of them is refused, one by one: the looks never stop the work."""
        try:
            self._api.change([request for step in steps for request in step.requests])
            self._lines += [step.line for step in steps if step.line]
        except Refused:
            for step in steps:
                self._apply_one(step)

    def _apply_one(self, step: _Step) -> None:
        try:
            self._api.change(step.requests)
        except Refused as refusal:
            if step.needed:
                raise
            self._lines.append(f"no se pudo: {step.line or 'marcas'} ({refusal})")
        else:
            self._lines += [step.line] if step.line else []


def renamed(page: Page, marked: Mapping[int, str]) -> dict[str, str]:
    """Return present header → our own name, for columns that are missing by name and stand where their mark is."""
    missing = {column.known_as for column in page.layout.columns if page.column(column) is None}
    return {
        page.headers[index]: own
        for index, own in marked.items()
        if own in missing and index < len(page.headers) and page.headers[index]
    }


def _new_tab(layout: TabLayout, index: int) -> dict[str, Any]:
    grid: dict[str, Any] = {"rowCount": _NEW_ROWS, "columnCount": len(layout.columns), "frozenRowCount": 1}
    if layout.text:
        grid |= {"rowCount": len(layout.text) + 20, "hideGridlines": True}
    elif layout.frozen_columns < len(layout.columns):
        grid["frozenColumnCount"] = layout.frozen_columns
    look = dress.colour(_TAB_COLOURS.get(layout.name, _TAB_COLOUR))
    properties = {"title": layout.name, "index": index, "gridProperties": grid, "tabColorStyle": look}
    return {"addSheet": {"properties": properties}}


def _mark(key: str, value: str, location: Mapping[str, Any]) -> dict[str, Any]:
    mark = {"metadataKey": key, "metadataValue": value, "location": location, "visibility": "DOCUMENT"}
    return {"createDeveloperMetadata": {"developerMetadata": mark}}


def _text_page(page: Page, place: Place) -> Iterator[_Step]:
    """Write a page of text into an empty tab; what people changed in it stays."""
    if page.cells:
        return
    column = page.layout.columns[0]
    lines = [f"# {page.layout.key}: cómo se trabaja en esta hoja", *page.layout.text]
    cells = [{"values": [_line(line, 16 if number == 0 else 12)]} for number, line in enumerate(lines)]
    fill = {
        "start": {"sheetId": place.sheet, "rowIndex": 0, "columnIndex": 0},
        "rows": cells,
        "fields": "userEnteredValue,userEnteredFormat",
    }
    requests = [dress.column_width(column, place.sheet, 0), {"updateCells": fill}]
    yield _Step(f"texto de {page.layout.name}", requests)


def _line(line: str, size: int) -> dict[str, Any]:
    heading = line.startswith("# ")
    text: dict[str, Any] = {"fontSize": size if heading else 11, "bold": heading}
    if heading:
        text["foregroundColorStyle"] = dress.colour("1F4E79")
    look = {"textFormat": text, "wrapStrategy": "WRAP", "verticalAlignment": "BOTTOM" if heading else "TOP"}
    return {"userEnteredValue": {"stringValue": line.removeprefix("# ")}, "userEnteredFormat": look}


class _TabSteps:
    """What one table lacks."""

    def __init__(
        self,
        page: Page,
        place: Place,
        found: _Found,
        rules: Sequence[Mapping[str, Any]],
        style: Style,
        account: str,
    ) -> None:
        self._page, self._place, self._sheet = page, place, found.sheet(place)
        self._rules, self._style, self._account = rules, style, account
        self._marked = marked_columns(found.marks, place.sheet)
        self._grid: dict[str, Any] = self._sheet.get("properties", {}).get("gridProperties", {})
        self._new: set[str] = set()
        self._places: dict[str, int] = {}

    def steps(self) -> Iterator[_Step]:
        """Yield them in the order in which they are to be made: columns first, they give the others their places."""
        yield from self._columns()
        if not self._grid.get("frozenRowCount"):
            yield _Step(f"encabezado fijo de {self._page.layout.name}", [self._freeze()])
        for column in self._page.layout.columns:
            place = self._places[column.known_as]
            if self._marked.get(place) != column.known_as or column.known_as in self._new:
                yield _Step("", [self._column_mark(column, place)])
            yield from self._dress(column, place)
        yield from self._views()

    def _columns(self) -> Iterator[_Step]:
        """Add missing columns at the right of the present headers, moving what may stand there without one."""
        page, number = self._page, self._place.sheet
        width = max(page.columns.values(), default=-1) + 1
        present = {c.known_as: place for c in page.layout.columns if (place := page.column(c)) is not None}
        missing = [column for column in page.layout.columns if column.known_as not in present]
        self._places = present | {column.known_as: width + index for index, column in enumerate(missing)}
        self._new = {column.known_as for column in missing}
        if not missing:
            return
        room = self._room(width, len(missing))
        start = {"sheetId": number, "rowIndex": page.header - 1, "columnIndex": width}
        cells = [dress.header_cell(column) for column in missing]
        fields = "userEnteredValue,note,userEnteredFormat"
        write = {"updateCells": {"start": start, "rows": [{"values": cells}], "fields": fields}}
        names = ", ".join(column.header for column in missing)
        yield _Step(f"columnas de {page.layout.name}: {names}", [*room, write], needed=True)
        for column in missing:
            place = self._places[column.known_as]
            area = self._area(place)
            look = dress.column_format(column, area)
            yield _Step("", [dress.column_width(column, number, place), look, dress.drop_down(column, area)])
        page.headers = (*page.headers[:width], *(column.header for column in missing), *page.headers[width:])
        self._place.headers = page.headers

    def _room(self, width: int, count: int) -> Requests:
        """Return what makes room for new columns: a new tab has it, elsewhere they are inserted."""
        have, number = int(self._grid.get("columnCount", 0)), self._place.sheet
        if width == 0 and not self._page.cells:
            short = count - have
            growth = {"sheetId": number, "dimension": "COLUMNS", "length": short}
            return [{"appendDimension": growth}] if short > 0 else []
        place = {"sheetId": number, "dimension": "COLUMNS", "startIndex": width, "endIndex": width + count}
        return [{"insertDimension": {"range": place, "inheritFromBefore": width > 0}}]

    def _freeze(self) -> dict[str, Any]:
        properties = {"sheetId": self._place.sheet, "gridProperties": {"frozenRowCount": self._page.header}}
        return {"updateSheetProperties": {"properties": properties, "fields": "gridProperties.frozenRowCount"}}

    def _column_mark(self, column: ColumnLayout, place: int) -> dict[str, Any]:
        where = {"sheetId": self._place.sheet, "dimension": "COLUMNS", "startIndex": place, "endIndex": place + 1}
        return _mark("mipg.column", column.known_as, {"dimensionRange": where})

    def _dress(self, column: ColumnLayout, place: int) -> Iterator[_Step]:
        area, tab = self._area(place), self._page.layout.name
        name = f"{tab}/{column.header}"
        if column.choices and column.known_as not in self._new and not self._offers(column, place):
            yield _Step(f"lista de {name}", [dress.drop_down(column, area)])
        if column.colours and not self._is_coloured(column, place):
            yield _Step(f"colores de {name}", list(dress.colours(column, area)))
        if column.owner == "system":
            yield from self._protect(column, place)

    def _offers(self, column: ColumnLayout, place: int) -> bool:
        return place < len(self._rules) and dress.offers(self._rules[place], column)

    def _is_coloured(self, column: ColumnLayout, place: int) -> bool:
        """Whether each value has a rule, ours or the staff's."""
        if column.known_as in self._new:
            return False
        coloured = set()
        for rule in self._sheet.get("conditionalFormats", ()):
            if any(int(area.get("startColumnIndex", 0)) == place for area in rule.get("ranges", ())):
                values = rule.get("booleanRule", {}).get("condition", {}).get("values", ())
                coloured |= {value.get("userEnteredValue") for value in values}
        return coloured >= {value for value, _ in column.colours}

    def _protect(self, column: ColumnLayout, place: int) -> Iterator[_Step]:
        warn, stale = self._style.warn, []
        for one in self._sheet.get("protectedRanges", ()) if column.known_as not in self._new else ():
            own = str(one.get("description", "")).startswith(dress.OWN)
            if own and int(one.get("range", {}).get("startColumnIndex", 0)) == place:
                if bool(one.get("warningOnly", False)) == warn:
                    return
                stale.append({"deleteProtectedRange": {"protectedRangeId": one["protectedRangeId"]}})
        request = dress.protection(column, self._area(place), self._account, warn=warn)
        yield _Step(f"protección de {self._page.layout.name}/{column.header}", [*stale, request])

    def _views(self) -> Iterator[_Step]:
        have = {str(view.get("title", "")) for view in self._sheet.get("filterViews", ())}
        page = Page(self._page.layout, self._page.title, {"values": [list(self._page.headers)]}, self._page.identities)
        for view in self._page.layout.views:
            request = dress.filter_view(page, self._place.sheet, view) if view.title not in have else None
            if request:
                yield _Step(f"vista {view.title}", [request])

    def _area(self, place: int) -> dict[str, int]:
        return grid_range(self._place.sheet, rows=(self._page.header, None), columns=(place, place + 1))
