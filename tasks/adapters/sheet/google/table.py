"""What one table lacks of its columns, drop-downs, protection, colours and views, as steps that make it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tasks.adapters.sheet.google import dress
from tasks.adapters.sheet.google.cells import grid_range
from tasks.adapters.sheet.google.memory import Place
from tasks.adapters.sheet.google.page import Page
from tasks.ports.sheet import ColumnLayout

Requests = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Step:
    """Something to make: what it is called ("" goes without saying), its requests, and whether the work needs it."""

    line: str
    requests: Requests
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Present:
    """What there is of a table: its top, where it is, its resource, the columns that bear our mark (by place), and the
    validation rules of its first row."""

    page: Page
    place: Place
    resource: Mapping[str, Any]
    marked: Mapping[int, str]
    rules: Sequence[Mapping[str, Any]]


def mark(key: str, value: str, location: Mapping[str, Any]) -> dict[str, Any]:
    """Return the request that marks a tab or a column as ours, wherever people move it."""
    found = {"metadataKey": key, "metadataValue": value, "location": location, "visibility": "DOCUMENT"}
    return {"createDeveloperMetadata": {"developerMetadata": found}}


def table_steps(present: Present, editor: str, *, warn: bool) -> Iterator[Step]:
    """Yield what is to be made, columns first: they give the others their places."""
    columns = _Columns(present)
    yield from columns.steps()
    looks = _Looks(present, columns, editor, warn=warn)
    yield from looks.strayed()
    for column in present.page.layout.columns:
        yield from looks.of(column)
    yield from looks.of_the_tab()


class _Columns:
    """Where each column is or will be; `new` are those made now."""

    def __init__(self, present: Present) -> None:
        self.present = present
        page, columns = present.page, present.page.layout.columns
        self.places = {c.known_as: place for c in columns if (place := page.column(c)) is not None}
        self._emptied = self._without_header()
        self.places |= {column.known_as: place for place, column in self._emptied.items()}
        self._missing = [column for column in columns if column.known_as not in self.places]
        self._first = max((*self.places.values(), *page.columns.values()), default=-1) + 1
        self.places |= {column.known_as: place for place, column in enumerate(self._missing, start=self._first)}
        self.new = {column.known_as for column in self._missing}

    def _without_header(self) -> dict[int, ColumnLayout]:
        """Return the columns of ours whose header somebody emptied, by their mark."""
        headers = self.present.page.headers
        named = {c.known_as: c for c in self.present.page.layout.columns if c.known_as not in self.places}
        nameless = ((p, own) for p, own in self.present.marked.items() if not "".join(headers[p : p + 1]))
        return {place: named[own] for place, own in nameless if own in named}

    def steps(self) -> Iterator[Step]:
        """Give emptied headers back and add missing columns at the right of the present ones."""
        tab = self.present.page.layout.name
        for place, column in self._emptied.items():
            yield Step(f"encabezado de {tab}/{column.header}", [self._headers([column], place)], needed=True)
        if self._missing:
            names = ", ".join(column.header for column in self._missing)
            requests = [*self._room(), self._headers(self._missing, self._first)]
            yield Step(f"columnas de {tab}: {names}", requests, needed=True)
        for column in self._missing:
            place, area = self.places[column.known_as], self.area(column)
            width = dress.column_width(column, self.present.place.sheet, place)
            yield Step("", [width, dress.column_format(column, area), dress.drop_down(column, area)])

    def _room(self) -> Requests:
        """Return what makes room: a new tab has it, elsewhere columns are inserted and move what has no header."""
        number, count = self.present.place.sheet, len(self._missing)
        grid = self.present.resource.get("properties", {}).get("gridProperties", {})
        if self._first == 0 and not self.present.page.cells:
            short = count - int(grid.get("columnCount", 0))
            growth = {"sheetId": number, "dimension": "COLUMNS", "length": short}
            return [{"appendDimension": growth}] if short > 0 else []
        ends = {"startIndex": self._first, "endIndex": self._first + count}
        place = {"sheetId": number, "dimension": "COLUMNS", **ends}
        return [{"insertDimension": {"range": place, "inheritFromBefore": self._first > 0}}]

    def _headers(self, columns: Sequence[ColumnLayout], place: int) -> dict[str, Any]:
        start = {"sheetId": self.present.place.sheet, "rowIndex": self.present.page.header - 1, "columnIndex": place}
        cells = [dress.header_cell(column) for column in columns]
        fields = "userEnteredValue,note,userEnteredFormat"
        return {"updateCells": {"start": start, "rows": [{"values": cells}], "fields": fields}}

    def area(self, column: ColumnLayout) -> dict[str, int]:
        """Return the column below its header, down to the last row there will ever be."""
        place = self.places[column.known_as]
        return grid_range(self.present.place.sheet, rows=(self.present.page.header, None), columns=(place, place + 1))


class _Looks:
    """What columns and tab lack of their looks."""

    def __init__(self, present: Present, columns: _Columns, editor: str, *, warn: bool) -> None:
        self._present, self._columns = present, columns
        self._editor, self._warn = editor, warn
        self._tab = present.page.layout.name

    def of(self, column: ColumnLayout) -> Iterator[Step]:
        """Yield what a column lacks."""
        place, new = self._columns.places[column.known_as], column.known_as in self._columns.new
        area, name = self._columns.area(column), f"{self._tab}/{column.header}"
        if new or self._present.marked.get(place) != column.known_as:
            yield Step("", [self._mark(column, place)])
        if column.choices and not new and not self._offers(column, place):
            yield Step(f"lista de {name}", [dress.drop_down(column, area)])
        if column.colours and (new or not self._is_coloured(column, place)):
            yield Step(f"colores de {name}", list(dress.colours(column, area)))
        if column.owner == "system":
            right = [one for one in ([] if new else self._protections(place)) if self._is_right(one, column)]
            if not right:
                request = dress.protection(column, area, self._editor, warn=self._warn)
                yield Step(f"protección de {name}", [request])

    def _is_right(self, protection: Mapping[str, Any], column: ColumnLayout) -> bool:
        says = protection.get("description") == dress.protected(column)
        return says and bool(protection.get("warningOnly", False)) == self._warn

    def strayed(self) -> Iterator[Step]:
        """Yield the removal of our protections that stand on another column than they name, or are not as chosen.

        Columns that moved while the sheet was being set up would shut people out of their own ones.
        """
        named = {self._columns.places[c.known_as]: c for c in self._present.page.layout.columns if c.owner == "system"}
        for one in self._present.resource.get("protectedRanges", ()):
            place = int(one.get("range", {}).get("startColumnIndex", 0))
            is_new = place in named and named[place].known_as in self._columns.new
            right = place in named and not is_new and self._is_right(one, named[place])
            if str(one.get("description", "")).startswith(dress.OWN) and not right:
                yield Step("", [{"deleteProtectedRange": {"protectedRangeId": one.get("protectedRangeId", 0)}}])

    def of_the_tab(self) -> Iterator[Step]:
        """Yield what the tab as a whole lacks: the fixed header, the views."""
        if not self._present.resource.get("properties", {}).get("gridProperties", {}).get("frozenRowCount"):
            yield Step(f"encabezado fijo de {self._tab}", [self._freeze()])
        have = {str(view.get("title", "")) for view in self._present.resource.get("filterViews", ())}
        named = {column.known_as: column for column in self._present.page.layout.columns}
        for view in self._present.page.layout.views:
            if view.title not in have:
                rows = (self._present.page.header - 1, None)
                width = max(*self._columns.places.values(), len(self._present.page.headers) - 1) + 1
                area = grid_range(self._present.place.sheet, rows=rows, columns=(0, width))
                request = dress.filter_view(view, named[view.header], self._columns.places, area)
                yield Step(f"vista {view.title}", [request])

    def _mark(self, column: ColumnLayout, place: int) -> dict[str, Any]:
        ends = {"startIndex": place, "endIndex": place + 1}
        where = {"sheetId": self._present.place.sheet, "dimension": "COLUMNS", **ends}
        return mark("mipg.column", column.known_as, {"dimensionRange": where})

    def _offers(self, column: ColumnLayout, place: int) -> bool:
        return place < len(self._present.rules) and dress.offers(self._present.rules[place], column)

    def _is_coloured(self, column: ColumnLayout, place: int) -> bool:
        """Whether each value has a rule, ours or the staff's."""
        coloured = set()
        for rule in self._present.resource.get("conditionalFormats", ()):
            if any(int(area.get("startColumnIndex", 0)) == place for area in rule.get("ranges", ())):
                values = rule.get("booleanRule", {}).get("condition", {}).get("values", ())
                coloured |= {value.get("userEnteredValue") for value in values}
        return coloured >= {value for value, _ in column.colours}

    def _protections(self, place: int) -> list[Mapping[str, Any]]:
        """Return our protections of a column."""
        return [
            one
            for one in self._present.resource.get("protectedRanges", ())
            if str(one.get("description", "")).startswith(dress.OWN)
            and int(one.get("range", {}).get("startColumnIndex", 0)) == place
        ]

    def _freeze(self) -> dict[str, Any]:
        grid = {"frozenRowCount": self._present.page.header}
        properties = {"sheetId": self._present.place.sheet, "gridProperties": grid}
        return {"updateSheetProperties": {"properties": properties, "fields": "gridProperties.frozenRowCount"}}
