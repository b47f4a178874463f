"""The sheet's cycle: one read of everything, what people did goes into the ledger, what changed is written back.

The order is the one of `domain/sheet/merge.py`; a run that dies anywhere is finished by the next one.
"""

import hashlib

from tasks.bootstrap import Office
from tasks.domain.sheet.columns import CASES, REVIEW, SCORES, Choices, choices_of, layouts
from tasks.domain.sheet.merging import MergeResult
from tasks.domain.sheet.shadow import Shadow, ShadowChanges
from tasks.domain.sheet.views import Cycle, merge_cases
from tasks.notices.assignment import queue_assign_notices
from tasks.ports.ledger import UnitOfWork
from tasks.ports.sheet import SheetChanges, Snapshot, TabLayout
from tasks.reconciliation.edits import apply_cases
from tasks.reconciliation.people import people_writes, take_people
from tasks.reconciliation.review import apply_review, merge_review
from tasks.reconciliation.scores import merge_scores
from tasks.steps import Counts, Step, call
from tasks.views.cases import case_views


def run_sheet(office: Office, step: Step = call) -> Counts:
    """Reconcile the sheet with the ledger. Counts: edits, orders, refused, adopted, written."""
    with office.ledger.lock(f"sheet/{office.sheet.name}") as mine:
        if not mine:
            return {"busy": 1}
        snapshot = step(read_sheet, office)
        counts = step(take_edits, office, snapshot)
        return counts | {"written": step(write_back, office, snapshot)}


def read_sheet(office: Office) -> Snapshot:
    """Return what the sheet says, built or repaired first where tabs, columns or drop-downs are missing."""
    wanted = _layouts(office)
    stamp = hashlib.sha256(repr(wanted).encode()).hexdigest()
    mark = f"layout/{office.sheet.name}"
    with office.ledger.reading() as unit:
        prepared = unit.books.cursor(mark) == stamp
    snapshot = office.sheet.read(wanted) if prepared else None
    if snapshot is None or _is_short(snapshot, wanted):
        office.sheet.prepare(wanted)
        with office.ledger.begin() as unit:
            unit.books.save_cursor(mark, stamp)
        snapshot = office.sheet.read(wanted)
    return snapshot


def build_sheet(office: Office) -> list[str]:
    """Create the sheet or what it lacks, also one that was there and is gone; returns one line per thing made."""
    return office.sheet.prepare(_layouts(office))


def _layouts(office: Office) -> tuple[TabLayout, ...]:
    return layouts(_choices(office))


def _choices(office: Office) -> Choices:
    with office.ledger.reading() as unit:
        return choices_of(office.catalog, unit.books.directory().on(office.clock.today()))


def _is_short(snapshot: Snapshot, wanted: tuple[TabLayout, ...]) -> bool:
    """Whether a tab, or the column that identifies its rows, is gone."""
    return any(
        layout.name not in snapshot.tabs or (not layout.text and layout.key not in snapshot.tabs[layout.name].headers)
        for layout in wanted
    )


def take_edits(office: Office, snapshot: Snapshot) -> Counts:
    """Write into the ledger, in one transaction, everything people did in the sheet since the last agreement."""
    with office.ledger.begin() as unit:
        shadows = _Shadows(unit, office)
        take_people(unit, office, snapshot)
        choices = choices_of(office.catalog, unit.books.directory().on(office.clock.today()))
        merged = _merge_cases(unit, office, snapshot, shadows.of(CASES), choices)
        counts, changes = apply_cases(unit, office, merged)
        shadows.save(CASES, merged.shadow_changes | changes)
        reviewed = merge_review(unit, office, snapshot.tabs[REVIEW], shadows.of(REVIEW), choices)
        more, changes = apply_review(unit, office, reviewed, shadows.of(REVIEW), choices)
        shadows.save(REVIEW, reviewed.shadow_changes | changes)
        queue_assign_notices(unit, office)
    return {name: counts.get(name, 0) + more.get(name, 0) for name in counts | more}


def write_back(office: Office, snapshot: Snapshot) -> int:
    """Bring the sheet in line with the ledger as it is now; returns how many cells and rows were written."""
    with office.ledger.begin() as unit:
        shadows = _Shadows(unit, office)
        choices = choices_of(office.catalog, unit.books.directory().on(office.clock.today()))
        merges = {
            CASES: _merge_cases(unit, office, snapshot, shadows.of(CASES), choices, again=True),
            REVIEW: merge_review(unit, office, snapshot.tabs[REVIEW], shadows.of(REVIEW), choices, again=True),
            SCORES: merge_scores(unit, office, snapshot.tabs[SCORES], shadows.of(SCORES)),
        }
        for tab, merged in merges.items():
            shadows.save(tab, merged.shadow_changes)
        people = people_writes(unit, office, snapshot)
    changes = _together([merged.changes for merged in merges.values()] + [people])
    if not changes:
        return 0
    report = office.sheet.write(_layouts(office), changes)
    with office.ledger.begin() as unit:
        for tab, merged in merges.items():
            _save_shadow(unit, office.sheet.name, tab, merged.landed(report.skipped))
    return report.written


def _merge_cases(
    unit: UnitOfWork, office: Office, snapshot: Snapshot, shadow: Shadow, choices: Choices, *, again: bool = False
) -> MergeResult:
    views = case_views(unit, office)
    shown = {key for key, entry in shadow if entry == "Estado"}
    # The row of an ended case may be deleted for good, but only once it has been there.
    hidden = frozenset(view.case.number for view in views if not view.case.is_open and view.case.number in shown)
    return merge_cases(views, shadow, snapshot.tabs[CASES], choices, Cycle(office.clock.today(), again), hidden)


def _together(parts: list[SheetChanges]) -> SheetChanges:
    return SheetChanges(
        tuple(cell for part in parts for cell in part.cells), tuple(row for part in parts for row in part.appends)
    )


class _Shadows:
    """The shadow of each tab of one sheet, read once per unit of work."""

    def __init__(self, unit: UnitOfWork, office: Office) -> None:
        self._unit, self._sheet = unit, office.sheet.name
        self._tabs: dict[str, dict[tuple[str, str], str]] = {}
        for (tab, key, entry), text in unit.books.shadow(self._sheet).items():
            self._tabs.setdefault(tab, {})[key, entry] = text

    def of(self, tab: str) -> Shadow:
        return self._tabs.get(tab, {})

    def save(self, tab: str, changes: ShadowChanges) -> None:
        _save_shadow(self._unit, self._sheet, tab, changes)


def _save_shadow(unit: UnitOfWork, sheet: str, tab: str, changes: ShadowChanges) -> None:
    if changes:
        unit.books.save_shadow(sheet, {(tab, key, entry): text for (key, entry), text in changes.items()})
