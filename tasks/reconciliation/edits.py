"""What people did in Casos, applied to the ledger: edits of shared and staff columns, orders, rows typed by hand."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from typing import Any

from tasks.bootstrap import Office
from tasks.domain.cases.case import Case, CaseEvent, EventKind, Petition, State
from tasks.domain.cases.decision import Accepted, Actor, Refused
from tasks.domain.cases.opening import Asked
from tasks.domain.mail.commands import Order, Verb, from_action
from tasks.domain.sheet.cells import clean_text
from tasks.domain.sheet.merging import MergeResult
from tasks.domain.sheet.shadow import (
    Adoptable,
    Overtyped,
    ShadowChanges,
    SheetOrder,
    StaffEdit,
    accepted,
    adopted,
    consumed,
    refused,
)
from tasks.opening import open_request
from tasks.orders import give, record_sessions
from tasks.ports.ledger import UnitOfWork
from tasks.steps import Counts

SHEET_ACTOR = "hoja"  # the sheet does not say who typed
_LONGEST = 8_000  # characters of a typed-over value that are kept


def apply_cases(unit: UnitOfWork, office: Office, merged: MergeResult) -> tuple[Counts, ShadowChanges]:
    """Apply the edits, orders and typed rows; returns counts and what the shadow must remember with them."""
    counts: Counts = {}
    changes: ShadowChanges = {}
    for edit in merged.staff_edits:
        answer = _edit(unit, office, edit)
        _count(counts, "refused" if isinstance(answer, Refused) else "edits")
        changes |= refused(edit, answer.answer) if isinstance(answer, Refused) else accepted(edit)
    for order in merged.orders:
        decision = _order(unit, office, order)
        _count(counts, "refused" if isinstance(decision, Refused) else "orders")
        case = unit.cases.get(order.key) if isinstance(decision, Refused) else None
        changes |= consumed(order, decision.answer, office.clock.today(), case.state.value if case else "")
    for row in merged.adoptable:
        changes |= adopted(row, _adopt(unit, office, row))
        _count(counts, "adopted")
    unit.cases.append(_overtyped(office, one) for one in merged.overtyped)
    return counts, changes


def _count(counts: Counts, name: str) -> None:
    counts[name] = counts.get(name, 0) + 1


def _order(unit: UnitOfWork, office: Office, order: SheetOrder) -> Accepted | Refused:
    parsed = from_action(order.action, order.detail)
    if parsed is None:
        return Refused(f"La acción «{order.action}» no se puede cumplir desde aquí.")
    return give(unit, office, parsed, order.key, _actor("Acción"))


def _actor(header: str) -> Actor:
    return Actor(SHEET_ACTOR, f"sheet:Casos/{header}", in_sheet=True)


def _overtyped(office: Office, one: Overtyped) -> CaseEvent:
    reason = f"{one.header}: se había escrito «{one.typed}»"
    return _event(office, one.key, EventKind.OVERTYPED, one.header, {}, clean_text(reason, _LONGEST))


def _event(
    office: Office, case: str, kind: EventKind, header: str, changes: dict[str, Any], reason: str = ""
) -> CaseEvent:
    return CaseEvent(
        case=case,
        kind=kind,
        at=office.clock.now(),
        actor=SHEET_ACTOR,
        reason=reason,
        source=f"sheet:Casos/{header}",
        changes=changes,
    )


def _edit(unit: UnitOfWork, office: Office, edit: StaffEdit) -> Accepted | Refused:
    if order := _as_order(edit):
        return give(unit, office, order, edit.key, _actor(edit.header))
    case = unit.cases.get(edit.key)
    if case is None:
        return Refused(f"No existe el caso {edit.key}.")
    return _FIELDS[edit.header](unit, office, case, edit)


def _as_order(edit: StaffEdit) -> Order | None:
    """Typing one of these cells is giving the order of the same name (product.md §6)."""
    if edit.value is None:
        return None
    match edit.header:
        case "Política":
            return Order(Verb.POLICY, "; ".join(edit.value), edit.key, str(edit.shown))
        case "Municipio":
            return Order(Verb.MUNICIPALITY, "; ".join(edit.value), edit.key, str(edit.shown))
        case "Responsable":
            return Order(Verb.ASSIGN, edit.value, edit.key, str(edit.shown))
        case "Fecha acordada":
            return Order(Verb.PLAN, edit.value.isoformat(), edit.key, str(edit.shown))
    return None


def _keep(unit: UnitOfWork, office: Office, case: Case, edit: StaffEdit) -> Accepted | Refused:
    """A column that only informs: the value is the case's from now on."""
    field, empty = _KEPT[edit.header]
    value = empty if edit.value is None else edit.value
    if isinstance(value, Petition):
        value = value.value
    kind, changes = EventKind.NOTED, {field: value}
    if field == "evidence" and value and case.state is State.ASSISTED:
        kind = EventKind.EVIDENCED
        now = office.clock.now().isoformat()
        changes |= {"state": State.FOLLOW_UP, "since": now, "previous": case.state}
    unit.cases.append([_event(office, case.number, kind, edit.header, changes)])
    if field in {"attendees", "evidence"} and case.assistance:
        record_sessions(unit, case.number)
    return Accepted((), "")


_KEPT: dict[str, tuple[str, Any]] = {
    "Modalidad": ("mode", None),
    "Tipo de petición": ("petition", ""),
    "Radicado oficial": ("official_ref", ""),
    "Asistentes": ("attendees", ""),
    "Evidencias": ("evidence", ""),
    "Observaciones": ("notes", ""),
}


def _plan_received(unit: UnitOfWork, office: Office, case: Case, edit: StaffEdit) -> Accepted | Refused:
    if case.state not in {State.LETTER_SENT, State.PLANNED}:
        return Refused(f"El caso está en «{case.state}»: el plan se anota después de enviado el oficio.")
    day: date | None = edit.value
    changes: dict[str, Any] = {"plan_received": day.isoformat() if day else None}
    if day and case.state is State.LETTER_SENT:
        now = office.clock.now().isoformat()
        changes |= {"state": State.PLANNED, "since": now, "previous": case.state}
    unit.cases.append([_event(office, case.number, EventKind.PLANNED, edit.header, changes)])
    return Accepted((), "")


def _assistance(unit: UnitOfWork, office: Office, case: Case, edit: StaffEdit) -> Accepted | Refused:
    """Each new day is an assistance (or, still to come, an agreement); a day taken out is a correction."""
    days: tuple[date, ...] = tuple(edit.value or ())
    kept = tuple(day for day in case.assistance if day in days)
    if kept != case.assistance:
        changes = {"assistance": [day.isoformat() for day in kept]}
        unit.cases.append([_event(office, case.number, EventKind.ASSISTED, edit.header, changes)])
        record_sessions(unit, case.number)
    for day in days:
        if day not in case.assistance:
            order = Order(Verb.ASSIST, day.isoformat(), case.number, str(edit.shown))
            decision = give(unit, office, order, case.number, _actor(edit.header))
            if isinstance(decision, Refused):
                return decision
    return Accepted((), "")


def _not_empty(_unit: UnitOfWork, _office: Office, _case: Case, edit: StaffEdit) -> Accepted | Refused:
    return Refused(f"«{edit.header}» no puede quedar vacío; escriba el nuevo valor.")


def _agreed(unit: UnitOfWork, office: Office, case: Case, edit: StaffEdit) -> Accepted | Refused:
    unit.cases.append([_event(office, case.number, EventKind.PLANNED, edit.header, {"agreed": None})])
    return Accepted((), "")


_FIELDS: dict[str, Callable[[UnitOfWork, Office, Case, StaffEdit], Accepted | Refused]] = {
    **dict.fromkeys(_KEPT, _keep),
    "Plan recibido": _plan_received,
    "Fecha asistencia": _assistance,
    "Fecha acordada": _agreed,
    "Política": _not_empty,
    "Municipio": _not_empty,
    "Responsable": _not_empty,
}


def _adopt(unit: UnitOfWork, office: Office, row: Adoptable) -> str:
    """Open the cases of a row that somebody typed by hand, e.g. for a request by telephone; return the row's."""
    values = row.values
    subject = str(values.get("Asunto") or "Solicitud anotada en la hoja")
    asked = Asked(
        received=_received(office, values.get("Recibido")),
        subject=subject,
        source="sheet:Casos/Caso",
        actor=SHEET_ACTOR,
        policies=tuple(values.get("Política") or ()),
        municipality=next(iter(values.get("Municipio") or ()), None),
        entity=str(values.get("Entidad") or ""),
        requester=str(values.get("Solicitante") or ""),
        email=str(values.get("Correo") or "").casefold(),
        summary=str(values.get("Resumen") or ""),
        incoming_ref=str(values.get("Radicado de entrada") or ""),
        reasons="anotado a mano en la hoja",
    )
    request, cases = open_request(unit, office, asked, text=str(values.get("Resumen") or subject))
    unit.cases.acknowledge([request], office.clock.now())
    open_elsewhere(unit, office, cases, values.get("Municipio") or (), asked.source)
    return cases[0].number  # the row typed; the cases of further policies get rows of their own


def open_elsewhere(unit: UnitOfWork, office: Office, cases: Sequence[Case], places: Sequence[str], source: str) -> None:
    """Open what a request asks for its second municipality and the further ones: each policy again for each."""
    if len(places) > 1:
        for case in cases:
            order = Order(Verb.MUNICIPALITY, "; ".join(places), case.number, "; ".join(places))
            give(unit, office, order, case.number, Actor(SHEET_ACTOR, source, in_sheet=True))


def _received(office: Office, typed: Any) -> datetime:
    """Return when the request came: the typed day (a telephone call of yesterday), else now; never the future."""
    now = office.clock.now()
    if not isinstance(typed, date) or typed >= now.date():
        return now
    return datetime.combine(typed, time(12), office.zone)
