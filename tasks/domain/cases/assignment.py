"""Whom the system suggests for a case, and why. It suggests; the director decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tasks.domain.directory import Directory, Person, Role, is_away
from tasks.domain.spanish import counted


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A member of the team and the reason, in Spanish."""

    person: Person
    reason: str


@dataclass(frozen=True, slots=True)
class Workload:
    """How many cases of a policy an officer has had, and how many of them are open."""

    officer: str
    policy: str | None
    total: int
    open: int


def suggest_officer(
    policy: str | None, workloads: Sequence[Workload], directory: Directory, today: date
) -> Suggestion | None:
    """Return the officer at work with most experience in the policy, the smaller open load deciding between equals."""
    present = [person for person in directory.with_role(Role.OFFICER) if not is_away(person, today)]
    if not present:
        return None
    experience = {
        p.email: sum(w.total for w in workloads if (w.officer, w.policy) == (p.email, policy)) for p in present
    }
    load = {p.email: sum(w.open for w in workloads if w.officer == p.email) for p in present}
    best = min(present, key=lambda p: (-experience[p.email], load[p.email], p.name))
    return Suggestion(best, _reason(experience[best.email], load[best.email]))


def _reason(experience: int, load: int) -> str:
    cases = counted(load, "caso abierto", "casos abiertos") if load else "ningún caso abierto"
    if not experience:
        return f"tiene la menor carga del equipo ({cases})"
    known = counted(experience, "caso", "casos")
    return f"ha atendido {known} de esta política y {'' if load else 'no '}tiene {cases}"


def handed_over(before: str = "") -> str:
    """Return what who takes a case over reads beside it, in Spanish."""
    return f"Usted recibe este caso{f', que estaba a cargo de {before}' if before else ''}."
