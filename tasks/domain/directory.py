"""People: the MIPG team, the policy leaders and the other axes, with the dates that each held the post or was away.

They live in the tabs *Equipo* and *Líderes*; the ledger keeps the last good value of each row.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field

from tasks.domain.cases.names import find_named, spelling


class Role(StrEnum):
    """Rol in the tab Equipo; a leader comes from the tab Líderes."""

    DIRECTOR = "directora/o"
    OFFICER = "responsable"
    OPERATOR = "operador"


class Absence(BaseModel):
    """Days away, both ends included."""

    model_config = ConfigDict(frozen=True)
    first: date
    last: date


class Person(BaseModel):
    """A member of the team, one row of Equipo."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str = Field(min_length=1)
    email: str = Field(pattern=r"^[^@\s]+@[^@\s]+$")
    role: Role
    valid_from: date | None = None
    valid_to: date | None = None
    absences: tuple[Absence, ...] = ()
    substitute: str = ""  # a name of the tab


class Leader(BaseModel):
    """Who leads one policy in the department, one row of Líderes."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    policy: str  # slug
    dependency: str = ""
    name: str = Field(min_length=1)
    email: str = Field(pattern=r"^[^@\s]+@[^@\s]+$")
    contacts: tuple[str, ...] = ()  # Otros correos: the team, which may answer for the leader
    valid_from: date | None = None
    valid_to: date | None = None
    absences: tuple[Absence, ...] = ()
    substitute: str = ""  # an address, or a name of either tab


class Liaison(BaseModel):
    """Who answers for a municipality (its *enlace MIPG*), one row of Municipios."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    dane: str = Field(pattern=r"^\d{5}$")
    name: str = ""
    email: str = Field(pattern=r"^[^@\s]+@[^@\s]+$")
    phone: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


class AxisTeam(BaseModel):
    """Who serves another axis (política pública, plan de desarrollo)."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    axis: str
    name: str
    email: str = Field(pattern=r"^[^@\s]+@[^@\s]+$")


def in_post(row: Person | Leader | Liaison, today: date) -> bool:
    """Whether the row's desde/hasta include the day (an empty end is open)."""
    return (row.valid_from is None or row.valid_from <= today) and (row.valid_to is None or today <= row.valid_to)


def is_away(person: Person | Leader, today: date) -> bool:
    """Whether the person is on a dated absence that day."""
    return any(absence.first <= today <= absence.last for absence in person.absences)


_Entry = TypeVar("_Entry", Person, Leader)


def _and_away(entry: _Entry, told: Mapping[str, Absence]) -> _Entry:
    absence = told.get(entry.email.casefold())
    if absence is None:
        return entry
    return entry.model_copy(update={"absences": (*entry.absences, absence)})


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody who can be written to."""

    name: str  # "" when only an address is known
    email: str


class Directory(BaseModel):
    """Everybody the service knows, on one day's reading of the tabs."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    people: tuple[Person, ...] = ()
    leaders: tuple[Leader, ...] = ()
    axes: tuple[AxisTeam, ...] = ()
    liaisons: tuple[Liaison, ...] = ()

    def on(self, today: date) -> "Directory":
        """Return the directory of those in post that day; a leader's substitute is of the leader's team."""
        people = tuple(p for p in self.people if in_post(p, today))
        leaders = tuple(leader for leader in self.leaders if in_post(leader, today))
        liaisons = tuple(liaison for liaison in self.liaisons if in_post(liaison, today))
        present = Directory(people=people, leaders=leaders, axes=self.axes, liaisons=liaisons)
        return present.model_copy(update={"leaders": tuple(present._with_stand_in(one, today) for one in leaders)})

    def with_absences(self, told: Mapping[str, Absence]) -> "Directory":
        """Return the directory with absences that people told of by mail, by address (lower case)."""
        if not told:
            return self
        people = tuple(_and_away(person, told) for person in self.people)
        return self.model_copy(
            update={"people": people, "leaders": tuple(_and_away(one, told) for one in self.leaders)}
        )

    def _with_stand_in(self, leader: Leader, today: date) -> Leader:
        if not is_away(leader, today):
            return leader
        found = self.serving(leader, today)
        if found is None or found.email in {leader.email, *leader.contacts}:
            return leader
        return leader.model_copy(update={"contacts": (*leader.contacts, found.email)})

    def serving(self, entry: Person | Leader, today: date) -> Contact | None:
        """Return who does the person's work that day: themselves, or while away the substitute, or the substitute's.

        None when nobody does. Ask the directory of that day, so that no substitute is out of post.
        """
        tried: set[str] = set()
        while is_away(entry, today):
            tried.add(entry.email)
            found = self.substitute_of(entry)
            if found is None or isinstance(found, Contact):
                return found
            if found.email in tried:
                return None
            entry = found
        return Contact(entry.name, entry.email)

    def substitute_of(self, entry: Person | Leader) -> Person | Leader | Contact | None:
        """Return whom the row names as *Sustituto*, by address, name or what of it tells that person from the others.

        A leader's may be outside the tabs.
        """
        wanted = spelling(entry.substitute)
        if not wanted:
            return None
        known: tuple[Person | Leader, ...] = (*self.people, *(self.leaders if isinstance(entry, Leader) else ()))
        for other in known:
            if wanted in (spelling(other.name), spelling(other.email)):
                return other
        found = find_named(wanted, {other.email: other for other in known}.values(), lambda other: (other.name,)).match
        if found is not None:
            return found
        return Contact("", wanted) if isinstance(entry, Leader) and "@" in wanted else None

    def person(self, email: str) -> Person | None:
        """Return the member of the team with that address, if any (addresses compare without case)."""
        wanted = email.casefold()
        return next((p for p in self.people if p.email.casefold() == wanted), None)

    def with_role(self, role: Role) -> tuple[Person, ...]:
        """Return the team's members with that role."""
        return tuple(p for p in self.people if p.role is role)

    def officers(self) -> tuple[Person, ...]:
        """Return whom a case can be entrusted to: the team without its operators."""
        return tuple(p for p in self.people if p.role is not Role.OPERATOR)

    def liaison(self, dane: str | None) -> Liaison | None:
        """Return the municipality's enlace in post."""
        return next((liaison for liaison in self.liaisons if liaison.dane == dane), None)

    def contact(self, dane: str | None, email: str) -> Liaison | None:
        """Return the municipality's row with that address, of whichever days the directory holds."""
        wanted = email.casefold()
        return next((one for one in self.liaisons if one.dane == dane and one.email.casefold() == wanted), None)

    def director(self) -> Person | None:
        """Return the director in post."""
        return next(iter(self.with_role(Role.DIRECTOR)), None)

    def leader(self, policy: str | None) -> Leader | None:
        """Return the policy's leader in post."""
        return next((leader for leader in self.leaders if leader.policy == policy), None)

    def leads(self, email: str) -> tuple[str, ...]:
        """Return the policies that the address answers for, as leader or as one of the leader's team."""
        wanted = email.casefold()
        return tuple(
            leader.policy
            for leader in self.leaders
            if wanted in {leader.email.casefold(), *(c.casefold() for c in leader.contacts)}
        )
