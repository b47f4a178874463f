"""The shared sheet as a Google spreadsheet: for several people at once, who sort, rename, move and type meanwhile.

A cycle reads all tabs in one call. If something is to be written it reads again just before, in one call, and writes
in one or two; what moved or was typed in between is left for the next cycle.
"""

import hashlib
import time
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt

from tasks.adapters.sheet.google.api import GOOGLE, Locked, Refused, SheetsApi, Unanswered
from tasks.adapters.sheet.google.cells import quoted
from tasks.adapters.sheet.google.journal import TITLE
from tasks.adapters.sheet.google.memory import STRUCTURE, Memory, Place, marked_columns, placed
from tasks.adapters.sheet.google.page import Page
from tasks.adapters.sheet.google.plan import plan_changes
from tasks.adapters.sheet.google.prepare import Preparation, Style, renamed
from tasks.adapters.sheet.google.writing import Writer
from tasks.domain.sheet.cells import canonical
from tasks.domain.sheet.headers import header_key
from tasks.ports.errors import SheetUnavailable
from tasks.ports.sheet import SheetChanges, Snapshot, Tab, TabLayout, WriteReport

_TRIES = 4  # of a write whose answer was lost, or that met a tab which is no longer where it was

Result = TypeVar("Result")


class GoogleSheet:
    """The Sheet port on one spreadsheet, as the service account whose key lies in a file.

    `memory`: a file for what is known of the spreadsheet between two cycles; without it a write may take one call more.
    """

    def __init__(
        self,
        spreadsheet_id: str,
        credentials_file: Path,
        endpoint: str = GOOGLE,
        *,
        style: Style | None = None,
        memory: Path | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._api = SheetsApi(spreadsheet_id, credentials_file, endpoint, sleep)
        self._style = style or Style()
        self._memory = Memory(memory)
        self._layouts: tuple[TabLayout, ...] = ()
        self._seen: dict[str, Tab] = {}
        self._writer = Writer(self._api, self._memory, self._named_pages, self._place)

    @property
    def name(self) -> str:
        """A stable key of this sheet."""
        return f"google:{self._api.spreadsheet_id}"

    def ping(self) -> str:
        """Ask for the spreadsheet's title and tabs."""
        found = self._api.structure("properties(title),sheets(properties(title))")
        title, tabs = found.get("properties", {}).get("title", ""), len(found.get("sheets", ()))
        return f"Google spreadsheet «{title}»: {tabs} tabs, as {self._api.account}"

    def prepare(self, layouts: Sequence[TabLayout]) -> list[str]:
        """Make what is missing in the spreadsheet (it must exist and be shared); returns one line per thing made."""
        self._layouts = tuple(layouts)
        lines: list[str] = []
        self._patiently(lambda: Preparation(self._api, layouts, self._memory, self._style, lines).run())
        return list(dict.fromkeys(lines))

    def glance(self) -> None:
        """Return nothing: only reading tells."""

    def read(self, layouts: Sequence[TabLayout] = ()) -> Snapshot:
        """Return the tabs of the layouts (of the last call's without any) in one call; missing ones are left out."""
        self._layouts = tuple(layouts) or self._layouts
        if not self._layouts:
            raise SheetUnavailable("no tab of the spreadsheet is known yet: run `mipg init`")
        self._patiently(self._writer.settle)
        pages = self._pages(self._layouts)
        self._seen = {name: page.tab for name, page in pages.items()}
        content = repr([(name, page.cells) for name, page in pages.items()]).encode("utf-8", "surrogatepass")
        return Snapshot(dict(self._seen), hashlib.blake2b(content, digest_size=16).hexdigest())

    def write(self, layouts: Sequence[TabLayout], changes: SheetChanges) -> WriteReport:
        """Write the changes; `skipped` are those whose row is gone, or whose cell somebody changed meanwhile."""
        if not changes:
            return WriteReport(0)
        self._layouts = tuple(layouts)
        return self._patiently(lambda: self._write(changes))

    def link(self, tab: str, key: str) -> str:
        """Return the address of the tab in the browser, at the row where the last reading saw the key."""
        address = f"https://docs.google.com/spreadsheets/d/{self._api.spreadsheet_id}/edit"
        place = self._memory.places.get(tab)
        if place is None:
            return address
        rows = self._seen[tab].rows if key and tab in self._seen else ()
        number = next((row.number for row in rows if key in map(canonical, row.values.values())), None)
        return f"{address}#gid={place.sheet}" + (f"&range=A{number}" if number else "")

    def export(self, layouts: Sequence[TabLayout] = ()) -> bytes:
        """Return the tabs as an .xlsx file, built here: Google's own export would need access to the whole Drive."""
        from tasks.adapters.sheet.google.export import workbook

        snapshot = self.read(layouts)
        return workbook(self._layouts, snapshot)

    def _patiently(self, action: Callable[[], Result]) -> Result:
        """Do it again from its beginning, a look at what the sheet says now, if an answer was lost or a tab moved."""

        def forget(state: RetryCallState) -> None:
            if state.outcome and isinstance(state.outcome.exception(), Refused):
                self._memory.places.clear()

        again = retry_if_exception(lambda e: isinstance(e, Unanswered | Refused) and not isinstance(e, Locked))
        return Retrying(retry=again, stop=stop_after_attempt(_TRIES), before_sleep=forget, reraise=True)(action)

    def _write(self, changes: SheetChanges) -> WriteReport:
        self._writer.settle()
        pages = self._named_pages({cell.tab for cell in changes.cells} | {row.tab for row in changes.appends})
        plan = plan_changes(pages, self._seen, changes)
        skipped = (*plan.skipped, *self._writer.write(plan, pages))
        return WriteReport(len(changes.cells) - len(skipped) + sum(map(len, plan.appends.values())), skipped)

    def _place(self, tab: str) -> Place | None:
        if tab not in self._memory.places:
            self._look()
        return self._memory.places.get(tab)

    def _named_pages(self, names: Collection[str]) -> dict[str, Page]:
        return self._pages([layout for layout in self._layouts if layout.name in names])

    def _pages(self, layouts: Sequence[TabLayout]) -> dict[str, Page]:
        """Return the tabs as they are now: one call, and more only when a tab or a header is not where it was."""
        try:
            pages = self._fetch(layouts)
        except Refused:  # a tab was renamed or is gone
            self._look()
            pages = self._fetch([layout for layout in layouts if layout.name in self._memory.places])
        if any(self._is_puzzling(page) for page in pages.values()):
            pages = self._recognised(pages)
        return pages

    def _fetch(self, layouts: Sequence[TabLayout]) -> dict[str, Page]:
        if not layouts:
            return {}
        places = self._memory.places
        titles = [places[layout.name].title if layout.name in places else layout.name for layout in layouts]
        found = self._api.values([quoted(title) for title in titles])
        if len(found) != len(titles):
            raise SheetUnavailable("Google Sheets answered with another number of tabs than were asked for")
        pages = (Page(layout, title, one, {}) for layout, title, one in zip(layouts, titles, found, strict=True))
        return {page.layout.name: self._with_identities(page) for page in pages}

    def _with_identities(self, page: Page) -> Page:
        place = self._memory.places.get(page.layout.name)
        if place and place.identities and place.headers == page.headers:
            return Page(page.layout, page.title, {"values": page.cells, "range": page.range}, place.identities)
        return page

    def _is_puzzling(self, page: Page) -> bool:
        """Whether a column is not found by our name for it and nobody has looked yet what became of it."""
        place = self._memory.places.get(page.layout.name)
        looked = place is not None and place.headers == page.headers
        names = (header_key(column.known_as) for column in page.layout.columns)
        return not looked and not page.layout.text and any(name not in page.columns for name in names)

    def _recognised(self, pages: dict[str, Page]) -> dict[str, Page]:
        """Return the pages with renamed columns recognised by their marks, which follow them wherever they go."""
        if not pages.keys() <= self._memory.places.keys():
            self._look()
        for _ in range(_TRIES):  # marks tell columns by place: they count only if none moved in between
            marks, before = self._api.marks(), pages
            pages = self._fetch([page.layout for page in before.values()])
            if all(page.headers == before[name].headers for name, page in pages.items()):
                break
        else:
            return pages
        for name, page in pages.items():
            if place := self._memory.places.get(name):
                place.headers, place.identities = page.headers, renamed(page, marked_columns(marks, place.sheet))
        self._memory.save()
        return {name: self._with_identities(page) for name, page in pages.items()}

    def _look(self) -> None:
        """Find out where our tabs are now."""
        names = [*(layout.name for layout in self._layouts), TITLE]
        structure, marks = self._api.structure(STRUCTURE), self._api.marks()
        self._memory.places = placed(names, structure, marks, self._memory.places)
        self._memory.save()
