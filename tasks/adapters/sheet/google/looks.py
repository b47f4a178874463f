"""Writing where no journal can be kept, to a server that does not copy or does not tell: the answer is looked at.

Each values.batchUpdate asks, in the same call, what header, keys and doubtful rows are once it is done. Only if they
are not those that it was meant for, the tab is read again (owing.py). What was typed in that very moment goes unseen.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from tasks.adapters.sheet.google.cells import a1, column_letters, quoted
from tasks.adapters.sheet.google.owing import Overwrite
from tasks.adapters.sheet.google.page import Page, said
from tasks.adapters.sheet.header import unique_headers
from tasks.domain.sheet.cells import canonical


def written(runs: Sequence[Sequence[Overwrite]], titles: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the ranges to write; each run is a stretch of one column."""
    return [
        {
            "range": a1(titles[run[0].tab], run[0].column, run[0].row, run[-1].row),
            "majorDimension": "ROWS",
            "values": [[one.ours] for one in run],
        }
        for run in runs
    ]


class Look:
    """What a tab is to look like after a write to these cells of it, if nobody moved anything."""

    def __init__(self, page: Page, cells: Sequence[Overwrite]) -> None:
        self._page = page
        self._ours: dict[int, dict[int, Any]] = {}
        for one in cells:
            self._ours.setdefault(one.row, {})[one.column] = one.ours
        self._doubtful = {one.row: one.cells for one in cells if one.cells}

    def ranges(self) -> list[dict[str, Any]]:
        """Return ranges into which nothing is written: the answer tells what they hold then."""
        page, last = self._page, column_letters(len(self._page.headers) - 1)
        found = [f"{quoted(page.title)}!A{row}:{last}{row}" for row in (page.header, *self._doubtful)]
        found.append(a1(page.title, page.key_column or 0, 1, page.last))
        return [{"range": where, "majorDimension": "ROWS", "values": [[]]} for where in found]

    def is_met(self, answers: Sequence[Mapping[str, Any]]) -> bool:
        """Whether the answers to the ranges are as expected; one that tells nothing raises no suspicion."""
        if not all(answers):
            return True
        header, *rows = ((answer.get("values") or [[]])[0] for answer in answers[:-1])
        keys = [said(row, 0) for row in answers[-1].get("values", ())]
        return (
            unique_headers(header)[: len(self._page.headers)] == self._page.headers
            and all(self._is_same(row, cells) for row, cells in zip(self._doubtful, rows, strict=True))
            and all(self._has_key(row, said(keys, row - 1)) for row in self._ours)
        )

    def _is_same(self, row: int, cells: Sequence[Any]) -> bool:
        before, ours = self._doubtful[row], self._ours[row]
        return all(said(cells, c) == said(before, c) for c in range(len(self._page.headers)) if c not in ours)

    def _has_key(self, row: int, found: Any) -> bool:
        expected = self._page.key(row)
        if self._page.key_column is not None:
            expected = self._ours[row].get(self._page.key_column, expected)
        return canonical(found) == canonical(expected)
