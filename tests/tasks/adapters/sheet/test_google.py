"""The Google spreadsheet behind real gspread and HTTP: the contract, and what only a shared service can do to us."""

from collections.abc import Iterator

import pytest

from tasks.adapters.sheet.google.sheet import GoogleSheet
from tasks.ports.sheet import Sheet, Value
from tests.contracts.sheet import SheetContract
from tests.googlesheets.model import parse_range
from tests.googlesheets.server import BOOK, FakeClock, GoogleServer


@pytest.fixture
def google() -> Iterator[GoogleServer]:
    with GoogleServer() as server:
        yield server


class TestGoogleSheet(SheetContract):
    @pytest.fixture(autouse=True)
    def _service(self, google, tmp_path):
        self.google, self.folder = google, tmp_path

    def fresh(self) -> Sheet:
        key = self.google.credentials(self.folder)
        return GoogleSheet(BOOK, key, self.google.url, memory=self.folder / "memory.json", sleep=FakeClock().sleep)

    def type_into(self, sheet: Sheet, tab: str, cell: str, value: Value) -> None:
        page, area = parse_range(self.google.book, f"{tab}!{cell}") if cell[0] < "J" else self._wider(tab, cell)
        page.set(area.r0, area.c0, value)

    def _wider(self, tab: str, cell: str):
        self.google.tab(tab).columns = 26
        return parse_range(self.google.book, f"{tab}!{cell}")

    def reverse_rows(self, sheet: Sheet, tab: str) -> None:
        page = self.google.tab(tab)
        page.grid[1:] = reversed(page.grid[1:])

    def formulas(self, sheet: Sheet) -> list[str]:
        return self.google.book.formulas()
