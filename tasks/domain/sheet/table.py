"""A sheet as values: what is read, how a tab is built, what is to be written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

Value = str | int | float | bool | date | datetime | None


@dataclass(frozen=True, slots=True)
class TabLayout:
    """How one tab is built: its columns and what helps the people who use it."""

    name: str
    columns: tuple["ColumnLayout", ...]
    key: str  # header of the column that identifies a row
    frozen_columns: int = 1
    text: tuple[str, ...] = ()  # a page to read instead of a table: its lines, "# " before a heading
    views: tuple["TabView", ...] = ()  # ways of looking at it, where the backend gives each person their own


@dataclass(frozen=True, slots=True)
class TabView:
    """A selection of the rows: those with one of the `shown` values under `header`, by another column's order."""

    title: str
    header: str  # of a column with colours: they tell all its values
    shown: tuple[str, ...]
    order: str


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
    original: str = ""  # our own name of a column whose header staff changed; "" while the header is ours

    @property
    def known_as(self) -> str:
        """Our own name of the column, whatever its header says: lists, marks and metadata are kept under it."""
        return self.original or self.header


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
    # Present header → our own name of the column, for the columns whose identity the backend keeps apart from the
    # header (developer metadata, defined names): a renamed column is recognised by it.
    identities: Mapping[str, str] = field(default_factory=dict)
    # Row number → what people wrote in comments of its cells, where the backend reads them: said on when a row goes.
    remarks: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything the sheet says at one moment; `fingerprint` changes whenever anything in it does."""

    tabs: dict[str, Tab]
    fingerprint: str
    notes: tuple[str, ...] = ()  # what a person should know of the sheet itself, such as copies in conflict beside it


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
