"""A case: one policy of one request for one entity, and the events that made it what it is.

The ledger keeps `CaseEvent`s, append-only; `Case` is their projection (`evolve`), which `mipg audit` re-derives.
"""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class State(StrEnum):
    """The states of product.md §2, by the words people read on screen."""

    TO_CLASSIFY = "por clasificar"
    TO_ASSIGN = "por asignar"
    DRAFT = "oficio en borrador"
    LETTER_SENT = "oficio enviado"
    PLANNED = "plan recibido"
    ASSISTED = "asistencia prestada"
    FOLLOW_UP = "en seguimiento"
    CLOSED = "cerrada"
    DIRECT = "atención directa"
    SUSPENDED = "suspendida"
    TRANSFERRED = "trasladada"
    DISCARDED = "descartada"


FINAL_STATES = frozenset({State.CLOSED, State.TRANSFERRED, State.DISCARDED})


class EntityType(StrEnum):
    """Kind of public entity that asks; only an alcaldía has comparable scores."""

    ALCALDIA = "alcaldía"
    CONCEJO = "concejo"
    PERSONERIA = "personería"
    ESE = "ESE"
    INSTITUTO = "instituto"
    EMPRESA = "empresa"
    OTRA = "otra"


class Origin(StrEnum):
    """Why a case exists: a municipality asked (demanda) or its scores were low (oferta)."""

    DEMAND = "demanda"
    OFFER = "oferta"


class Petition(StrEnum):
    """Tipo de petición, which sets the legal term (Ley 1755 de 2015, arts. 14 and 30)."""

    GENERAL = ""
    DOCUMENTS = "documentos"
    BETWEEN_AUTHORITIES = "entre autoridades"
    CONSULTATION = "consulta"


class Mode(StrEnum):
    """How an assistance session is held."""

    ON_SITE = "presencial"
    REMOTE = "virtual"


class Case(BaseModel):
    """The present state of one case. Immutable: a change is a `CaseEvent`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: str  # 2026-0041
    request: str  # S-2026-0030
    origin: Origin = Origin.DEMAND
    received: datetime  # aware, in the office's zone
    state: State
    since: datetime  # when it entered the state
    previous: State | None = None  # where "reabrir" and "reanudar" go back to
    policy: str | None = None  # slug
    municipality: str | None = None  # DANE, five digits
    entity: str = ""
    entity_type: EntityType | None = None
    requester: str = ""
    email: str = ""
    subject: str = ""
    summary: str = ""
    confidence: float = Field(default=0.0, ge=0, le=1)
    reasons: str = ""
    incoming_ref: str = ""  # radicado de entrada
    officer: str | None = None  # address, a key of the directory
    letter: str | None = None  # DSEGPP-2026-0107
    letter_date: date | None = None
    plan_received: date | None = None
    agreed: date | None = None  # Fecha acordada
    proposed: tuple[date, ...] = ()  # sessions that the leader offers, until somebody of the team agrees to one
    assistance: tuple[date, ...] = ()
    mode: Mode | None = None
    petition: Petition = Petition.GENERAL
    official_ref: str = ""  # Radicado oficial, of the department's own system
    attendees: str = ""
    evidence: str = ""
    evidence_mailed: date | None = None  # the day the leader sent evidence of a session that was not recorded yet
    notes: str = ""
    surveyed: date | None = None  # the day its requester was asked the three questions
    survey: tuple[int, ...] = ()  # marks of the three questions, 1 to 5, 0 unanswered
    merged_into: str | None = None  # the case that goes on in its place
    also: tuple[str, ...] = ()  # further people to write to: those of the cases that were joined to it
    answered: date | None = None  # the day the municipality got an answer: the legal clock stops
    reminders: int = 0
    reminded: date | None = None  # the last reminder
    snoozed_until: date | None = None  # No recordar hasta
    remind_now: str = ""  # why it goes with the next reminders whatever its dates: asked for, or a new leader's
    entrusted: str = ""  # what its new officer reads of it in the next reminder, where no draft says it
    led_by: str = ""  # address of the leader who was last told of it, once another than the letter's
    asked_again: date | None = None  # the day a suspended case's municipality was last asked to go on
    heard: date | None = None  # the day its requester wrote while it was suspended, waiting for just that
    extended_to: date | None = None  # the day that an approved extension notice promises
    extension_motive: str = ""
    score_before: float | None = None
    score_after: float | None = None
    score_change: float | None = None  # in points; None across a break of the method, where points do not compare

    @property
    def is_open(self) -> bool:
        """Whether somebody is still waited for (a suspended case is open)."""
        return self.state not in FINAL_STATES


class EventKind(StrEnum):
    """What happened to a case."""

    OPENED = "opened"
    CLASSIFIED = "classified"
    LOCATED = "located"
    ASSIGNED = "assigned"
    DRAFTED = "drafted"  # a letter with a number now speaks for the case
    APPROVED = "approved"
    RETURNED = "returned"
    EDITED = "edited"  # a person's own document took the place of the draft
    LETTER_SENT = "letter_sent"
    PLANNED = "planned"
    REJECTED = "rejected"  # the leader says that it is not its competence
    ASSISTED = "assisted"
    EVIDENCED = "evidenced"
    DIRECT = "direct"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    TRANSFERRED = "transferred"
    DISCARDED = "discarded"
    MERGED = "merged"
    CLOSED = "closed"
    REOPENED = "reopened"
    REMINDED = "reminded"
    SNOOZED = "snoozed"
    EXTENDED = "extended"  # a person approved the notice that the answer takes longer
    SCORED = "scored"
    BOUNCED = "bounced"  # Correo rebotado: a mail about the case did not reach somebody
    NOTED = "noted"  # a message joined the thread, a staff column changed
    OVERTYPED = "overtyped"  # a person typed over a system cell; the value is kept here


class CaseEvent(BaseModel):
    """One fact of a case's history: who, when, what, why and from where.

    `changes` maps fields of `Case` to their new values, JSON-safe; an event without changes is a note.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    case: str
    kind: EventKind
    at: datetime
    actor: str  # an address, or SYSTEM
    reason: str = ""
    source: str = ""  # "mail:<message-id>", "sheet:Casos/Responsable", "cli", "system"
    changes: dict[str, Any] = Field(default_factory=dict)


SYSTEM = "sistema"


def done_by_service(case: str, kind: EventKind, at: datetime, reason: str, **changes: Any) -> CaseEvent:
    """Return the event of what the service did of itself: no message and no cell asked for it."""
    return CaseEvent(case=case, kind=kind, at=at, actor=SYSTEM, reason=reason, source="system", changes=changes)


def evolve(case: Case | None, event: CaseEvent) -> Case:
    """Return the case after the event. Raises `pydantic.ValidationError` when the result is not a case."""
    before: dict[str, Any] = case.model_dump() if case else {"number": event.case}
    return Case.model_validate(before | event.changes)


def project(events: Iterable[CaseEvent]) -> Case:
    """Return the case that a full, ordered history makes. Raises `ValueError` for an empty history."""
    case: Case | None = None
    for event in events:
        case = evolve(case, event)
    if case is None:
        raise ValueError("a case has at least the event that opened it")
    return case
