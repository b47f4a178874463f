"""Closed cases beyond a number move from Casos to a tab of their year, oldest first: copied, seen there, then emptied.

Each step is a cycle's write, so a run that dies in between leaves the row twice for a moment and never nowhere. What
was typed in columns of the team's own goes along inside Observaciones, and stays in the ledger for a case reopened; so
do the comments on its cells. A row that is emptied down to its number is taken away by the backends that can.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tasks.bootstrap import Office
from tasks.domain.cases.case import SYSTEM, CaseEvent, EventKind
from tasks.domain.sheet.cells import canonical, clean_text
from tasks.domain.sheet.columns import CASES, Choices, archive_tab, cases_layout
from tasks.domain.sheet.table import CellWrite, Row, RowAppend, SheetChanges, Tab, Value
from tasks.domain.sheet.views import CaseView, case_row
from tasks.ports.ledger import UnitOfWork
from tasks.reconciliation.reading import SheetReading, remember_archive

_KEY, _NOTES = "Caso", "Observaciones"
_ARCHIVE = archive_tab(0).removesuffix("0")


@dataclass(frozen=True, slots=True)
class Move:
    """What one cycle does of it."""

    changes: SheetChanges
    leaving: frozenset[str]  # cases whose row in Casos is emptied: nothing else is written there


def move_closed(unit: UnitOfWork, office: Office, views: Iterable[CaseView], reading: SheetReading) -> Move:
    """Return what moves in this cycle, and remember the tabs that the next one must have."""
    present = {canonical(row.values.get(_KEY)): row for row in reversed(reading.tabs[CASES].rows)}
    by_number = {view.case.number: view for view in views}
    closed = [v for v in by_number.values() if not v.case.is_open and v.case.number in present]
    closed.sort(key=lambda view: view.case.since)
    old = closed[: max(0, len(closed) - office.settings.sheet.closed_rows)]
    remember_archive(unit, office, {view.case.since.year for view in old})
    appends: list[RowAppend] = []
    cells: list[CellWrite] = []
    leaving = set()
    archived = {name: _numbers(tab) for name, tab in reading.tabs.items() if name.startswith(_ARCHIVE)}
    for view in old:
        number, name = view.case.number, archive_tab(view.case.since.year)
        tab = reading.tabs.get(name)
        if tab is None:
            continue  # made at the next reading
        if number in archived[name]:
            cells += _emptied(CASES, number, present[number], reading.tabs[CASES])
            leaving.add(number)
            _keep_remarks(unit, office, number, reading.tabs[CASES].remarks.get(present[number].number, ()))
        else:
            appends.append(_archived(view, tab, present[number], reading.tabs[CASES]))
    cells += _reopened(by_number, present, reading.tabs)
    return Move(SheetChanges(tuple(cells), tuple(appends)), frozenset(leaving))


def _keep_remarks(unit: UnitOfWork, office: Office, number: str, remarks: Sequence[str]) -> None:
    """Keep the comments of a row that goes in the case's history, once."""
    known = {event.reason for event in unit.cases.history(number)} if remarks else set()
    unit.cases.append(
        CaseEvent(
            case=number,
            kind=EventKind.NOTED,
            at=office.clock.now(),
            actor=SYSTEM,
            reason=remark,
            source=f"sheet:{CASES}",
        )
        for remark in remarks
        if remark not in known
    )


def _reopened(
    views: Mapping[str, CaseView], present: Mapping[str, Row], tabs: Mapping[str, Tab]
) -> Iterator[CellWrite]:
    """Empty the archived rows of cases that are open again and back in Casos."""
    for name, tab in tabs.items():
        for row in tab.rows if name.startswith(_ARCHIVE) else ():
            number = canonical(row.values.get(_KEY))
            if number in present and number in views and views[number].case.is_open:
                yield from _emptied(name, number, row, tab)


def _numbers(tab: Tab) -> set[str]:
    return {canonical(row.values.get(_KEY)) for row in tab.rows}


def _archived(view: CaseView, tab: Tab, row: Row, cases: Tab) -> RowAppend:
    record = case_row(view)
    ours = {column.header for column in cases_layout(Choices()).columns}
    own = [f"{h}: {text}" for h in cases.headers if h and h not in ours and (text := canonical(row.values.get(h)))]
    values: dict[str, Value] = {h: value for h, value in record.items() if value is not None and h in tab.headers}
    own += cases.remarks.get(row.number, ())
    if own:
        values[_NOTES] = clean_text("\n".join([canonical(values.get(_NOTES)), *own]))
    return RowAppend(archive_tab(view.case.since.year), view.case.number, values)


def _emptied(tab: str, number: str, row: Row, read: Tab) -> Iterator[CellWrite]:
    """Empty the row, its number last."""
    for header in sorted(filter(None, read.headers), key=lambda header: header == _KEY):
        if canonical(row.values.get(header)):
            yield CellWrite(tab, number, row.number, header, None)
