"""What one received message does to the ledger, by what it was judged to be. Each message ends in exactly one fate."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from tasks.bootstrap import Office
from tasks.domain.cases.case import SYSTEM, Case, CaseEvent, EventKind, State
from tasks.domain.cases.opening import Asked, judged
from tasks.domain.cases.returning import Return, reopened
from tasks.domain.classification.attachments import read_letters
from tasks.domain.classification.judgement import Judgement, Kind
from tasks.domain.classification.need import writer_of
from tasks.domain.classification.office import OfficeView
from tasks.domain.mail.authentication import Verdict, verdict
from tasks.domain.mail.belonging import organisation
from tasks.domain.mail.commands import parse_orders
from tasks.domain.mail.contexts import ForwardContext
from tasks.domain.mail.filename import safe_name
from tasks.domain.mail.message import Mail, Thread
from tasks.domain.mail.outgoing import Enclosure, Purpose
from tasks.domain.mail.parsing import parse
from tasks.domain.mail.quotes import Parts, parts_of
from tasks.domain.spanish import date_in_words
from tasks.notices.notice import Notice, queue
from tasks.opening import open_request
from tasks.ports.documents import Documents
from tasks.ports.ledger import Fate, MessageRecord, UnitOfWork
from tasks.ports.mailbox import RawMessage
from tasks.reception.absence import take_absence
from tasks.reception.leader import hear_leader, is_proposal
from tasks.reception.mailed_orders import obey
from tasks.reception.returned import take_bounce, take_radicado
from tasks.reception.status import answer_status, asks_status
from tasks.reception.surveyed import take_survey
from tasks.reception.threading import Continued, continued

_TEXT_KEPT = 20_000  # characters of a request kept beside its raw mail
_SAME_CONTENT = timedelta(days=30)  # the same words a month later are a new insistence, not a copy


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message on its way in."""

    mail: Mail
    parts: Parts
    raw: RawMessage
    received: datetime
    sha256: str = ""  # once its bytes are safe
    familiar: bool = True  # its content may be that of an earlier message


@dataclass(frozen=True, slots=True)
class _Desk:
    """What every handler works with."""

    unit: UnitOfWork
    office: Office
    arrival: Arrival
    judgement: Judgement
    place: Continued

    @property
    def thread(self) -> Thread | None:
        """The thread that the message continues."""
        return self.place.thread

    def record(self, fate: Fate, cases: tuple[str, ...] = (), request: str | None = None, reason: str = "") -> Fate:
        mail, judged = self.arrival.mail, self.judgement
        self.unit.messages.add(
            MessageRecord(
                mailbox=self.office.mailbox.name,
                ref=self.arrival.raw.ref,
                sha256=self.arrival.sha256,
                message_id=mail.message_id,
                content_key=mail.content_key,
                kind=judged.kind,
                outcome=fate,
                received=self.arrival.received,
                sender=mail.sender.email,
                subject=mail.subject[:500],
                reason=(reason or "; ".join(judged.reasons))[:1000],
                suggestion=judged.summary[:300],
                cases=cases,
                request=request,
            )
        )
        return fate

    @property
    def source(self) -> str:
        return f"mail:{self.arrival.mail.message_id or self.arrival.sha256}"


def arrive(raw: RawMessage, now: datetime, documents: Documents) -> Arrival:
    """Return the arrival of a message: what it and the letters it encloses say, its parts and when it was received.

    Raises ValueError (in Spanish, for the quarantine) when nobody could read it.
    """
    mail = parse(raw.raw)
    parts = parts_of(mail)
    return Arrival(read_letters(mail, parts, documents.text), parts, raw, received(mail, raw, now))


def received(mail: Mail, raw: RawMessage, now: datetime) -> datetime:
    """Return when the office got it: the server's word, else the newest Received, else Date; never in the future."""
    stamp = mail.header("received").rpartition(";")[2]
    for moment in (raw.received, _moment(stamp), mail.sent):
        if moment is not None:
            return min(moment.astimezone(now.tzinfo), now)
    return now


def _moment(stamp: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(stamp)
    except (ValueError, TypeError):
        return None
    return moment if moment.tzinfo else None


def receive(unit: UnitOfWork, office: Office, view: OfficeView, arrival: Arrival) -> Fate:
    """Judge the message and do what its kind asks, inside the caller's unit of work."""
    from tasks.domain.classification.judgement import judge

    mail = arrival.mail
    place = continued(unit, office, view, mail, arrival.parts, arrival.received)
    judgement = _told(judge(mail, place.thread, view, arrival.parts), (*mail.warnings, *place.remarks))
    desk = _Desk(unit, office, arrival, judgement, place)
    twin = _twin(unit, arrival, view)
    # The words of an order said again later are a new order; only the very same mail is a copy.
    if twin is not None and (judgement.kind is not Kind.COMMAND or twin.message_id == mail.message_id):
        return desk.record(Fate.DUPLICATE, twin.cases, twin.request, reason=f"repite el mensaje {twin.id}")
    if judgement.kind is Kind.REVIEW and unit.books.cursor(f"ignored/{mail.sender.email}"):
        return desk.record(Fate.IGNORED, reason="remitente que el equipo pidió ignorar")
    if asks_status(arrival.parts) and judgement.kind is not Kind.AUTO:
        return _status(desk)
    if place.stranger and judgement.kind in _ABOUT_CASES:
        return desk.record(Fate.REVIEW)
    return _HANDLERS[judgement.kind](desk)


_ABOUT_CASES = frozenset({Kind.FOLLOWUP, Kind.REQUEST, Kind.OTHER_AXIS})


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


def _status(desk: _Desk) -> Fate:
    """`estado` is answered about the sender's own cases; from anybody else it is looked at by a person."""
    cases = answer_status(desk.unit, desk.office, desk.arrival.mail)
    return desk.record(Fate.ATTACHED, cases) if cases else _HANDLERS[desk.judgement.kind](desk)


def _request(desk: _Desk) -> Fate:
    number, cases = _open(desk, _asked(desk))
    return desk.record(Fate.CASE_OPENED, tuple(case.number for case in cases), number)


def _asked(desk: _Desk) -> Asked:
    arrival = desk.arrival
    return judged(desk.judgement, arrival.received, arrival.mail.subject, desk.source, _incoming_ref(arrival))


def _open(desk: _Desk, asked: Asked) -> tuple[str, list[Case]]:
    arrival = desk.arrival
    text = _what_is_asked(arrival)[:_TEXT_KEPT]
    return open_request(
        desk.unit, desk.office, asked, text=text, sha256=arrival.sha256, message_id=arrival.mail.message_id
    )


def _what_is_asked(arrival: Arrival) -> str:
    """Return the words of the request: in a forward those of whoever asked, not of who passed it on."""
    inner = arrival.mail.inner
    forwarded = arrival.parts.forwarded
    passed_on = forwarded.everything if forwarded else inner.text if inner else ""
    own = arrival.parts.own
    return "\n\n".join(part for part in (own, passed_on) if part) or arrival.mail.text or arrival.mail.subject


def _incoming_ref(arrival: Arrival) -> str:
    forwarded = arrival.parts.forwarded
    return (arrival.parts.radicado or (forwarded.radicado if forwarded else ""))[:60]


def _attach(desk: _Desk) -> Fate:
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
    return desk.record(Fate.ATTACHED, desk.thread.cases, next(iter(desk.thread.requests), None))


_NOTES = {
    Kind.LEADER_PLAN: "el líder respondió con un plan; confirme Plan recibido y Fecha acordada",
    Kind.LEADER_EVIDENCE: "el líder envió evidencias; confirme Fecha asistencia y Evidencias",
}


def _reopen(desk: _Desk, cases: tuple[str, ...]) -> None:
    now, sender = desk.office.clock.now(), desk.arrival.mail.sender.email or SYSTEM
    found = (reopened(case, now, sender, desk.source) for case in desk.unit.cases.get_many(cases))
    desk.unit.cases.append(event for event in found if event)


def _note(desk: _Desk, cases: tuple[str, ...], reason: str) -> None:
    now = desk.office.clock.now()
    actor = desk.arrival.mail.sender.email or SYSTEM
    desk.unit.cases.append(
        CaseEvent(case=case, kind=EventKind.NOTED, at=now, actor=actor, reason=reason, source=desk.source)
        for case in cases
    )


def _automatic(desk: _Desk) -> Fate:
    """A bounce is tied to the mail that bounced, a filing number to its letter, an absence to who is away."""
    unit, office, mail = desk.unit, desk.office, desk.arrival.mail
    cases = take_bounce(unit, office, mail)
    if cases is None:
        cases = take_radicado(unit, office, mail, desk.arrival.parts) or take_absence(unit, office, mail)
    return desk.record(Fate.IGNORED) if cases is None else desk.record(Fate.ATTACHED, cases)


def _ignore(desk: _Desk) -> Fate:
    return desk.record(Fate.IGNORED)


def _review(desk: _Desk) -> Fate:
    return desk.record(Fate.REVIEW)


def _command(desk: _Desk) -> Fate:
    directory = desk.unit.books.directory().on(desk.office.clock.today())
    orders = parse_orders(desk.arrival.parts.own)
    if desk.thread and is_proposal(directory, desk.arrival.mail.sender.email, orders):
        return _attach(desk)
    outcome = obey(desk.unit, desk.office, desk.arrival.mail, desk.arrival.parts, desk.thread)
    if outcome is None:
        return desk.record(Fate.REVIEW, reason="orden de un remitente sin rol; no se cumplió")
    fate = Fate.ORDER_DONE if outcome.done else Fate.ORDER_REFUSED
    return desk.record(fate, outcome.cases, reason=" ".join(outcome.answers))


def _results(desk: _Desk) -> Fate:
    """Keep the workbook where new results are looked for; the results flow reads it.

    Only from who is known to send them, and never when our server says that the sender is not who it claims to be:
    invented scores would close cases.
    """
    stamped = verdict(desk.arrival.mail, desk.office.settings.mailbox.trusted_authserv)
    if not desk.judgement.auto or stamped is Verdict.FAIL:
        return desk.record(Fate.REVIEW, reason="resultados de un remitente sin confianza o sin autenticar")
    kept = 0
    for attachment in desk.arrival.mail.attachments:
        suffix = attachment.name.rpartition(".")[2].lower()
        if suffix in {"xlsx", "csv", "zip"}:
            (sha,) = desk.office.archive.put([attachment.content], f".{suffix}")
            desk.office.keep_results(f"{sha[:16]}-{safe_name(attachment.name)}", attachment.content)
            kept += 1
    return desk.record(Fate.RESULTS_LOADED) if kept else desk.record(Fate.REVIEW)


_AXES = {"politica-publica": "Política pública", "plan-desarrollo": "Plan de Desarrollo Territorial"}


def _other_axis(desk: _Desk) -> Fate:
    """Mail on another axis goes to its team and stays on the sheet as `trasladada`."""
    directory = desk.unit.books.directory()
    team = next((axis for axis in directory.axes if axis.axis == desk.judgement.axis), None)
    if team is None:
        return desk.record(Fate.REVIEW, reason="otro eje, sin equipo configurado a quien trasladarlo")
    asked = replace(_asked(desk), policies=())
    request, (case,) = _open(desk, asked)
    desk.unit.cases.append([_transferred(desk, case.number, team.name)])
    enclosure = Enclosure(
        name="mensaje-original.eml", sha256=desk.arrival.sha256, content_type="application/octet-stream"
    )
    fields = ForwardContext(
        case=case.number,
        team=team.name,
        axis=_AXES.get(team.axis, ""),
        subject=asked.subject,
        requester=desk.judgement.requester,
        email=desk.judgement.email,
        received=date_in_words(asked.received.date()),
    )
    notice = Notice(
        Purpose.TRANSFER, case.number, "reenvio", fields, [team.email], cases=[case.number], enclosures=[enclosure]
    )
    queue(desk.unit, desk.office, notice)
    return desk.record(Fate.FORWARDED, (case.number,), request)


def _transferred(desk: _Desk, case: str, team: str) -> CaseEvent:
    now = desk.office.clock.now()
    return CaseEvent(
        case=case,
        kind=EventKind.TRANSFERRED,
        at=now,
        actor=SYSTEM,
        reason=f"trasladada a {team}",
        source=desk.source,
        changes={"state": State.TRANSFERRED, "since": now.isoformat(), "previous": State.TO_CLASSIFY},
    )


_HANDLERS: dict[Kind, Callable[[_Desk], Fate]] = {
    Kind.REQUEST: _request,
    Kind.FOLLOWUP: _attach,
    Kind.DUPLICATE: _attach,
    Kind.AUTO: _automatic,
    Kind.NOISE: _ignore,
    Kind.LEADER_PLAN: _attach,
    Kind.LEADER_EVIDENCE: _attach,
    Kind.COMMAND: _command,
    Kind.RESULTS: _results,
    Kind.OTHER_AXIS: _other_axis,
    Kind.REVIEW: _review,
}
