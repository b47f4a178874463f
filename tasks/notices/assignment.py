"""The notice to the director for cases that wait for their officer: one mail per request."""

from tasks.bootstrap import Office
from tasks.domain.cases.assignment import Workload, suggest_officer
from tasks.domain.cases.case import Case, State
from tasks.domain.directory import Directory, Role
from tasks.domain.mail.contexts import AssignmentContext, ToAssign
from tasks.domain.mail.outgoing import Purpose
from tasks.domain.spanish import date_in_words
from tasks.domain.terms.clocks import internal_due, legal_due
from tasks.notices.letters import case_line
from tasks.notices.notice import Notice, director_and_substitute, queue
from tasks.ports.ledger import UnitOfWork


def queue_assign_notices(unit: UnitOfWork, office: Office) -> int:
    """Queue a notice for every request with cases at `por asignar` that the director was not told of yet."""
    requests: dict[str, list[Case]] = {}
    for case in unit.cases.all([State.TO_ASSIGN]):
        requests.setdefault(case.request, []).append(case)
    # A case that comes back to `por asignar` is a new matter: it is told of again.
    untold = {
        request: new
        for request, cases in requests.items()
        if (new := [case for case in cases if not unit.books.cursor(_mark(case))])
    }
    if not untold:
        return 0
    directory, workloads = unit.books.directory().on(office.clock.today()), unit.cases.workloads()
    queued = 0
    for request, cases in untold.items():
        about = f"{request}/{cases[0].number}@{cases[0].since:%Y%m%dT%H%M}"
        if queue(unit, office, _notice(office, about, cases, directory, workloads)):
            queued += 1
            for case in cases:
                unit.books.save_cursor(_mark(case), "1")
    return queued


def _mark(case: Case) -> str:
    return f"assign-told/{case.number}@{case.since:%Y%m%dT%H%M}"


def _notice(office: Office, about: str, cases: list[Case], directory: Directory, workloads: list[Workload]) -> Notice:
    to, cc = director_and_substitute(directory, office)
    reader = directory.person(to[0]) if to else None
    fields = AssignmentContext(
        name=reader.name if reader else "",
        cases=tuple(_line(office, directory, case, workloads) for case in cases),
        team=tuple(person.name for person in directory.with_role(Role.OFFICER)),
        sheet=office.sheet.link("Casos", cases[0].number),
    )
    numbers = [case.number for case in cases]
    return Notice(Purpose.ASSIGN_NOTICE, about, "asignar", fields, to, cc, cases=numbers, invites_orders=True)


def _line(office: Office, directory: Directory, case: Case, workloads: list[Workload]) -> ToAssign:
    suggestion = suggest_officer(case.policy, workloads, directory, office.clock.today())
    due, legal = internal_due(case, office.rules), legal_due(case, office.rules)
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
