"""When an officer is away for days: the open cases are put before the director, with whom they could go to."""

from tasks.bootstrap import Office
from tasks.domain.cases.case import Case
from tasks.domain.cases.names import folded
from tasks.domain.directory import Absence, Directory, Person, Role
from tasks.domain.mail.writing.contexts.team import AssignmentContext, ToAssign
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.domain.spanish import date_in_words, span_in_words
from tasks.domain.terms.business_days import business_days_between
from tasks.domain.terms.clocks import Awaited, internal_due, waits_for
from tasks.notices.assignment import to_assign
from tasks.notices.notice import Notice, director_and_substitute, queue_all
from tasks.ports.ledger import UnitOfWork
from tasks.suspensions import pauses

_LONG = 3  # business days: a shorter absence needs no new hands


def propose_reassignments(office: Office) -> int:
    """Queue, once per absence, the cases that wait for an officer who is away; returns how many absences."""
    with office.ledger.reading() as unit:
        if not _away(office, unit.books.directory().on(office.clock.today())):
            return 0
    with office.ledger.begin() as unit:
        directory = unit.books.directory().on(office.clock.today())
        waiting = [case for case in unit.cases.open() if waits_for(case) is Awaited.OFFICER]
        notices = [_notice(unit, office, directory, one, waiting) for one in _away(office, directory)]
        return len(queue_all(unit, office, [notice for notice in notices if notice is not None]))


def _away(office: Office, directory: Directory) -> list[tuple[Person, Absence]]:
    """Return the officers who are away today, for long, with the absence."""
    today, calendar = office.clock.today(), office.rules.calendar
    return [
        (person, absence)
        for person in directory.with_role(Role.OFFICER)
        for absence in person.absences
        if absence.first <= today <= absence.last
        and business_days_between(absence.first, absence.last, calendar) + 1 >= _LONG
    ]


def _notice(
    unit: UnitOfWork, office: Office, directory: Directory, away: tuple[Person, Absence], waiting: list[Case]
) -> Notice | None:
    person, absence = away
    cases = [case for case in waiting if (case.officer or "").casefold() == person.email.casefold()]
    due = [case for case in cases if _cannot_wait(unit, office, case, absence)]
    if not due:
        return None
    to, cc = director_and_substitute(directory, office)
    reader = directory.person(to[0]) if to else None
    workloads = unit.cases.workloads()
    lines = [to_assign(unit, office, directory, case, workloads) for case in due]
    fields = AssignmentContext(
        name=reader.name if reader else "",
        cases=tuple(_noted(line, person, absence, directory) for line in lines),
        team=tuple(p.name for p in directory.with_role(Role.OFFICER) if p.email != person.email),
        sheet=office.sheet.link("Casos", due[0].number),
    )
    about = f"ausencia/{person.email}/{absence.first:%Y-%m-%d}"
    numbers = [case.number for case in due]
    return Notice(Purpose.ASSIGN_NOTICE, about, "asignar", fields, to, cc, cases=numbers, invites_orders=True)


def _cannot_wait(unit: UnitOfWork, office: Office, case: Case, absence: Absence) -> bool:
    """Whether the case falls due, or a day that its leader offers goes by, before the officer is back."""
    due = internal_due(case, office.rules, pauses(unit, office, case))
    return (due is not None and due.day <= absence.last) or any(day <= absence.last for day in case.proposed)


def _noted(line: ToAssign, person: Person, absence: Absence, directory: Directory) -> ToAssign:
    """Say why the case comes back, and put the substitute first whom the officer named."""
    days = span_in_words(absence.first, absence.last) if absence.first < absence.last else date_in_words(absence.first)
    note = f"está a cargo de {person.name}, con ausencia {days}; si nada cambia, sigue a su cargo"
    named = next(
        (p for p in directory.people if person.substitute and folded(p.name) == folded(person.substitute)), None
    )
    chosen = {"suggestion": named.name, "why": f"es quien reemplaza a {person.name}"} if named else {}
    return line.model_copy(update={"note": note, **chosen})
