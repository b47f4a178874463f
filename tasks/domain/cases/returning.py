"""What a further mail of the municipality does to cases that ended.

The rule: thanks and the like are noted. A mail that asks for something reopens a case closed at most `REOPENED_WITHIN`
days ago; later it is a request of its own, which names the earlier case. A case that a person discarded or transferred
stays so until a person decides: the mail goes to Revisión.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import Enum, auto

from tasks.domain.cases.case import Case, CaseEvent, EventKind, State

REOPENED_WITHIN = timedelta(days=30)


class Return(Enum):
    """What becomes of the mail."""

    NOTE = auto()  # the cases are open, or nothing is asked
    REOPEN = auto()
    NEW = auto()
    REVIEW = auto()


def returning(cases: Sequence[Case], asks: bool, at: datetime) -> Return:
    """Return what a mail of the requester's side does in a thread of these cases."""
    if not asks or not cases or any(case.is_open for case in cases):
        return Return.NOTE
    closed = [case for case in cases if case.state is State.CLOSED]
    if not closed:
        return Return.REVIEW
    return Return.REOPEN if any(_is_fresh(case, at) for case in closed) else Return.NEW


def reopened(case: Case, at: datetime, actor: str, source: str) -> CaseEvent | None:
    """Return the event that takes a freshly closed case up again; None for any other."""
    if case.state is not State.CLOSED or not _is_fresh(case, at):
        return None
    changes = {
        "state": case.previous or State.TO_CLASSIFY,
        "since": at.isoformat(),
        "previous": State.CLOSED,
        "remind_now": "Quien hizo la solicitud volvió a escribir y el caso se reabrió.",
    }
    reason = f"volvió a escribir {actor} antes de {REOPENED_WITHIN.days} días del cierre"
    return CaseEvent(
        case=case.number, kind=EventKind.REOPENED, at=at, actor=actor, reason=reason, source=source, changes=changes
    )


def _is_fresh(case: Case, at: datetime) -> bool:
    return at - case.since <= REOPENED_WITHIN
