"""Equipo and Líderes: what staff keep there is in force from the next cycle on; a bad row keeps its last good value."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from tasks.bootstrap import Office
from tasks.domain.cases.decisions import policy_name
from tasks.domain.cases.names import folded
from tasks.domain.directory import Leader, Person
from tasks.domain.sheet.columns import LEADERS, TEAM, choices_of, layouts
from tasks.domain.sheet.people import RowProblem, problem_writes, read_leaders, read_team
from tasks.ports.ledger import UnitOfWork
from tasks.ports.sheet import RowAppend, SheetChanges, Tab, Value

Entry = TypeVar("Entry", Person, Leader)


def take_people(unit: UnitOfWork, office: Office, tabs: Mapping[str, Tab]) -> None:
    """Take the people of the tabs into the ledger; an empty tab (a new sheet) leaves those known in force."""
    known = unit.books.directory()
    people, leaders = known.people, known.leaders
    if tabs[TEAM].rows:
        good, problems = read_team(tabs[TEAM])
        people = (*good, *_last_good(problems, people, good, lambda person: person.name))
    if tabs[LEADERS].rows:
        rows, problems = read_leaders(tabs[LEADERS], choices_of(office.catalog, known).policies)
        leaders = (*rows, *_last_good(problems, leaders, rows, lambda one: policy_name(one.policy, office.catalog)))
    unit.books.save_directory(known.model_copy(update={"people": people, "leaders": leaders}))


def _last_good(
    problems: Sequence[RowProblem], known: Sequence[Entry], read: Sequence[Entry], name: Callable[[Entry], str]
) -> tuple[Entry, ...]:
    """Return the known entries of refused rows that no good row speaks for."""
    refused = {folded(problem.name) for problem in problems}
    present = {folded(name(entry)) for entry in read}
    return tuple(entry for entry in known if folded(name(entry)) in refused - present)


def people_writes(unit: UnitOfWork, office: Office, tabs: Mapping[str, Tab]) -> SheetChanges:
    """Return the rows that a new sheet lacks, and the notes beside rows that were refused."""
    directory = unit.books.directory()
    choices = choices_of(office.catalog, directory)
    team, leaders = tabs[TEAM], tabs[LEADERS]
    appends: list[RowAppend] = []
    if not team.rows:
        appends += [RowAppend(TEAM, person.name, _person_row(person)) for person in directory.people]
    if not leaders.rows:
        appends += [_leader_append(office, leader) for leader in directory.leaders]
    built = {layout.name: layout for layout in layouts(choices)}
    cells = (
        *problem_writes(team, built[TEAM], read_team(team)[1]),
        *problem_writes(leaders, built[LEADERS], read_leaders(leaders, choices.policies)[1]),
    )
    return SheetChanges(cells, tuple(appends))


def _person_row(person: Person) -> dict[str, Value]:
    return _filled(
        {
            "Nombre": person.name,
            "Correo": person.email,
            "Rol": person.role.value,
            "Desde": person.valid_from,
            "Hasta": person.valid_to,
            "Ausencias": _absences(person),
            "Sustituto": person.substitute,
        }
    )


def _absences(entry: Person | Leader) -> str:
    return "; ".join(f"{absence.first} a {absence.last}" for absence in entry.absences)


def _leader_append(office: Office, leader: Leader) -> RowAppend:
    policy = policy_name(leader.policy, office.catalog)
    row: dict[str, Value] = {
        "Política": policy,
        "Dependencia": leader.dependency,
        "Nombre": leader.name,
        "Correo": leader.email,
        "Otros correos": "; ".join(leader.contacts),
        "Desde": leader.valid_from,
        "Hasta": leader.valid_to,
        "Ausencias": _absences(leader),
        "Sustituto": leader.substitute,
    }
    return RowAppend(LEADERS, policy, _filled(row))


def _filled(row: dict[str, Value]) -> dict[str, Value]:
    return {header: value for header, value in row.items() if value not in {None, ""}}
