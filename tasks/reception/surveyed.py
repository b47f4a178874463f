"""Answers to the three questions: kept in the case, from whoever asked for the advice only."""

from tasks.bootstrap import Office
from tasks.domain.cases.case import CaseEvent, EventKind
from tasks.domain.cases.survey import QUESTIONS, read_answers
from tasks.domain.mail.message import Mail, Thread
from tasks.domain.mail.quotes import Parts
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.ports.ledger import UnitOfWork


def take_survey(unit: UnitOfWork, office: Office, mail: Mail, parts: Parts, thread: Thread) -> tuple[str, ...]:
    """Keep the marks of a reply to the questions; returns its case, () when it is no such reply."""
    sender = mail.sender.email.casefold()
    asked = unit.outbox.find(mail.in_reply_to) if mail.in_reply_to else None
    to_questions = asked is not None and asked.mail.purpose is Purpose.SURVEY
    for case in unit.cases.get_many(thread.cases):
        marks = read_answers(parts.own, case.survey, to_questions=to_questions)
        if marks is None or sender not in {case.email.casefold(), *(a.casefold() for a in case.also)}:
            continue
        said = "; ".join(f"{question} {mark}" for question, mark in zip(QUESTIONS, marks, strict=True) if mark)
        event = CaseEvent(
            case=case.number,
            kind=EventKind.NOTED,
            at=office.clock.now(),
            actor=mail.sender.email,
            reason=f"encuesta: {said}",
            source=f"mail:{mail.message_id}",
            changes={"survey": list(marks)},
        )
        unit.cases.append([event])
        return (case.number,)
    return ()
