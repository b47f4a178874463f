"""What a merge works on, what it returns, and the ground that all rows of one merge share."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from tasks.domain.sheet import shadow as marks
from tasks.domain.sheet.cells import Choice, Reading, canonical
from tasks.domain.sheet.headers import actual_headers, extra_headers
from tasks.domain.sheet.rows import fingerprint
from tasks.domain.sheet.shadow import Adoptable, Overtyped, Shadow, ShadowChanges, SheetOrder, StaffEdit
from tasks.domain.sheet.table import CellWrite, ColumnLayout, Row, RowAppend, SheetChanges, Tab, TabLayout, Value

ALERTS, ACTION, DETAIL, STATE = "Alertas", "Acción", "Detalle", "Estado"
NOTE_DAYS = 7
_MERGED = frozenset({"system", "shared", "staff"})  # the others are taken and emptied

Records = Mapping[str, Mapping[str, Value]]
CellReader = Callable[[str, Value], Reading]  # header, value → what it says


@dataclass(frozen=True, slots=True)
class Request:
    """What one merge works on: the tab as read, what the ledger says and what both last agreed on."""

    layout: TabLayout
    records: Records  # every row the ledger knows, by key and header; a missing header is an empty cell
    shadow: Shadow
    tab: Tab
    read: CellReader
    today: date
    hidden: frozenset[str] = frozenset()  # keys whose row, once deleted, stays away
    missing: Callable[[Mapping[str, Reading]], str] | None = None  # what a hand-typed row lacks; None: none is adopted
    unknown: str = ""  # note for a row whose key nobody gave, with {key}; "" says nothing
    again: bool = False  # the merge after the edits were taken: nothing is offered for adoption any more
    mark: str = ""  # of this read: however often it is merged, a hand-typed row counts as seen once


@dataclass(slots=True)
class MergeResult:
    """What people did, what to write, and the shadow's changes to commit before writing."""

    staff_edits: list[StaffEdit] = field(default_factory=list)
    orders: list[SheetOrder] = field(default_factory=list)
    overtyped: list[Overtyped] = field(default_factory=list)
    adoptable: list[Adoptable] = field(default_factory=list)
    cells: list[CellWrite] = field(default_factory=list)
    appends: list[RowAppend] = field(default_factory=list)
    shadow_changes: ShadowChanges = field(default_factory=dict)
    pending: ShadowChanges = field(default_factory=dict)  # what is set out to be written, known to the shadow or not
    alerts: list[str] = field(default_factory=list)  # about the tab as a whole

    @property
    def changes(self) -> SheetChanges:
        """What to write."""
        return SheetChanges(tuple(self.cells), tuple(self.appends))

    def leave_alone(self, keys: Collection[str]) -> None:
        """Write nothing into those rows."""
        if keys:
            self.cells = [cell for cell in self.cells if cell.key not in keys]

    def landed(self, skipped: tuple[CellWrite, ...] = ()) -> ShadowChanges:
        """Return the shadow's changes to commit after the write was answered."""
        return marks.landed(self.cells, self.appends, self.pending, skipped)


class Ground:
    """What the rows of one merge share: where the columns are, the shadow by row, and the result being made."""

    def __init__(self, request: Request) -> None:
        layout = request.layout
        self.request, self.out = request, MergeResult()
        self.headers = actual_headers(request.tab, layout)
        self.extras = extra_headers(request.tab, self.headers.values())
        self.columns = [c for c in layout.columns if c.header in self.headers and c.header != layout.key]
        self.merged = [c for c in self.columns if c.owner in _MERGED and c.header != ALERTS]
        self.alert_column = next((c for c in self.columns if c.header == ALERTS), None)
        self.actions = tuple(Choice(name, name) for c in layout.columns if c.header == ACTION for name in c.choices)
        self.blank: frozenset[str] = frozenset()  # columns that lost all their values at once
        self.oldest_note = (request.today - timedelta(days=NOTE_DAYS)).isoformat()
        self._by_row: dict[str, dict[str, str]] = {}
        for (key, entry), text in request.shadow.items():
            self._by_row.setdefault(key, {})[entry] = text

    def shadow_of(self, key: str) -> dict[str, str]:
        """Return the shadow's entries of one row."""
        return self._by_row.get(key, {})

    def value(self, row: Row, header: str) -> Value:
        """Return what the row says under a header of the layout."""
        return row.values.get(self.headers.get(header, ""))

    def likeness(self, key: str, row: Row) -> int:
        """Return how many cells of the row say what was agreed for the key."""
        agreed = self.shadow_of(key)
        return sum(canonical(self.value(row, c.header), c.format) == agreed.get(c.header) for c in self.columns)

    def copy_mark(self, row: Row) -> str:
        """Return the shadow's entry that says of a row, as it stands, that it is a copy."""
        return marks.COPY + fingerprint(row, self.headers.get(ALERTS))

    def keep(self, key: str, entry: str, text: str | None) -> None:
        """Change the shadow if that changes anything."""
        if self.shadow_of(key).get(entry) != text:
            self.out.shadow_changes[key, entry] = text

    def intend(self, key: str, header: str, text: str) -> None:
        """Note what is about to be written, before anything is."""
        self.keep(key, marks.PENDING + header, text)
        self.out.pending[key, marks.PENDING + header] = text

    def put(self, key: str, row: Row, header: str, value: Value) -> None:
        """Write one cell."""
        self.out.cells.append(CellWrite(self.request.layout.name, key, row.number, header, value))

    def say(self, key: str, row: Row, text: str) -> None:
        """Write into the Alertas of a row that is no record's (a copy, a stranger, a row typed by hand)."""
        if self.alert_column and self.value(row, ALERTS) != text:
            self.put(key, row, ALERTS, text)

    def append(self, key: str, record: Mapping[str, Value]) -> None:
        """Add the record's row, with what staff had written in columns of their own."""
        shadow = self.shadow_of(key)
        values: dict[str, Value] = {self.request.layout.key: key}
        for column in self.columns:
            if record.get(column.header) is not None:
                values[column.header] = record[column.header]
                self.intend(key, column.header, self.canonical(column, record))
        extras: dict[str, Value] = {h: shadow[marks.EXTRA + h] for h in self.extras if marks.EXTRA + h in shadow}
        self.out.appends.append(RowAppend(self.request.layout.name, key, values | extras))

    @staticmethod
    def canonical(column: ColumnLayout, record: Mapping[str, Value]) -> str:
        """Return the record's value under the column, in its canonical form."""
        return canonical(record.get(column.header), column.format)
