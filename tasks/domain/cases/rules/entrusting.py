"""Who takes a case on: an officer who is designated, or the office itself."""

from typing import Any

from tasks.domain.cases.assignment import handed_over
from tasks.domain.cases.case import State
from tasks.domain.cases.decision import Asked, Decision, Refused, directs
from tasks.domain.cases.names import Found, find_named
from tasks.domain.catalog import MIPG_GENERAL
from tasks.domain.directory import Contact, Directory, Person


def assign(asked: Asked) -> Decision:
    """The case gets an officer; with its first one the letter, or direct attention, begins."""
    found = find_named(asked.argument, asked.world.directory.officers(), lambda p: (p.name, p.email))
    if found.match is None:
        return Refused(_who_then(asked.argument, found, asked.world.directory))
    person, case = found.match, asked.case
    told = _told(asked, person)
    if case.state is not State.TO_ASSIGN:
        return asked.accept(f"queda a cargo de {person.name}.", officer=person.email, **told)
    leaderless = case.policy == MIPG_GENERAL
    to = State.DIRECT if leaderless else State.DRAFT
    then = "se atiende directamente" if leaderless else _letter_comes(asked)
    return asked.accept(f"asignado a {person.name}; {then}.", to, officer=person.email, **(told if leaderless else {}))


def _told(asked: Asked, person: Person) -> dict[str, Any]:
    """Return what lets a new officer know: a draft that comes says it by itself, and their own deed they know."""
    case, before = asked.case, asked.world.directory.person(asked.case.officer or "")
    knows = {asked.actor.email.casefold(), (case.officer or "").casefold()}
    if case.state is State.DRAFT or person.email.casefold() in knows:
        return {}
    return {"entrusted": handed_over(before.name if before else "")}


def _letter_comes(asked: Asked) -> str:
    if asked.world.directory.leader(asked.case.policy) is not None:
        return "se elabora el borrador del oficio"
    return "no hay oficio todavía: la política no tiene líder vigente en la pestaña Líderes"


def _who_then(typed: str, found: Found[Person], directory: Directory) -> str:
    people = found.candidates or directory.officers()
    names = "; ".join(person.name for person in people)
    if len(found.candidates) > 1:
        return f"«{typed}» puede ser más de una persona: {names}. Escriba el nombre completo."
    if found.candidates:
        return f"No hay nadie llamado «{typed}» en Equipo. ¿Quiso decir {names}?"
    return f"No hay nadie llamado «{typed}» en Equipo. Están: {names}."


def attend_directly(asked: Asked) -> Decision:
    """The desk answers itself. A case that nobody was designated for is whoever directs', until they name somebody."""
    case, changes, kept = asked.case, dict[str, Any](letter=None, letter_date=None), ""
    officer = case.officer or ""
    if not officer and (head := _heading(asked)):
        changes["officer"] = officer = head.email
        how = "en la columna «Responsable»" if asked.actor.in_sheet else f"«asignar {case.number}: NOMBRE»"
        kept = f" Queda a cargo de {head.name} mientras se designa a alguien: {how}."
    if officer and officer.casefold() != asked.actor.email.casefold():
        changes["entrusted"] = _YOURS
    return asked.accept(f"se atiende directamente, sin oficio.{kept}", **changes)


_YOURS = "Pasó a atención directa, a su cargo: no habrá oficio."


def _heading(asked: Asked) -> Contact | None:
    """Return who directs that day; the member of the team who gives the order, if it is one who directs."""
    directory, today = asked.world.directory, asked.world.at
    person, director = directory.person(asked.actor.email), directory.director()
    if person is not None and directs(person, directory, today):
        return Contact(person.name, person.email)
    if director is None:
        return None
    return directory.serving(director, today.date()) or Contact(director.name, director.email)
