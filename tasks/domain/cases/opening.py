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
    """Return one opening event per policy asked about, or one for a person to classify.

    A case starts at `por asignar` only if the judge would act alone and knows policy and municipality; otherwise at
    `por clasificar`, with what was found as a suggestion. `next_case` takes the next number.
    """
    policies: tuple[str | None, ...] = judgement.policies or (None,)
    return tuple(_opened(asked, judgement, policy, at, next_case()) for policy in policies)


def _opened(asked: Asked, judgement: Judgement, policy: str | None, at: datetime, number: str) -> CaseEvent:
    sure = judgement.auto and policy is not None and judgement.municipality is not None
    changes = {
        "request": asked.number,
        "origin": Origin.DEMAND,
        "received": asked.received.isoformat(),
        "state": State.TO_ASSIGN if sure else State.TO_CLASSIFY,
        "since": at.isoformat(),
        "policy": policy,
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
    return CaseEvent(case=number, kind=EventKind.OPENED, at=at, actor=SYSTEM, source=asked.source, changes=changes)
