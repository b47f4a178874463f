"""The people that staff keep in Equipo, Líderes and Municipios: good rows as values, bad ones as notes beside them."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from tasks.domain.directory import Absence, Directory, Leader, Liaison, Person, Role
from tasks.domain.sheet.cells import Choice, canonical, clean_text, read_address, read_choice, read_day, sentence
from tasks.domain.sheet.headers import actual_headers
from tasks.domain.sheet.table import CellWrite, Row, Tab, TabLayout, Value

_RANGE = re.compile(r"\s+(?:a|al|hasta)\s+|\s*[–—]\s*", re.IGNORECASE)
_NAME = 120  # characters
_ROLES = (
    Choice(Role.DIRECTOR.value, Role.DIRECTOR, ("directora", "director")),
    Choice(Role.OFFICER.value, Role.OFFICER),
    Choice(Role.OPERATOR.value, Role.OPERATOR, ("operadora",)),
)

Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row that is not used, and why: the note goes to its Alertas, the last good value stays in force."""

    row: int
    name: str  # what the row calls itself, to find the last good value
    note: str


class _Refused(Exception):
    """A cell cannot be used."""


def read_team(tab: Tab) -> tuple[tuple[Person, ...], tuple[RowProblem, ...]]:
    """Return the team's members and the rows that were refused."""
    rows, problems = _read_rows(tab, _person, "Nombre")
    people = tuple(rows.values())
    return people, (*problems, *_unknown_substitutes(rows, Directory(people=people)))


def read_leaders(
    tab: Tab, policies: Sequence[Choice], team: Sequence[Person] = ()
) -> tuple[tuple[Leader, ...], tuple[RowProblem, ...]]:
    """Return the leaders and the rows that were refused; `policies` are the names that count.

    Somebody of the `team` may be a leader's substitute too.
    """
    rows, problems = _read_rows(tab, lambda row: _leader(row, policies), "Política")
    leaders = tuple(rows.values())
    return leaders, (*problems, *_unknown_substitutes(rows, Directory(people=tuple(team), leaders=leaders)))


def read_liaisons(tab: Tab, places: Sequence[Choice]) -> tuple[tuple[Liaison, ...], tuple[RowProblem, ...]]:
    """Return who answers for each municipality, and the rows that were refused; `places` are those that count.

    A row without an address is only a line of the list: nobody to write to, nothing wrong.
    """
    filled = tuple(row for row in tab.rows if _text(row, "Correo") or _text(row, "Enlace MIPG"))
    ours = {(place.code, place.name) for place in places}
    of_tab = Tab(tab.name, tab.headers, filled)
    rows, problems = _read_rows(of_tab, lambda row: _liaison(row, places, ours), "Municipio")
    return tuple(rows.values()), problems


def _read_rows(tab: Tab, build: Callable[[Row], Entry], name: str) -> tuple[dict[int, Entry], tuple[RowProblem, ...]]:
    """Return the entries by the number of their row, and the rows that were refused."""
    entries, problems = {}, []
    for row in tab.rows:
        if all(header == "Alertas" or not canonical(value) for header, value in row.values.items()):
            continue
        try:
            entries[row.number] = build(row)
        except _Refused as refusal:
            problems.append(
                RowProblem(row.number, clean_text(_text(row, name), _NAME), f"{sentence(str(refusal))} No se aplicó.")
            )
    return entries, tuple(problems)


def _person(row: Row) -> Person:
    role = read_choice(row.values.get("Rol"), _ROLES, "un rol")
    if not role.ok or role.value is None:
        raise _Refused(f"Rol: {role.note}" if role.note else "Falta el rol: directora/o, responsable u operador")
    valid_from, valid_to = _validity(row)
    return Person(
        name=_required(row, "Nombre"),
        email=_address(_required(row, "Correo")),
        role=Role(role.value),
        valid_from=valid_from,
        valid_to=valid_to,
        absences=_absences(row),
        substitute=_text(row, "Sustituto")[:_NAME],
    )


def _leader(row: Row, policies: Sequence[Choice]) -> Leader:
    policy = read_choice(row.values.get("Política"), policies, "una política")
    if not policy.ok or policy.value is None:
        raise _Refused(f"Política: {policy.note}" if policy.note else "Falta la política")
    valid_from, valid_to = _validity(row)
    others = [part for part in re.split(r"[;,\s]+", _text(row, "Otros correos")) if part]
    return Leader(
        policy=policy.value,
        dependency=_text(row, "Dependencia")[:200],
        name=_required(row, "Nombre"),
        email=_address(_required(row, "Correo")),
        contacts=tuple(_address(other) for other in others),
        valid_from=valid_from,
        valid_to=valid_to,
        absences=_absences(row),
        substitute=_text(row, "Sustituto")[:_NAME],
    )


def _liaison(row: Row, places: Sequence[Choice], ours: Collection[tuple[str, str]]) -> Liaison:
    valid_from, valid_to = _validity(row)
    return Liaison(
        dane=_place(row, places, ours),
        name=_text(row, "Enlace MIPG")[:_NAME],
        email=_address(_required(row, "Correo")),
        phone=_text(row, "Teléfono")[:_NAME],
        valid_from=valid_from,
        valid_to=valid_to,
    )


def _place(row: Row, places: Sequence[Choice], ours: Collection[tuple[str, str]]) -> str:
    """Return the code of the row's municipality; most rows are ours and say code and name alike."""
    code, name = _text(row, "DANE"), _text(row, "Municipio")
    if (code, name) in ours:
        return code
    reading = read_choice(name or code.zfill(5), places, "un municipio")
    if not reading.ok or reading.value is None:
        raise _Refused(f"Municipio: {reading.note}" if reading.note else "Falta el municipio")
    if name and code and code.zfill(5) != reading.value:
        raise _Refused(f"El código {clean_text(code, 12)} no es el de {reading.shown}, que es {reading.value}")
    return str(reading.value)


def _text(row: Row, header: str) -> str:
    return canonical(row.values.get(header))


def _required(row: Row, header: str) -> str:
    if text := " ".join(_text(row, header).split()):
        return text[:_NAME]
    raise _Refused(f"Falta «{header}»")


def _address(text: str) -> str:
    reading = read_address(text)
    if reading.ok:
        return str(reading.value)
    raise _Refused(reading.note)


def _day(value: Value, header: str) -> date | None:
    reading = read_day(value)
    if not reading.ok:
        raise _Refused(f"{header}: {reading.note}")
    return reading.shown if isinstance(reading.shown, date) else None


def _validity(row: Row) -> tuple[date | None, date | None]:
    first, last = (_day(row.values.get(header), header) for header in ("Desde", "Hasta"))
    if first and last and last < first:
        raise _Refused("«Hasta» es anterior a «Desde»")
    return first, last


def _absences(row: Row) -> tuple[Absence, ...]:
    return tuple(_absence(part) for part in re.split(r"[;\n]", _text(row, "Ausencias")) if part.strip())


def _absence(text: str) -> Absence:
    ends = _RANGE.split(text.strip())
    days = [_day(end, "Ausencias") for end in ends]
    first, last = days[0], days[-1]
    if len(ends) > 2 or first is None or last is None or last < first:
        raise _Refused(f"Ausencias: «{clean_text(text, 60)}» no se entiende: se esperaba 2026-12-07 a 2026-12-11")
    return Absence(first=first, last=last)


def problem_writes(tab: Tab, layout: TabLayout, problems: Sequence[RowProblem]) -> tuple[CellWrite, ...]:
    """Return the writes that show each row's problem in its Alertas and empty the notes of rows that are good again."""
    headers = actual_headers(tab, layout)
    if "Alertas" not in headers or layout.key not in headers:
        return ()
    notes = {problem.row: problem.note for problem in problems}
    return tuple(
        CellWrite(layout.name, canonical(row.values.get(headers[layout.key])), row.number, "Alertas", note or None)
        for row in tab.rows
        if canonical(row.values.get(headers["Alertas"])) != (note := notes.get(row.number, ""))
    )


def _unknown_substitutes(rows: Mapping[int, Person | Leader], known: Directory) -> Iterator[RowProblem]:
    """Tell of substitutes whom nobody knows, or whom the name does not tell from others; their row stays in force."""
    for number, entry in rows.items():
        if entry.substitute and known.substitute_of(entry) is None:
            leaders = known.leaders if isinstance(entry, Leader) else ()
            names = dict.fromkeys([*(one.name for one in known.people), *(one.name for one in leaders)])
            note = read_choice(entry.substitute, [Choice(name, name) for name in names], "una persona").note
            yield RowProblem(number, entry.name, f"Sustituto: {sentence(note or 'hay varias personas de ese nombre')}")
