"""Passing the open cases of who left a post on to who follows, with one mail each (product.md §2)."""

from collections.abc import Iterator, Sequence

from tasks.bootstrap import Office
from tasks.domain.cases.assignment import handed_over
from tasks.domain.cases.case import Case, CaseEvent, EventKind, State, done_by_service
from tasks.domain.cases.standing import next_step, stands
from tasks.domain.directory import Directory, Liaison, Person
from tasks.domain.mail.writing.contexts.municipality import StatusLine, SuccessionContext
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.notices.letters import case_line
from tasks.notices.notice import Notice, queue
from tasks.ports.ledger import UnitOfWork

_LED = (State.LETTER_SENT, State.PLANNED, State.ASSISTED)


def hand_over(unit: UnitOfWork, office: Office) -> int:
    """Give each open case whose officer, leader or municipality's contact left its new one; returns how many changes.

    Officers and leaders read of theirs in the next reminder, the contact of a municipality in a mail of its own.
    """
    everybody = unit.books.directory()
    now, cases = everybody.on(office.clock.today()), unit.cases.open()
    events = [
        event
        for case in cases
        for event in (*_new_officer(office, case, everybody, now), *_new_leader(unit, office, case, now))
    ]
    events += _new_contacts(unit, office, cases, everybody, now)
    unit.cases.append(events)
    return len(events)


def _new_officer(office: Office, case: Case, everybody: Directory, now: Directory) -> Iterator[CaseEvent]:
    """An officer out of post is followed by the substitute of the row; without one the director is reminded."""
    left = everybody.person(case.officer or "")
    if left is None or now.person(left.email):
        return
    successor = now.substitute_of(left)
    if isinstance(successor, Person):
        changes = {"officer": successor.email, "entrusted": handed_over(left.name)}
        reason = f"{left.name} ya no está en el cargo; sigue {successor.name}"
        yield done_by_service(case.number, EventKind.ASSIGNED, office.clock.now(), reason, **changes)


def _new_leader(unit: UnitOfWork, office: Office, case: Case, now: Directory) -> Iterator[CaseEvent]:
    """A leader who was written to and is not in post any more is followed by who leads the policy now."""
    letter = unit.letters.get(case.letter) if case.letter and case.state in _LED else None
    leader = now.leader(case.policy)
    if letter is None or leader is None or leader.email.casefold() == (case.led_by or letter.leader).casefold():
        return
    changes = {"led_by": leader.email, "remind_now": handed_over()}
    reason = f"el líder de la política es ahora {leader.name}"
    yield done_by_service(case.number, EventKind.NOTED, office.clock.now(), reason, **changes)


def _new_contacts(
    unit: UnitOfWork, office: Office, cases: Sequence[Case], everybody: Directory, now: Directory
) -> list[CaseEvent]:
    """A contact of Municipios whose days ended is followed by the row in force; one mail tells of all their cases."""
    taken: dict[Liaison, list[Case]] = {}
    for case in cases:
        left = everybody.contact(case.municipality, case.email)
        successor = now.liaison(case.municipality)
        if left and successor and now.contact(case.municipality, case.email) is None:
            taken.setdefault(successor, []).append(case)
    for successor, theirs in taken.items():
        left = everybody.contact(successor.dane, theirs[0].email)
        _tell(unit, office, successor, theirs, left.name if left else "")
    return [
        done_by_service(
            case.number,
            EventKind.NOTED,
            office.clock.now(),
            f"el enlace del municipio es ahora {successor.name or successor.email}",
            email=successor.email,
            requester=successor.name,
        )
        for successor, theirs in taken.items()
        for case in theirs
    ]


def _tell(unit: UnitOfWork, office: Office, successor: Liaison, cases: Sequence[Case], before: str) -> None:
    today, place = office.clock.today(), office.catalog.municipality(successor.dane)
    fields = SuccessionContext(
        name=successor.name,
        municipality=place.name if place else "",
        before=before,
        cases=tuple(
            StatusLine(
                **case_line(case, office).model_dump(),
                subject=case.subject,
                stands=stands(case),
                next_step=next_step(case, today),
            )
            for case in cases
        ),
    )
    about, numbers = f"relevo/{today}/{successor.email.casefold()}", [case.number for case in cases]
    queue(unit, office, Notice(Purpose.STATUS_ANSWER, about, "relevo", fields, [successor.email], cases=numbers))
