"""Asking, once per case and only if the office wants it, how the assistance went."""

from datetime import timedelta

from tasks.bootstrap import Office
from tasks.domain.cases.case import Case, State
from tasks.domain.cases.survey import QUESTIONS
from tasks.domain.mail.writing.contexts.municipality import SurveyContext
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.domain.spanish import date_in_words
from tasks.notices.letters import case_line
from tasks.notices.notice import Notice, queue_all
from tasks.ports.ledger import UnitOfWork

_RECENT = timedelta(days=30)  # nobody remembers an older session; an adopted sheet's cases are not asked about


def ask_how_it_went(office: Office) -> int:
    """Queue the questions for every case whose assistance was held a day ago or more; returns how many."""
    if not office.settings.letters.survey:
        return 0
    with office.ledger.reading() as unit:
        new = _unasked(unit, office)
    if not new:
        return 0
    with office.ledger.begin() as unit:
        return len(queue_all(unit, office, [_notice(office, case) for case in _unasked(unit, office)]))


def _unasked(unit: UnitOfWork, office: Office) -> list[Case]:
    today = office.clock.today()
    held = [
        case
        for case in unit.cases.all([State.ASSISTED, State.FOLLOW_UP])
        if case.email and case.assistance and today - _RECENT <= max(case.assistance) < today
    ]
    asked = unit.outbox.has_keys([f"{Purpose.SURVEY}/{case.number}" for case in held])
    return [case for case in held if f"{Purpose.SURVEY}/{case.number}" not in asked]


def _notice(office: Office, case: Case) -> Notice:
    fields = SurveyContext(
        name=case.requester,
        case=case_line(case, office),
        day=date_in_words(max(case.assistance)),
        questions=QUESTIONS,
    )
    return Notice(Purpose.SURVEY, case.number, "encuesta", fields, [case.email], cases=[case.number], write_late=True)
