"""Telling the municipality the agreed date: the answer that stops the legal clock (product.md §2)."""

from itertools import pairwise

from tasks.bootstrap import Office
from tasks.domain.cases.case import SYSTEM, Case, CaseEvent, EventKind, State
from tasks.domain.mail.writing.contexts.municipality import SessionContext
from tasks.domain.mail.writing.invitation import Meeting, invitation
from tasks.domain.mail.writing.outgoing import Enclosure, Purpose
from tasks.domain.spanish import weekday_in_words
from tasks.notices.letters import case_line
from tasks.notices.notice import Notice, queue
from tasks.ports.ledger import UnitOfWork

_STATES = (State.PLANNED, State.DIRECT, State.ASSISTED)


def tell_dates(office: Office) -> int:
    """Queue a mail to the municipality for every agreed date it was not told of; returns how many."""
    with office.ledger.begin() as unit:
        told = 0
        for case in unit.cases.all(_STATES):
            if case.agreed and case.agreed >= office.clock.today() and case.email:
                told += _tell(unit, office, case)
        return told


def _tell(unit: UnitOfWork, office: Office, case: Case) -> int:
    about = f"{case.number}/{case.agreed}/{_changes(unit, case)}"
    if unit.outbox.has_keys([f"{Purpose.SESSION_DATE}/{about}"]):  # nearly always: asked before the mail is written
        return 0
    if not queue(unit, office, _notice(unit, office, case, about)):
        return 0
    now = office.clock.now()
    answered = {} if case.answered else {"answered": now.date().isoformat()}
    reason = f"se informó al municipio la fecha {case.agreed:%d/%m/%Y}"
    unit.cases.append(
        [
            CaseEvent(
                case=case.number,
                kind=EventKind.NOTED,
                at=now,
                actor=SYSTEM,
                reason=reason,
                source="system",
                changes=answered,
            )
        ]
    )
    return 1


def _changes(unit: UnitOfWork, case: Case) -> int:
    """Return how often the date was agreed anew: one that moves away and back is told again."""
    days = [event.changes["agreed"] for event in unit.cases.history(case.number) if event.changes.get("agreed")]
    return sum(day != before for before, day in pairwise([None, *days]))


def _notice(unit: UnitOfWork, office: Office, case: Case, about: str) -> Notice:
    directory = unit.books.directory().on(office.clock.today())
    leader = directory.leader(case.policy)
    officer = directory.person(case.officer) if case.officer else None
    request = unit.cases.request(case.request)
    fields = SessionContext(
        name=case.requester,
        cases=(case_line(case, office),),
        day=weekday_in_words(case.agreed or office.clock.today()),
        mode=case.mode.value if case.mode else "",
        leader=leader.name if leader else "",
        dependency=leader.dependency if leader else "",
        officer=officer.name if officer else "",
        officer_email=case.officer or "",
    )
    return Notice(
        Purpose.SESSION_DATE,
        about,
        "fecha",
        fields,
        [case.email],
        [*([case.officer] if case.officer else []), *case.also],
        cases=[case.number],
        enclosures=[_calendar_entry(office, case)],
        in_reply_to=request.message_id if request else "",
    )


def _calendar_entry(office: Office, case: Case) -> Enclosure:
    line, now = case_line(case, office), office.clock.now()
    address = office.settings.mailbox.address
    meeting = Meeting(
        uid=f"{case.number}@{address.rpartition('@')[2]}",
        day=case.agreed or now.date(),
        summary=f"Asesoría MIPG: {line.policy} – {line.municipality}",
        description=f"Caso {case.number}. {case.mode.value.capitalize() if case.mode else 'Modalidad por confirmar'}.",
        organizer=address,
        # Calendars keep the entry with the highest number: minutes since the epoch always grow.
        sequence=int(now.timestamp()) // 60,
    )
    (sha256,) = office.archive.put([invitation(meeting, now)], ".ics")
    return Enclosure(name=f"asesoria-{case.number}.ics", sha256=sha256, content_type="text/calendar")
