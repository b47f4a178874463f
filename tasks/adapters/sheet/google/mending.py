"""What moved in the very moment of a write is noticed in its answer (what was written over: repair.py).

No call of the API writes under a condition. So each write asks, in the same call, what header, keys and doubtful rows
are once it is done; only if they are not those that it was meant for, or if the answer is lost, the tab is read again.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from tasks.adapters.sheet.google.cells import a1, column_letters, quoted, raw_cell
from tasks.adapters.sheet.google.page import Page, said
from tasks.adapters.sheet.google.plan import Target
from tasks.adapters.sheet.header import unique_headers
from tasks.domain.sheet.cells import canonical


class Expectation:
    """What a tab is to look like after a write to these cells of it, if nobody moved anything."""

    def __init__(self, page: Page, targets: Sequence[Target]) -> None:
        self.page, self.targets = page, targets
        self._written: dict[int, dict[int, Any]] = {}
        for target in targets:
            self._written.setdefault(target.row, {})[target.column] = raw_cell(target.write.value)
        # A row without a key, or with one that others bear too, is known only by all that it says.
        self._doubtful = [row for row in self._written if not page.key(row) or len(page.by_key[page.key(row)]) > 1]

    def looks(self) -> list[dict[str, Any]]:
        """Return ranges into which nothing is written: the answer tells what they hold then."""
        page, last = self.page, column_letters(len(self.page.headers) - 1)
        rows = [page.header, *self._doubtful]
        ranges = [f"{quoted(page.title)}!A{row}:{last}{row}" for row in rows]
        ranges.append(a1(page.title, page.key_column or 0, 1, page.last))
        return [{"range": where, "majorDimension": "ROWS", "values": [[]]} for where in ranges]

    def is_met(self, answers: Sequence[Mapping[str, Any]]) -> bool:
        """Whether the answers to `looks` are as expected; one that tells nothing raises no suspicion."""
        if not all(answers):
            return True
        header, *rows = ((answer.get("values") or [[]])[0] for answer in answers[:-1])
        keys = [said(row, 0) for row in answers[-1].get("values", ())]
        return (
            unique_headers(header)[: len(self.page.headers)] == self.page.headers
            and all(self._says(row, cells) for row, cells in zip(self._doubtful, rows, strict=True))
            and all(self._has_key(row, said(keys, row - 1)) for row in self._written)
        )

    def strayed(self, now: Page) -> list[Target]:
        """Return the targets whose row or column is another one by now."""
        rows = {
            row
            for row in self._written
            if not self._has_key(row, now.key(row))
            or (row in self._doubtful and not self._says(row, now.cells[row - 1] if row <= now.last else ()))
        }
        return [t for t in self.targets if t.row in rows or said(now.headers, t.column) != self.page.headers[t.column]]

    def _says(self, row: int, cells: Sequence[Any]) -> bool:
        """Whether a row says what it said before, in the cells that were not written."""
        untouched = set(range(len(self.page.headers))) - self._written[row].keys()
        return all(said(cells, column) == self.page.raw(row, column) for column in untouched)

    def _has_key(self, row: int, found: Any) -> bool:
        expected = self.page.key(row)
        if self.page.key_column is not None:
            expected = self._written[row].get(self.page.key_column, expected)
        return canonical(found) == canonical(expected)
