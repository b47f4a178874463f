"""Answers to the three questions: kept in the case, from whoever asked for the advice only."""

from collections.abc import Iterable

from tasks.bootstrap import Office
from tasks.domain.cases.case import Case, CaseEvent, EventKind
from tasks.domain.cases.survey import QUESTIONS, read_answers
from tasks.domain.mail.message import Mail, Thread
from tasks.domain.mail.quotes import Parts
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.ports.ledger import UnitOfWork


def take_survey(unit: UnitOfWork, office: Office, mail: Mail, parts: Parts, thread: Thread) -> tuple[str, ...]:
    """Keep the marks of a reply to the questions in the cases they were asked about; returns these, () for no reply."""
    asked = unit.outbox.find(mail.in_reply_to) if mail.in_reply_to else None
    to_questions = asked is not None and asked.mail.purpose is Purpose.SURVEY
    events = []
    for case in _of_sender(unit.cases.get_many(thread.cases), mail.sender.email.casefold()):
        marks = read_answers(parts.own, case.survey, to_questions=to_questions)
        if marks is not None:
            events.append(_event(office, mail, case, marks))
    unit.cases.append(events)
    return tuple(event.case for event in events)


def _of_sender(cases: Iterable[Case], sender: str) -> list[Case]:
    """Return the sender's own cases that were assisted; one alone need not be any more."""
    own = [case for case in cases if sender in {case.email.casefold(), *(also.casefold() for also in case.also)}]
    return [case for case in own if case.assistance] or own[:1]


def _event(office: Office, mail: Mail, case: Case, marks: tuple[int, ...]) -> CaseEvent:
    said = "; ".join(f"{question} {mark}" for question, mark in zip(QUESTIONS, marks, strict=True) if mark)
    return CaseEvent(
        case=case.number,
        kind=EventKind.NOTED,
        at=office.clock.now(),
        actor=mail.sender.email,
        reason=f"encuesta: {said}",
        source=f"mail:{mail.message_id}",
        changes={"survey": list(marks)},
    )
