"""The notice to the director for cases that wait for their officer: one mail per request."""

from tasks.bootstrap import Office
from tasks.domain.cases.assignment import Workload, suggest_officer
from tasks.domain.cases.case import Case, State
from tasks.domain.directory import Directory, Role
from tasks.domain.mail.writing.contexts.team import AssignmentContext, ToAssign
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.domain.spanish import date_in_words
from tasks.domain.terms.clocks import internal_due, legal_due
from tasks.notices.letters import case_line
from tasks.notices.notice import Notice, director_and_substitute, queue_all
from tasks.ports.ledger import UnitOfWork
from tasks.suspensions import pauses

_SEEN = "assign-told"  # cursor: the last event up to which all that wait were told of


def queue_assign_notices(unit: UnitOfWork, office: Office) -> int:
    """Queue a notice for every request with cases at `por asignar` that the director was not told of yet."""
    seen = unit.books.cursor(_SEEN) or "0"
    last, waiting = unit.cases.stirred(int(seen), [State.TO_ASSIGN])
    # A case that comes back to `por asignar` is a new matter: it is told of again.
    told = unit.books.cursors([_mark(case) for case in waiting])
    requests: dict[str, list[Case]] = {}
    for case in waiting:
        if _mark(case) not in told:
            requests.setdefault(case.request, []).append(case)
    if not _tell(unit, office, list(requests.values())):
        return 0
    if str(last) != seen:
        unit.books.save_cursor(_SEEN, str(last))
    return len(requests)


def _tell(unit: UnitOfWork, office: Office, requests: list[list[Case]]) -> bool:
    """Queue a notice for the new cases of each request; False while there is nobody to tell."""
    if not requests:
        return True
    directory, workloads = unit.books.directory().on(office.clock.today()), unit.cases.workloads()
    notices = [_notice(unit, office, directory, cases, workloads) for cases in requests]
    queue_all(unit, office, notices)
    is_told = any(notice.to for notice in notices)
    if is_told:
        unit.books.save_cursors({_mark(case): "1" for cases in requests for case in cases})
    return is_told


def _mark(case: Case) -> str:
    return f"assign-told/{case.number}@{case.since:%Y%m%dT%H%M}"


def _notice(
    unit: UnitOfWork, office: Office, directory: Directory, cases: list[Case], workloads: list[Workload]
) -> Notice:
    about = f"{cases[0].request}/{cases[0].number}@{cases[0].since:%Y%m%dT%H%M}"
    to, cc = director_and_substitute(directory, office)
    reader = directory.person(to[0]) if to else None
    fields = AssignmentContext(
        name=reader.name if reader else "",
        cases=tuple(to_assign(unit, office, directory, case, workloads) for case in cases),
        team=tuple(person.name for person in directory.with_role(Role.OFFICER)),
        sheet=office.sheet.link("Casos", cases[0].number),
    )
    numbers = [case.number for case in cases]
    return Notice(
        Purpose.ASSIGN_NOTICE, about, "asignar", fields, to, cc, cases=numbers, invites_orders=True, write_late=True
    )


def to_assign(
    unit: UnitOfWork, office: Office, directory: Directory, case: Case, workloads: list[Workload]
) -> ToAssign:
    """Return the case as the notice shows it, with whom the service would choose."""
    suggestion = suggest_officer(case.policy, workloads, directory, office.clock.today())
    paused = pauses(unit, office, case)
    due, legal = internal_due(case, office.rules, paused), legal_due(case, office.rules, paused)
    return ToAssign(
        **case_line(case, office).model_dump(),
        requester=case.requester,
        email=case.email,
        subject=case.subject,
        summary=case.summary,
        received=date_in_words(case.received.date()),
        due=date_in_words(due.day) if due else "",
        legal_due=date_in_words(legal.day) if legal else "",
        suggestion=suggestion.person.name if suggestion else "",
        why=suggestion.reason if suggestion else "",
    )
