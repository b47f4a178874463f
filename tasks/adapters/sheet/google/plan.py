"""What to write where: each change located by its row's key in what the sheet says at this very moment.

The guard is the comparison of two readings: the one that the changes were computed from and the one just before
writing. A cell that somebody changed in between is left alone; the next cycle merges what they typed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tasks.adapters.sheet.google.page import Page
from tasks.domain.sheet.cells import canonical
from tasks.domain.sheet.headers import header_key
from tasks.ports.sheet import CellWrite, Row, RowAppend, SheetChanges, Tab, Value


@dataclass(frozen=True, slots=True)
class Target:
    """A write whose cell was found."""

    page: Page
    row: int
    column: int
    write: CellWrite


@dataclass(slots=True)
class Plan:
    """What one call of `write` does: cells to set, rows to add, writes left for the next cycle."""

    targets: list[Target] = field(default_factory=list)
    appends: dict[str, list[RowAppend]] = field(default_factory=dict)  # by our own name of the tab
    skipped: list[CellWrite] = field(default_factory=list)
    settled: int = 0  # the sheet says so already


def plan_changes(pages: Mapping[str, Page], seen: Mapping[str, Tab], changes: SheetChanges) -> Plan:
    """Return the plan; `seen` is the reading that the changes were computed from (a tab may be missing in both)."""
    plan = Plan()
    finders = {name: _Finder(page, seen.get(name)) for name, page in pages.items()}
    for write in changes.cells:
        finder = finders.get(write.tab)
        if finder is None:
            plan.skipped.append(write)
        else:
            finder.settle(write, plan)
    for append in changes.appends:
        page = pages.get(append.tab)
        if page and append.key not in page.by_key and page.key_column is not None:
            plan.appends.setdefault(append.tab, []).append(append)
    return plan


class _Finder:
    """Finds the rows of one tab now, as they were when the changes were computed."""

    def __init__(self, page: Page, seen: Tab | None) -> None:
        self._page = page
        self._seen = seen
        self._then: dict[str, list[Row]] = {}
        for row in seen.rows if seen else ():
            self._then.setdefault(_key_of(row, page), []).append(row)

    def settle(self, write: CellWrite, plan: Plan) -> None:
        """Put the write among the targets, the settled or the skipped ones."""
        column = self._page.columns.get(header_key(write.header))
        then = self._row_then(write)
        row = None if column is None else self._row_now(write, then)
        if row is None or column is None:
            plan.skipped.append(write)
            return
        now, kind = self._page.value(row, column), self._page.formats.get(column, "text")
        if canonical(now, kind) == canonical(write.value, kind):
            plan.settled += 1
        elif then is not None and canonical(now, kind) != canonical(self._said(then, column), kind):
            plan.skipped.append(write)  # typed meanwhile
        else:
            plan.targets.append(Target(self._page, row, column, write))

    def _row_then(self, write: CellWrite) -> Row | None:
        """Return the row as it was read: the hinted one if it has the key, else the only one that has it."""
        rows = self._then.get(write.key, [])
        hinted = next((row for row in rows if row.number == write.hint), None)
        return hinted or (rows[0] if len(rows) == 1 and write.key else None)

    def _row_now(self, write: CellWrite, then: Row | None) -> int | None:
        """Return where the row is: by its key; a row without one, or one of several alike, by all that it says."""
        rows = self._page.by_key.get(write.key, [])
        if write.key and len(rows) == 1 and len(self._then.get(write.key, [])) <= 1:
            return rows[0]
        if then is None:
            return write.hint if write.hint in rows and self._seen is None else None
        same = [number for number in rows if self._page.row(number) == then.values]
        if write.hint in same:
            return write.hint
        return same[0] if len(same) == 1 else None

    def _said(self, then: Row, column: int) -> Value:
        return then.values.get(self._page.headers[column])


def _key_of(row: Row, page: Page) -> str:
    return "" if page.key_column is None else canonical(row.values.get(page.headers[page.key_column]))
