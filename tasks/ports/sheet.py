"""The team's shared sheet: one read of everything, one guarded write of what changed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

Value = str | int | float | bool | date | datetime | None


@dataclass(frozen=True, slots=True)
class TabLayout:
    """How one tab is built: its columns and what helps the people who use it."""

    name: str
    columns: tuple["ColumnLayout", ...]
    key: str  # header of the column that identifies a row
    frozen_columns: int = 1
    text: tuple[str, ...] = ()  # a page to read instead of a table: its lines, "# " before a heading


@dataclass(frozen=True, slots=True)
class ColumnLayout:
    """One column: who owns it and how it looks."""

    header: str
    owner: str  # "system" (grey, protected where the backend can), "shared", "staff", "order"
    width: int = 16  # characters
    format: str = "text"  # text, date, datetime, number, score, percent
    choices: tuple[str, ...] = ()  # drop-down
    strict: bool = False  # whether a value outside the choices is refused by the sheet itself
    colours: tuple[tuple[str, str], ...] = ()  # value → RRGGBB fill
    wrap: bool = False
    note: str = ""  # shown on the header


@dataclass(frozen=True, slots=True)
class Row:
    """One row as read: its 1-based number in the tab and its values by header."""

    number: int
    values: dict[str, Value]


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab as read: headers in their present order (moved and added columns included) and its rows."""

    name: str
    headers: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything the sheet says at one moment; `fingerprint` changes whenever anything in it does."""

    tabs: dict[str, Tab]
    fingerprint: str


@dataclass(frozen=True, slots=True)
class CellWrite:
    """Put `value` into column `header` of the row whose key is `key` (found at row `hint` unless it moved)."""

    tab: str
    key: str
    hint: int
    header: str
    value: Value


@dataclass(frozen=True, slots=True)
class RowAppend:
    """Add a row with these values by header, below the last one that holds anything."""

    tab: str
    key: str
    values: dict[str, Value]


@dataclass(frozen=True, slots=True)
class SheetChanges:
    """One cycle's writes over all tabs."""

    cells: Sequence[CellWrite] = ()
    appends: Sequence[RowAppend] = ()

    def __bool__(self) -> bool:
        return bool(self.cells or self.appends)


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

    def read(self) -> Snapshot:
        """Return all tabs. Empty rows are left out; a cell's dates are dates and numbers numbers."""
        ...

    def write(self, layouts: Sequence[TabLayout], changes: SheetChanges) -> WriteReport:
        """Write the changes, rows located by key (the layout says which column). Writing them twice is harmless."""
        ...

    def link(self, tab: str, key: str) -> str:
        """Return a link that opens the sheet (at the row where the backend can)."""
        ...

    def export(self) -> bytes:
        """Return the sheet as an .xlsx file, for the digest."""
        ...
