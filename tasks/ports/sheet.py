"""The team's shared sheet: one read of everything, one guarded write of what changed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from tasks.domain.sheet.table import (
    CellWrite,
    ColumnLayout,
    Row,
    RowAppend,
    SheetChanges,
    Snapshot,
    Tab,
    TabLayout,
    TabView,
    Value,
)

__all__ = [
    "CellWrite",
    "ColumnLayout",
    "Row",
    "RowAppend",
    "Sheet",
    "SheetChanges",
    "Snapshot",
    "Tab",
    "TabLayout",
    "TabView",
    "Value",
    "WriteReport",
]


@dataclass(frozen=True, slots=True)
class WriteReport:
    """What was written; `skipped` are writes whose row could not be found any more (tried again next cycle)."""

    written: int
    skipped: tuple[CellWrite, ...] = field(default=())


class Sheet(Protocol):
    """A spreadsheet shared with people who sort, rename, move and type meanwhile.

    Text is always written as text: a value that starts with = + - @, tab or carriage return never becomes a formula.
    All methods raise `SheetUnavailable`; `SheetBusy` when somebody has the file open.
    """

    @property
    def name(self) -> str:
        """A stable key of this sheet (locks and shadows are kept under it)."""
        ...

    def ping(self) -> str:
        """Reach the sheet and say in one line what was reached."""
        ...

    def prepare(self, layouts: Sequence[TabLayout]) -> list[str]:
        """Create what is missing (file, tabs, columns, drop-downs, widths, colours); repair, never destroy.

        Returns one line per thing made. Idempotent.
        """
        ...

    def glance(self) -> tuple[str, tuple[str, ...]] | None:
        """Return the fingerprint and notes that a reading would have now, None if only reading it all would tell."""
        ...

    def read(self, layouts: Sequence[TabLayout] = ()) -> Snapshot:
        """Return the tabs; the layouts' ones suffice (all without any). Empty rows are left out.

        A cell's dates are dates and numbers numbers; a backend that keeps dates as numbers tells them by the layouts.
        """
        ...

    def write(self, layouts: Sequence[TabLayout], changes: SheetChanges) -> WriteReport:
        """Write the changes, rows located by key (the layout says which column). Writing them twice is harmless.

        A row that loses its key and holds nothing any more may be taken away.
        """
        ...

    def link(self, tab: str, key: str) -> str:
        """Return a link that opens the sheet (at the row where the backend can)."""
        ...

    def export(self, layouts: Sequence[TabLayout] = ()) -> bytes:
        """Return the sheet as an .xlsx file, for the digest; a backend that must build it follows the layouts."""
        ...
