"""Asking, once per case and only if the office wants it, how the assistance went: one mail a day to each address."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from tasks.bootstrap import Office
from tasks.domain.cases.case import Case, CaseEvent, EventKind, State, done_by_service
from tasks.domain.cases.survey import QUESTIONS
from tasks.domain.mail.writing.contexts.municipality import AssistedCase, SurveyContext
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.domain.spanish import date_in_words
from tasks.notices.letters import case_line
from tasks.notices.notice import Notice, queue_all
from tasks.ports.ledger import UnitOfWork

_RECENT = timedelta(days=30)  # nobody remembers an older session; an adopted sheet's cases are not asked about
_TOGETHER = 12  # cases in one mail: its answer names them all in the subject


def ask_how_it_went(office: Office) -> int:
    """Queue the questions for the cases whose assistance was held a day ago or more; returns how many mails."""
    if not office.settings.letters.survey:
        return 0
    with office.ledger.reading() as unit:
        new = _unasked(unit, office)
    if not new:
        return 0
    with office.ledger.begin() as unit:
        notices = queue_all(unit, office, [_notice(office, cases) for cases in _unasked(unit, office)])
        unit.cases.append(_asked(office, number) for notice in notices for number in notice.cases)
        return len(notices)


def _unasked(unit: UnitOfWork, office: Office) -> list[Sequence[Case]]:
    """Return the cases to ask about today, by the address that asked for them."""
    today = office.clock.today()
    held = [
        case
        for case in unit.cases.all([State.ASSISTED, State.FOLLOW_UP])
        if case.email and case.assistance and today - _RECENT <= max(case.assistance) < today and not case.surveyed
    ]
    keys = unit.outbox.has_keys([f"{Purpose.SURVEY}/{case.number}" for case in held])
    midnight = datetime.combine(today, time.min, office.zone)
    written = {to.casefold() for row in unit.outbox.queued_since(Purpose.SURVEY, midnight) for to in row.mail.to}
    waiting: dict[str, list[Case]] = {}
    for case in held:
        if f"{Purpose.SURVEY}/{case.number}" not in keys and case.email.casefold() not in written:
            waiting.setdefault(case.email.casefold(), []).append(case)
    return [cases[:_TOGETHER] for cases in waiting.values()]


def _notice(office: Office, cases: Sequence[Case]) -> Notice:
    fields = SurveyContext(
        name=cases[0].requester,
        cases=tuple(
            AssistedCase(**case_line(case, office).model_dump(), day=date_in_words(max(case.assistance)))
            for case in cases
        ),
        questions=QUESTIONS,
    )
    numbers = [case.number for case in cases]
    return Notice(Purpose.SURVEY, numbers[0], "encuesta", fields, [cases[0].email], cases=numbers, write_late=True)


def _asked(office: Office, number: str) -> CaseEvent:
    now, reason = office.clock.now(), "se preguntó a quien pidió la asesoría cómo le fue"
    return done_by_service(number, EventKind.NOTED, now, reason, surveyed=now.date().isoformat())
