"""`mipg init` on a Google spreadsheet: makes tabs, columns, drop-downs, protection, colours and views that are missing.

It compares with what is there and sends only the difference, so it repairs when run again and never destroys: columns
are recognised by their mark wherever staff moved them and whatever they call them, cells of rows are never written.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tasks.adapters.sheet.google import dress
from tasks.adapters.sheet.google.api import Refused, SheetsApi
from tasks.adapters.sheet.google.cells import column_letters, quoted
from tasks.adapters.sheet.google.journal import TITLE
from tasks.adapters.sheet.google.memory import Memory, Place, marked_columns, placed
from tasks.adapters.sheet.google.page import Page
from tasks.adapters.sheet.google.table import Present, Step, mark, table_steps
from tasks.domain.sheet.headers import header_key
from tasks.ports.sheet import TabLayout

_STATE = (
    "properties(title,locale,timeZone),"
    "sheets(properties(sheetId,title,index,gridProperties),conditionalFormats,protectedRanges,filterViews(title))"
)
_RULES = "sheets(properties(sheetId),data(startColumn,rowData(values(dataValidation))))"
_INDEX = re.compile(r"requests\[(\d+)\]")  # how a refusal names the request
_OFTEN = 3
_LOCALE = "es_CO"
_NEW_ROWS = 1_000
_IN_GOOGLE = (
    "# En Google Sheets",
    "Para ordenar o filtrar use las vistas de filtro (menú «Datos»): cada persona tiene la suya y no cambia lo que ven "
    "los demás. De las columnas grises cuida el sistema: Google no deja escribir en ellas, o pregunta antes.",
)
_TAB_COLOURS = {"Casos": "1F4E79", "Revisión": "C55A11", "Ayuda": "7F7F7F"}
_TAB_COLOUR = "5B9BD5"


@dataclass(frozen=True, slots=True)
class Style:
    """What the office chooses: the spreadsheet's time zone, and whether protected columns only warn."""

    time_zone: str = "America/Bogota"
    warn: bool = False


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
        steps: list[Step] = []
        known = {(one.get("metadataKey"), one.get("metadataValue")) for one in found.marks}
        for layout in self._layouts:
            page, place = pages[layout.name], found.places[layout.name]
            if ("mipg.tab", layout.name) not in known:
                steps.append(Step("", [mark("mipg.tab", layout.name, {"sheetId": place.sheet})]))
            if layout.text:
                steps += _text_page(page, place)
            else:
                rule = rules.get(place.sheet, [])
                present = Present(page, place, found.sheet(place), marked_columns(found.marks, place.sheet), rule)
                steps += table_steps(present, self._api.account, warn=self._style.warn)
        if steps:
            self._apply(steps)
        self._memory.places, self._memory.plain = found.places, False
        self._memory.save()

    def _look(self) -> _Found:
        found = _Found(self._api.structure(_STATE), self._api.marks())
        names = [*(layout.name for layout in self._layouts), TITLE]
        found.places = placed(names, found.state, found.marks, self._memory.places)
        return found

    def _regional(self, found: _Found) -> Iterator[Step]:
        wanted = {"locale": _LOCALE, "timeZone": self._style.time_zone}
        present = found.state.get("properties", {})
        if any(present.get(name) != value for name, value in wanted.items()):
            request = {"updateSpreadsheetProperties": {"properties": wanted, "fields": "locale,timeZone"}}
            yield Step("configuración regional", [request])

    def _missing_tabs(self, found: _Found) -> Iterator[Step]:
        for index, layout in enumerate(self._layouts):
            if layout.name not in found.places:
                yield Step(f"pestaña {layout.name}", [_new_tab(layout, index)], needed=True)

    def _pages(self, found: _Found) -> dict[str, Page]:
        """Return what each tab says, its renamed columns recognised by their marks."""
        ranges = [quoted(found.places[layout.name].title) for layout in self._layouts]
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
            f"{quoted(page.title)}!A{page.header + 1}:{column_letters(len(page.headers) - 1)}{page.header + 1}"
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
                rules[int(sheet.get("properties", {}).get("sheetId", 0))] = [
                    cell.get("dataValidation", {}) for cell in cells
                ]
        return rules

    def _apply(self, steps: Sequence[Step]) -> None:
        """Send all in one call; what the server refuses of the looks is left out and told: it never stops the work."""
        left, refusals = list(steps), Counter[str]()
        while True:
            requests = [(step, request) for step in left for request in step.requests]
            try:
                if requests:
                    self._api.change([request for _, request in requests])
            except Refused as refusal:
                dropped = _refused(str(refusal), requests, left, refusals)
                if not dropped:
                    raise
                self._lines += [f"no se pudo: {step.line} ({refusal})" for step in dropped if step.line]
                left = [step for step in left if step not in dropped]
            else:
                self._lines += [step.line for step in left if step.line]
                return


def _refused(
    words: str, requests: Sequence[tuple[Step, Mapping[str, Any]]], steps: Sequence[Step], refusals: Counter[str]
) -> list[Step]:
    """Return the steps to leave out after a refusal: the one it names; all of its kind if that kind is refused often;
    all that are not needed if it names none. Nothing: the refused one is needed."""
    named = _INDEX.search(words)
    if named is None or int(named[1]) >= len(requests):
        return [step for step in steps if not step.needed]
    step, request = requests[int(named[1])]
    kind = next(iter(request))
    refusals[kind] += 1
    if step.needed:
        return []
    alike = [one for one in steps if not one.needed and any(kind in wanted for wanted in one.requests)]
    return [step] if refusals[kind] < _OFTEN else alike


def renamed(page: Page, marked: Mapping[int, str]) -> dict[str, str]:
    """Return present header → our own name, for columns that nothing but their mark tells by our name."""
    names = {header_key(column.known_as): column.known_as for column in page.layout.columns}
    missing = {name for key, name in names.items() if key not in page.columns}
    return {
        page.headers[index]: own
        for index, own in marked.items()
        if own in missing and "".join(page.headers[index : index + 1]) and header_key(page.headers[index]) not in names
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


def _text_page(page: Page, place: Place) -> Iterator[Step]:
    """Write a page of text into an empty tab; what people changed in it stays."""
    if page.cells:
        return
    column = page.layout.columns[0]
    lines = [f"# {page.layout.key}: cómo se trabaja en esta hoja", *page.layout.text, *_IN_GOOGLE]
    cells = [{"values": [_line(line, 16 if number == 0 else 12)]} for number, line in enumerate(lines)]
    fill = {
        "start": {"sheetId": place.sheet, "rowIndex": 0, "columnIndex": 0},
        "rows": cells,
        "fields": "userEnteredValue,userEnteredFormat",
    }
    requests = [dress.column_width(column, place.sheet, 0), {"updateCells": fill}]
    yield Step(f"texto de {page.layout.name}", requests)


def _line(line: str, size: int) -> dict[str, Any]:
    heading = line.startswith("# ")
    text: dict[str, Any] = {"fontSize": size if heading else 11, "bold": heading}
    if heading:
        text["foregroundColorStyle"] = dress.colour("1F4E79")
    look = {"textFormat": text, "wrapStrategy": "WRAP", "verticalAlignment": "BOTTOM" if heading else "TOP"}
    return {"userEnteredValue": {"stringValue": line.removeprefix("# ")}, "userEnteredFormat": look}
