"""What one received message does to the ledger, by what it was judged to be. Each message ends in exactly one fate."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

from tasks.bootstrap import Office
from tasks.domain.cases.case import SYSTEM, CaseEvent, EventKind
from tasks.domain.cases.returning import Return, reopened
from tasks.domain.classification.judgement import Judgement, Kind
from tasks.domain.classification.office import OfficeView
from tasks.domain.classification.subject.need import writer_of
from tasks.domain.mail.commands import parse_orders
from tasks.domain.mail.threading.belonging import organisation
from tasks.ports.ledger import UnitOfWork
from tasks.ports.records import IGNORED_REASON, Fate, MessageRecord, ignored
from tasks.reception.absence import take_absence
from tasks.reception.arrival import Arrival
from tasks.reception.desk import Desk, asked_in, open_asked
from tasks.reception.leader import hear_leader, is_proposal
from tasks.reception.mailed_orders import obey, owes_an_order
from tasks.reception.other_axis import forward
from tasks.reception.requester import hear_requester
from tasks.reception.returned import take_bounce, take_radicado
from tasks.reception.status import answer_status, asks_status
from tasks.reception.surveyed import take_survey
from tasks.reception.threading import continued
from tasks.reception.workbooks import keep_workbooks

_SAME_CONTENT = timedelta(days=30)  # the same words a month later are a new insistence, not a copy


def receive(unit: UnitOfWork, office: Office, view: OfficeView, arrival: Arrival) -> Fate:
    """Judge the message and do what its kind asks, inside the caller's unit of work."""
    from tasks.domain.classification.judgement import judge

    mail = arrival.mail
    place = continued(unit, office, view, mail, arrival.parts, arrival.received)
    judgement = _told(judge(mail, place.thread, view, arrival.parts), (*mail.warnings, *place.remarks))
    desk = Desk(unit, office, arrival, judgement, place)
    twin = _twin(unit, arrival, view)
    if twin is not None and (twin.message_id == mail.message_id or _says_nothing_new(judgement.kind, twin)):
        return desk.record(Fate.DUPLICATE, twin.cases, twin.request, reason=f"repite el mensaje {twin.id}")
    if judgement.kind is Kind.REVIEW and unit.books.cursor(ignored(mail.sender.email)):
        return desk.record(Fate.IGNORED, reason=IGNORED_REASON)
    if asks_status(arrival.parts) and judgement.kind is not Kind.AUTO:
        return _status(desk)
    if place.stranger and judgement.kind in _ABOUT_CASES:
        return desk.record(Fate.REVIEW)
    return _HANDLERS[judgement.kind](desk)


_ABOUT_CASES = frozenset({Kind.FOLLOWUP, Kind.REQUEST, Kind.OTHER_AXIS})


def _says_nothing_new(kind: Kind, twin: MessageRecord) -> bool:
    """Whether a mail with the words of an earlier one is a copy of it.

    An order said again later is a new order; results that were left to a person may come anew from who is trusted; a
    program's mail, which asks nothing, is no earlier one of a person's.
    """
    if twin.kind == Kind.AUTO and kind is not Kind.AUTO:
        return False
    return kind is not Kind.COMMAND and not (kind is Kind.RESULTS and twin.outcome is Fate.REVIEW)


def _told(judgement: Judgement, remarks: Iterable[str]) -> Judgement:
    """Return the judgement with what else a person must know among its reasons."""
    return replace(judgement, reasons=(*judgement.reasons, *remarks))


def _twin(unit: UnitOfWork, arrival: Arrival, view: OfficeView) -> MessageRecord | None:
    """Return the earlier message that says the same for the same person: to another address, again, or passed on."""
    if not arrival.familiar:
        return None
    mail, since = arrival.mail, arrival.received - _SAME_CONTENT
    writer = writer_of(mail, arrival.parts, view).email
    return unit.messages.twin(mail.message_id, mail.content_key, writer, since, organisation(writer))


def _status(desk: Desk) -> Fate:
    """`estado` is answered about the sender's own cases; from anybody else it is looked at by a person."""
    cases = answer_status(desk.unit, desk.office, desk.arrival.mail)
    return desk.record(Fate.ATTACHED, cases) if cases else _HANDLERS[desk.judgement.kind](desk)


def _request(desk: Desk) -> Fate:
    number, cases = open_asked(desk, asked_in(desk))
    return desk.record(Fate.CASE_OPENED, tuple(case.number for case in cases), number)


def _attach(desk: Desk) -> Fate:
    """The message joins the cases of its thread; without one a person looks at it."""
    if desk.thread is None or not desk.thread.cases:
        return desk.record(Fate.REVIEW, reason="; ".join((*desk.judgement.reasons, "no se halló su caso")))
    if answered := hear_leader(desk.unit, desk.office, desk.arrival.mail, desk.arrival.parts, desk.thread):
        return desk.record(Fate.ATTACHED, answered, next(iter(desk.thread.requests), None))
    if answered := take_survey(desk.unit, desk.office, desk.arrival.mail, desk.arrival.parts, desk.thread):
        return desk.record(Fate.ATTACHED, answered, next(iter(desk.thread.requests), None))
    if desk.place.effect is Return.REVIEW:
        return desk.record(
            Fate.REVIEW, reason="; ".join((*desk.judgement.reasons, "su caso fue descartado o trasladado"))
        )
    if desk.place.effect is Return.REOPEN:
        _reopen(desk, desk.thread.cases)
    note = _NOTES.get(desk.judgement.kind, "mensaje en el hilo")
    _note(desk, desk.thread.cases, f"{note}: {desk.arrival.mail.subject}"[:300])
    hear_requester(desk.unit, desk.office, desk.arrival.mail, desk.arrival.parts, desk.thread)
    if owes_an_order(desk.unit, desk.arrival.mail, desk.arrival.parts):
        obey(desk.unit, desk.office, desk.arrival.mail, desk.arrival.parts, desk.thread)
    return desk.record(Fate.ATTACHED, desk.thread.cases, next(iter(desk.thread.requests), None))


_NOTES = {
    Kind.LEADER_PLAN: "el líder respondió con un plan; confirme Plan recibido y Fecha acordada",
    Kind.LEADER_EVIDENCE: "el líder envió evidencias; confirme Fecha asistencia y Evidencias",
}


def _reopen(desk: Desk, cases: tuple[str, ...]) -> None:
    now, sender = desk.office.clock.now(), desk.arrival.mail.sender.email or SYSTEM
    found = (reopened(case, now, sender, desk.source) for case in desk.unit.cases.get_many(cases))
    desk.unit.cases.append(event for event in found if event)


def _note(desk: Desk, cases: tuple[str, ...], reason: str) -> None:
    now = desk.office.clock.now()
    actor = desk.arrival.mail.sender.email or SYSTEM
    desk.unit.cases.append(
        CaseEvent(case=case, kind=EventKind.NOTED, at=now, actor=actor, reason=reason, source=desk.source)
        for case in cases
    )


def _automatic(desk: Desk) -> Fate:
    """A bounce is tied to the mail that bounced, a filing number to its letter, an absence to who is away."""
    unit, office, mail = desk.unit, desk.office, desk.arrival.mail
    cases = take_bounce(unit, office, mail)
    if cases is None:
        cases = take_radicado(unit, office, mail, desk.arrival.parts) or take_absence(unit, office, mail)
    return desk.record(Fate.IGNORED) if cases is None else desk.record(Fate.ATTACHED, cases)


def _ignore(desk: Desk) -> Fate:
    return desk.record(Fate.IGNORED)


def _review(desk: Desk) -> Fate:
    return desk.record(Fate.REVIEW)


def _command(desk: Desk) -> Fate:
    directory = desk.unit.books.directory().on(desk.office.clock.today())
    orders = parse_orders(desk.arrival.parts.own)
    if desk.thread and is_proposal(directory, desk.arrival.mail.sender.email, orders):
        return _attach(desk)
    outcome = obey(desk.unit, desk.office, desk.arrival.mail, desk.arrival.parts, desk.thread)
    if outcome is None:
        return desk.record(Fate.REVIEW, reason="orden de un remitente sin rol; no se cumplió")
    fate = Fate.ORDER_DONE if outcome.done else Fate.ORDER_REFUSED
    return desk.record(fate, outcome.cases, reason=" ".join(outcome.answers))


_HANDLERS: dict[Kind, Callable[[Desk], Fate]] = {
    Kind.REQUEST: _request,
    Kind.FOLLOWUP: _attach,
    Kind.DUPLICATE: _attach,
    Kind.AUTO: _automatic,
    Kind.NOISE: _ignore,
    Kind.LEADER_PLAN: _attach,
    Kind.LEADER_EVIDENCE: _attach,
    Kind.COMMAND: _command,
    Kind.RESULTS: keep_workbooks,
    Kind.OTHER_AXIS: forward,
    Kind.REVIEW: _review,
}
