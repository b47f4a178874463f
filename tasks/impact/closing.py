"""What new results do to cases: scores into their rows, the paragraph that closes them, corrections with history."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tasks.bootstrap import Office
from tasks.domain.cases.case import SYSTEM, Case, CaseEvent, EventKind, State, done_by_service
from tasks.domain.scores.report.closing import Outcome, outcome_of, units_of
from tasks.domain.spanish import number
from tasks.ports.ledger import UnitOfWork

_WAITING = (State.ASSISTED, State.FOLLOW_UP)


def score_cases(unit: UnitOfWork, office: Office, result: dict[str, Any]) -> int:
    """Write what the results say into the cases, inside the caller's unit of work; returns how many changed.

    A case that waits for its scores closes with them. One that can get none closes with the reason, once its evidence
    is in. A closed case keeps its state: a corrected publication changes its scores, and the history says from what.
    """
    units, now, events = units_of(result), office.clock.now(), []
    for case in unit.cases.all([*_WAITING, State.CLOSED]):
        outcome = outcome_of(case, result, units, office.catalog)
        if outcome is None:
            continue
        if case.state in _WAITING:
            if outcome.is_scored or case.state is State.FOLLOW_UP:
                events.append(outcome.closes(case, now))
        else:
            events += _corrected(unit, case, outcome, now)
    unit.cases.append(events)
    return len(events)


def _corrected(unit: UnitOfWork, case: Case, outcome: Outcome, now: datetime) -> Iterator[CaseEvent]:
    """A closed case's scores, where they are not what was published last."""
    same = (case.score_before, case.score_after, case.score_change)
    if same == (outcome.before, outcome.after, outcome.change):
        return
    if case.score_after is None and not _closed_by_results(unit, case):
        return
    reason = (
        f"Función Pública corrigió los puntajes: {_shown(*same[:2])} pasó a {_shown(outcome.before, outcome.after)}. "
        f"{outcome.words}"
    )
    yield done_by_service(case.number, EventKind.SCORED, now, reason, **outcome.changes())


def _closed_by_results(unit: UnitOfWork, case: Case) -> bool:
    closings = [event for event in unit.cases.history(case.number) if event.kind is EventKind.CLOSED]
    return bool(closings) and closings[-1].actor == SYSTEM


def _shown(before: float | None, after: float | None) -> str:
    return " → ".join("sin puntaje" if value is None else number(value, 1) for value in (before, after))
