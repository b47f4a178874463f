"""The shadow of a tab: what the sheet and the ledger last agreed on, by which a person's change is told from our own.

One flat mapping per tab, (row key, entry) → text, kept in the ledger. The entry is a column's header, or one of the
marks below followed by what it is about. Changes to it are values too: the caller commits them in the transaction that
takes what they speak of, so a run killed anywhere converges at the next one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tasks.domain.sheet.table import CellWrite, RowAppend, Value

Entry = tuple[str, str]
Shadow = Mapping[Entry, str]
ShadowChanges = dict[Entry, str | None]  # None removes the entry

PENDING = ">"  # >Header: what we set out to write; the answer may have been lost
REFUSED = "!"  # !Header: a typed value that the rules refused, and why
NOTE = "?"  # ?label: a note shown in Alertas for a week
DONE = "#"  # #Acción: an order already obeyed whose cells are still to be emptied
EXTRA = "*"  # *Header: a column that staff added, kept so that a deleted row comes back whole
SEEN = "~"  # ~fingerprint: a row typed by hand, once seen
ADOPTED = "+"  # +fingerprint: the number such a row got, still to be written into it
COPY = "&"  # &fingerprint at key "": a row that bore another one's number when it was last read
NAMED = "="  # =Header at key "": how staff call that column; "=" alone: the headers in their order
SPLIT = "\x1f"


@dataclass(frozen=True, slots=True)
class StaffEdit:
    """A person changed a cell: what the ledger holds, what they mean, and how it reads."""

    key: str
    header: str
    before: Value
    value: Any  # as the column's reader understood it: slugs, a DANE code, an address, dates, text; None when emptied
    shown: Value
    agreed: str  # canonical form, for the shadow
    row: int
    other: str = ""  # the ledger changed too: what it says


@dataclass(frozen=True, slots=True)
class SheetOrder:
    """An order chosen in Acción, with its Detalle as text."""

    key: str
    action: str
    detail: str
    row: int
    token: str  # the two cells as they stand, by which the order is obeyed only once


@dataclass(frozen=True, slots=True)
class Overtyped:
    """Somebody typed over a system's cell: the value is kept and the cell heals."""

    key: str
    header: str
    typed: str
    healed: Value
    row: int


@dataclass(frozen=True, slots=True)
class Adoptable:
    """A row typed by hand that is complete and has stayed unchanged: it may become a case."""

    row: int
    fingerprint: str
    values: Mapping[str, Any]  # by header, as the columns' readers understood them
    typed: Mapping[str, str] = field(default_factory=dict)  # canonical text by header, where the system will write


def accepted(edit: StaffEdit) -> ShadowChanges:
    """Return the change to commit with an edit that the ledger took."""
    return {
        (edit.key, edit.header): edit.agreed or None,
        (edit.key, PENDING + edit.header): None,
        (edit.key, REFUSED + edit.header): None,
    }


def refused(edit: StaffEdit, note: str) -> ShadowChanges:
    """Return the change that stops an edit the rules refuse: the cell stays, Alertas says why until it changes."""
    return {(edit.key, REFUSED + edit.header): f"{edit.agreed}{SPLIT}{note}"}


def consumed(order: SheetOrder, result: str, today: date, state: str = "") -> ShadowChanges:
    """Return the change to commit with an order's effects: it is never obeyed again, its cells empty at the next merge
    and Alertas tells `result` for a week; one that speaks of a `state` only while the row's Estado says that.
    """
    told = f"{result}{SPLIT}{state}" if state else result
    return {(order.key, DONE + "Acción"): order.token} | noted(order.key, "Acción", told, today)


def adopted(row: Adoptable, number: str) -> ShadowChanges:
    """Return the change to commit with the case opened for a row typed by hand: it gets that number and no other."""
    agreed: ShadowChanges = {(number, header): text for header, text in row.typed.items()}
    return agreed | {("", ADOPTED + row.fingerprint): f"{number}{SPLIT}{row.row}", ("", SEEN + row.fingerprint): None}


def noted(key: str, label: str, text: str, today: date) -> ShadowChanges:
    """Return the change that shows a note in the row's Alertas for a week."""
    return {(key, NOTE + label): f"{today.isoformat()}{SPLIT}{text}" if text else None}


def updated(shadow: Shadow, changes: ShadowChanges) -> dict[Entry, str]:
    """Return the shadow after the changes."""
    merged: dict[Entry, str | None] = {**shadow, **changes}
    return {entry: text for entry, text in merged.items() if text is not None}


def landed(
    cells: Iterable[CellWrite], appends: Iterable[RowAppend], pending: ShadowChanges, skipped: Iterable[CellWrite] = ()
) -> ShadowChanges:
    """Return the change to commit after a write that was answered; without it the next read finds out by itself."""
    missed = {(w.key, w.header) for w in skipped}
    rows = {a.key for a in appends}
    written = {(w.key, w.header) for w in cells} - missed
    changes: ShadowChanges = {}
    for (key, entry), text in pending.items():
        header = entry.removeprefix(PENDING)
        if entry.startswith(PENDING) and text is not None and (key in rows or (key, header) in written):
            changes[key, header], changes[key, entry] = text or None, None
    for key, header in written:
        if header == "Acción":
            changes[key, DONE + header] = None
    return changes
