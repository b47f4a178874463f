"""Which cases a request opens, and with what first event: the one rule for mail, Revisión and rows typed by hand."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tasks.domain.cases.case import SYSTEM, CaseEvent, EntityType, EventKind, Origin, State
from tasks.domain.classification.judgement import Judgement


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known of a request when its cases are opened."""

    received: datetime
    subject: str
    source: str  # where it was decided: mail:<id>, sheet:Revisión/M-7
    actor: str = SYSTEM
    policies: tuple[str, ...] = ()  # the sure ones only
    municipality: str | None = None
    entity: str = ""
    entity_type: EntityType | None = None
    requester: str = ""
    email: str = ""
    summary: str = ""
    confidence: float = 1.0
    reasons: str = ""
    incoming_ref: str = ""


def judged(judgement: Judgement, received: datetime, subject: str, source: str, incoming_ref: str = "") -> Asked:
    """Return what a judged mail asks.

    Its policies count only if the judge would act alone and knows the municipality too; one that is only likely
    stands among the reasons, so that writing it into the empty cell confirms it.
    """
    sure = judgement.auto and judgement.municipality
    return Asked(
        received=received,
        subject=subject,
        source=source,
        policies=tuple(judgement.policies) if sure else (),
        municipality=judgement.municipality,
        entity=judgement.entity,
        entity_type=judgement.entity_type,
        requester=judgement.requester,
        email=judgement.email,
        summary=judgement.summary,
        confidence=judgement.confidence,
        reasons="; ".join(judgement.reasons),
        incoming_ref=incoming_ref,
    )


def open_cases(request: str, asked: Asked, at: datetime, next_case: Callable[[], str]) -> list[CaseEvent]:
    """Return one opening event per policy asked about, or a single one when none is sure.

    A case with policy and municipality starts at `por asignar`, any other at `por clasificar`. `next_case` takes the
    next number; it is called once per event.
    """
    return [_opened(next_case(), request, policy, asked, at) for policy in asked.policies or (None,)]


def _opened(number: str, request: str, policy: str | None, asked: Asked, at: datetime) -> CaseEvent:
    changes = {
        "request": request,
        "origin": Origin.DEMAND,
        "received": asked.received.isoformat(),
        "state": State.TO_ASSIGN if policy and asked.municipality else State.TO_CLASSIFY,
        "since": at.isoformat(),
        "policy": policy,
        "municipality": asked.municipality,
        "entity": asked.entity,
        "entity_type": asked.entity_type,
        "requester": asked.requester,
        "email": asked.email,
        "subject": asked.subject,
        "summary": asked.summary,
        "confidence": asked.confidence,
        "reasons": asked.reasons,
        "incoming_ref": asked.incoming_ref,
    }
    return CaseEvent(case=number, kind=EventKind.OPENED, at=at, actor=asked.actor, source=asked.source, changes=changes)


@dataclass(frozen=True, slots=True)
class Offered:
    """A municipality and policy that the team ticked in the offer."""

    municipality: str  # DANE
    policy: str
    entity: str
    officer: str  # address
    subject: str
    summary: str
    source: str
    actor: str
    requester: str = ""  # the municipality's enlace MIPG, where known
    email: str = ""


def open_offered(number: str, request: str, offered: Offered, at: datetime) -> CaseEvent:
    """Return the opening of an offer's case: it starts at `oficio en borrador`, without the director's step."""
    changes = {
        "request": request,
        "origin": Origin.OFFER,
        "received": at.isoformat(),
        "state": State.DRAFT,
        "since": at.isoformat(),
        "policy": offered.policy,
        "municipality": offered.municipality,
        "entity": offered.entity,
        "entity_type": EntityType.ALCALDIA,
        "requester": offered.requester,
        "email": offered.email,
        "officer": offered.officer,
        "subject": offered.subject,
        "summary": offered.summary,
        "confidence": 1.0,
        "reasons": "incluido en la oferta por el equipo",
    }
    kind = EventKind.OPENED
    return CaseEvent(case=number, kind=kind, at=at, actor=offered.actor, source=offered.source, changes=changes)
