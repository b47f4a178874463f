"""The sheet's cycle: one read of everything, what people did goes into the ledger, what changed is written back.

The order is the one of `domain/sheet/merge.py`; a run that dies anywhere is finished by the next one.
"""

import gc
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from tasks.bootstrap import Office
from tasks.domain.sheet.columns import CASES, MUNICIPALITIES, REVIEW, SCORES, Choices, offer_tab
from tasks.domain.sheet.merging import MergeResult
from tasks.domain.sheet.shadow import Shadow
from tasks.domain.sheet.table import SheetChanges
from tasks.domain.sheet.views import CaseView, Cycle, merge_cases
from tasks.notices.assignment import queue_assign_notices
from tasks.notices.notice import alert_operator
from tasks.notices.open_sheet import ask_to_close
from tasks.ports.errors import SheetBusy
from tasks.ports.ledger import UnitOfWork
from tasks.reconciliation.archiving import move_closed
from tasks.reconciliation.edits import apply_cases
from tasks.reconciliation.offer import apply_offer, merge_offer
from tasks.reconciliation.people import people_writes, seeded, seeds, take_people
from tasks.reconciliation.quiet import holds_news, is_quiet, is_untouched, remember_quiet
from tasks.reconciliation.reading import Shadows, SheetReading, read_sheet, save_shadow, sheet_layouts, todays_choices
from tasks.reconciliation.review import apply_review, merge_review
from tasks.reconciliation.scores import merge_scores, scores_mark
from tasks.steps import Counts, Step, call
from tasks.views.cases import case_views
from tasks.yearly_offer import current_offer

SHEET_NOTES = "sheet/notes"  # cursor: what a person has to settle in the sheet itself, one a line

_log = structlog.get_logger()


def run_sheet(office: Office, step: Step = call) -> Counts:
    """Reconcile the sheet with the ledger. Counts: edits, orders, refused, adopted, notes, written."""
    with office.ledger.lock(f"sheet/{office.sheet.name}") as mine, _uncollected():
        if not mine:
            return {"busy": 1}
        if step(is_untouched, office):
            return _told(office) | {"written": 0}
        reading = step(read_sheet, office)
        notes = {"notes": len(reading.notes)} if reading.notes else {}
        if step(is_quiet, office, reading):
            return notes | {"written": 0}
        counts = step(take_edits, office, reading)
        try:
            written = step(write_back, office, reading)
        except SheetBusy as busy:
            with office.ledger.begin() as unit:
                ask_to_close(unit, office, busy)
            raise
        if not counts and not written:
            remember_quiet(office, reading)
        return counts | notes | {"written": written}


@contextmanager
def _uncollected() -> Iterator[None]:
    """Look for no rings of dead values meanwhile: a cycle makes a million small ones, and that takes a third of it."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def build_sheet(office: Office) -> list[str]:
    """Create the sheet or what it lacks, also one that was there and is gone; returns one line per thing made."""
    return office.sheet.prepare(sheet_layouts(office))


def take_edits(office: Office, reading: SheetReading) -> Counts:
    """Write into the ledger, in one transaction, everything people did in the sheet since the last agreement."""
    with office.ledger.begin() as unit:
        if not holds_news(unit, office, reading):
            queue_assign_notices(unit, office)
            return {}
        shadows = Shadows(unit, office)
        take_people(unit, office, reading.tabs)
        choices = todays_choices(unit, office)
        merged = _merge_cases(office, case_views(unit, office), reading, shadows.of(CASES), choices)
        counts, changes = apply_cases(unit, office, merged)
        shadows.save(CASES, merged.shadow_changes | changes)
        reviewed = merge_review(unit, office, reading.tabs[REVIEW], shadows.of(REVIEW), choices)
        more, changes = apply_review(unit, office, reviewed, shadows.of(REVIEW), choices)
        shadows.save(REVIEW, reviewed.shadow_changes | changes)
        offered = _take_offer(unit, office, reading, shadows)
        queue_assign_notices(unit, office)
        _tell(unit, office, reading.notes)
    return {name: counts.get(name, 0) + more.get(name, 0) for name in counts | more} | offered


def _take_offer(unit: UnitOfWork, office: Office, reading: SheetReading, shadows: Shadows) -> Counts:
    """Take the ticks of the offer in force."""
    yearly = current_offer(unit, office)
    tab = reading.tabs.get(offer_tab(yearly.year)) if yearly else None
    if yearly is None or tab is None:
        return {}
    merged = merge_offer(unit, office, yearly, tab, shadows.of(tab.name))
    counts, changes = apply_offer(unit, office, yearly, merged)
    shadows.save(tab.name, merged.shadow_changes | changes)
    return counts


def write_back(office: Office, reading: SheetReading) -> int:
    """Bring the sheet in line with the ledger as it is now; returns how many cells and rows were written."""
    with office.ledger.begin() as unit:
        shadows = Shadows(unit, office)
        merges, others = _plan(unit, office, reading, shadows)
        for tab, merged in merges.items():
            shadows.save(tab, merged.shadow_changes)
    changes = _together([merged.changes for merged in merges.values()] + [others])
    if not changes:
        return 0
    report = office.sheet.write(reading.layouts, reading.written(changes))
    with office.ledger.begin() as unit:
        for tab, merged in merges.items():
            save_shadow(unit, office.sheet.name, tab, merged.landed(reading.unwritten(report.skipped)))
        save_shadow(unit, office.sheet.name, MUNICIPALITIES, seeded(others.appends))
    return report.written


def _plan(
    unit: UnitOfWork, office: Office, reading: SheetReading, shadows: Shadows
) -> tuple[dict[str, MergeResult], SheetChanges]:
    """Return the merges of the tabs that have a shadow, and what else is to be written."""
    choices = todays_choices(unit, office)
    views = case_views(unit, office)
    merges = {
        CASES: _merge_cases(office, views, reading, shadows.of(CASES), choices, again=True),
        REVIEW: merge_review(unit, office, reading.tabs[REVIEW], shadows.of(REVIEW), choices, again=True),
    }
    yearly = current_offer(unit, office)
    if yearly is not None and (offered := reading.tabs.get(offer_tab(yearly.year))):
        merges[offered.name] = merge_offer(unit, office, yearly, offered, shadows.of(offered.name), again=True)
    mark, cursor = scores_mark(unit, reading.tabs[SCORES]), f"scores/{office.sheet.name}"
    if unit.books.cursor(cursor) != mark:
        merges[SCORES] = scores = merge_scores(unit, office, reading.tabs[SCORES], shadows.of(SCORES))
        if not (scores.changes or scores.shadow_changes):
            unit.books.save_cursor(cursor, mark)
    people = people_writes(unit, office, reading.tabs)
    moved = move_closed(unit, office, views, reading)
    merges[CASES].leave_alone(moved.leaving)
    places = seeds(office, [v.case for v in views], reading.tabs[MUNICIPALITIES], shadows.of(MUNICIPALITIES))
    return merges, _together([people, moved.changes, SheetChanges(appends=places)])


def _merge_cases(
    office: Office,
    views: list[CaseView],
    reading: SheetReading,
    shadow: Shadow,
    choices: Choices,
    *,
    again: bool = False,
) -> MergeResult:
    tab = reading.tabs[CASES]
    # The row of an ended case may be deleted for good, but only once it has been there; a sheet made anew lacks all.
    shown = {key for key, entry in shadow if entry == "Estado"} if tab.rows else set()
    hidden = frozenset(view.case.number for view in views if not view.case.is_open and view.case.number in shown)
    return merge_cases(views, shadow, tab, choices, Cycle(office.clock.today(), again, reading.mark), hidden)


def _tell(unit: UnitOfWork, office: Office, notes: tuple[str, ...]) -> None:
    """Tell the operator what a person has to settle in the sheet itself, when it is new."""
    text = "\n".join(notes)
    if (unit.books.cursor(SHEET_NOTES) or "") != text:
        unit.books.save_cursor(SHEET_NOTES, text)
        for note in notes:
            _log.warning("sheet_note", what=note)
            alert_operator(unit, office, f"hoja-{hashlib.sha256(note.encode()).hexdigest()[:8]}", note)


def _told(office: Office) -> Counts:
    """Return how many things a person still has to settle in the sheet itself."""
    with office.ledger.reading() as unit:
        notes = (unit.books.cursor(SHEET_NOTES) or "").splitlines()
    return {"notes": len(notes)} if notes else {}


def _together(parts: list[SheetChanges]) -> SheetChanges:
    return SheetChanges(
        tuple(cell for part in parts for cell in part.cells), tuple(row for part in parts for row in part.appends)
    )
