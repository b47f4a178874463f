"""The world's machines for a simulated office: mailbox, sender and sheet in memory, and a hand that makes them fail."""

import io
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any, ClassVar

from tasks.bootstrap import Office
from tasks.domain.sheet.cells import canonical
from tasks.ports.errors import LedgerUnavailable, MailboxUnavailable, SenderUnavailable, SheetUnavailable
from tasks.ports.mailbox import Listing, MessageRef, RawMessage
from tasks.ports.sender import Envelope, Outcome, Receipt
from tasks.ports.sheet import Row, SheetChanges, Snapshot, Tab, TabLayout, Value, WriteReport


@dataclass
class MemoryMailbox:
    """`Mailbox` over a list: what people mailed, in the order it arrived."""

    name: str = "simulation"
    received: list[tuple[bytes, datetime]] = field(default_factory=list)

    def ping(self) -> str:
        return f"{len(self.received)} messages"

    def deliver(self, raw: bytes, at: datetime) -> None:
        """Take a mail from outside."""
        self.received.append((raw, at))

    def listing(self, cursor: str | None) -> Listing:
        refs = tuple(MessageRef("1", str(uid)) for uid in range(int(cursor or 0), len(self.received)))
        return Listing(refs, str(len(self.received)))

    def fetch(self, refs: Sequence[MessageRef]) -> Iterator[RawMessage]:
        for ref in refs:
            raw, at = self.received[int(ref.uid)]
            yield RawMessage(ref, raw, at)

    def settle(self, refs: Sequence[MessageRef]) -> None:
        """Nothing is marked."""

    def wait(self, cursor: str | None, seconds: float) -> bool:
        return False

    def close(self) -> None:
        """Nothing is open."""


@dataclass
class MemorySender:
    """`Sender` that keeps what it was given; people find their mail in `fresh`."""

    certain_after: ClassVar[timedelta] = timedelta()
    largest: ClassVar[int | None] = None

    fresh: list[Envelope] = field(default_factory=list)
    known: dict[str, int] = field(default_factory=dict)  # Message-ID → how often it was handed over

    def ping(self) -> str:
        return f"{len(self.known)} messages"

    def send(self, envelope: Envelope) -> Receipt:
        self.known[envelope.message_id] = self.known.get(envelope.message_id, 0) + 1
        self.fresh.append(envelope)
        return Receipt(Outcome.SENT)

    def was_sent(self, message_id: str) -> bool | None:
        return message_id in self.known

    def close(self) -> None:
        """Nothing is open."""


@dataclass
class MemorySheet:
    """`Sheet` over dictionaries; `type_in` is the hand of whoever has it open."""

    name: str = "simulation"
    headers: dict[str, list[str]] = field(default_factory=dict)
    rows: dict[str, list[dict[str, Value]]] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    _version: int = 0

    def ping(self) -> str:
        return f"{len(self.rows)} tabs"

    def prepare(self, layouts: Sequence[TabLayout]) -> list[str]:
        made = [layout.name for layout in layouts if layout.name not in self.headers]
        for layout in layouts:
            self.headers.setdefault(layout.name, [column.header for column in layout.columns])
            self.rows.setdefault(layout.name, [])
            self.keys[layout.name] = layout.key
        return made

    def glance(self) -> None:
        """Return nothing: reading is all it costs."""

    def read(self, layouts: Sequence[TabLayout] = ()) -> Snapshot:
        wanted = {layout.name for layout in layouts} or set(self.headers)
        tabs = {
            name: Tab(name, tuple(self.headers[name]), tuple(Row(n, dict(row)) for n, row in enumerate(rows, 2)))
            for name, rows in self.rows.items()
            if name in wanted
        }
        return Snapshot(tabs, str(self._version))

    def write(self, layouts: Sequence[TabLayout], changes: SheetChanges) -> WriteReport:
        self._version += 1
        written = len(changes.cells) + len(changes.appends)
        for cell in changes.cells:
            for row in self._rows_of(cell.tab, cell.key):
                row[cell.header] = cell.value
        for append in changes.appends:
            if append.values not in self.rows[append.tab]:
                self.rows[append.tab].append(dict(append.values))
        return WriteReport(written)

    def _rows_of(self, tab: str, key: str) -> list[dict[str, Value]]:
        return [row for row in self.rows[tab] if canonical(row.get(self.keys[tab])) == key][:1]

    def type_in(self, tab: str, key: str, header: str, value: Value) -> None:
        """Type a value into the row of that key; a row that is not there takes nothing."""
        self._version += 1
        for row in self._rows_of(tab, key):
            row[header] = value

    def link(self, tab: str, key: str) -> str:
        return f"https://hoja.example.org/{tab}/{key}"

    def export(self, layouts: Sequence[TabLayout] = ()) -> bytes:
        return _empty_book()


@cache
def _empty_book() -> bytes:
    from openpyxl import Workbook

    buffer = io.BytesIO()
    Workbook().save(buffer)
    return buffer.getvalue()


# Port → its methods that may fail, and with which error. A method may fail before or after its effect.
_FAILING = {
    "mailbox": (("listing", "settle"), MailboxUnavailable),
    "sheet": (("read", "write"), SheetUnavailable),
}


class _Faulty:
    """A port some of whose calls fail, as often as `share` says."""

    def __init__(self, port: Any, methods: Sequence[str], error: type[Exception], dice: "_Dice") -> None:
        self._port, self._methods, self._error, self._dice = port, methods, error, dice

    def __getattr__(self, attribute: str) -> Any:
        value = getattr(self._port, attribute)
        if attribute not in self._methods:
            return value

        def failing(*args: Any, **kwargs: Any) -> Any:
            if self._dice.fails():
                raise self._error("simulated: no answer")
            result = value(*args, **kwargs)
            if self._dice.fails():
                raise self._error("simulated: the answer was lost")
            return result

        return failing


class _FaultySender(_Faulty):
    """A sender that is away, or that takes a mail and never says so."""

    def send(self, envelope: Envelope) -> Receipt:
        if self._dice.fails():
            raise SenderUnavailable("simulated: no answer")
        receipt: Receipt = self._port.send(envelope)
        return Receipt(Outcome.UNKNOWN, "simulated: the answer was lost") if self._dice.fails() else receipt


class _FaultyLedger:
    """A ledger that refuses to open or to commit some units of work."""

    def __init__(self, ledger: Any, dice: "_Dice") -> None:
        self._ledger, self._dice = ledger, dice

    def __getattr__(self, attribute: str) -> Any:
        return getattr(self._ledger, attribute)

    @contextmanager
    def begin(self) -> Iterator[Any]:
        if self._dice.fails():
            raise LedgerUnavailable("simulated: the database is away")
        with self._ledger.begin() as unit:
            yield unit
            if self._dice.fails():
                raise LedgerUnavailable("simulated: the commit was refused")


@dataclass
class _Dice:
    share: float
    thrown: random.Random

    def fails(self) -> bool:
        return self.thrown.random() < self.share


def break_sometimes(office: Office, share: float, seed: int) -> None:
    """Make that share of the calls to mailbox, sender, sheet and ledger fail, before or after their effect."""
    dice = _Dice(share / 2, random.Random(f"faults/{seed}"))  # noqa: S311  # a game, no secret
    parts: Any = office
    for name, (methods, error) in _FAILING.items():
        setattr(parts, name, _Faulty(getattr(office, name), methods, error, dice))
    parts.sender = _FaultySender(office.sender, (), SenderUnavailable, dice)
    parts.ledger = _FaultyLedger(office.ledger, dice)
