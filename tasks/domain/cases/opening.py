"""Which cases a judged request opens, and with what first event."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tasks.domain.cases.case import SYSTEM, CaseEvent, EventKind, Origin, State
from tasks.domain.classification.judgement import Judgement


@dataclass(frozen=True, slots=True)
class Asked:
    """A request about to become cases."""

    number: str  # S-2026-0030
    received: datetime
    subject: str
    source: str
    incoming_ref: str = ""


def open_cases(asked: Asked, judgement: Judgement, at: datetime, next_case: Callable[[], str]) -> tuple[CaseEvent, ...]:
    """Return one opening event per policy asked about, or a single one for a person to classify.

    A case starts at `por asignar` only if the judge would act alone and knows policy and municipality. Otherwise it
    starts at `por clasificar` with what is sure filled in; a policy that is only likely stands among the reasons, so
    that writing it into the empty cell confirms it. `next_case` takes the next number.
    """
    if judgement.auto and judgement.policies and judgement.municipality:
        return tuple(
            _opened(asked, judgement, _Start(next_case(), State.TO_ASSIGN, policy), at) for policy in judgement.policies
        )
    return (_opened(asked, judgement, _Start(next_case(), State.TO_CLASSIFY, None), at),)


@dataclass(frozen=True, slots=True)
class _Start:
    number: str
    state: State
    policy: str | None


def _opened(asked: Asked, judgement: Judgement, start: _Start, at: datetime) -> CaseEvent:
    changes = {
        "request": asked.number,
        "origin": Origin.DEMAND,
        "received": asked.received.isoformat(),
        "state": start.state,
        "since": at.isoformat(),
        "policy": start.policy,
        "municipality": judgement.municipality,
        "entity": judgement.entity,
        "entity_type": judgement.entity_type,
        "requester": judgement.requester,
        "email": judgement.email,
        "subject": asked.subject,
        "summary": judgement.summary,
        "confidence": judgement.confidence,
        "reasons": "; ".join(judgement.reasons),
        "incoming_ref": asked.incoming_ref,
    }
    return CaseEvent(
        case=start.number, kind=EventKind.OPENED, at=at, actor=SYSTEM, source=asked.source, changes=changes
    )
