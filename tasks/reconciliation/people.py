"""Equipo, Líderes and Municipios: what staff keep there is in force from the next cycle on.

A bad row is refused with a note beside it and keeps its last good value.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from tasks.bootstrap import Office
from tasks.domain.cases.case import SYSTEM, Case, CaseEvent, EventKind
from tasks.domain.cases.names import folded, policy_name
from tasks.domain.directory import Directory, Leader, Liaison, Person
from tasks.domain.sheet.cells import canonical, fold
from tasks.domain.sheet.columns import LEADERS, MUNICIPALITIES, TEAM, choices_of, layouts
from tasks.domain.sheet.people import RowProblem, problem_writes, read_leaders, read_liaisons, read_team
from tasks.domain.sheet.shadow import Shadow, ShadowChanges
from tasks.ports.ledger import UnitOfWork
from tasks.ports.sheet import RowAppend, SheetChanges, Tab, Value

Entry = TypeVar("Entry", Person, Leader, Liaison)


_SEEDED = "DANE"  # entry of the shadow of Municipios: its row was put there; who deletes it means it


def take_people(unit: UnitOfWork, office: Office, tabs: Mapping[str, Tab]) -> None:
    """Take the people of the tabs into the ledger; an empty tab (a new sheet) leaves those known in force."""
    known = unit.books.directory()
    people, leaders = known.people, known.leaders
    if tabs[TEAM].rows:
        good, problems = read_team(tabs[TEAM])
        people = (*good, *_last_good(problems, people, good, lambda person: person.name))
        _follow_addresses(unit, office, known.people, people)
    if tabs[LEADERS].rows:
        rows, problems = read_leaders(tabs[LEADERS], choices_of(office.catalog, known).policies)
        leaders = (*rows, *_last_good(problems, leaders, rows, lambda one: policy_name(one.policy, office.catalog)))
    now = {"people": people, "leaders": leaders, "liaisons": _liaisons(office, known, tabs[MUNICIPALITIES])}
    unit.books.save_directory(known.model_copy(update=now))


def _follow_addresses(unit: UnitOfWork, office: Office, before: Iterable[Person], now: Sequence[Person]) -> None:
    """Let the cases of somebody whose address changed in Equipo stay theirs: an officer is known by it."""
    addresses = {person.email.casefold() for person in now}
    moved: dict[str, Person] = {}
    for person in before:
        same = [one for one in now if folded(one.name) == folded(person.name)]
        if person.email.casefold() not in addresses and len(same) == 1:
            moved[person.email.casefold()] = same[0]
    theirs = [case for case in (unit.cases.all() if moved else ()) if (case.officer or "").casefold() in moved]
    unit.cases.append(_follows(office, case, moved[(case.officer or "").casefold()]) for case in theirs)


def _follows(office: Office, case: Case, officer: Person) -> CaseEvent:
    return CaseEvent(
        case=case.number,
        kind=EventKind.NOTED,
        at=office.clock.now(),
        actor=SYSTEM,
        reason=f"el correo de {officer.name} es ahora {officer.email}",
        source=f"sheet:{TEAM}",
        changes={"officer": officer.email},
    )


def _liaisons(office: Office, known: Directory, tab: Tab) -> tuple[Liaison, ...]:
    if not tab.rows:
        return known.liaisons
    places = choices_of(office.catalog, known).municipalities
    good, problems = read_liaisons(tab, places)
    names = {place.code: place.name for place in places}
    return (*good, *_last_good(problems, known.liaisons, good, lambda one: names.get(one.dane, "")))


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
    team, leaders, places = tabs[TEAM], tabs[LEADERS], tabs[MUNICIPALITIES]
    appends: list[RowAppend] = []
    if not team.rows:
        appends += [RowAppend(TEAM, person.name, _person_row(person)) for person in directory.people]
    if not leaders.rows:
        appends += [_leader_append(office, leader) for leader in directory.leaders]
    if not places.rows:
        appends += [_liaison_append(office, liaison) for liaison in directory.liaisons]
    built = {layout.name: layout for layout in layouts(choices)}
    cells = (
        *problem_writes(team, built[TEAM], read_team(team)[1]),
        *problem_writes(leaders, built[LEADERS], read_leaders(leaders, choices.policies, directory.people)[1]),
        *problem_writes(places, built[MUNICIPALITIES], read_liaisons(places, choices.municipalities)[1]),
    )
    return SheetChanges(cells, tuple(appends))


def seeds(office: Office, cases: Iterable[Case], tab: Tab, shadow: Shadow) -> list[RowAppend]:
    """Return a row of Municipios for each municipality that asked and has none, each put there once in its life."""
    present = {canonical(row.values.get("DANE")).zfill(5) for row in tab.rows}
    present |= {fold(canonical(row.values.get("Municipio"))) for row in tab.rows}
    rows: dict[str, RowAppend] = {}
    for case in cases:
        place = office.catalog.municipality(case.municipality)
        known = place is None or bool({place.dane, fold(place.name)} & present) or (place.dane, _SEEDED) in shadow
        if place is None or known or not case.email:
            continue
        named: dict[str, Value] = {"DANE": place.dane, "Municipio": place.name}
        row = _filled(named | {"Enlace MIPG": case.requester, "Correo": case.email})
        rows.setdefault(place.dane, RowAppend(MUNICIPALITIES, place.dane, row))
    return list(rows.values())


def seeded(appends: Iterable[RowAppend]) -> ShadowChanges:
    """Return the change to commit once those rows of Municipios are written."""
    return {(row.key, _SEEDED): "1" for row in appends if row.tab == MUNICIPALITIES}


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


def _liaison_append(office: Office, liaison: Liaison) -> RowAppend:
    place = office.catalog.municipality(liaison.dane)
    row: dict[str, Value] = {
        "DANE": liaison.dane,
        "Municipio": place.name if place else "",
        "Enlace MIPG": liaison.name,
        "Correo": liaison.email,
        "Teléfono": liaison.phone,
        "Desde": liaison.valid_from,
        "Hasta": liaison.valid_to,
    }
    return RowAppend(MUNICIPALITIES, liaison.dane, _filled(row))


def _filled(row: dict[str, Value]) -> dict[str, Value]:
    return {header: value for header, value in row.items() if value not in {None, ""}}
