"""Asking the municipality of a suspended case for what it waits for: at once, and again a month later."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby

from tasks.bootstrap import Office
from tasks.domain.cases.case import Case, EventKind, State, done_by_service
from tasks.domain.mail.writing.contexts.municipality import PausedContext, SuspendedContext
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.domain.spanish import date_in_words, ended
from tasks.domain.terms.business_days import add_business_days
from tasks.domain.terms.clocks import asks_again_on, was_asked_again, was_heard
from tasks.domain.terms.rules import Rules
from tasks.notices.letters import case_line
from tasks.notices.notice import Notice, queue
from tasks.ports.ledger import UnitOfWork

_JUST = timedelta(days=3)  # what was suspended before is no news


def tell_suspended(office: Office) -> int:
    """Queue a mail for every case that was just suspended: its term stands still only for who was asked (art. 17).

    Ley 1755 de 2015. Cases of one request that were suspended with the same words are told of together.
    """
    with office.ledger.reading() as unit:
        new = _untold(unit, office)
    if not new:
        return 0
    with office.ledger.begin() as unit:
        untold = _untold(unit, office)
        for together in untold.values():
            queue(unit, office, _paused(unit, office, together))
        return len(untold)


def _untold(unit: UnitOfWork, office: Office) -> dict[tuple[str, str, str], list[Case]]:
    """Return the cases to tell of, by request, address and motive; none that came suspended with an old sheet."""
    since = office.clock.now() - _JUST
    recent = [case for case in unit.cases.all([State.SUSPENDED]) if case.email and case.since >= since]
    told = unit.books.cursors([_mark(case) for case in recent])
    found: dict[tuple[str, str, str], list[Case]] = {}
    for case in recent:
        if _mark(case) not in told and (motive := _motive(unit, case)):
            found.setdefault((case.request, case.email.casefold(), motive), []).append(case)
    return found


def _mark(case: Case) -> str:
    return f"suspension-told/{case.number}@{case.since:%Y%m%dT%H%M%S}"


def _paused(unit: UnitOfWork, office: Office, cases: Sequence[Case]) -> Notice:
    first = cases[0]
    request = unit.cases.request(first.request)
    officer = unit.books.directory().on(office.clock.today()).person(first.officer or "")
    fields = PausedContext(
        name=first.requester,
        cases=tuple(case_line(case, office) for case in cases),
        motive=ended(_motive(unit, first)),
        officer=officer.name if officer else "",
        officer_email=officer.email if officer else "",
    )
    unit.books.save_cursors({_mark(case): "1" for case in cases})
    return Notice(
        Purpose.STATUS_ANSWER,
        "+".join(_mark(case) for case in cases),
        "en-espera",
        fields,
        [first.email],
        cases=[case.number for case in cases],
        in_reply_to=request.message_id if request else "",
    )


def ask_again(unit: UnitOfWork, office: Office) -> int:
    """Queue one mail per address whose suspended cases wait for it since a month; returns how many."""
    today, rules = office.clock.today(), office.rules
    waiting = [
        case
        for case in unit.cases.all([State.SUSPENDED])
        if case.email
        and (case.remind_now or _asks_by_itself(case, rules, today))
        and not (case.snoozed_until and today < case.snoozed_until)
    ]
    waiting.sort(key=lambda case: (case.email.casefold(), case.number))
    asked = 0
    for _, cases in groupby(waiting, key=lambda case: case.email.casefold()):
        asked += _ask(unit, office, list(cases))
    return asked


def _asks_by_itself(case: Case, rules: Rules, today: date) -> bool:
    """Whether a month went by without a word of the municipality, which has not been asked since."""
    return asks_again_on(case, rules) <= today and not was_asked_again(case, rules) and not was_heard(case)


def _ask(unit: UnitOfWork, office: Office, cases: Sequence[Case]) -> int:
    today, first = office.clock.today(), cases[0]
    about = f"{today:%Y-%m-%d}/{first.email.casefold()}"
    request = unit.cases.request(first.request)
    fields = SuspendedContext(
        name=first.requester,
        cases=tuple(case_line(case, office) for case in cases),
        since=date_in_words(min(case.since for case in cases).date()),
        motive=ended(_motive(unit, first)),
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
        done_by_service(
            case.number,
            EventKind.REMINDED,
            now,
            f"se preguntó de nuevo al municipio ({first.email})",
            reminders=case.reminders + 1,
            asked_again=today.isoformat(),
            remind_now="",
        )
        for case in cases
    )
    return int(queued)


def _motive(unit: UnitOfWork, case: Case) -> str:
    """Return why it was suspended, in the words of whoever did."""
    told = [event.reason for event in unit.cases.history(case.number) if event.kind is EventKind.SUSPENDED]
    return told[-1] if told else ""
