"""The writes of one cycle: cells and new rows in one call that also keeps what it overwrites (journal.py).

What turns out to have been elsewhere, or typed in the last moment, is put back at once (owing.py). Each call is noted
in the memory before it leaves: what a lost answer or a killed process left behind is settled before the next reading.
"""

import secrets
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

from tasks.adapters.sheet.google import journal
from tasks.adapters.sheet.google.api import Locked, Refused, SheetsApi, Unanswered
from tasks.adapters.sheet.google.cells import quoted, raw_cell, verbatim
from tasks.adapters.sheet.google.claims import claim, claimed, is_replaceable, replacement
from tasks.adapters.sheet.google.dress import row_dress
from tasks.adapters.sheet.google.journal import Journal, Slot
from tasks.adapters.sheet.google.looks import Look, written
from tasks.adapters.sheet.google.memory import Added, Memory, Pending, Place
from tasks.adapters.sheet.google.owing import Overwrite, Owed, Then, misplaced, owed_after, payments
from tasks.adapters.sheet.google.page import Page
from tasks.adapters.sheet.google.plan import Plan, Target
from tasks.adapters.sheet.google.table import mark
from tasks.domain.sheet.headers import header_key
from tasks.ports.sheet import CellWrite, RowAppend

_CALL_SIZE = 4_000_000  # characters of one call, roughly: the server takes ten million bytes
_ROUNDS = 8  # of putting back, while people go on moving what is to be put back

Pages = Mapping[str, Page]


@dataclass(slots=True)
class _Call:
    """What one spreadsheets.batchUpdate sets and adds, with the pages as they were read just before."""

    pages: Pages
    cells: list[Overwrite] = field(default_factory=list)
    added: dict[str, Added] = field(default_factory=dict)
    size: int = 0

    def slots(self) -> list[Slot]:
        """Return what is to be kept of each tab."""
        touched: dict[str, list[tuple[int, int]]] = {tab: [] for tab in self.added}
        for one in self.cells:
            touched.setdefault(one.tab, []).append((one.row, one.column))
        return journal.slots((self.pages[tab], cells) for tab, cells in sorted(touched.items()))


class Writer:
    """Writes into one spreadsheet. `look` reads the tabs of those names, `place` tells where one is."""

    def __init__(
        self,
        api: SheetsApi,
        memory: Memory,
        look: Callable[[Collection[str]], Pages],
        place: Callable[[str], Place | None],
    ) -> None:
        self._api, self._memory, self._look, self._place = api, memory, look, place

    def write(self, plan: Plan, pages: Pages) -> list[CellWrite]:
        """Carry out the plan; return the writes that did not meet what they were meant for."""
        strayed: set[tuple[str, int, int]] = set()
        for call in _calls(plan, pages):
            waiting = self._memory.owed
            strays, owed = self._send(call, waiting)
            strayed |= {(one.tab, one.row, one.column) for one in strays}
            self._pay([*owed, *waiting])
        return [t.write for t in plan.targets if (t.page.layout.name, t.row, t.column) in strayed]

    def settle(self) -> None:
        """Put back what an earlier write took and nobody knows yet: its answer was lost, or the process died."""
        pending, owed = self._memory.pending, self._memory.owed
        if pending:
            try:
                kept = Journal.read(self._api.values([quoted(journal.TITLE)]))
            except Refused:  # the call that was to make the journal did not arrive
                kept = Journal()
            if kept.name == pending.name:
                moment = {slot.tab: Then.kept(slot, kept) for slot in pending.slots if kept.keeps(slot)}
                _, found = _owed(pending, moment)
                owed = tuple(found)
            self._memory.note(None, owed)
        if owed:
            self._pay(owed)

    def _pay(self, owed: Sequence[Owed]) -> None:
        """Put back what is owed, wherever it is now, and what that takes in its turn."""
        owed = self._replaced(owed)
        for _ in range(_ROUNDS):
            if not owed:
                return
            pages = self._look(sorted({one.tab for one in owed}))
            cells, waiting = payments(owed, pages)
            if not cells:
                self._memory.note(None, ())
                return
            try:
                _, left = self._send(_Call(pages, cells), owed)
            except Locked:
                break  # somebody wants it as it is
            except Refused:  # a tab or row went away meanwhile: look again
                continue
            owed = self._replaced([*left, *waiting])
            self._memory.note(None, owed)
        else:
            return  # kept in the memory: people are still moving things
        self._memory.note(None, ())

    def _replaced(self, owed: Sequence[Owed]) -> list[Owed]:
        """Replace the claims by what their cells are to say, wherever they are; return what is still owed."""
        claims = [one for one in owed if is_replaceable(one.ours, one.before)]
        if not claims:
            return list(owed)
        try:
            counts = self._api.replace([replacement(self._sheet(one.tab), one.ours, one.before) for one in claims])
        except Refused:  # not every server knows how: then they are looked for
            return list(owed)
        done = [one for one, count in zip(claims, counts, strict=False) if count]
        left = [one for one in owed if one not in done]
        self._memory.note(None, left)
        return left

    def _send(self, call: _Call, owed: Sequence[Owed] = ()) -> tuple[list[Overwrite], list[Owed]]:
        """Send one call; return what of it strayed, and what is owed then."""
        slots, name = call.slots(), uuid4().hex
        pending = Pending(name, slots, call.cells, call.added)
        self._memory.note(pending, owed)
        moment = self._transmit(call, slots, name)
        if moment is None:
            return [], []  # nothing was told: the next reading looks into the journal
        strays, left = _owed(pending, moment)
        self._memory.note(None, left)
        return strays, left

    def _transmit(self, call: _Call, slots: Sequence[Slot], name: str) -> dict[str, Then] | None:
        """Send the call and return the tabs of which it may have met others than meant, as they were in that moment."""
        if self._memory.plain:
            return self._plainly(call, slots)
        known = self._memory.places.get(journal.TITLE)
        place = known or self._place(journal.TITLE)
        sheet = place.sheet if place else secrets.randbelow(2**31 - 1) + 1
        keeping = journal.keeping([(slot, self._sheet(slot.tab)) for slot in slots], sheet, name, new=place is None)
        extra = [] if place else [mark("mipg.tab", journal.TITLE, {"sheetId": sheet})]
        requests = [*keeping, *extra, *self._cells(call), *self._rows(call)]
        try:
            answer = self._api.change(requests, journal.ranges(slots, _titles(call)))
        except Refused as refusal:
            if known or isinstance(refusal, Locked):
                raise  # perhaps somebody removed the journal: all is looked at anew
            found = self._plainly(call, slots)
            self._memory.plain = True  # so it was for the journal's sake
            return found
        self._memory.places[journal.TITLE] = Place(sheet, journal.TITLE)
        kept = Journal.answered(answer, sheet)
        self._memory.plain = kept.name != name or not all(map(kept.keeps, slots))
        self._memory.save()
        if self._memory.plain:
            return None
        moment = {slot.tab: Then.kept(slot, kept) for slot in slots}
        doubtful = [slot for slot in slots if not self._tells(call, slot, kept, answer)]
        return moment | (self._remade(call, doubtful) if doubtful else {})

    def _tells(self, call: _Call, slot: Slot, kept: Journal, answer: Mapping[str, Any]) -> bool:
        """Whether the journal tells whose cells were written over."""
        numbered = {one.row for one in call.cells if one.tab == slot.tab and one.column == slot.key}
        tab = Journal.answered(answer, self._sheet(slot.tab))
        known = slot.is_whole or Then.kept(slot, kept).headers == slot.headers
        return known and kept.is_faithful(slot, tab, numbered)

    def _plainly(self, call: _Call, slots: Sequence[Slot]) -> dict[str, Then]:
        """Send the call where no journal can be kept."""
        call.cells[:] = [replace(one, ours=claimed(one.ours) or one.ours) for one in call.cells]
        looks = [Look(call.pages[slot.tab], [c for c in call.cells if c.tab == slot.tab]) for slot in slots]
        try:
            met = self._values(call, looks)
            if call.added:
                self._api.change(list(self._rows(call)))
        except Unanswered:
            _, owed = owed_after(call.cells, self._remade(call, slots))
            self._memory.note(None, owed)
            raise
        return {} if met else self._remade(call, slots)

    def _values(self, call: _Call, looks: Sequence[Look]) -> bool:
        """Write the cells and return whether every tab is then as it was expected to be."""
        if not call.cells:
            return True
        data = written(list(_runs(call.cells)), _titles(call))
        asked = [look.ranges() for look in looks]
        try:
            answers = self._api.write_values([*data, *(one for some in asked for one in some)])
        except Refused:  # were it for the looks, the writes would still count; else this says so again
            answers = self._api.write_values(data)
        told = iter(answers[len(data) :])
        found = [[next(told, {}) for _ in some] for some in asked]
        return all(look.is_met(answer) for look, answer in zip(looks, found, strict=True))

    def _remade(self, call: _Call, slots: Sequence[Slot]) -> dict[str, Then]:
        """Return the tabs in the moment of a write that nothing was kept of."""
        now = self._look([slot.tab for slot in slots])
        moment = {}
        for slot in slots:
            own = [one for one in call.cells if one.tab == slot.tab]
            page = call.pages[slot.tab]
            moment[slot.tab] = Then.remade(slot, page, now.get(slot.tab, page), own)
        return moment

    def _cells(self, call: _Call) -> Iterator[dict[str, Any]]:
        for run in _runs(call.cells):
            first = run[0]
            start = {"sheetId": self._sheet(first.tab), "rowIndex": first.row - 1, "columnIndex": first.column}
            rows = [{"values": [verbatim(one.ours)]} for one in run]
            yield {"updateCells": {"start": start, "rows": rows, "fields": "userEnteredValue"}}

    def _rows(self, call: _Call) -> Iterator[dict[str, Any]]:
        for tab, added in call.added.items():
            yield from _insertion(call.pages[tab], self._sheet(tab), added)

    def _sheet(self, tab: str) -> int:
        place = self._place(tab)
        if place is None:
            raise Refused(f"the tab «{tab}» of the spreadsheet is not there any more")
        return place.sheet


def _titles(call: _Call) -> dict[str, str]:
    return {tab: page.title for tab, page in call.pages.items()}


def _calls(plan: Plan, pages: Pages) -> Iterator[_Call]:
    """Yield the plan in calls of a size that the server takes: cells first, they tell where they are by row."""
    call = _Call(pages)
    for target in plan.targets:
        one = _overwrite(target)
        if call.cells and call.size + _cost(one.ours) > _CALL_SIZE:
            yield call
            call = _Call(pages)
        call.cells.append(one)
        call.size += _cost(one.ours)
    for tab, rows in plan.appends.items():
        for number, row in enumerate(rows):
            cells = _row_cells(pages[tab], row)
            cost = sum(map(_cost, cells))
            if call.size and call.size + cost > _CALL_SIZE:
                yield call
                call = _Call(pages)
            call.added.setdefault(tab, Added(pages[tab].last + number, [])).cells.append(cells)
            call.size += cost
    if call.size:
        yield call


def _cost(value: Any) -> int:
    return 60 + len(str(value))


def _overwrite(target: Target) -> Overwrite:
    page, row, column = target.page, target.row, target.column
    key = page.key(row)
    ours, before = raw_cell(target.write.value), page.raw(row, column)
    if column == page.key_column and not key:
        ours = claim(str(ours))
    return Overwrite(page.layout.name, row, column, key, page.headers[column], before, ours, page.distinction(row))


def _runs(cells: Sequence[Overwrite]) -> Iterator[list[Overwrite]]:
    """Yield the cells in stretches of one column without a gap."""
    run: list[Overwrite] = []
    for one in sorted(cells, key=lambda one: (one.tab, one.column, one.row)):
        if run and (run[-1].tab, run[-1].column, run[-1].row + 1) != (one.tab, one.column, one.row):
            yield run
            run = []
        run.append(one)
    if run:
        yield run


def _insertion(page: Page, sheet: int, added: Added) -> list[dict[str, Any]]:
    """Return the requests that insert rows: they overwrite nothing, whatever came to stand there."""
    start, end = added.start, added.start + len(added.cells)
    # Rows look like the blank ones below; where there may be none only the ones above can be asked for their looks.
    above = start >= page.row_count
    place = {"sheetId": sheet, "dimension": "ROWS", "startIndex": start, "endIndex": end}
    first = {"sheetId": sheet, "rowIndex": start, "columnIndex": 0}
    rows = [{"values": [verbatim(cell) for cell in cells]} for cells in added.cells]
    return [
        {"insertDimension": {"range": place, "inheritFromBefore": above}},
        *row_dress(page, sheet, (start, end)),
        {"updateCells": {"start": first, "rows": rows, "fields": "userEnteredValue"}},
    ]


def _row_cells(page: Page, row: RowAppend) -> list[Any]:
    cells: list[Any] = [""] * len(page.headers)
    for header, value in row.values.items():
        column = page.columns.get(header_key(header))
        if column is not None:
            cells[column] = raw_cell(value)
    return cells


def _owed(pending: Pending, moment: Mapping[str, Then]) -> tuple[list[Overwrite], list[Owed]]:
    """Return the overwrites that strayed, and what is owed for them and for new rows, by the tabs of that moment."""
    strays, owed = owed_after((one for one in pending.cells if one.tab in moment), moment)
    for slot in pending.slots:
        added = pending.added.get(slot.tab)
        if added and slot.tab in moment:
            owed += misplaced(slot, added.cells, moment[slot.tab])
    return strays, owed
