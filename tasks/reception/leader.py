"""A policy leader's answer to a letter (tables 12 and 13): understood, noted, and put before the officer.

A leader proposes; only that a plan arrived, that evidence came, or that the matter is not theirs moves the case, and
that only when the mail is shown to be theirs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tasks.bootstrap import Office
from tasks.domain.cases.case import Case, CaseEvent, EventKind, State
from tasks.domain.directory import Directory
from tasks.domain.letters.letter import LetterState
from tasks.domain.letters.reply import Reply, ReplyKind, read_reply
from tasks.domain.mail.authentication import Verdict, verdict
from tasks.domain.mail.commands import Order, Verb
from tasks.domain.mail.message import Mail, Thread
from tasks.domain.mail.quotes import Parts
from tasks.domain.mail.threading.belonging import works_with
from tasks.domain.mail.threading.threads import cases_named
from tasks.domain.mail.writing.contexts.team import LeaderReplyContext, Proposal
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.domain.spanish import join_list, weekday_in_words
from tasks.notices.replies import Written, tell_officers
from tasks.ports.ledger import UnitOfWork

_WITH_LEADER = frozenset({State.LETTER_SENT, State.PLANNED, State.ASSISTED})
_ANSWERABLE = frozenset({State.LETTER_SENT, State.PLANNED})
_TO_LEADERS = frozenset({Purpose.LETTER, Purpose.REMINDER, Purpose.VOIDED})
_PROPOSES = frozenset({ReplyKind.PLAN, ReplyKind.DATES})
_REPORTS = frozenset({ReplyKind.EVIDENCE, ReplyKind.ATTENDANCE})


@dataclass(frozen=True, slots=True)
class Heard:
    """A reply, whose it is and which cases it is about."""

    mail: Mail
    text: str
    reply: Reply
    cases: tuple[Case, ...]
    believed: bool
    colleague: bool  # somebody of the leader's office who is not in the tab: the matter is not theirs to refuse
    at: datetime
    source: str


def is_proposal(directory: Directory, sender: str, orders: Sequence[Order]) -> bool:
    """Whether what looks like orders are a leader's dates: they propose, and are answered by the officer."""
    dated = bool(orders) and all(order.verb in {Verb.PLAN, Verb.ASSIST} for order in orders)
    return dated and directory.person(sender) is None and bool(directory.leads(sender))


def hear_leader(unit: UnitOfWork, office: Office, mail: Mail, parts: Parts, thread: Thread | None) -> tuple[str, ...]:
    """Take a reply of the leader, or of the leader's team, to a letter; returns its cases, () when it is none."""
    directory = unit.books.directory().on(office.clock.today())
    if thread is None or directory.person(mail.sender.email) is not None:
        return ()
    own = directory.leads(mail.sender.email)
    policies = own or _of_their_office(unit, mail, thread, directory)
    cases = [case for case in unit.cases.get_many(thread.cases) if case.policy in policies]
    cases = [case for case in cases if (case.letter or thread.letters) and (own or not _asked(case, mail))]
    named = cases_named(parts.own)
    cases = [case for case in cases if case.number in named] or [c for c in cases if c.state in _WITH_LEADER] or cases
    if not cases:
        return ()
    now = office.clock.now()
    day = min(mail.sent, now).astimezone(office.zone).date() if mail.sent else now.date()
    files = [part.name for part in mail.attachments if not part.inline]
    reply = read_reply(parts.own, files, day)
    believed = is_theirs(unit, office, mail)
    source = f"mail:{mail.message_id}"
    heard = Heard(mail, parts.own.strip(), reply, tuple(cases), believed, not own, now, source)
    unit.cases.append([_event(heard, case, _mode(unit, heard, case, directory)) for case in cases])
    _mark_answered(unit, cases)
    _tell_officer(unit, office, heard, directory)
    return tuple(case.number for case in cases)


def _of_their_office(unit: UnitOfWork, mail: Mail, thread: Thread, directory: Directory) -> tuple[str, ...]:
    """Return the policies that a colleague of their leader answers for by replying to the letter's own mail."""
    rows = (unit.outbox.find(identifier) for identifier in (mail.in_reply_to, *mail.references) if identifier)
    if not any(row and row.mail.letter in thread.letters and row.mail.purpose in _TO_LEADERS for row in rows):
        return ()
    leaders = (directory.leader(policy) for policy in thread.policies)
    return tuple(leader.policy for leader in leaders if leader and works_with(mail.sender.email, leader.email))


def _asked(case: Case, mail: Mail) -> bool:
    """Whether the writer may be of the office that asked, which got a copy of the letter."""
    return works_with(mail.sender.email, case.email)


def is_theirs(unit: UnitOfWork, office: Office, mail: Mail) -> bool:
    """Whether the mail is shown to be its sender's: vouched for, or unstamped (internal) and answering one of ours."""
    stamped = verdict(mail, office.settings.mailbox.trusted_authserv)
    if stamped is not Verdict.NONE_STAMPED:
        return stamped is Verdict.PASS
    pointed = [identifier for identifier in (mail.in_reply_to, *mail.references) if identifier]
    return any(unit.outbox.find(identifier) for identifier in pointed)


def _mode(unit: UnitOfWork, heard: Heard, case: Case, directory: Directory) -> dict[str, Any]:
    """Return how the leader offers to hold the session, for the column while nobody of the team filled it."""
    mode = heard.reply.mode
    if mode is None or case.agreed or heard.reply.kind not in _PROPOSES:
        return {}
    chosen = [event for event in unit.cases.history(case.number) if "mode" in event.changes][-1:]
    offered = all(event.source.startswith("mail:") and directory.person(event.actor) is None for event in chosen)
    return {"mode": mode} if offered or case.mode is None else {}


def _event(heard: Heard, case: Case, offered: dict[str, Any]) -> CaseEvent:
    kind, changes = _effect(heard, case) if heard.believed else (EventKind.NOTED, {})
    changes |= offered if kind is EventKind.PLANNED else {}
    reason = f"{'una persona de la dependencia líder' if heard.colleague else 'el líder'} {heard.reply.kind}"
    if heard.reply.kind is ReplyKind.REJECTION:
        reason += f": «{heard.text[:300]}»"
    elif heard.reply.days:
        mode = [heard.reply.mode.value] if heard.reply.mode else []
        reason += f" ({', '.join([*(f'{day:%d/%m/%Y}' for day in heard.reply.days), *mode])})"
    files = [part.name for part in heard.mail.attachments if not part.inline]
    reason += f"; adjuntó {', '.join(files)[:200]}" if files else ""
    reason += "" if heard.believed else "; el correo no venía autenticado y nada cambió"
    return CaseEvent(
        case=case.number,
        kind=kind,
        at=heard.at,
        actor=heard.mail.sender.email,
        reason=reason,
        source=heard.source,
        changes=changes,
    )


def _effect(heard: Heard, case: Case) -> tuple[EventKind, dict[str, Any]]:
    """Return what a believed reply does to one case."""
    kind, files = heard.reply.kind, bool(heard.mail.attachments)
    if kind in _PROPOSES and case.state in _ANSWERABLE:
        changes: dict[str, Any] = {"proposed": [day.isoformat() for day in heard.reply.days]}
        if case.state is State.LETTER_SENT:
            changes |= _enter(State.PLANNED, case, heard) | {"plan_received": heard.at.date().isoformat()}
        return EventKind.PLANNED, changes
    if kind is ReplyKind.REJECTION and not heard.colleague and case.state in _ANSWERABLE:
        reason = f"{heard.mail.sender.email} respondió que no es de su competencia"
        gone: dict[str, Any] = {
            "policy": None,
            "letter": None,
            "letter_date": None,
            "plan_received": None,
            "proposed": [],
        }
        return EventKind.REJECTED, _enter(State.TO_CLASSIFY, case, heard) | gone | {"reasons": reason}
    if kind in _REPORTS and files and case.state is State.ASSISTED:
        return EventKind.EVIDENCED, _enter(State.FOLLOW_UP, case, heard)
    if kind in _REPORTS and files and case.state in _ANSWERABLE:
        # The session is recorded when the officer confirms its day; what proves it is here already.
        return EventKind.NOTED, {"evidence_mailed": heard.at.date().isoformat()}
    return EventKind.NOTED, {}


def _enter(state: State, case: Case, heard: Heard) -> dict[str, Any]:
    return {"state": state, "since": heard.at.isoformat(), "previous": case.state}


def _mark_answered(unit: UnitOfWork, cases: Sequence[Case]) -> None:
    for number in dict.fromkeys(case.letter for case in cases if case.letter):
        letter = unit.letters.get(number)
        if letter is not None and letter.state is LetterState.SENT and letter.delivery != "answered":
            unit.letters.save(letter.model_copy(update={"delivery": "answered"}))


def _tell_officer(unit: UnitOfWork, office: Office, heard: Heard, directory: Directory) -> None:
    """What the leader said, to the officers of its cases; without one the director decides."""

    def say(cases: Sequence[Case], common: dict[str, Any]) -> LeaderReplyContext:
        return LeaderReplyContext(
            **common,
            who=_who(directory, heard.mail),
            what=heard.reply.kind,
            done=_done(heard, cases),
            letter=cases[0].letter or "",
            proposals=tuple(_proposal(office, heard, cases, day) for day in heard.reply.days),
            asks=_ASKS[heard.reply.kind],
        )

    tell_officers(unit, office, Written(Purpose.LEADER_REPLY, heard.mail, heard.text), heard.cases, say)


def _who(directory: Directory, mail: Mail) -> str:
    rows = [leader for leader in directory.leaders if leader.policy in directory.leads(mail.sender.email)]
    known = next((row.name for row in rows if row.email.casefold() == mail.sender.email.casefold()), "")
    name = mail.sender.name or known or mail.sender.email
    return f"{name} ({rows[0].dependency})" if rows and rows[0].dependency else name


def _done(heard: Heard, cases: Sequence[Case]) -> str:
    if not heard.believed:
        return "El correo no venía autenticado: quedó anotado y no cambió nada. Confirme con el líder antes de actuar."
    if heard.colleague and heard.reply.kind is ReplyKind.REJECTION:
        return "No está en la pestaña Líderes: quedó anotado y el caso no se movió. Confirme con el líder."
    elsewhere = dict.fromkeys(f"{case.number} está en «{case.state}»" for case in cases if not _waits(heard, case))
    if elsewhere:
        return f"{join_list([f'el caso {said}' for said in elsewhere])}: quedó anotado y nada cambió.".capitalize()
    return _DONE.get(heard.reply.kind, "")


def _waits(heard: Heard, case: Case) -> bool:
    """Whether the case is where such a reply is looked for."""
    return case.state in (_ANSWERABLE if heard.reply.kind in _DONE else _WITH_LEADER)


_DONE = {
    ReplyKind.PLAN: "Se anotó que el plan llegó hoy.",
    ReplyKind.DATES: "Se anotó que el plan llegó hoy.",
    ReplyKind.REJECTION: "El caso volvió a «por clasificar» con esa nota.",
}
_ASKS = {
    ReplyKind.PLAN: "Confirme la fecha acordada; con ella se informa al municipio, con la invitación de calendario.",
    ReplyKind.DATES: "Confirme la fecha acordada; con ella se informa al municipio, con la invitación de calendario.",
    ReplyKind.QUESTION: "Respóndale directamente; su respuesta no pasa por este buzón si usted no lo copia.",
    ReplyKind.REJECTION: "Escriba en la hoja la política que corresponde, o responda «política: NOMBRE».",
    ReplyKind.EVIDENCE: "Confirme la fecha en que se prestó la asistencia y anote las evidencias en la hoja.",
    ReplyKind.ATTENDANCE: "Confirme la fecha en que se prestó la asistencia y anote los asistentes en la hoja.",
    ReplyKind.MESSAGE: "Léalo y decida si hay que hacer algo; quedó unido al caso.",
}


def _proposal(office: Office, heard: Heard, cases: Sequence[Case], day: date) -> Proposal:
    verb = Verb.PLAN if heard.reply.kind in _PROPOSES else Verb.ASSIST
    mode = f" {heard.reply.mode.value}" if heard.reply.mode else ""
    lines = "\n".join(f"{verb} {case.number}: {day:%d/%m/%Y}{mode}" for case in cases)
    note = "" if office.rules.calendar.is_business_day(day) else "no es día hábil"
    return Proposal(day=weekday_in_words(day), order=lines, note=note)
