"""Asking the municipality of a suspended case to go on, a month after the suspension (product.md §2)."""

from collections.abc import Sequence
from itertools import groupby

from tasks.bootstrap import Office
from tasks.domain.cases.case import SYSTEM, Case, CaseEvent, EventKind, State
from tasks.domain.mail.writing.contexts.municipality import SuspendedContext
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.domain.spanish import date_in_words
from tasks.domain.terms.business_days import add_business_days
from tasks.domain.terms.clocks import asks_again_on, was_asked_again
from tasks.notices.letters import case_line
from tasks.notices.notice import Notice, queue
from tasks.ports.ledger import UnitOfWork


def ask_again(unit: UnitOfWork, office: Office) -> int:
    """Queue one mail per address whose suspended cases wait for it since a month; returns how many."""
    today, rules = office.clock.today(), office.rules
    waiting = [
        case
        for case in unit.cases.all([State.SUSPENDED])
        if case.email
        and (case.remind_now or (asks_again_on(case, rules) <= today and not was_asked_again(case, rules)))
        and not (case.snoozed_until and today < case.snoozed_until)
    ]
    waiting.sort(key=lambda case: (case.email.casefold(), case.number))
    asked = 0
    for _, cases in groupby(waiting, key=lambda case: case.email.casefold()):
        asked += _ask(unit, office, list(cases))
    return asked


def _ask(unit: UnitOfWork, office: Office, cases: Sequence[Case]) -> int:
    today, first = office.clock.today(), cases[0]
    about = f"{today:%Y-%m-%d}/{first.email.casefold()}"
    request = unit.cases.request(first.request)
    fields = SuspendedContext(
        name=first.requester,
        cases=tuple(case_line(case, office) for case in cases),
        since=date_in_words(min(case.since for case in cases).date()),
        motive=_motive(unit, first),
        answer_by=date_in_words(add_business_days(today, office.rules.terms.suspended_close, office.rules.calendar)),
    )
    notice = Notice(
        Purpose.REMINDER,
        about,
        "suspendida",
        fields,
        [first.email],
        cases=[case.number for case in cases],
        in_reply_to=request.message_id if request else "",
    )
    queued = queue(unit, office, notice)
    now = office.clock.now()
    unit.cases.append(
        CaseEvent(
            case=case.number,
            kind=EventKind.REMINDED,
            at=now,
            actor=SYSTEM,
            reason=f"se preguntó de nuevo al municipio ({first.email})",
            source="system",
            changes={"reminders": case.reminders + 1, "asked_again": today.isoformat(), "remind_now": ""},
        )
        for case in cases
    )
    return int(queued)


def _motive(unit: UnitOfWork, case: Case) -> str:
    """Return why it was suspended, in the words of whoever did."""
    told = [event.reason for event in unit.cases.history(case.number) if event.kind is EventKind.SUSPENDED]
    return told[-1] if told else ""
